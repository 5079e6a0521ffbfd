// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IEarnings} from "../interfaces/IEarnings.sol";
import {TranscoderPool} from "../libraries/TranscoderPool.sol";
import {WorkTally} from "../libraries/WorkTally.sol";
import {Accounts} from "./Accounts.sol";

/// @notice Views of present stakes and fees, and of stakes at the end of a past round.
abstract contract BondingViews is Accounts, IEarnings {
    using Checkpoints for Checkpoints.Trace208;
    using TranscoderPool for TranscoderPool.Pool;
    using WorkTally for WorkTally.Tally;

    /// @inheritdoc IEarnings
    function transcoders() external view returns (Transcoder[] memory list) {
        uint256 seats = pool.seatCount;
        list = new Transcoder[](pool.order.size);
        uint256 count;
        for (uint256 i; i < seats; ++i) {
            uint24 number = pool.seats[i].number();
            if (number != 0) list[count++] = getTranscoder(accounts[number]);
        }
    }

    /// @inheritdoc IEarnings
    function waitlist() external view returns (Transcoder[] memory list) {
        list = new Transcoder[](pool.waitlist.length);
        for (uint256 i; i < list.length; ++i) {
            list[i] = getTranscoder(accounts[pool.waitlist[i]]);
        }
    }

    /// @inheritdoc IEarnings
    function getTranscoder(address account) public view returns (Transcoder memory) {
        uint24 number = numbers[account];
        TranscoderRecord storage record = records[number];
        return Transcoder({
            transcoder: account,
            stake: record.stake,
            pricePerUnit: record.pricePerUnit,
            available: record.registered && pool.isAvailable(number),
            registered: record.registered,
            blockRewardCut: record.blockRewardCut,
            feeShare: record.feeShare,
            seated: record.seat != 0,
            active: _isActive(record)
        });
    }

    /// @inheritdoc IEarnings
    function getDelegator(address account) external view returns (Delegator memory) {
        DelegatorRecord storage delegator = delegators[account];
        TranscoderRecord storage record = records[delegator.number];
        (uint256 shares, uint256 exposedShares) = (delegator.shares, delegator.exposedShares);
        (uint256 stake, uint256 all) = (record.stake, record.shares);
        if (exposedShares > 0) {
            uint256 round = roundsManager.currentRound();
            uint256 remaining = _remainingExposedShares(delegator, round);
            uint256 burned = exposedShares - remaining;
            stake -= _amountFor(record, burned);
            (shares, all) = (shares - burned, all - burned);
            exposedShares = round < delegator.exposedUntil ? remaining : 0;
        }
        if (_isSelfBonded(account, delegator)) shares += record.cutShares;
        return Delegator({
            delegate: delegator.shares == 0 ? address(0) : accounts[delegator.number],
            stake: shares == 0 ? 0 : shares * stake / all,
            fees: pendingFees(account),
            exposedStake: exposedShares == 0 ? 0 : exposedShares * stake / all,
            exposedTo: exposedShares == 0 ? address(0) : accounts[delegator.exposedTo],
            exposedUntil: exposedShares == 0 ? 0 : delegator.exposedUntil
        });
    }

    /// @inheritdoc IEarnings
    function getUnbondingLock(address account, uint256 lockId) external view returns (UnbondingLock memory) {
        Lock memory lock = locks[account][lockId];
        (uint256 amount,) = _applySlashes(lock, roundsManager.currentRound());
        return UnbondingLock(amount, lock.withdrawRound, accounts[lock.number]);
    }

    /// @inheritdoc IEarnings
    function stakeAt(address account, uint256 round) external view returns (uint256 stake, uint256 shares) {
        TranscoderRecord storage record = records[numbers[account]];
        if (record.changedRound <= round) return (record.stake, record.shares);
        uint208 past = record.checkpoints.upperLookup(uint48(round));
        // forge-lint: disable-next-line(unsafe-typecast)
        return (past >> 112, uint112(past));
    }

    /// @inheritdoc IEarnings
    function delegationAt(address account, uint256 round) external view returns (address delegate, uint256 shares) {
        DelegatorRecord storage delegator = delegators[account];
        if (delegator.changedRound <= round) return (accounts[delegator.number], delegator.shares);
        uint208 past = delegator.checkpoints.upperLookup(uint48(round));
        // forge-lint: disable-next-line(unsafe-typecast)
        return (accounts[past >> 112], uint112(past));
    }

    /// @inheritdoc IEarnings
    function missedRewards(address account) external view returns (uint256) {
        return _missedRewardsOf(records[numbers[account]]);
    }

    /// @inheritdoc IEarnings
    function competitiveness(address account) external view returns (uint256 work, uint256 expected) {
        TranscoderRecord storage record = records[numbers[account]];
        uint256 stake = record.changedRound < clock.round ? record.stake : record.lockedStake;
        return _workOf(record, stake, terms.competitivenessWindow);
    }

    /// @inheritdoc IEarnings
    function pendingFees(address account) public view returns (uint256 fees) {
        DelegatorRecord storage delegator = delegators[account];
        uint256 round = clock.round;
        fees = delegator.fees;
        if (round == 0) return fees;
        fees += _feesUntil(delegator, account, round - 1, delegator.shares);
        (uint256 exposedShares, uint256 feesPaidRound) = (delegator.exposedShares, delegator.feesPaidRound);
        if (exposedShares == 0 || feesPaidRound >= round || _isSelfBonded(account, delegator)) return fees;
        // The next update burns these shares. Until that update, the shares earn fees.
        uint256 burned = exposedShares - _remainingExposedShares(delegator, roundsManager.currentRound());
        fees += _feesBetween(delegator.number, feesPaidRound < round - 1 ? round - 1 : feesPaidRound, round, burned);
    }

    /// @inheritdoc IEarnings
    function unbondingLockCount(address account) external view returns (uint256) {
        return delegators[account].lockCount;
    }

    /// @inheritdoc IEarnings
    function commonPool() external view returns (uint256) {
        return clock.commonPool;
    }

    /// @inheritdoc IEarnings
    function totalBonded() external view returns (uint256) {
        return totals.bonded;
    }

    /// @inheritdoc IEarnings
    function roundInForce() external view returns (uint256 round, uint256 count, uint256 activeStake) {
        return (clock.round, clock.roundCount, clock.activeStake);
    }

    /// @inheritdoc IEarnings
    function parameters() external view returns (Parameters memory) {
        Terms memory values = terms;
        return Parameters({
            poolSize: values.poolSize,
            unbondingPeriod: values.unbondingPeriod,
            missedRewardSlashAmount: values.missedRewardSlashAmount,
            missedRewardRounds: values.missedRewardRounds,
            finderFee: values.finderFee,
            competitivenessTolerance: values.competitivenessTolerance,
            competitivenessWindow: values.competitivenessWindow,
            minExpectedWork: values.minExpectedWork
        });
    }

    /// @dev A transcoder's work in the current and the previous span, and the expected work. No work is expected from a
    /// transcoder without a seat. From a new transcoder, work is expected only for the rounds after it took its seat.
    function _workOf(TranscoderRecord storage record, uint256 stakeInForce, uint256 window)
        internal
        view
        returns (uint256 work, uint256 expected)
    {
        (uint256 round, uint256 activeStake, uint256 since) = (clock.round, clock.activeStake, record.workExpectedSince);
        uint256 span = round / window;
        work = record.work.sumAt(span);
        if (span == 0 || record.seat == 0 || round <= since + 1) return (work, 0);
        unchecked {
            // No overflow: work has at most 113 bits, stake 96 bits, and a number of rounds 32 bits. No division by
            // zero: every seat has stake.
            expected = networkWork.sumAt(span) * stakeInForce / activeStake;
            uint256 start = (span - 1) * window;
            if (since >= start) expected = expected * (round - since - 1) / (round - start);
        }
    }

    /// @dev A transcoder is active in the round in force if it took its present seat before the round, if it was drawn
    /// from the waitlist for the round, or if it held a seat at the start of the round and lost the seat in the round.
    /// Before the first round, every transcoder with a seat is active.
    function _isActive(TranscoderRecord storage record) internal view returns (bool) {
        uint32 round = clock.round;
        if (round == 0) return record.seat != 0;
        return record.activeRound == round || (record.seat != 0 && record.seatedRound < round);
    }
}
