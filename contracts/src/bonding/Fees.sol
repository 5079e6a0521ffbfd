// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IBondingTypes} from "../interfaces/IBondingTypes.sol";
import {Stakes} from "./Stakes.sol";
import {DelegatorRecord, MILLION, RAY, State, TranscoderRecord} from "./State.sol";

/// @notice The fees of delegators. The gas of an update grows at most with the logarithm of the number of rounds with fees.
library Fees {
    using Checkpoints for Checkpoints.Trace208;
    using FixedPointMathLib for uint256;
    using SafeCast for uint256;
    using Stakes for State;

    /// @notice Divides a transcoder's fees between the transcoder and its delegators.
    function shareFees(State storage s, address account, uint24 number, uint256 amount) internal {
        TranscoderRecord storage transcoder = s.transcoders[number];
        transcoder.work.fees =
            (transcoder.work.fees + amount - _creditDelegators(s, account, transcoder, amount)).toUint88();
    }

    /// @notice Sets the fees of an account, as a transcoder and as a delegator, to zero.
    /// @return amount The fees before the call, in wei.
    function takeFees(State storage s, address account) internal returns (uint256 amount) {
        DelegatorRecord storage delegator = s.delegators[account];
        TranscoderRecord storage transcoder = s.transcoders[s.numbers[account]];
        (uint256 delegated, uint256 own) = (delegator.fees, transcoder.work.fees);
        if (delegated > 0) delegator.fees = 0;
        if (own > 0) transcoder.work.fees = 0;
        return delegated + own;
    }

    /// @return shared The delegators' part of the fees `amount`.
    function _creditDelegators(State storage s, address account, TranscoderRecord storage transcoder, uint256 amount)
        private
        returns (uint256 shared)
    {
        uint32 round = s.clock.round;
        uint256 feeShare = round == 0 || transcoder.ratesRound < round ? transcoder.feeShare : transcoder.formerFeeShare;
        if (feeShare == 0) return 0;
        (uint256 earning, uint256 others) = _sharesOf(s, account, transcoder, round);
        if (others == 0) return 0;
        shared = (amount * feeShare / MILLION).fullMulDiv(others, earning);
        transcoder.feesPerShare
            .push(round, (transcoder.feesPerShare.latest() + shared.fullMulDiv(RAY, others)).toUint208());
        emit IBondingTypes.FeesShared(account, round, amount, shared);
    }

    /// @notice Adds the unpaid fees of `shares`, up to the end of `round`, to the delegator's fees.
    function accrueFees(
        State storage s,
        DelegatorRecord storage delegator,
        address account,
        uint256 round,
        uint256 shares
    ) internal {
        uint256 earned = unpaidFees(s, delegator, account, round, shares);
        if (earned > 0) delegator.fees += earned.toUint96();
    }

    /// @notice The unpaid fees of `shares`, up to the end of `round`. Zero for a transcoder's own shares, because
    /// `shareFees` credits the transcoder's own fees immediately.
    function unpaidFees(
        State storage s,
        DelegatorRecord storage delegator,
        address account,
        uint256 round,
        uint256 shares
    ) internal view returns (uint256) {
        uint256 feesPaidRound = delegator.feesPaidRound;
        if (shares == 0 || feesPaidRound >= round || s.isSelfBonded(account, delegator)) return 0;
        return feesBetween(s, delegator.number, feesPaidRound, round, shares);
    }

    /// @notice The fees that `shares` of transcoder `number` earned in the rounds `from` + 1 to `to`.
    function feesBetween(State storage s, uint24 number, uint256 from, uint256 to, uint256 shares)
        internal
        view
        returns (uint256)
    {
        Checkpoints.Trace208 storage fees = s.transcoders[number].feesPerShare;
        uint256 perShare = fees.upperLookupRecent(uint48(to)) - fees.upperLookupRecent(uint48(from));
        return shares.fullMulDiv(perShare, RAY);
    }

    /// @return earning Shares of the transcoder's stake that earn fees in the round.
    /// @return others The part of `earning` that belongs to delegators.
    function _sharesOf(State storage s, address account, TranscoderRecord storage transcoder, uint32 round)
        private
        view
        returns (uint256 earning, uint256 others)
    {
        earning = transcoder.shares - (transcoder.changedRound < round ? 0 : transcoder.freshShares);
        DelegatorRecord storage itself = s.delegators[account];
        others = earning - transcoder.cutShares;
        if (itself.number == s.numbers[account] && itself.feesPaidRound < round) others -= itself.shares;
    }
}
