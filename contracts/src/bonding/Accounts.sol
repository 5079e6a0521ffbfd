// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {Stakes} from "./Stakes.sol";

/// @notice What each delegator has, earns and owes, brought up to date in as many steps however long it was away.
abstract contract Accounts is Stakes {
    using Checkpoints for Checkpoints.Trace208;
    using FixedPointMathLib for uint256;
    using SafeCast for uint256;

    struct DelegatorRecord {
        /// @dev Of the transcoder with this number.
        uint112 shares;
        /// @dev Of these, what also answers for `prior`, before round `until`.
        uint112 exposed;
        uint24 number;
        // -- slot
        /// @dev Round in which shares or number last changed.
        uint32 changed;
        /// @dev Round to whose end fees are paid. The present one for shares that changed in it: they earn from the next on.
        uint32 paid;
        uint32 lockCount;
        uint24 prior;
        uint32 until;
        uint96 fees;
        // -- slots
        /// @dev Of `prior` when `exposed` was last brought up to date.
        uint256 priorFactor;
        /// @dev By round, until which it stayed so: number ‖ shares.
        Checkpoints.Trace208 past;
    }

    struct Lock {
        /// @dev Of stake that was never slashed.
        uint160 units;
        uint32 withdrawRound;
        uint24 number;
        // -- slot
        /// @dev Of these, what also answers for `prior`, before round `until`.
        uint160 exposedUnits;
        uint32 until;
        uint24 prior;
        // -- slot
        uint256 priorFactor;
    }

    mapping(address account => DelegatorRecord) internal delegators;
    mapping(address account => mapping(uint256 lockId => Lock)) internal locks;

    function isSelf(address account, DelegatorRecord storage delegator) internal view returns (bool) {
        return numbers[account] == delegator.number;
    }

    /// @dev The first change of a round keeps what was before.
    function keep(DelegatorRecord storage delegator) internal {
        uint32 round = clock.round;
        if (delegator.changed >= round) return;
        delegator.past.push(delegator.changed, uint208(delegator.number) << 112 | delegator.shares);
        delegator.changed = round;
    }

    function payFees(DelegatorRecord storage delegator, address account, uint256 round, uint256 shares) internal {
        uint256 earned = feesUntil(delegator, account, round, shares);
        if (earned > 0) delegator.fees += earned.toUint96();
    }

    /// @dev A transcoder's own part was never shared.
    function feesUntil(DelegatorRecord storage delegator, address account, uint256 round, uint256 shares)
        internal
        view
        returns (uint256)
    {
        uint256 paid = delegator.paid;
        if (shares == 0 || paid >= round || isSelf(account, delegator)) return 0;
        return feesBetween(delegator.number, paid, round, shares);
    }

    /// @dev Of shares of one transcoder, after the end of one round and until that of another.
    function feesBetween(uint24 number, uint256 from, uint256 to, uint256 shares) internal view returns (uint256) {
        Checkpoints.Trace208 storage fees = records[number].fees;
        uint256 perShare = fees.upperLookupRecent(uint48(to)) - fees.upperLookupRecent(uint48(from));
        return shares.fullMulDiv(perShare, RAY);
    }

    /// @dev Joins what a transcoder kept of rewards to its own shares.
    function joinCut(DelegatorRecord storage delegator, address account) internal {
        TranscoderRecord storage record = records[delegator.number];
        uint112 cut = record.cutShares;
        if (cut == 0 || !isSelf(account, delegator)) return;
        delegator.shares += cut;
        record.cutShares = 0;
    }

    /// @dev Burns what moved stake owes for the transcoder that it left.
    function settleExposure(DelegatorRecord storage delegator, address account) internal {
        uint256 exposed = delegator.exposed;
        if (exposed == 0) return;
        uint256 round = roundsManager.currentRound();
        uint256 left = exposedLeft(delegator, round);
        if (left < exposed) {
            TranscoderRecord storage record = records[delegator.number];
            uint256 burned = exposed - left;
            uint256 amount = worth(record, burned);
            touch(record);
            // What goes has earned until now.
            payFees(delegator, account, clock.round, burned);
            delegator.shares -= uint112(burned);
            resize(record, record.stake - amount, record.shares - burned);
            collect(amount);
            emit ExposureSlash(account, accounts[delegator.prior], amount);
        }
        delegator.exposed = round < delegator.until ? uint112(left) : 0;
        delegator.priorFactor = factorAt(records[delegator.prior], round);
    }

    function exposedLeft(DelegatorRecord storage delegator, uint256 round) internal view returns (uint256) {
        uint256 factor = factorBefore(delegator.prior, delegator.until, round);
        return uint256(delegator.exposed).fullMulDiv(factor, delegator.priorFactor);
    }

    /// @dev Leaves in `lock` the units that the transcoder it had left before has not cost it.
    /// @return amount What can be taken, rounded down.
    /// @return owed What it owes for that transcoder.
    function leftOf(Lock memory lock, uint256 round) internal view returns (uint256 amount, uint256 owed) {
        uint256 units = lock.units;
        if (units == 0) return (0, 0);
        uint256 factor = factorBefore(lock.number, lock.withdrawRound, round);
        amount = units.fullMulDiv(factor, ONE);
        uint256 exposed = lock.exposedUnits;
        if (exposed == 0) return (amount, 0);
        uint256 left = exposed.fullMulDiv(factorBefore(lock.prior, lock.until, round), lock.priorFactor);
        units = units - exposed + left;
        (lock.units, lock.exposedUnits) = (uint160(units), uint160(left));
        owed = amount;
        amount = units.fullMulDiv(factor, ONE);
        owed -= amount;
    }

    function factorBefore(uint24 number, uint256 until, uint256 round) private view returns (uint256) {
        return factorAt(records[number], round < until ? round : until - 1);
    }
}
