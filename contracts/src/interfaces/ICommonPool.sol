// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A pool of money that belongs to no account. Slashes and fines fill the pool, and only the owner can spend it.
/// The pool of the JobsManager holds wei. The pool of the BondingManager holds LPT, in units of 10^-18 LPT, and any account
/// can pay into it (IPoolFunding). At any time, the pool is the sum of all CommonPoolCredit minus the sum of all CommonPoolSpend. Whitepaper, `CommonPool`.
interface ICommonPool {
    /// @notice Emitted when `amount` is added to the pool. `payer` is the account that lost or paid this amount; zero when
    /// the amount is the remainder of a division.
    event CommonPoolCredit(address indexed payer, uint256 amount);
    /// @notice Emitted when the owner sends `amount` from the pool to `to`.
    event CommonPoolSpend(address indexed to, uint256 amount);

    /// @notice Thrown when the owner spends more than the pool holds.
    error InsufficientCommonPool(uint256 required, uint256 available);

    /// @notice Sends `amount` from the pool to `to`. If `to` is zero, burns the amount. Only for the owner.
    function spendCommonPool(address to, uint256 amount) external;

    /// @notice The amount in the pool.
    function commonPool() external view returns (uint256);
}
