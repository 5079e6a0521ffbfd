// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../interfaces/IBondingTypes.sol";
import {SeatHeap} from "../libraries/SeatHeap.sol";
import {TranscoderPool} from "../libraries/TranscoderPool.sol";
import {Waitlist} from "../libraries/Waitlist.sol";
import {termsOf} from "../types/SeatTerms.sol";
import {Stakes} from "./Stakes.sol";
import {State, TranscoderRecord} from "./State.sol";

/// @notice Seats in the pool, and the waitlist.
library Seats {
    using SeatHeap for SeatHeap.Heap;
    using Stakes for State;
    using TranscoderPool for TranscoderPool.Pool;
    using Waitlist for Waitlist.List;

    /// @notice Gives a vacant seat to a transcoder without a seat. In a full pool, gives this transcoder the seat of the transcoder with
    /// the lowest stake, if this transcoder has more stake. The transcoder must be registered: a registered transcoder has the own stake
    /// that a seat needs, unless `minSelfStake` has risen.
    /// @return won Whether the transcoder has taken a seat.
    function seatIfWon(State storage s, uint24 number) internal returns (bool won) {
        TranscoderRecord storage transcoder = s.transcoders[number];
        uint256 offered = termsOf(transcoder.stake, transcoder.pricePerUnit);
        uint32 round = s.clock.round;
        uint256 seat;
        if (s.pool.holderCount < s.terms.poolSize) {
            _leaveWaitlist(s, transcoder);
            seat = s.pool.join(number, round, offered);
        } else {
            uint24 lowest = lowestSeated(s);
            TranscoderRecord storage evicted = s.transcoders[lowest];
            if (evicted.stake >= transcoder.stake) return false;
            // The evicted transcoder gets the place on the waitlist that the new transcoder leaves.
            _leaveWaitlist(s, transcoder);
            seat = evicted.seat - 1;
            s.pool.replace(seat, number, round, offered);
            _evict(s, lowest, evicted);
        }
        transcoder.seat = uint16(seat + 1);
        (transcoder.seatedRound, transcoder.seatedRoundCount) = (round, s.clock.roundCount);
        // A transcoder that lost its last seat at most two spans ago is not new: `workExpectedSince` stays. If it
        // changed, a transcoder could lower its expected work by leaving its seat for a short time.
        uint256 unseatedRound = transcoder.unseatedRound;
        if (unseatedRound == 0 || round > unseatedRound + 2 * uint256(s.terms.competitivenessWindow)) {
            transcoder.workExpectedSince = uint24(round);
        }
        s.totals.seated += transcoder.stake;
        emit IBondingTypes.TranscoderSeated(s.accounts[number]);
        return true;
    }

    /// @notice Makes an account a transcoder, in a seat or on the waitlist.
    function register(State storage s, uint24 number) internal {
        TranscoderRecord storage transcoder = s.transcoders[number];
        transcoder.registered = true;
        if (!seatIfWon(s, number)) _joinWaitlist(s, number, transcoder);
    }

    /// @notice Ends an account's role as a transcoder.
    function resign(State storage s, uint24 number) internal {
        TranscoderRecord storage transcoder = s.transcoders[number];
        if (!transcoder.registered) return;
        if (transcoder.seat != 0) {
            s.pool.vacate(transcoder.seat - 1, s.clock.round);
            _unseat(s, transcoder);
        }
        _leaveWaitlist(s, transcoder);
        transcoder.registered = false;
        s.pool.setAvailable(number, false);
        emit IBondingTypes.TranscoderResigned(s.accounts[number]);
    }

    /// @notice Ends the account's role as a transcoder if its own stake is below `minSelfStake`. Must run after each change
    /// that reduces the account's own stake.
    function resignIfTooPoor(State storage s, address account) internal {
        if (s.ownStake(account) < s.terms.minSelfStake) resign(s, s.numbers[account]);
    }

    /// @notice Evicts the transcoder with the lowest stake from its seat.
    function evictLowest(State storage s) internal {
        uint24 lowest = lowestSeated(s);
        TranscoderRecord storage transcoder = s.transcoders[lowest];
        s.pool.vacate(transcoder.seat - 1, s.clock.round);
        _evict(s, lowest, transcoder);
    }

    /// @notice Draws a transcoder from the waitlist, by stake, and makes it active in the round that has just opened.
    /// @return guest Zero when no transcoder was drawn. A drawn transcoder can have too little own stake, if
    /// `minSelfStake` has risen. Then it loses its role, and `guest` is zero.
    function inviteGuest(State storage s, bytes32 seed) internal returns (address guest) {
        uint24 number = s.pool.waitlist.draw(seed);
        if (number == 0) return address(0);
        guest = s.accounts[number];
        if (s.ownStake(guest) < s.terms.minSelfStake) {
            resign(s, number);
            return address(0);
        }
        TranscoderRecord storage transcoder = s.transcoders[number];
        uint32 round = s.clock.round;
        transcoder.activeRound = round;
        s.pool.invite(number, round, termsOf(transcoder.stake, transcoder.pricePerUnit));
        s.clock.activeStake += transcoder.stake;
    }

    function setPrice(State storage s, TranscoderRecord storage transcoder, uint256 pricePerUnit) internal {
        transcoder.pricePerUnit = uint48(pricePerUnit);
        if (transcoder.seat == 0) return;
        s.pool.setTerms(transcoder.seat - 1, s.clock.round, termsOf(transcoder.stake, uint48(pricePerUnit)));
    }

    /// @notice The transcoder with a seat and the lowest stake. The pool must not be empty.
    function lowestSeated(State storage s) internal view returns (uint24) {
        return s.pool.seats[s.pool.order.lowest()].number();
    }

    /// @notice Number of consecutive missed rewards. Counts only ended rounds after the transcoder took its seat.
    function missedRewards(State storage s, TranscoderRecord storage transcoder) internal view returns (uint256) {
        if (transcoder.seat == 0) return 0;
        (uint256 since, uint256 seated) = (transcoder.rewardRoundCount, transcoder.seatedRoundCount);
        if (seated > since) since = seated;
        uint256 count = s.clock.roundCount;
        return count > since + 1 ? count - 1 - since : 0;
    }

    /// @notice Whether the transcoder is active in the round in force: it took its present seat before the round, or it
    /// was drawn from the waitlist for the round, or it held a seat at the start of the round and lost the seat in the
    /// round. Before the first round, every transcoder with a seat is active.
    function isActive(State storage s, TranscoderRecord storage transcoder) internal view returns (bool) {
        uint32 round = s.clock.round;
        if (round == 0) return transcoder.seat != 0;
        return transcoder.activeRound == round || (transcoder.seat != 0 && transcoder.seatedRound < round);
    }

    function _evict(State storage s, uint24 number, TranscoderRecord storage transcoder) private {
        _unseat(s, transcoder);
        _joinWaitlist(s, number, transcoder);
        emit IBondingTypes.TranscoderEvicted(s.accounts[number]);
    }

    /// @dev A transcoder that held its seat at the start of the round stays active until the round ends.
    function _unseat(State storage s, TranscoderRecord storage transcoder) private {
        uint32 round = s.clock.round;
        if (transcoder.seatedRound < round) transcoder.activeRound = round;
        (transcoder.seat, transcoder.unseatedRound) = (0, uint24(round));
        s.totals.seated -= transcoder.stake;
    }

    function _joinWaitlist(State storage s, uint24 number, TranscoderRecord storage transcoder) private {
        transcoder.waitlistPlace = uint32(s.pool.waitlist.join(number, transcoder.stake) + 1);
    }

    function _leaveWaitlist(State storage s, TranscoderRecord storage transcoder) private {
        uint256 place = transcoder.waitlistPlace;
        if (place == 0) return;
        s.pool.waitlist.leave(place - 1);
        transcoder.waitlistPlace = 0;
    }
}
