// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IBondingTypes} from "../interfaces/IBondingTypes.sol";
import {IMinter} from "../interfaces/IMinter.sol";
import {WorkTally} from "../libraries/WorkTally.sol";
import {NetworkWork} from "./NetworkWork.sol";
import {Seats} from "./Seats.sol";
import {Slashes} from "./Slashes.sol";
import {Stakes} from "./Stakes.sol";
import {DelegatorRecord, MILLION, State, Terms, TranscoderRecord} from "./State.sol";

/// @notice Rewards, and the work that they require. Whitepaper, "Token Generation" and "CompetitivenessTolerance".
library Rewards {
    using FixedPointMathLib for uint256;
    using NetworkWork for State;
    using SafeCast for uint256;
    using Seats for State;
    using Slashes for State;
    using Stakes for State;
    using WorkTally for WorkTally.Tally;

    /// @dev See IEarnings.
    function reward(State storage s, IMinter minter, uint256 round) internal returns (uint256 amount) {
        uint24 number = s.numbers[msg.sender];
        TranscoderRecord storage transcoder = s.transcoders[number];
        uint32 count = s.clock.roundCount;
        if (count == 0 || !s.isActive(transcoder)) revert IBondingTypes.NotActive(msg.sender, round);
        // A registered transcoder has own stake. A transcoder that resigned in this round is still active, and may have no
        // own stake.
        if (!transcoder.registered) _requireOwnStake(s, number);
        if (transcoder.rewardRoundCount == count) revert IBondingTypes.RewardCalled(msg.sender, round);
        s.checkpoint(transcoder);
        transcoder.rewardRoundCount = count;
        uint256 cut;
        (uint256 work, uint256 expected) = workOf(s, transcoder, transcoder.lockedStake);
        if (isCompetitive(s, work, expected)) {
            amount = minter.mintReward(transcoder.lockedStake, s.clock.activeStake);
            bool changed = transcoder.ratesRound >= round;
            cut = amount * (changed ? transcoder.formerBlockRewardCut : transcoder.blockRewardCut) / MILLION;
            _addReward(s, transcoder, amount, cut);
        } else {
            emit IBondingTypes.RewardWithheld(msg.sender, s.clock.round, work, expected);
        }
        emit IBondingTypes.Reward(msg.sender, round, amount, cut);
    }

    /// @dev See ISlashing. A transcoder can be slashed for too little work once in a span.
    function slashLowWork(State storage s, IERC20 token, address account) internal returns (uint256 amount) {
        uint24 number = s.numbers[account];
        TranscoderRecord storage transcoder = s.transcoders[number];
        Terms storage terms = s.terms;
        if (!s.isActive(transcoder)) revert IBondingTypes.NotActive(account, s.clock.round);
        s.checkpoint(transcoder);
        (uint256 work, uint256 expected) = workOf(s, transcoder, transcoder.lockedStake);
        uint256 span = s.clock.round / terms.competitivenessWindow;
        bool isDue = terms.lowWorkSlashAmount > 0 && transcoder.lowWorkSpan <= span;
        if (!isDue || isCompetitive(s, work, expected)) revert IBondingTypes.EnoughWork(account, work, expected);
        transcoder.lowWorkSpan = uint32(span + 1);
        return s.slashForDuty(token, number, terms.lowWorkSlashAmount, msg.sender);
    }

    /// @notice Limits the work that counts for a transcoder in one span. The limit is 4 * (work of all transcoders in the
    /// previous span) * (stake of the transcoder) / (active stake), but at least `minExpectedWork`. The reason: a
    /// transcoder can pay itself for false jobs, and false jobs raise the work that is expected from all other
    /// transcoders. Let T be the `competitivenessTolerance`. With this limit, a transcoder needs more than T / (3 + T) of the
    /// active stake to make others do less than their required work although they do all the work for which they are drawn.
    /// With T = 90 %, this is 9 / 39, about 23 %. If a transcoder has a quarter of the active stake or more, its limit can grow with
    /// every span. See decisions/019.
    function tallyWork(State storage s, TranscoderRecord storage transcoder, uint256 work) internal {
        uint256 span = s.clock.round / s.terms.competitivenessWindow;
        uint256 counted = transcoder.work.inSpan(span);
        // To save gas, the limit is computed only if the work could exceed it.
        if (counted + work > s.terms.minExpectedWork) {
            uint256 limit = _workLimit(s, transcoder, span);
            if (counted + work > limit) work = limit - limit.min(counted);
        }
        transcoder.work.add(span, work);
        s.addNetworkWork(span, work);
    }

    /// @notice A transcoder's work in the current and the previous span, and the expected work. No work is expected from
    /// a transcoder without a seat. From a new transcoder, work is expected only for the rounds after it took its seat.
    function workOf(State storage s, TranscoderRecord storage transcoder, uint256 stake)
        internal
        view
        returns (uint256 work, uint256 expected)
    {
        (uint256 round, uint256 window) = (s.clock.round, s.terms.competitivenessWindow);
        (uint256 activeStake, uint256 since) = (s.clock.activeStake, transcoder.workExpectedSince);
        uint256 span = round / window;
        work = transcoder.work.sumAt(span);
        if (span == 0 || transcoder.seat == 0 || round <= since + 1) return (work, 0);
        unchecked {
            // No overflow: work has at most 89 bits, stake 96 bits, and a number of rounds 32 bits. No division by
            // zero: every seat has stake.
            expected = s.networkWorkAt(span) * stake / activeStake;
            uint256 start = (span - 1) * window;
            if (since >= start) expected = expected * (round - since - 1) / (round - start);
        }
    }

    /// @notice The stake at the start of the round in force.
    function stakeInForce(State storage s, TranscoderRecord storage transcoder) internal view returns (uint256) {
        return transcoder.changedRound < s.clock.round ? transcoder.stake : transcoder.lockedStake;
    }

    function isCompetitive(State storage s, uint256 work, uint256 expected) internal view returns (bool) {
        if (expected < s.terms.minExpectedWork) return true;
        return work * MILLION >= expected * (MILLION - s.terms.competitivenessTolerance);
    }

    function _workLimit(State storage s, TranscoderRecord storage transcoder, uint256 span)
        private
        view
        returns (uint256 limit)
    {
        uint256 activeStake = s.clock.activeStake;
        if (span > 0 && activeStake > 0) {
            limit = (4 * s.networkWorkIn(span - 1)).fullMulDiv(stakeInForce(s, transcoder), activeStake);
        }
        return limit.max(s.terms.minExpectedWork);
    }

    /// @dev Without own stake, the new shares for the cut would belong to no account.
    function _requireOwnStake(State storage s, uint24 number) private view {
        DelegatorRecord storage itself = s.delegators[msg.sender];
        if (itself.shares == 0 || itself.number != number) revert IBondingTypes.NoStake(msg.sender);
    }

    /// @dev The transcoder gets new shares for its cut. All shares together gain the rest of the amount.
    function _addReward(State storage s, TranscoderRecord storage transcoder, uint256 amount, uint256 cut) private {
        (uint256 stake, uint256 all) = (transcoder.stake + amount, transcoder.shares);
        uint256 shares = cut * all / (stake - cut);
        transcoder.cutShares = (transcoder.cutShares + shares).toUint112();
        s.setStake(transcoder, stake, all + shares);
    }
}
