// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The chain's source of randomness: hashes of blocks that were not known when the draw was committed.
interface IRandomness {
    /// @notice Thrown when the hash of this block is not yet known, or no longer available.
    error HashUnavailable(uint256 blockNumber, uint256 currentBlock);

    /// @notice Hash of a past block; never zero.
    function hashOf(uint256 blockNumber) external view returns (bytes32);

    /// @notice Number of past blocks whose hashes are available.
    function reach() external view returns (uint256 blocks);
}
