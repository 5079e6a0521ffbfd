// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IBondingTypes} from "../interfaces/IBondingTypes.sol";
import {SeatTerms, seatTerms} from "../types/SeatTerms.sol";
import {SeatHeap} from "./SeatHeap.sol";
import {StakeLine} from "./StakeLine.sol";
import {Urn} from "./Urn.sol";
import {Waitlist} from "./Waitlist.sol";

/// @notice The seats of transcoders in order of stake, the waitlist, and the terms of each seat in the round in force
/// and in the round before it.
library TranscoderPool {
    using Checkpoints for Checkpoints.Trace208;
    using SeatHeap for SeatHeap.Heap;
    using StakeLine for StakeLine.Line;
    using Urn for Urn.Weights;

    uint256 internal constant MAX_SEATS = 250;
    uint256 private constant GUEST = MAX_SEATS;

    struct Pool {
        /// @dev A fixed-length array, because a dynamic array or a mapping would cost a hash per read.
        SeatTerms[MAX_SEATS] seats;
        /// @dev The stakes of all seats, rounded up.
        StakeLine.Line line;
        /// @dev A seat's terms before the round of its last change.
        mapping(uint256 seat => SeatTerms) formerTerms;
        /// @dev By round and seat: the transcoder that lost the seat in the round and stays active until the round
        /// ends. Under GUEST: the transcoder that was drawn from the waitlist for the round. A draw reads these entries,
        /// because it must find all transcoders that were active at the job's block.
        mapping(uint256 round => mapping(uint256 seat => SeatTerms)) unseated;
        /// @dev The seats that are not vacant, in order of stake. `holderCount` is the number of these seats.
        SeatHeap.Heap order;
        uint16 holderCount;
        /// @dev Number of seats that have ever been used.
        uint16 seatCount;
        /// @dev The round in force, the block in which it was initialized, and the first block after it. The BondingManager reads these
        /// values from this slot, because a call to the RoundsManager costs more gas.
        uint24 round;
        uint40 openedBlock;
        uint40 endBlock;
        /// @dev The last round for which a transcoder was drawn from the waitlist.
        uint24 guestRound;
        uint8[] vacant;
        Waitlist.List waitlist;
        /// @dev Block of the last change (48 bits) ‖ one bit for each of 208 transcoders: whether it is available.
        mapping(uint256 word => uint256) available;
        /// @dev The former values of `available`. Each value is stored under the block in which it was set.
        mapping(uint256 word => Checkpoints.Trace208) formerlyAvailable;
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
        pool.order.insert(pool.holderCount++, seat, terms >> 48);
    }

    /// @notice Vacates a seat. The transcoder that held the seat at the start of the round stays active until the round
    /// ends.
    function vacate(Pool storage pool, uint256 seat, uint256 round) internal {
        _recordUnseated(pool, seat, round);
        pool.order.remove(--pool.holderCount, seat);
        _setHolder(pool, seat, 0, round, 0);
        // forge-lint: disable-next-line(unsafe-typecast)
        pool.vacant.push(uint8(seat));
    }

    /// @notice Gives a seat to another transcoder. The transcoder that held the seat at the start of the round stays
    /// active until the round ends.
    function replace(Pool storage pool, uint256 seat, uint24 number, uint256 round, uint256 terms) internal {
        _recordUnseated(pool, seat, round);
        _setHolder(pool, seat, number, round, terms);
        pool.order.update(pool.holderCount, seat, terms >> 48);
    }

    /// @notice Changes a seat's terms from the next round on.
    function setTerms(Pool storage pool, uint256 seat, uint256 round, uint256 terms) internal {
        SeatTerms old = pool.seats[seat];
        if (old.round() != round) pool.formerTerms[seat] = old;
        pool.seats[seat] = seatTerms(old.number(), round, terms, old.locked(round));
        if (terms >> 48 == old.stake()) return;
        pool.order.update(pool.holderCount, seat, terms >> 48);
        pool.line.update(seat, round, old.stake(), terms >> 48);
    }

    /// @notice Begins a round.
    function open(Pool storage pool, uint256 round, uint256 endBlock) internal {
        (pool.round, pool.openedBlock, pool.endBlock) = (uint24(round), uint40(block.number), uint40(endBlock));
    }

    /// @notice Makes a transcoder from the waitlist active in a round.
    function invite(Pool storage pool, uint24 number, uint256 round, uint256 terms) internal {
        pool.unseated[round][GUEST] = seatTerms(number, round, 0, terms);
        pool.guestRound = uint24(round);
    }

    function setAvailable(Pool storage pool, uint24 number, bool available) internal {
        uint256 word = pool.available[number / 208];
        uint256 changed = word >> 208;
        if (changed != block.number && changed != 0) {
            // forge-lint: disable-next-line(unsafe-typecast)
            pool.formerlyAvailable[number / 208].push(uint48(changed), uint208(word));
        }
        uint256 bit = 1 << number % 208;
        uint256 bits = available ? word | bit : word & ~bit;
        // forge-lint: disable-next-line(unsafe-typecast)
        pool.available[number / 208] = block.number << 208 | uint208(bits);
    }

    function isAvailable(Pool storage pool, uint24 number) internal view returns (bool) {
        return pool.available[number / 208] >> (number % 208) & 1 == 1;
    }

    /// @notice The places of a draw. A place is a seat, and its weight is the stake in force, rounded up as in StakeLine. The
    /// place in the last group is the guest, whose weight is exact.
    function urnOf(Pool storage pool, uint256 round) internal view returns (Urn.Weights memory urn) {
        unchecked {
            uint256 groups = (uint256(pool.seatCount) + Urn.PER_GROUP - 1) / Urn.PER_GROUP;
            urn = Urn.create(groups);
            for (uint256 i; Urn.PER_GROUP * i < groups; ++i) {
                urn.setBounds(i, pool.line.sumsIn(i, round));
            }
            (, uint256 terms) = guestIn(pool, round);
            if (terms != 0) urn.set(Urn.PER_GROUP * groups, terms >> 48);
        }
    }

    /// @notice Loads the weights of eight seats.
    function load(Pool storage pool, Urn.Weights memory urn, uint256 group, uint256 round) internal view {
        urn.load(group, pool.line.stakesIn(group, round));
    }

    /// @notice The transcoder that was active in a seat in a round, and its terms in force. Both are zero if there was none.
    function termsIn(Pool storage pool, uint256 seat, uint256 round)
        internal
        view
        returns (uint256 number, uint256 terms)
    {
        // The last group of an urn can have places after the last seat.
        if (seat >= MAX_SEATS) return (0, 0);
        SeatTerms held = pool.seats[seat];
        uint256 changed = held.round();
        if (changed < round) return (held.number(), held.present());
        if (changed > round) {
            held = pool.formerTerms[seat];
            if (held.round() > round) revert IBondingTypes.DrawTooLate(round);
        }
        // A transcoder that took the seat in this round is not yet active. The transcoder that held the seat at the start of
        // the round is active.
        if (!held.covers(round)) held = pool.unseated[round][seat];
        return (held.number(), held.locked(round));
    }

    /// @notice The transcoder that was drawn from the waitlist for a round, and its terms in force; zero if there is none.
    function guestIn(Pool storage pool, uint256 round) internal view returns (uint256 number, uint256 terms) {
        if (pool.guestRound < round) return (0, 0);
        SeatTerms guest = pool.unseated[round][GUEST];
        return (guest.number(), guest.locked(round));
    }

    /// @notice Which of 208 transcoders were available at the end of a block: one bit for each, from number `208 * word`
    /// on, in the lowest 208 bits.
    function availabilityAt(Pool storage pool, uint256 word, uint256 atBlock) internal view returns (uint256) {
        uint256 latest = pool.available[word];
        if (latest >> 208 <= atBlock) return latest;
        return pool.formerlyAvailable[word].upperLookupRecent(uint48(atBlock));
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
        pool.line.update(seat, round, old.stake(), terms >> 48);
    }
}
