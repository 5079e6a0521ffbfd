// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "./IBondingTypes.sol";

/// @notice What rounds, work and faults bring and take, and all that can be read. Shares are parts per million.
interface IEarnings is IBondingTypes {
    /// @notice Mints the caller's part of the round's tokens to those bonded to it, once a round. Nothing, when the caller did
    /// less of the network's work than its stake lets expect: CompetitivenessTolerance. Whitepaper, `Reward()`.
    function reward() external returns (uint256 amount);

    /// @notice Brings the earnings of any delegator up to date, and what it owes for a transcoder that it left. Whitepaper,
    /// `UpdateDelegatorStake()`.
    function updateDelegatorStake(address delegator) external;

    /// @notice Locks stakes and rates for a round. By the RoundsManager.
    /// @param seed Of the choice from the waitlist; zero for none.
    function openRound(uint256 round, bytes32 seed) external;

    /// @notice Shares fees with those bonded to a transcoder. By the JobsManager, which keeps the wei.
    /// @param work Units that were verified, and count.
    /// @return ownFees The part of `amount` that belongs to the transcoder alone.
    function creditFees(address account, uint256 amount, uint256 work) external returns (uint256 ownFees);

    /// @notice Hands over what `pendingFees` counts. By the JobsManager, which pays it.
    function takeFees(address delegator) external returns (uint256 amount);

    /// @notice Sets what holds from the next round on. By the owner.
    function setParameters(Parameters calldata values) external;

    /// @notice Reverts unless unbonded stake stays until the last verdict on work that it may have backed.
    function requireUnbondingBlocks() external view;

    /// @notice Everybody who holds a seat in the pool.
    function transcoders() external view returns (Transcoder[] memory);

    /// @notice Everybody who waits for one, in no order.
    function waitlist() external view returns (Transcoder[] memory);

    function getTranscoder(address account) external view returns (Transcoder memory);
    function getDelegator(address account) external view returns (Delegator memory);
    function getUnbondingLock(address account, uint256 lockId) external view returns (UnbondingLock memory);

    /// @notice Stake bonded to an account at the end of a round, and the shares that it consists of: for votes.
    function stakeAt(address account, uint256 round) external view returns (uint256 stake, uint256 shares);

    /// @notice Whom an account had bonded to at the end of a round, and how many of the delegate's shares were its.
    function delegationAt(address account, uint256 round) external view returns (address delegate, uint256 shares);

    /// @notice Rewards in a row that a transcoder in the pool has not called.
    function missedRewards(address account) external view returns (uint256);

    /// @notice Verified work of a transcoder in the window that ends now, and what its stake in force lets expect, both in
    /// units; of a newcomer, for the rounds that it has worked.
    function competitiveness(address account) external view returns (uint256 work, uint256 expected);

    /// @notice Fees that `takeFees` would hand over, in wei.
    function pendingFees(address account) external view returns (uint256);

    /// @notice Locks that an account ever opened: ids run from 0.
    function unbondingLockCount(address account) external view returns (uint256);

    /// @notice Stake that was slashed, in units of 10^-18 LPT.
    function commonPool() external view returns (uint256);

    /// @notice All stake that is bonded.
    function totalBonded() external view returns (uint256);

    /// @notice Round in force, how many were initialized so far, and the stake of all active in it.
    function roundInForce() external view returns (uint256 round, uint256 count, uint256 activeStake);

    function parameters() external view returns (Parameters memory);
}
