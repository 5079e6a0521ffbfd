// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {Stakes} from "./Stakes.sol";

/// @notice The stake and fees of each delegator, and the stake that the delegator owes for slashes of its former
/// transcoder. The gas of an update does not depend on the number of rounds since the last update.
abstract contract Accounts is Stakes {
    using Checkpoints for Checkpoints.Trace208;
    using FixedPointMathLib for uint256;
    using SafeCast for uint256;

    struct DelegatorRecord {
        /// @dev Shares of the stake of transcoder `number`.
        uint112 shares;
        /// @dev The part of `shares` that a slash of transcoder `exposedTo` before round `exposedUntil` still reduces.
        uint112 exposedShares;
        uint24 number;
        // -- slot
        /// @dev Round in which `shares` or `number` last changed.
        uint32 changedRound;
        /// @dev The fees of this round and of all earlier rounds are paid. When shares change, `feesPaidRound` becomes
        /// the current round, because changed shares earn fees only from the next round on.
        uint32 feesPaidRound;
        uint32 lockCount;
        uint24 exposedTo;
        uint32 exposedUntil;
        uint96 fees;
        // -- slots
        /// @dev Slash factor of `exposedTo` when `exposedShares` was last settled.
        uint256 exposedFactor;
        /// @dev Past values of number ‖ shares. Each value is stored under the round in which it was set.
        Checkpoints.Trace208 checkpoints;
    }

    struct Lock {
        /// @dev The locked amount is `units` * slash factor of transcoder `number` / UNSLASHED. A slash lowers the
        /// slash factor, not `units`.
        uint160 units;
        uint32 withdrawRound;
        uint24 number;
        // -- slot
        /// @dev The part of `units` that a slash of transcoder `exposedTo` before round `exposedUntil` still reduces.
        uint160 exposedUnits;
        uint32 exposedUntil;
        uint24 exposedTo;
        // -- slot
        /// @dev Slash factor of `exposedTo` when the lock was created.
        uint256 exposedFactor;
    }

    mapping(address account => DelegatorRecord) internal delegators;
    mapping(address account => mapping(uint256 lockId => Lock)) internal locks;

    function _isSelfBonded(address account, DelegatorRecord storage delegator) internal view returns (bool) {
        return numbers[account] == delegator.number;
    }

    /// @dev Before the first change in a round, saves the present values for `delegationAt`.
    function _checkpointDelegator(DelegatorRecord storage delegator) internal {
        uint32 round = clock.round;
        if (delegator.changedRound >= round) return;
        delegator.checkpoints.push(delegator.changedRound, uint208(delegator.number) << 112 | delegator.shares);
        delegator.changedRound = round;
    }

    /// @dev Adds the unpaid fees of `shares`, up to the end of `round`, to the delegator's fees.
    function _accrueFees(DelegatorRecord storage delegator, address account, uint256 round, uint256 shares) internal {
        uint256 earned = _feesUntil(delegator, account, round, shares);
        if (earned > 0) delegator.fees += earned.toUint96();
    }

    /// @dev The unpaid fees of `shares`, up to the end of `round`. Zero for a transcoder's own shares, because
    /// `creditFees` leaves the transcoder's own fees in the JobsManager.
    function _feesUntil(DelegatorRecord storage delegator, address account, uint256 round, uint256 shares)
        internal
        view
        returns (uint256)
    {
        uint256 feesPaidRound = delegator.feesPaidRound;
        if (shares == 0 || feesPaidRound >= round || _isSelfBonded(account, delegator)) return 0;
        return _feesBetween(delegator.number, feesPaidRound, round, shares);
    }

    /// @dev The fees of `shares` of transcoder `number` in the rounds `from` + 1 to `to`.
    function _feesBetween(uint24 number, uint256 from, uint256 to, uint256 shares) internal view returns (uint256) {
        Checkpoints.Trace208 storage fees = records[number].feesPerShare;
        uint256 perShare = fees.upperLookupRecent(uint48(to)) - fees.upperLookupRecent(uint48(from));
        return shares.fullMulDiv(perShare, RAY);
    }

    /// @dev If the delegator is a transcoder, adds the shares from its reward cuts to its own shares.
    function _mergeCutShares(DelegatorRecord storage delegator, address account) internal {
        TranscoderRecord storage record = records[delegator.number];
        uint112 cut = record.cutShares;
        if (cut == 0 || !_isSelfBonded(account, delegator)) return;
        delegator.shares += cut;
        record.cutShares = 0;
    }

    /// @dev Burns the shares that the delegator owes for slashes of its former transcoder.
    function _settleExposure(DelegatorRecord storage delegator, address account) internal {
        uint256 exposed = delegator.exposedShares;
        if (exposed == 0) return;
        uint256 round = roundsManager.currentRound();
        uint256 remaining = _remainingExposedShares(delegator, round);
        if (remaining < exposed) {
            TranscoderRecord storage record = records[delegator.number];
            uint256 burned = exposed - remaining;
            uint256 amount = _amountFor(record, burned);
            _checkpointTranscoder(record);
            // The burned shares have earned fees up to now.
            _accrueFees(delegator, account, clock.round, burned);
            delegator.shares -= uint112(burned);
            _setStake(record, record.stake - amount, record.shares - burned);
            _addToCommonPool(amount);
            emit ExposureSlash(account, accounts[delegator.exposedTo], amount);
        }
        delegator.exposedShares = round < delegator.exposedUntil ? uint112(remaining) : 0;
        delegator.exposedFactor = _slashFactorAt(records[delegator.exposedTo], round);
    }

    /// @dev The exposed shares that remain after the slashes of the former transcoder.
    function _remainingExposedShares(DelegatorRecord storage delegator, uint256 round) internal view returns (uint256) {
        uint256 factor = _slashFactorBefore(delegator.exposedTo, delegator.exposedUntil, round);
        return uint256(delegator.exposedShares).fullMulDiv(factor, delegator.exposedFactor);
    }

    /// @dev Reduces the units in `lock` by the slashes of the former transcoder.
    /// @return amount The amount that can be withdrawn, rounded down.
    /// @return owed The amount that the lock loses by slashes of the former transcoder.
    function _applySlashes(Lock memory lock, uint256 round) internal view returns (uint256 amount, uint256 owed) {
        uint256 units = lock.units;
        if (units == 0) return (0, 0);
        uint256 factor = _slashFactorBefore(lock.number, lock.withdrawRound, round);
        amount = units.fullMulDiv(factor, UNSLASHED);
        uint256 exposed = lock.exposedUnits;
        if (exposed == 0) return (amount, 0);
        uint256 remaining =
            exposed.fullMulDiv(_slashFactorBefore(lock.exposedTo, lock.exposedUntil, round), lock.exposedFactor);
        units = units - exposed + remaining;
        (lock.units, lock.exposedUnits) = (uint160(units), uint160(remaining));
        owed = amount;
        amount = units.fullMulDiv(factor, UNSLASHED);
        owed -= amount;
    }

    /// @dev The slash factor after all slashes so far, except slashes in round `until` or later.
    function _slashFactorBefore(uint24 number, uint256 until, uint256 round) private view returns (uint256) {
        return _slashFactorAt(records[number], round < until ? round : until - 1);
    }
}
