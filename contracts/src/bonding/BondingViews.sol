// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICommonPool} from "../interfaces/ICommonPool.sol";
import {IEarnings} from "../interfaces/IEarnings.sol";
import {Bonding} from "./Bonding.sol";
import {Fees} from "./Fees.sol";
import {Losses} from "./Losses.sol";
import {Rewards} from "./Rewards.sol";
import {Seats} from "./Seats.sol";
import {DelegatorRecord, Liability, Lock, State, Terms, TranscoderRecord} from "./State.sol";
import {Stakes} from "./Stakes.sol";

/// @notice Views of present stakes and fees.
abstract contract BondingViews is Bonding, IEarnings {
    using Fees for State;
    using Losses for State;
    using Rewards for State;
    using Seats for State;
    using Stakes for *;

    /// @inheritdoc IEarnings
    function getDelegator(address account) external view returns (Delegator memory) {
        DelegatorRecord storage delegator = state.delegators[account];
        TranscoderRecord storage record = state.transcoders[delegator.number];
        Liability memory exposure = delegator.exposure;
        (uint256 shares, uint256 exposedShares) = (delegator.shares, exposure.amount);
        (uint256 stake, uint256 all) = (record.stake, record.shares);
        if (exposedShares > 0) {
            uint256 remaining = state.remainingOf(exposure);
            uint256 burned = exposedShares - remaining;
            stake -= record.amountFor(burned);
            (shares, all) = (shares - burned, all - burned);
            exposedShares = block.number < exposure.untilBlock ? remaining : 0;
        }
        if (state.isSelfBonded(account, delegator)) shares += record.cutShares;
        return Delegator({
            delegate: delegator.shares == 0 ? address(0) : state.accounts[delegator.number],
            stake: shares == 0 ? 0 : shares * stake / all,
            fees: pendingFees(account),
            exposedStake: exposedShares == 0 ? 0 : exposedShares * stake / all,
            exposedTo: exposedShares == 0 ? address(0) : state.accounts[exposure.number],
            exposedUntil: exposedShares == 0 ? 0 : exposure.untilBlock
        });
    }

    /// @inheritdoc IEarnings
    function getUnbondingLock(address account, uint256 lockId) external view returns (UnbondingLock memory) {
        Lock memory lock = state.locks[account][lockId];
        (uint256 amount,) = state.amountsOf(account, lock);
        return UnbondingLock(amount, lock.stake.untilBlock, state.accounts[lock.stake.number]);
    }

    /// @inheritdoc IEarnings
    function missedRewards(address account) external view returns (uint256) {
        return state.missedRewards(state.transcoders[state.numbers[account]]);
    }

    /// @inheritdoc IEarnings
    function competitiveness(address account) external view returns (uint256 work, uint256 expected) {
        TranscoderRecord storage record = state.transcoders[state.numbers[account]];
        return state.workOf(record, state.stakeInForce(record));
    }

    /// @inheritdoc IEarnings
    function pendingFees(address account) public view returns (uint256 fees) {
        DelegatorRecord storage delegator = state.delegators[account];
        uint256 round = state.clock.round;
        fees = uint256(delegator.fees) + state.transcoders[state.numbers[account]].work.fees;
        if (round == 0) return fees;
        fees += state.unpaidFees(delegator, account, round - 1, delegator.shares);
        (uint256 exposed, uint256 feesPaidRound) = (delegator.exposure.amount, delegator.feesPaidRound);
        if (exposed == 0 || feesPaidRound >= round || state.isSelfBonded(account, delegator)) return fees;
        // The next update burns these shares. Until that update, the shares earn fees.
        uint256 burned = exposed - state.remainingOf(delegator.exposure);
        uint256 from = feesPaidRound < round - 1 ? round - 1 : feesPaidRound;
        fees += state.feesBetween(delegator.number, from, round, burned);
    }

    /// @inheritdoc IEarnings
    function unbondingLockCount(address account) external view returns (uint256) {
        return state.delegators[account].lockCount;
    }

    /// @inheritdoc ICommonPool
    function commonPool() external view returns (uint256) {
        return state.ledger.commonPool;
    }

    /// @inheritdoc IEarnings
    function totalBonded() external view returns (uint256) {
        return state.totals.bonded;
    }

    /// @inheritdoc IEarnings
    function roundInForce() external view returns (uint256 round, uint256 count, uint256 activeStake) {
        return (state.clock.round, state.clock.roundCount, state.clock.activeStake);
    }

    /// @inheritdoc IEarnings
    function parameters() external view returns (Parameters memory) {
        Terms memory values = state.terms;
        return Parameters({
            poolSize: values.poolSize,
            unbondingPeriod: values.unbondingPeriod,
            missedRewardSlashAmount: values.missedRewardSlashAmount,
            missedRewardRounds: values.missedRewardRounds,
            finderFee: values.finderFee,
            competitivenessTolerance: values.competitivenessTolerance,
            competitivenessWindow: values.competitivenessWindow,
            minExpectedWork: values.minExpectedWork,
            maxRoundSlashAmount: values.maxRoundSlashAmount,
            minSelfStake: values.minSelfStake,
            lowWorkSlashAmount: values.lowWorkSlashAmount
        });
    }
}
