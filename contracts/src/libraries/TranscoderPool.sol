// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IBondingTypes} from "../interfaces/IBondingTypes.sol";
import {CHANGED_MASK, MAX_PRICE_PER_UNIT, SeatTerms, TERMS_BITS, TERMS_MASK, seatTerms} from "../types/SeatTerms.sol";
import {SeatHeap} from "./SeatHeap.sol";

/// @notice Seats that transcoders take and leave, in order of their stake, and what each offers in the round in force and
/// the one before. Beside them, the waitlist.
library TranscoderPool {
    using Checkpoints for Checkpoints.Trace208;
    using SeatHeap for SeatHeap.Heap;

    uint256 internal constant MAX_SEATS = 250;
    uint256 private constant GUEST = MAX_SEATS;
    /// @dev Farther than a word from every number.
    uint256 private constant NO_WORD = 1 << 255;

    struct Pool {
        /// @dev Of a fixed length, so that a draw pays for no hashes.
        SeatTerms[MAX_SEATS] seats;
        /// @dev A seat's terms before the round in which they last changed.
        mapping(uint256 seat => SeatTerms) formerTerms;
        /// @dev Who held a seat that was lost in a round, and has the round still; and beyond the seats its `GUEST`. A draw
        /// must find everybody where he was.
        mapping(uint256 round => mapping(uint256 seat => SeatTerms)) unseated;
        SeatHeap.Heap order;
        /// @dev Seats that were ever taken.
        uint16 seatCount;
        uint8[] vacant;
        uint24[] waitlist;
        /// @dev By block: a bit for each of 208 transcoders.
        mapping(uint256 word => Checkpoints.Trace208) available;
    }

    /// @notice What a job asks of the transcoders.
    struct Offer {
        uint256 atBlock;
        /// @dev In force at that block.
        uint256 round;
        uint256 maxPricePerUnit;
    }

    /// @dev How far a line has come.
    struct Cursor {
        uint256 seat;
        /// @dev Stake of all, and of those who can be drawn.
        uint256 activeStake;
        uint256 weight;
        /// @dev The word of availabilities that was read last, and the number that its lowest bit is for.
        uint256 firstNumber;
        uint256 availability;
    }

    /// @notice Takes a vacant seat, else a new one.
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

    /// @notice Vacates a seat. Whoever held it has the round still.
    function vacate(Pool storage pool, uint256 seat, uint256 round) internal {
        _recordUnseated(pool, seat, round);
        pool.order.remove(seat);
        _setHolder(pool, seat, 0, round, 0);
        // forge-lint: disable-next-line(unsafe-typecast)
        pool.vacant.push(uint8(seat));
    }

    /// @notice Gives a seat to another transcoder. Whoever held it has the round still.
    function replace(Pool storage pool, uint256 seat, uint24 number, uint256 round, uint256 terms) internal {
        _recordUnseated(pool, seat, round);
        _setHolder(pool, seat, number, round, terms);
        pool.order.update(seat, terms >> 48);
    }

    /// @notice Changes a seat's terms. Those in force stand until the next round.
    function setTerms(Pool storage pool, uint256 seat, uint256 round, uint256 terms) internal {
        SeatTerms old = pool.seats[seat];
        if (old.round() != round) pool.formerTerms[seat] = old;
        pool.seats[seat] = seatTerms(old.number(), round, terms, old.locked(round));
        if (terms >> 48 != old.stake()) pool.order.update(seat, terms >> 48);
    }

    /// @notice Lets one of the waitlist work in a round.
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

    /// @notice The weights of the active transcoders laid end to end, as a draw takes them: each weighs its stake in force,
    /// or nothing where it was not available at the end of the block for at most the price.
    /// @return cumulative For each place, the sum of the weights up to and including it. `numberAt` takes such a place.
    /// @return activeStake Stake of all active transcoders, in the same unit, with those of weight zero.
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

    /// @dev Adds seats whose own words tell, and whose availability is in the word that was read last, up to one of which that
    /// is not so. A draw pays for this as often as there are seats: the compiler's own code takes five times as much.
    function _addUnchangedSeats(
        Pool storage pool,
        Offer memory offer,
        uint256[] memory cumulative,
        Cursor memory cursor,
        uint256 seats
    ) private view {
        assembly ("memory-safe") {
            // Before the first round nothing is locked.
            let round := shl(208, or(mload(add(offer, 32)), iszero(mload(add(offer, 32)))))
            let tooMuch := add(mload(add(offer, 64)), 1)
            let active := mload(add(cursor, 32))
            let end := mload(add(cursor, 64))
            let first := mload(add(cursor, 96))
            let bits := mload(add(cursor, 128))
            let at := add(pool.slot, mload(cursor))
            let to := add(add(cumulative, 32), shl(5, mload(cursor)))
            for { let past := add(pool.slot, seats) } lt(at, past) {
                at := add(at, 1)
                to := add(to, 32)
            } {
                let seat := sload(at)
                let bit := sub(shr(232, seat), first)
                let changed := and(seat, CHANGED_MASK)
                // Present terms where nothing changed since, else those at the start of the round.
                let terms := and(shr(mul(lt(changed, round), TERMS_BITS), seat), TERMS_MASK)
                if or(or(gt(bit, 207), gt(changed, round)), iszero(terms)) { break }
                let stake := shr(48, terms)
                active := add(active, stake)
                end := add(end, mul(stake, and(shr(bit, bits), lt(and(terms, MAX_PRICE_PER_UNIT), tooMuch))))
                mstore(to, end)
            }
            mstore(cursor, sub(at, pool.slot))
            mstore(add(cursor, 32), active)
            mstore(add(cursor, 64), end)
        }
    }

    /// @dev Adds one seat, or the guest beyond them.
    function _addSeat(Pool storage pool, Offer memory offer, uint256[] memory cumulative, Cursor memory cursor)
        private
        view
    {
        SeatTerms then = _termsAsOf(pool, cursor.seat, offer.round);
        uint256 terms = then.locked(offer.round);
        uint256 number = then.number();
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

    /// @notice The transcoder of a stretch of a round's line.
    function numberAt(Pool storage pool, uint256 place, uint256 round) internal view returns (uint24) {
        return _termsAsOf(pool, place, round).number();
    }

    /// @dev Mostly nothing has changed since the block, and the latest word is cheaper than a search.
    function _availabilityAt(Checkpoints.Trace208 storage word, uint256 atBlock) private view returns (uint256) {
        (, uint48 changed, uint208 bits) = word.latestCheckpoint();
        return changed <= atBlock ? bits : word.upperLookupRecent(uint48(atBlock));
    }

    /// @dev Beyond the seats is the round's guest.
    function _termsAsOf(Pool storage pool, uint256 place, uint256 round) private view returns (SeatTerms terms) {
        if (place == pool.seatCount) return pool.unseated[round][GUEST];
        terms = pool.seats[place];
        if (terms.round() > round) {
            terms = pool.formerTerms[place];
            if (terms.round() > round) revert IBondingTypes.DrawTooLate(round);
        }
        // Whoever took the seat in this round has nothing in force: another had it.
        if (!terms.covers(round)) terms = pool.unseated[round][place];
    }

    function _recordUnseated(Pool storage pool, uint256 seat, uint256 round) private {
        SeatTerms terms = pool.seats[seat];
        uint256 inForce = terms.locked(round);
        if (round > 0 && inForce != 0) pool.unseated[round][seat] = seatTerms(terms.number(), round, 0, inForce);
    }

    /// @dev Whoever comes is not active before the next round.
    function _setHolder(Pool storage pool, uint256 seat, uint24 number, uint256 round, uint256 terms) private {
        SeatTerms old = pool.seats[seat];
        if (old.round() != round) pool.formerTerms[seat] = old;
        pool.seats[seat] = seatTerms(number, round, terms, 0);
    }
}
