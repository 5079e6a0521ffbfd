// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The errors of a contract that rejects its parameters.
interface IParameters {
    /// @notice Thrown when a parameter is outside its bounds.
    error ParameterOutOfBounds(string name, uint256 value, uint256 min, uint256 max);
    /// @notice Thrown when no contract exists at an address that must be a contract.
    error NoCode(address account);
}
