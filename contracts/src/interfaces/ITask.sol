// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The errors of a task that does not fit into the memory of the machine.
interface ITask {
    /// @notice Thrown when a task has more than 30 options.
    error TooManyOptions(uint256 count);
    /// @notice Thrown when an input has more than 2^24 bytes.
    error InputTooLong(uint256 bytes_);
}
