// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRandomness} from "../interfaces/IRandomness.sol";

/// @notice Block hashes from the opcode. Older hashes come from the history contract of EIP-2935, if the chain has it.
/// @dev A block builder can choose among many hashes by changing the block's content until the block is due. So a draw
/// must be worth less than the cost of building that block.
contract Eip2935 is IRandomness {
    address private constant HISTORY = 0x0000F90827F1c53A10cB7A002335175320002935;
    uint256 private constant OPCODE_REACH = 256;
    uint256 private constant HISTORY_REACH = 8191;

    /// @inheritdoc IRandomness
    uint256 public immutable reach;

    constructor() {
        reach = HISTORY.code.length == 0 ? OPCODE_REACH : HISTORY_REACH;
    }

    /// @inheritdoc IRandomness
    function hashOf(uint256 blockNumber) external view returns (bytes32 blockHash) {
        blockHash = blockhash(blockNumber);
        if (blockHash == 0) blockHash = _historyHash(blockNumber);
        if (blockHash == 0) revert HashUnavailable(blockNumber, block.number);
    }

    /// @dev Zero if the history contract is missing, does not answer, or has no record.
    function _historyHash(uint256 blockNumber) private view returns (bytes32) {
        (bool answered, bytes memory record) = HISTORY.staticcall(abi.encode(blockNumber));
        return answered && record.length == 32 ? abi.decode(record, (bytes32)) : bytes32(0);
    }
}
