// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Chequebook} from "../src/Chequebook.sol";

/// @notice A contract that makes any call, as a smart wallet does. It accepts every transfer, and every signature (ERC-1271) until
/// `setAnswer` sets another answer.
contract Wallet {
    bytes32 internal answer = bytes32(this.isValidSignature.selector);

    receive() external payable virtual {}

    /// @dev Makes a call, as if the owner of the wallet had asked for it. Reverts with the error of the called
    /// contract.
    function execute(address target, uint256 value, bytes calldata data) external returns (bytes memory) {
        (bool done, bytes memory result) = target.call{value: value}(data);
        if (done) return result;
        assembly ("memory-safe") {
            revert(add(result, 0x20), mload(result))
        }
    }

    function setAnswer(bytes32 answer_) external {
        answer = answer_;
    }

    function isValidSignature(bytes32, bytes calldata) external view virtual returns (bytes4) {
        bytes32 word = answer;
        assembly ("memory-safe") {
            mstore(0, word)
            return(0, 0x20)
        }
    }
}

/// @notice Uses all gas when its signature is checked.
contract BurningWallet is Wallet {
    function isValidSignature(bytes32, bytes calldata) external pure override returns (bytes4) {
        while (true) {}
        return 0;
    }
}

/// @notice Refuses every transfer.
contract RefusingWallet is Wallet {
    receive() external payable override {
        assembly ("memory-safe") {
            revert(0, 0)
        }
    }
}

/// @notice During the first transfer that it receives after `prepare`, calls the Chequebook twice with the prepared data.
contract ReentrantWallet is Wallet {
    Chequebook private immutable chequebook;
    bytes private data;
    uint256 public attempts;
    uint256 public successes;

    constructor(Chequebook chequebook_) {
        chequebook = chequebook_;
    }

    function prepare(bytes calldata data_) external {
        data = data_;
    }

    receive() external payable override {
        bytes memory prepared = data;
        if (prepared.length == 0) return;
        delete data;
        for (uint256 i; i < 2; ++i) {
            ++attempts;
            (bool done,) = address(chequebook).call(prepared);
            if (done) ++successes;
        }
    }
}
