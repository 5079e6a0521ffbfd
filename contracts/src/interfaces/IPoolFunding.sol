// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Payments into the CommonPool of the BondingManager.
interface IPoolFunding {
    /// @notice Moves `amount` of the caller's LPT (in units of 10^-18 LPT) into the CommonPool. The caller must have approved
    /// the amount. Any account may call this function.
    function fundCommonPool(uint256 amount) external;
}
