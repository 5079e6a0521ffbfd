// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "./IBondingTypes.sol";
import {ICommonPool} from "./ICommonPool.sol";

/// @notice Rewards, fees, rounds and views of the BondingManager.
interface IEarnings is IBondingTypes, ICommonPool {
    /// @notice Mints LPT for all stake bonded to the caller, in proportion to this stake. A transcoder can call this
    /// function once per round. Mints nothing if the caller did less work than the CompetitivenessTolerance requires
    /// for its stake. Whitepaper, `Reward()`.
    function reward() external returns (uint256 amount);

    /// @notice Credits a delegator's fees, and burns the moved stake that the delegator owes for slashes of its former
    /// transcoder. If the delegator is a transcoder and its own stake falls below `minSelfStake`, its role as a transcoder
    /// ends. Any account may call this function. Whitepaper, `UpdateDelegatorStake()`.
    function updateDelegatorStake(address delegator) external;

    /// @notice Locks stakes and rates for a round. Only for the RoundsManager.
    /// @param endBlock The first block after the round.
    /// @param seed Selects the transcoder of the waitlist that is active in the round. The chance of each transcoder is
    /// proportional to its stake. If the seed is zero, no transcoder is selected.
    function openRound(uint256 round, uint256 endBlock, bytes32 seed) external;

    /// @notice Divides a transcoder's fees between the transcoder and its delegators. Only for the JobsManager, which
    /// holds the wei.
    /// @param work Verified units that count as the transcoder's work.
    function creditFees(address account, uint256 amount, uint256 work) external;

    /// @notice Sets the pending fees of an account to zero and returns the amount. Only for the JobsManager, which pays the
    /// account.
    function takeFees(address account) external returns (uint256 amount);

    /// @notice Sets the parameters from the next round on. Only for the owner.
    function setParameters(Parameters calldata values) external;

    /// @notice Reverts unless unbonding stake stays in the contract until the last possible verdict on the work that
    /// the stake backs, and until a proposal on which the stake has voted can be executed.
    function requireUnbondingBlocks() external view;

    /// @notice The smaller of two unbonding periods, in blocks: the period of the present parameters, and the period of
    /// the parameters of the next round.
    function minUnbondingBlocks() external view returns (uint256);

    function getDelegator(address account) external view returns (Delegator memory);
    function getUnbondingLock(address account, uint256 lockId) external view returns (UnbondingLock memory);

    /// @notice Number of consecutive rewards that a transcoder with a seat has missed.
    function missedRewards(address account) external view returns (uint256);

    /// @notice Verified work of a transcoder in the current and the previous span, and the work expected for its stake
    /// in force, both in units. For a new transcoder, the expected work covers only the rounds after it took its seat.
    function competitiveness(address account) external view returns (uint256 work, uint256 expected);

    /// @notice Fees that `takeFees` would return, in wei: the account's own fees as a transcoder, and its fees as a
    /// delegator.
    function pendingFees(address account) external view returns (uint256);

    /// @notice Number of locks that an account has created so far. Lock ids start at 0.
    function unbondingLockCount(address account) external view returns (uint256);

    /// @notice All bonded stake, in units of 10^-18 LPT.
    function totalBonded() external view returns (uint256);

    /// @notice The round in force, the number of rounds initialized so far, and the stake of all active transcoders.
    function roundInForce() external view returns (uint256 round, uint256 count, uint256 activeStake);

    function parameters() external view returns (Parameters memory);
}
