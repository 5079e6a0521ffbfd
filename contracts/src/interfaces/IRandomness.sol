// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Seat of the chain's source of randomness: hashes of blocks that were not yet known when somebody committed.
interface IRandomness {
    /// @notice Thrown when the hash of this block is not yet known, or no longer.
    error HashUnavailable(uint256 blockNumber, uint256 currentBlock);

    /// @notice Hash of a past block, never zero.
    function hashOf(uint256 blockNumber) external view returns (bytes32);

    /// @notice How many blocks back `hashOf` reaches.
    function reach() external view returns (uint256 blocks);
}
