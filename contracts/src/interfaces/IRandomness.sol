// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The chain's source of randomness: block hashes. The caller must use a hash that was not yet known when the
/// inputs of the draw were fixed.
interface IRandomness {
    /// @notice Thrown when the hash of this block is not yet known, or no longer available.
    error HashUnavailable(uint256 blockNumber, uint256 currentBlock);

    /// @notice Hash of a past block; never zero.
    function hashOf(uint256 blockNumber) external view returns (bytes32);

    /// @notice Number of past blocks whose hashes are available.
    function reach() external view returns (uint256 blocks);
}
