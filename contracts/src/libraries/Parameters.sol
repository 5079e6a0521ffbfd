// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IParameters} from "../interfaces/IParameters.sol";

/// @notice Bounds of protocol parameters. A bound may depend on another parameter.
library Parameters {
    /// @notice Reverts unless `min <= value <= max`.
    function bounded(string memory name, uint256 value, uint256 min, uint256 max) internal pure returns (uint256) {
        if (value < min || value > max) revert IParameters.ParameterOutOfBounds(name, value, min, max);
        return value;
    }

    /// @notice Reverts unless a contract exists at the address.
    function requireCode(address account) internal view {
        if (account.code.length == 0) revert IParameters.NoCode(account);
    }
}
