// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IBondingTypes} from "../interfaces/IBondingTypes.sol";
import {CHANGED_MASK, MAX_PRICE_PER_UNIT, SeatTerms, TERMS_BITS, TERMS_MASK, seatTerms} from "../types/SeatTerms.sol";
import {SeatHeap} from "./SeatHeap.sol";
import {Waitlist} from "./Waitlist.sol";

/// @notice The seats of transcoders in order of stake, the waitlist, and the terms of each seat in the round in force
/// and the round before.
library TranscoderPool {
    using Checkpoints for Checkpoints.Trace208;
    using SeatHeap for SeatHeap.Heap;

    uint256 internal constant MAX_SEATS = 250;
    uint256 private constant GUEST = MAX_SEATS;
    /// @dev The value of `Cursor.firstNumber` before a word is read. No transcoder has this number.
    uint256 private constant NO_WORD = 1 << 255;

    struct Pool {
        /// @dev A fixed-length array, because a draw reads every seat, and a dynamic array or a mapping would cost a
        /// hash per read.
        SeatTerms[MAX_SEATS] seats;
        /// @dev A seat's terms before the round of its last change.
        mapping(uint256 seat => SeatTerms) formerTerms;
        /// @dev By round and seat: the transcoder that lost the seat in the round and stays active until the round
        /// ends. Under GUEST: the transcoder that was drawn from the waitlist for the round. A draw needs both, because
        /// the draw must find all transcoders that were active at the job's block.
        mapping(uint256 round => mapping(uint256 seat => SeatTerms)) unseated;
        SeatHeap.Heap order;
        /// @dev Number of seats that have ever been used.
        uint16 seatCount;
        uint8[] vacant;
        Waitlist.List waitlist;
        /// @dev Availability by block: each word has one bit for each of 208 transcoders.
        mapping(uint256 word => Checkpoints.Trace208) available;
    }

    /// @notice The conditions of a job's draw.
    struct Offer {
        uint256 atBlock;
        /// @dev The round in force at that block.
        uint256 round;
        uint256 maxPricePerUnit;
    }

    /// @dev The state of the loop over all seats.
    struct Cursor {
        uint256 seat;
        /// @dev Stake of all active transcoders in the seats so far.
        uint256 activeStake;
        /// @dev Stake of the transcoders in the seats so far that can be drawn.
        uint256 weight;
        /// @dev The first transcoder number of `availability`.
        uint256 firstNumber;
        /// @dev The availability word that was read last.
        uint256 availability;
    }

    /// @notice Gives a vacant seat to a transcoder. If no seat is vacant, gives a new seat.
    function join(Pool storage pool, uint24 number, uint256 round, uint256 terms) internal returns (uint256 seat) {
        uint256 vacancies = pool.vacant.length;
        if (vacancies > 0) {
            seat = pool.vacant[vacancies - 1];
            pool.vacant.pop();
        } else {
            seat = pool.seatCount++;
        }
        _setHolder(pool, seat, number, round, terms);
        pool.order.insert(seat, terms >> 48);
    }

    /// @notice Vacates a seat. The transcoder that held the seat at the start of the round stays active until the round
    /// ends.
    function vacate(Pool storage pool, uint256 seat, uint256 round) internal {
        _recordUnseated(pool, seat, round);
        pool.order.remove(seat);
        _setHolder(pool, seat, 0, round, 0);
        // forge-lint: disable-next-line(unsafe-typecast)
        pool.vacant.push(uint8(seat));
    }

    /// @notice Gives a seat to another transcoder. The transcoder that held the seat at the start of the round stays
    /// active until the round ends.
    function replace(Pool storage pool, uint256 seat, uint24 number, uint256 round, uint256 terms) internal {
        _recordUnseated(pool, seat, round);
        _setHolder(pool, seat, number, round, terms);
        pool.order.update(seat, terms >> 48);
    }

    /// @notice Changes a seat's terms from the next round on.
    function setTerms(Pool storage pool, uint256 seat, uint256 round, uint256 terms) internal {
        SeatTerms old = pool.seats[seat];
        if (old.round() != round) pool.formerTerms[seat] = old;
        pool.seats[seat] = seatTerms(old.number(), round, terms, old.locked(round));
        if (terms >> 48 != old.stake()) pool.order.update(seat, terms >> 48);
    }

    /// @notice Makes a transcoder from the waitlist active in a round.
    function invite(Pool storage pool, uint24 number, uint256 round, uint256 terms) internal {
        pool.unseated[round][GUEST] = seatTerms(number, round, 0, terms);
    }

    function setAvailable(Pool storage pool, uint24 number, bool available) internal {
        Checkpoints.Trace208 storage word = pool.available[number / 208];
        uint208 bit = uint208(1) << (number % 208);
        uint208 bits = word.latest();
        word.push(uint48(block.number), available ? bits | bit : bits & ~bit);
    }

    function isAvailable(Pool storage pool, uint24 number) internal view returns (bool) {
        return pool.available[number / 208].latest() >> (number % 208) & 1 == 1;
    }

    /// @notice The cumulative weights for a draw. The weight of a transcoder is its stake in force. The weight is zero
    /// if the transcoder was not available at the end of the block, or if its price in force was above the offered
    /// price.
    /// @return cumulative For each place: the sum of the weights of all places up to and including this place. A place
    /// is a seat. The place after the last seat is the guest.
    /// @return activeStake Stake of all active transcoders, in units of 2^40, including transcoders of weight zero.
    function cumulativeWeights(Pool storage pool, Offer memory offer)
        internal
        view
        returns (uint256[] memory cumulative, uint256 activeStake)
    {
        uint256 seats = pool.seatCount;
        cumulative = new uint256[](seats + 1);
        Cursor memory cursor = Cursor(0, 0, 0, NO_WORD, 0);
        for (; cursor.seat <= seats; ++cursor.seat) {
            _addUnchangedSeats(pool, offer, cumulative, cursor, seats);
            _addSeat(pool, offer, cumulative, cursor);
        }
        activeStake = cursor.activeStake;
    }

    /// @dev Adds seats up to the first seat that needs another storage read. A seat needs another read if its terms in
    /// force are in another slot, or if its availability is in another word. This function is assembly, because a draw
    /// runs the loop for every seat, and the compiled code of the same loop costs five times as much gas.
    function _addUnchangedSeats(
        Pool storage pool,
        Offer memory offer,
        uint256[] memory cumulative,
        Cursor memory cursor,
        uint256 seats
    ) private view {
        assembly ("memory-safe") {
            // In round 0, no terms are locked. Using round 1 instead of round 0 selects the present terms.
            let round := shl(208, or(mload(add(offer, 32)), iszero(mload(add(offer, 32)))))
            let priceLimit := add(mload(add(offer, 64)), 1)
            let activeStake := mload(add(cursor, 32))
            let weight := mload(add(cursor, 64))
            let firstNumber := mload(add(cursor, 96))
            let availability := mload(add(cursor, 128))
            let at := add(pool.slot, mload(cursor))
            let to := add(add(cumulative, 32), shl(5, mload(cursor)))
            for { let past := add(pool.slot, seats) } lt(at, past) {
                at := add(at, 1)
                to := add(to, 32)
            } {
                let seat := sload(at)
                let bit := sub(shr(232, seat), firstNumber)
                let changed := and(seat, CHANGED_MASK)
                // If the terms changed in this round, the terms at the start of the round; otherwise the present terms.
                let terms := and(shr(mul(lt(changed, round), TERMS_BITS), seat), TERMS_MASK)
                if or(or(gt(bit, 207), gt(changed, round)), iszero(terms)) { break }
                let stake := shr(48, terms)
                activeStake := add(activeStake, stake)
                weight := add(
                    weight,
                    mul(stake, and(shr(bit, availability), lt(and(terms, MAX_PRICE_PER_UNIT), priceLimit)))
                )
                mstore(to, weight)
            }
            mstore(cursor, sub(at, pool.slot))
            mstore(add(cursor, 32), activeStake)
            mstore(add(cursor, 64), weight)
        }
    }

    /// @dev Adds one seat, or the guest after the last seat.
    function _addSeat(Pool storage pool, Offer memory offer, uint256[] memory cumulative, Cursor memory cursor)
        private
        view
    {
        SeatTerms held = _termsAsOf(pool, cursor.seat, offer.round);
        uint256 terms = held.locked(offer.round);
        uint256 number = held.number();
        if (number / 208 * 208 != cursor.firstNumber) {
            cursor.firstNumber = number / 208 * 208;
            cursor.availability = _availabilityAt(pool.available[number / 208], offer.atBlock);
        }
        cursor.activeStake += terms >> 48;
        bool drawable =
            cursor.availability >> (number % 208) & 1 == 1 && terms & MAX_PRICE_PER_UNIT <= offer.maxPricePerUnit;
        if (drawable) cursor.weight += terms >> 48;
        cumulative[cursor.seat] = cursor.weight;
    }

    /// @notice The transcoder at a place of `cumulativeWeights` in a round.
    function numberAt(Pool storage pool, uint256 place, uint256 round) internal view returns (uint24) {
        return _termsAsOf(pool, place, round).number();
    }

    /// @dev Reads the latest word first. In most cases, the word has not changed since the block, and a search costs
    /// more gas.
    function _availabilityAt(Checkpoints.Trace208 storage word, uint256 atBlock) private view returns (uint256) {
        (, uint48 changed, uint208 bits) = word.latestCheckpoint();
        return changed <= atBlock ? bits : word.upperLookupRecent(uint48(atBlock));
    }

    /// @dev The place after the last seat is the round's guest.
    function _termsAsOf(Pool storage pool, uint256 place, uint256 round) private view returns (SeatTerms terms) {
        if (place == pool.seatCount) return pool.unseated[round][GUEST];
        terms = pool.seats[place];
        if (terms.round() > round) {
            terms = pool.formerTerms[place];
            if (terms.round() > round) revert IBondingTypes.DrawTooLate(round);
        }
        // A transcoder that took the seat in this round is not yet active. The transcoder that held the seat at the
        // start of the round is active.
        if (!terms.covers(round)) terms = pool.unseated[round][place];
    }

    function _recordUnseated(Pool storage pool, uint256 seat, uint256 round) private {
        SeatTerms terms = pool.seats[seat];
        uint256 inForce = terms.locked(round);
        if (round > 0 && inForce != 0) pool.unseated[round][seat] = seatTerms(terms.number(), round, 0, inForce);
    }

    /// @dev A new transcoder is active from the next round on.
    function _setHolder(Pool storage pool, uint256 seat, uint24 number, uint256 round, uint256 terms) private {
        SeatTerms old = pool.seats[seat];
        if (old.round() != round) pool.formerTerms[seat] = old;
        pool.seats[seat] = seatTerms(number, round, terms, 0);
    }
}
