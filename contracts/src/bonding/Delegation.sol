// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IBondingTypes} from "../interfaces/IBondingTypes.sol";
import {Fees} from "./Fees.sol";
import {Losses} from "./Losses.sol";
import {Seats} from "./Seats.sol";
import {Stakes} from "./Stakes.sol";
import {DelegatorRecord, Liability, Lock, MAX_OWN_LOCKS, State, TranscoderRecord} from "./State.sol";

/// @notice Bonds, moves, unbonds and withdraws stake of the caller.
library Delegation {
    using Fees for State;
    using FixedPointMathLib for uint256;
    using Losses for State;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;
    using Seats for State;
    using Stakes for *;

    /// @dev See IDelegation.
    function bond(State storage s, IERC20 token, uint256 amount, address to) internal {
        uint24 number = _numberOfDelegate(s, to, amount);
        // The transfer comes before the stake changes, because the transfer proves that `amount` is at most the amount
        // of all LPT. The transfer cannot cause reentrancy, because the token calls no other contract.
        if (amount > 0) token.safeTransferFrom(msg.sender, address(this), amount);
        (DelegatorRecord storage delegator, bool reduced) = _beginChange(s, msg.sender);
        if (delegator.shares > 0 && delegator.number != number) _move(s, delegator, number);
        else if (amount == 0) revert IBondingTypes.ZeroAmount();
        else delegator.number = number;
        emit IBondingTypes.Bond(msg.sender, to, amount, _add(s, delegator, amount, reduced));
    }

    /// @dev See IDelegation.
    function unbond(State storage s, uint256 amount) internal returns (uint256 lockId) {
        if (amount == 0) revert IBondingTypes.ZeroAmount();
        uint24 number = s.delegators[msg.sender].number;
        bool isOwn = number != 0 && s.numbers[msg.sender] == number;
        if (isOwn) {
            // The slash for missed rewards must come before the stake leaves.
            uint256 missed = s.missedRewards(s.transcoders[number]);
            if (missed >= s.terms.missedRewardRounds) revert IBondingTypes.RewardsMissed(msg.sender, missed);
        }
        (DelegatorRecord storage delegator, bool reduced) = _beginChange(s, msg.sender);
        uint256 exposed = _remove(s, delegator, amount);
        lockId = delegator.lockCount++;
        uint256 untilBlock = block.number + s.terms.unbondingPeriod;
        // The lock must not end before the exposure ends. The exposure can end later than an unbonding period that
        // begins now, if the owner has shortened the unbonding period since the stake moved.
        if (exposed > 0 && delegator.exposure.untilBlock > untilBlock) untilBlock = delegator.exposure.untilBlock;
        Lock storage lock = s.locks[msg.sender][lockId];
        lock.stake = Liability({
            amount: uint112(amount),
            number: number,
            leftBlock: uint40(block.number),
            untilBlock: uint40(untilBlock),
            settled: uint32(s.transcoders[number].slashes.length)
        });
        if (exposed > 0) {
            lock.exposure = delegator.exposure;
            lock.exposure.amount = uint112(exposed);
        }
        if (isOwn) _listOwnLock(s.transcoders[number], lockId);
        emit IBondingTypes.Unbond(msg.sender, lockId, amount, untilBlock, _endChange(s, delegator));
        if (isOwn || reduced) s.resignIfTooPoor(msg.sender);
    }

    /// @dev See IDelegation.
    function rebond(State storage s, uint256 lockId, address to) internal {
        (DelegatorRecord storage delegator, bool reduced) = _beginChange(s, msg.sender);
        (Lock memory lock, uint256 amount, uint256 exposed) = _redeem(s, lockId);
        uint24 number = _numberOfDelegate(s, to, amount);
        if (delegator.shares == 0) delegator.number = number;
        else if (delegator.number != number) revert IBondingTypes.OtherDelegate(s.accounts[delegator.number]);
        uint256 shares = s.transcoders[number].sharesFor(amount);
        bool isExposed = exposed > 0 && block.number < lock.exposure.untilBlock;
        if (block.number < lock.stake.untilBlock && lock.stake.number != number) {
            if (isExposed) {
                revert IBondingTypes.StakeExposed(s.accounts[lock.exposure.number], lock.exposure.untilBlock);
            }
            _requireMovable(s, lock.stake.number, number);
            lock.stake.amount = shares.toUint112();
            _expose(s, delegator, lock.stake);
        } else if (isExposed) {
            lock.exposure.amount = shares.fullMulDivUp(exposed, amount).toUint112();
            _expose(s, delegator, lock.exposure);
        }
        uint256 total = _add(s, delegator, amount, reduced);
        emit IBondingTypes.Rebond(msg.sender, to, lockId, amount);
        emit IBondingTypes.Bond(msg.sender, to, amount, total);
    }

    /// @dev See IDelegation.
    function withdrawStake(State storage s, IERC20 token, uint256 lockId) internal {
        (Lock memory lock, uint256 amount,) = _redeem(s, lockId);
        if (block.number < lock.stake.untilBlock) revert IBondingTypes.StakeLocked(lockId, lock.stake.untilBlock);
        emit IBondingTypes.WithdrawStake(msg.sender, lockId, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @dev See IEarnings. Credits only the fees of ended rounds, because more fees can still be added to the current round. But
    /// shares that are burned here get their fees of the current round too.
    function updateDelegator(State storage s, address account) internal {
        DelegatorRecord storage delegator = s.delegators[account];
        uint24 number = delegator.number;
        if (number == 0) return;
        TranscoderRecord storage transcoder = s.transcoders[number];
        uint32 round = s.clock.round;
        if (delegator.feesPaidRound + 1 < round) {
            s.accrueFees(delegator, account, round - 1, delegator.shares);
            delegator.feesPaidRound = round - 1;
        }
        bool gains = transcoder.cutShares > 0 && s.isSelfBonded(account, delegator);
        if (delegator.exposure.amount > 0 || gains) {
            s.checkpoint(delegator);
            bool fresh = delegator.feesPaidRound == round;
            if (fresh) transcoder.freshShares -= delegator.shares;
            bool reduced = s.settleExposure(delegator, account);
            s.mergeCutShares(delegator, account);
            if (fresh) transcoder.freshShares += delegator.shares;
            if (reduced) s.resignIfTooPoor(account);
        }
        emit IBondingTypes.EarningsClaimed(account, transcoder.amountFor(delegator.shares), delegator.fees);
    }

    /// @dev The number of `to`. If the caller has no number, and bonds `minSelfStake` or more to itself, assigns a
    /// number to the caller. Numbers are scarce, so each number must cost stake. Reverts if `to` is neither the caller
    /// nor a transcoder.
    function _numberOfDelegate(State storage s, address to, uint256 amount) private returns (uint24 number) {
        number = s.numbers[to];
        if (to != msg.sender && !s.transcoders[number].registered) revert IBondingTypes.NotTranscoder(to);
        if (number > 0) return number;
        amount += s.transcoders[s.delegators[to].number].amountFor(s.delegators[to].shares);
        uint256 min = s.terms.minSelfStake;
        if (amount < min) revert IBondingTypes.InsufficientSelfStake(to, amount, min);
        number = ++s.ledger.accountCount;
        (s.accounts[number], s.numbers[to]) = (to, number);
    }

    /// @dev Must run before a delegator's shares change: saves the present values, credits the fees, and burns the
    /// shares owed for slashes. `_endChange` must run after the change.
    /// @return delegator The account's record.
    /// @return reduced Whether the delegator lost stake because of slashes.
    function _beginChange(State storage s, address account)
        private
        returns (DelegatorRecord storage delegator, bool reduced)
    {
        delegator = s.delegators[account];
        uint24 number = delegator.number;
        if (number == 0) return (delegator, false);
        TranscoderRecord storage transcoder = s.transcoders[number];
        s.checkpoint(transcoder);
        uint32 round = s.clock.round;
        if (delegator.feesPaidRound == round) transcoder.freshShares -= delegator.shares;
        else s.accrueFees(delegator, account, round, delegator.shares);
        delegator.feesPaidRound = round;
        s.checkpoint(delegator);
        reduced = s.settleExposure(delegator, account);
        s.mergeCutShares(delegator, account);
    }

    /// @dev After a change, all shares of the delegator earn fees only from the next round on.
    function _endChange(State storage s, DelegatorRecord storage delegator) private returns (uint256) {
        TranscoderRecord storage transcoder = s.transcoders[delegator.number];
        uint32 round = s.clock.round;
        (delegator.changedRound, delegator.feesPaidRound) = (round, round);
        transcoder.freshShares += delegator.shares;
        return transcoder.amountFor(delegator.shares);
    }

    /// @param reduced Whether `_beginChange` took stake from the delegator because of slashes. The delegator's role as
    /// a transcoder ends only if its own stake is still too low after `amount` is added.
    function _add(State storage s, DelegatorRecord storage delegator, uint256 amount, bool reduced)
        private
        returns (uint256 total)
    {
        TranscoderRecord storage transcoder = s.transcoders[delegator.number];
        s.checkpoint(transcoder);
        if (amount > 0) {
            uint256 shares = transcoder.sharesFor(amount);
            delegator.shares = (delegator.shares + shares).toUint112();
            s.setStake(transcoder, transcoder.stake + amount, transcoder.shares + shares);
        }
        total = _endChange(s, delegator);
        if (reduced) s.resignIfTooPoor(msg.sender);
        if (transcoder.registered && transcoder.seat == 0) s.seatIfWon(delegator.number);
    }

    /// @dev Removes `amount` of a delegator's stake from its transcoder. The number of removed shares is rounded up.
    /// @return exposed The part of the amount that is exposed to a former transcoder.
    function _remove(State storage s, DelegatorRecord storage delegator, uint256 amount)
        private
        returns (uint256 exposed)
    {
        TranscoderRecord storage transcoder = s.transcoders[delegator.number];
        (uint256 stake, uint256 allShares, uint256 ownShares) = (transcoder.stake, transcoder.shares, delegator.shares);
        uint256 ownStake = transcoder.amountFor(ownShares);
        if (amount > ownStake) revert IBondingTypes.InsufficientStake(amount, ownStake);
        uint256 shares = amount == ownStake ? ownShares : (amount * allShares).divUp(stake);
        uint256 exposedShares = delegator.exposure.amount;
        if (exposedShares > 0) {
            if (shares < ownShares) exposedShares = exposedShares.fullMulDiv(shares, ownShares);
            delegator.exposure.amount -= uint112(exposedShares);
            exposed = amount.fullMulDivUp(exposedShares, shares);
        }
        delegator.shares = uint112(ownShares - shares);
        s.setStake(transcoder, stake - amount, allShares - shares);
    }

    /// @dev Moves all stake of a delegator to transcoder `number`. For one unbonding period, a slash of the former transcoder for earlier
    /// work still reduces this stake, in the same way as it reduces unbonding stake.
    function _move(State storage s, DelegatorRecord storage delegator, uint24 number) private {
        uint24 former = delegator.number;
        if (delegator.exposure.amount > 0) {
            revert IBondingTypes.StakeExposed(s.accounts[delegator.exposure.number], delegator.exposure.untilBlock);
        }
        _requireMovable(s, former, number);
        uint256 amount = s.transcoders[former].amountFor(delegator.shares);
        _remove(s, delegator, amount);
        TranscoderRecord storage transcoder = s.transcoders[number];
        s.checkpoint(transcoder);
        uint256 shares = transcoder.sharesFor(amount);
        (delegator.number, delegator.shares) = (number, shares.toUint112());
        s.setStake(transcoder, transcoder.stake + amount, transcoder.shares + shares);
        _expose(
            s,
            delegator,
            Liability({
                amount: uint112(shares),
                number: former,
                leftBlock: uint40(block.number),
                untilBlock: uint40(block.number + s.terms.unbondingPeriod),
                settled: uint32(s.transcoders[former].slashes.length)
            })
        );
        emit IBondingTypes.StakeMoved(msg.sender, s.accounts[former], s.accounts[number], amount);
    }

    /// @dev Own stake must not move: moved stake is delegated stake, and a slash takes own stake before delegated stake. Own stake can only
    /// be unbonded. Stake that got the reward of its transcoder in this round must not get the reward of another transcoder in the same
    /// round.
    function _requireMovable(State storage s, uint24 from, uint24 to) private view {
        if (s.numbers[msg.sender] == from) revert IBondingTypes.OwnStake(msg.sender);
        uint32 count = s.clock.roundCount;
        if (count == 0 || s.transcoders[from].rewardRoundCount != count) return;
        TranscoderRecord storage transcoder = s.transcoders[to];
        if (transcoder.rewardRoundCount != count && s.isActive(transcoder)) {
            revert IBondingTypes.RewardPending(s.accounts[to], s.clock.round);
        }
    }

    /// @dev The stake of a delegator can be exposed to only one former transcoder.
    function _expose(State storage s, DelegatorRecord storage delegator, Liability memory added) private {
        Liability memory present = delegator.exposure;
        if (present.amount > 0) {
            bool same = present.number == added.number && present.leftBlock == added.leftBlock
                && present.untilBlock == added.untilBlock;
            if (!same) revert IBondingTypes.StakeExposed(s.accounts[present.number], present.untilBlock);
            added.amount += present.amount;
        }
        added.settled = uint32(s.transcoders[added.number].slashes.length);
        delegator.exposure = added;
    }

    function _listOwnLock(TranscoderRecord storage transcoder, uint256 lockId) private {
        uint256 list = transcoder.ownLocks;
        uint256 shift;
        while (uint32(list >> shift) != 0) {
            shift += 32;
            if (shift == 32 * MAX_OWN_LOCKS) revert IBondingTypes.TooManyOwnLocks(MAX_OWN_LOCKS);
        }
        transcoder.ownLocks = list | (lockId + 1) << shift;
    }

    function _unlistOwnLock(TranscoderRecord storage transcoder, uint256 lockId) private {
        uint256 list = transcoder.ownLocks;
        uint256 shift;
        while (uint32(list >> shift) != lockId + 1) shift += 32;
        transcoder.ownLocks = list ^ (lockId + 1) << shift;
    }

    /// @dev Deletes a lock of the caller. The part of its stake that slashes took goes to the common pool.
    /// @return lock The deleted lock. Its amounts can be too high: use `amount` and `exposed` instead.
    /// @return amount The amount after all slashes, rounded down.
    /// @return exposed The part of `amount` that is exposed to a former transcoder.
    function _redeem(State storage s, uint256 lockId)
        private
        returns (Lock memory lock, uint256 amount, uint256 exposed)
    {
        lock = s.locks[msg.sender][lockId];
        if (lock.stake.amount == 0) revert IBondingTypes.UnknownLock(msg.sender, lockId);
        uint256 before = lock.stake.amount;
        (amount, exposed) = s.amountsOf(msg.sender, lock);
        s.creditCommonPool(msg.sender, before - amount);
        delete s.locks[msg.sender][lockId];
        if (s.accounts[lock.stake.number] == msg.sender) {
            _unlistOwnLock(s.transcoders[lock.stake.number], lockId);
        }
    }
}
