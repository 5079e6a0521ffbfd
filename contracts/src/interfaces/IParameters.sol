// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Why a contract refuses its parameters.
interface IParameters {
    /// @notice Thrown when one parameter is outside the bounds that hold for any network.
    error ParameterOutOfBounds(string name, uint256 value, uint256 min, uint256 max);
}
