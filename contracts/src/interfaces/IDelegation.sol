// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "./IBondingTypes.sol";

/// @notice Actions of delegators.
interface IDelegation is IBondingTypes {
    /// @notice Bonds `amount` of the caller's LPT to `to`, which is the caller or a transcoder. The caller must have
    /// approved this amount. If the caller's stake is bonded to an account other than `to`, all of this stake moves to
    /// `to`. Only in this case, `amount` may be zero. Stake that is bonded to the caller itself cannot move.
    /// Whitepaper, `Bond()`.
    function bond(uint256 amount, address to) external;

    /// @notice Puts `amount` into the unbonding state for at least `unbondingPeriod` blocks. In this time, the amount can still be
    /// slashed for work that the transcoder claimed before this call. If the own stake of a transcoder falls below
    /// `minSelfStake`, this call also ends its role as a transcoder. Whitepaper, `Unbond()`.
    /// @return lockId Identifies the lock in `withdrawStake` and `rebond`.
    function unbond(uint256 amount) external returns (uint256 lockId);

    /// @notice Bonds the amount of a lock again. If the caller has bonded stake, `to` must be its present delegate.
    /// Otherwise `to` is the caller or a transcoder.
    function rebond(uint256 lockId, address to) external;

    /// @notice Sends the amount of a lock to the caller, after the unbonding period of the lock. Whitepaper,
    /// `Withdraw()`.
    function withdrawStake(uint256 lockId) external;
}
