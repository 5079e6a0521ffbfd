// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRandomness} from "../interfaces/IRandomness.sol";

/// @notice Block hashes from the BLOCKHASH opcode. Older hashes come from the history contract of EIP-2935, if the
/// chain has this contract.
/// @dev A block builder can change the content of its block many times and choose the hash that it prefers. So the gain
/// from one draw must be smaller than the cost of building the block.
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

    /// @dev Returns zero if the history contract is missing, does not answer, or has no hash of the block.
    function _historyHash(uint256 blockNumber) private view returns (bytes32) {
        (bool answered, bytes memory record) = HISTORY.staticcall(abi.encode(blockNumber));
        return answered && record.length == 32 ? abi.decode(record, (bytes32)) : bytes32(0);
    }
}
