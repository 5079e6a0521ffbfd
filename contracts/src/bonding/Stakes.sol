// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IBondingTypes} from "../interfaces/IBondingTypes.sol";
import {ICommonPool} from "../interfaces/ICommonPool.sol";
import {ISnapshots} from "../interfaces/ISnapshots.sol";
import {TranscoderPool} from "../libraries/TranscoderPool.sol";
import {Waitlist} from "../libraries/Waitlist.sol";
import {termsOf} from "../types/SeatTerms.sol";
import {DelegatorRecord, MILLION, State, TranscoderRecord} from "./State.sol";

/// @notice The stake of each transcoder in shares, the snapshots for votes, the totals, and the common pool.
library Stakes {
    using Checkpoints for Checkpoints.Trace208;
    using FixedPointMathLib for uint256;
    using SafeCast for uint256;
    using TranscoderPool for TranscoderPool.Pool;
    using Waitlist for Waitlist.List;

    /// @dev Number of shares for each unit of the first stake. A share is worth one unit of stake when rewards have
    /// multiplied the stake by this number.
    uint256 private constant INITIAL_SHARES_PER_UNIT = 4_096;
    /// @dev When a share is worth more than one unit of stake, a bond must buy at least this number of shares.
    uint256 private constant MIN_SHARES = 1_000;

    /// @dev Must run before the first change of a transcoder's stake in a round: stores the stake at the start of the
    /// round, and saves the present values for `stakeAt` if a snapshot needs them.
    function checkpoint(State storage s, TranscoderRecord storage transcoder) internal {
        (uint32 round, uint32 changedRound) = (s.clock.round, transcoder.changedRound);
        if (changedRound >= round) return;
        (uint96 stake, uint112 shares) = (transcoder.stake, transcoder.shares);
        if (_isInSnapshot(s, changedRound, round) && (shares > 0 || transcoder.checkpoints.length() > 0)) {
            transcoder.checkpoints.push(changedRound, uint208(stake) << 112 | shares);
        }
        (transcoder.lockedStake, transcoder.changedRound) = (stake, round);
        if (transcoder.freshShares > 0) transcoder.freshShares = 0;
    }

    /// @dev Must run before the first change of a delegator's shares in a round: saves the present values for
    /// `delegationAt` if a snapshot needs them.
    function checkpoint(State storage s, DelegatorRecord storage delegator) internal {
        (uint32 round, uint32 changedRound) = (s.clock.round, delegator.changedRound);
        if (changedRound >= round) return;
        if (_isInSnapshot(s, changedRound, round)) {
            delegator.checkpoints.push(changedRound, uint208(delegator.number) << 112 | delegator.shares);
        }
        delegator.changedRound = round;
    }

    /// @notice Marks the round in force as a snapshot.
    function takeSnapshot(State storage s) internal {
        uint24 round = s.clock.round;
        uint24 last = s.totals.snapshotRound;
        if (last == round) return;
        (s.totals.snapshotRound, s.totals.formerSnapshotRound, s.snapshots[round].taken) = (round, last, true);
        emit ISnapshots.StakeSnapshot(round);
    }

    /// @dev Must run at the end of each round: stores the total of all stakes if a snapshot needs it.
    function closeSnapshot(State storage s) internal {
        uint24 round = s.clock.round;
        if (round > 0 && s.totals.snapshotRound == round) s.snapshots[round].bonded = s.totals.bonded;
    }

    /// @notice Reverts unless the round is a snapshot and has ended.
    function requireSnapshot(State storage s, uint256 round) internal view {
        if (!s.snapshots[round].taken) revert ISnapshots.NoSnapshot(round);
        if (round >= s.clock.round) revert ISnapshots.SnapshotNotEnded(round);
    }

    /// @dev Sets stake and shares, and updates the totals, the pool and the waitlist. `checkpoint` must run first.
    function setStake(State storage s, TranscoderRecord storage transcoder, uint256 stake, uint256 shares) internal {
        if (shares == 0 && stake > 0) {
            // Rounding can leave stake without shares. Such stake belongs to no account.
            creditCommonPool(s, address(0), stake);
            stake = 0;
        }
        uint96 before = transcoder.stake;
        (transcoder.stake, transcoder.shares) = (stake.toUint96(), shares.toUint112());
        uint96 bonded = (uint256(s.totals.bonded) + stake - before).toUint96();
        uint256 seat = transcoder.seat;
        if (seat == 0) {
            s.totals.bonded = bonded;
            if (transcoder.registered) s.pool.waitlist.setStake(transcoder.waitlistPlace - 1, uint96(stake));
        } else {
            uint96 seated = (uint256(s.totals.seated) + stake - before).toUint96();
            (s.totals.bonded, s.totals.seated) = (bonded, seated);
            s.pool.setTerms(seat - 1, s.clock.round, termsOf(uint96(stake), transcoder.pricePerUnit));
        }
    }

    /// @dev The stake that shares are worth, rounded down.
    function amountFor(TranscoderRecord storage transcoder, uint256 shares) internal view returns (uint256) {
        return shares == 0 ? 0 : shares * transcoder.stake / transcoder.shares;
    }

    /// @dev The number of shares that `amount` buys, rounded down. A share is worth more than one unit of stake if a
    /// very small stake got the rewards of a whole round. Then this function reverts if `amount` buys fewer than
    /// MIN_SHARES. So rounding takes less than a thousandth of `amount`.
    function sharesFor(TranscoderRecord storage transcoder, uint256 amount) internal view returns (uint256 bought) {
        (uint256 stake, uint256 shares) = (transcoder.stake, transcoder.shares);
        if (shares == 0) return amount * INITIAL_SHARES_PER_UNIT;
        bought = amount * shares / stake;
        if (bought < MIN_SHARES && stake > shares && amount > 0) {
            revert IBondingTypes.AmountTooSmall(amount, (MIN_SHARES * stake).divUp(shares));
        }
        // Slashes lower the value of a share. After very many slashes, the number of shares exceeds its 112 bits.
        if (shares + bought > type(uint112).max) revert IBondingTypes.StakeDiluted();
    }

    /// @dev The stake that a transcoder has bonded to itself.
    function ownStake(State storage s, address account) internal view returns (uint256) {
        uint24 number = s.numbers[account];
        DelegatorRecord storage itself = s.delegators[account];
        if (number == 0 || itself.number != number) return 0;
        TranscoderRecord storage transcoder = s.transcoders[number];
        return amountFor(transcoder, uint256(itself.shares) + transcoder.cutShares);
    }

    /// @dev `own`, the own stake of a transcoder, as a part of all stake that is bonded to the transcoder, in parts per million.
    function ownPart(State storage s, address account, uint256 own) internal view returns (uint256) {
        uint256 stake = s.transcoders[s.numbers[account]].stake;
        return stake == 0 ? 0 : own * MILLION / stake;
    }

    function isSelfBonded(State storage s, address account, DelegatorRecord storage delegator)
        internal
        view
        returns (bool)
    {
        return s.numbers[account] == delegator.number;
    }

    /// @dev If the delegator is a transcoder, adds the shares from its reward cuts to its own shares.
    function mergeCutShares(State storage s, DelegatorRecord storage delegator, address account) internal {
        TranscoderRecord storage transcoder = s.transcoders[delegator.number];
        uint112 cut = transcoder.cutShares;
        if (cut == 0 || !isSelfBonded(s, account, delegator)) return;
        delegator.shares += cut;
        transcoder.cutShares = 0;
    }

    /// @dev Whether values that were set in round `changedRound`, and that now change in `round`, are the values at the end
    /// of a snapshot's round. Only the last ended snapshot matters: if this snapshot is before `changedRound`, all ended
    /// snapshots are before `changedRound`.
    function _isInSnapshot(State storage s, uint256 changedRound, uint256 round) private view returns (bool) {
        uint256 ended = s.totals.snapshotRound;
        if (ended == round) ended = s.totals.formerSnapshotRound;
        return ended > 0 && ended >= changedRound;
    }

    /// @param payer The account that lost or paid the amount; zero for a remainder of rounding.
    function creditCommonPool(State storage s, address payer, uint256 amount) internal {
        if (amount == 0) return;
        s.ledger.commonPool += amount.toUint96();
        emit ICommonPool.CommonPoolCredit(payer, amount);
    }
}
