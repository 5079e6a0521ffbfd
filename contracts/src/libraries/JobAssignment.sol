// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";

import {DrawnList, drawnListOf, withNumber} from "../types/DrawnList.sol";
import {MAX_PRICE_PER_UNIT} from "../types/SeatTerms.sol";
import {TranscoderPool} from "./TranscoderPool.sol";
import {Urn} from "./Urn.sol";

/// @notice Draws the candidates of a job, weighted by stake. Whitepaper, "Broadcast + Transcoding Job". See decisions/030.
library JobAssignment {
    using TranscoderPool for TranscoderPool.Pool;
    using Urn for Urn.Weights;

    /// @notice The conditions of a job's draw.
    struct Offer {
        uint256 atBlock;
        /// @dev The round in force at block `atBlock`.
        uint256 round;
        uint256 maxPricePerUnit;
    }

    /// @dev A draw that has used this number of tickets, and whose poll is over, reads the terms of all transcoders. If few
    /// transcoders can be drawn, this costs less gas than more tickets.
    uint256 internal constant MAX_BLIND_TICKETS = 32;

    /// @dev The state of a draw.
    struct Draw {
        Urn.Weights urn;
        /// @dev The wanted number of candidates.
        uint256 count;
        /// @dev The candidates so far, as in a DrawnList, and their number.
        uint256 numbers;
        uint256 found;
        /// @dev One bit for each place: whether its terms were read, whether its transcoder can be drawn, and whether its
        /// transcoder is a candidate.
        uint256 read;
        uint256 drawable;
        uint256 chosen;
        /// @dev The poll decides whether the draw is contested. `open` is the number of its tickets that hit a transcoder that
        /// can be drawn, and `closed` is the number that hit any other transcoder. When one of the two numbers reaches `count`,
        /// the poll is over, and both numbers stay as they are.
        uint256 open;
        uint256 closed;
        bool isPollOver;
        /// @dev Whether the urn has only transcoders that can be drawn.
        bool isSifted;
        /// @dev Stake of the transcoders that were removed from the urn: `drawableStake` of those that can be drawn, and
        /// `removedStake` of all.
        uint256 drawableStake;
        uint256 removedStake;
        /// @dev The availability word that was read last, and its index plus 1.
        uint256 availability;
        uint256 availabilityWord;
    }

    /// @notice Draws up to `count` transcoders without replacement, in order of priority. A ticket hits one of the active
    /// transcoders, or nothing, and its chance to hit a transcoder is proportional to the transcoder's stake in force. A
    /// ticket that hits nothing does not count. A transcoder that is hit becomes a candidate if it can be drawn and is not yet a candidate.
    /// @param count From 1 to MAX_DRAWN.
    /// @return The candidates, fewer than `count` if fewer transcoders can be drawn, and whether the draw was contested, as
    /// `ICandidates.draw` says.
    function draw(TranscoderPool.Pool storage pool, Offer memory offer, bytes32 seed, uint256 count)
        internal
        view
        returns (DrawnList)
    {
        Draw memory state;
        (state.urn, state.count) = (pool.urnOf(offer.round), count);
        for (uint256 i; state.urn.total > 0 && !(state.isPollOver && state.found == count); ++i) {
            if (i >= MAX_BLIND_TICKETS && state.isPollOver && !state.isSifted) _sift(pool, offer, state);
            else _useTicket(pool, offer, state, uint256(EfficientHashLib.hash(seed, bytes32(i))));
        }
        bool contested = state.found == count
            ? state.open == count
            : state.removedStake > 0 && 2 * state.drawableStake >= state.removedStake;
        return drawnListOf(state.numbers, state.found, contested);
    }

    function _useTicket(TranscoderPool.Pool storage pool, Offer memory offer, Draw memory state, uint256 ticket)
        private
        view
    {
        Urn.Weights memory urn = state.urn;
        // The modulus adds a bias below 2^-150, because the hash has 256 bits and the stake has at most 96 bits.
        (uint256 group, uint256 position) = urn.findGroup(ticket % urn.total);
        if (!urn.isLoaded(group)) {
            pool.load(urn, group, offer.round);
            // Until a ticket finds a group, the urn has only an upper bound of the group's sum. Until a ticket finds a
            // place, the weight of the place is rounded up. A ticket that is not below the loaded sum or the exact
            // weight hits nothing.
            if (position >= urn.sums[group]) return;
        }
        uint256 place;
        (place, position) = urn.findPlace(group, position);
        uint256 bit = _bitOf(place);
        uint256 number;
        if (state.read & bit == 0) {
            uint256 stake;
            (number, stake) = _readPlace(pool, offer, state, place);
            if (position >= stake) return;
        }
        bool drawable = state.drawable & bit != 0;
        unchecked {
            if (state.isPollOver) {
                _remove(state, place, drawable);
            } else {
                // The transcoder stays in the urn, because each ticket of the poll must sample all stake.
                uint256 hits = drawable ? ++state.open : ++state.closed;
                state.isPollOver = hits == state.count;
            }
            if (!drawable || state.chosen & bit != 0 || state.found == state.count) return;
            state.chosen |= bit;
            // If an earlier ticket has read the place, this ticket has not read the number.
            if (number == 0) (number,) = _termsOf(pool, state, place, offer.round);
            state.numbers = withNumber(state.numbers, state.found++, number);
        }
    }

    /// @dev Removes from the urn all transcoders that cannot be drawn, and makes the weights of the others exact.
    function _sift(TranscoderPool.Pool storage pool, Offer memory offer, Draw memory state) private view {
        Urn.Weights memory urn = state.urn;
        unchecked {
            // The exact weights replace the bounds of the groups that are not loaded.
            for (uint256 group; group < urn.groups; ++group) {
                if (!urn.isLoaded(group)) urn.load(group, 0);
            }
            (uint256 round, uint256 last, uint256 read) = (offer.round, Urn.PER_GROUP * urn.groups, state.read);
            for (uint256 place; place <= last; ++place) {
                uint256 bit = _bitOf(place);
                if (read & bit != 0) {
                    if (state.drawable & bit == 0) _remove(state, place, false);
                    continue;
                }
                (uint256 number, uint256 terms) = _termsOf(pool, state, place, round);
                bool drawable = number != 0 && _isDrawable(pool, offer, state, number, terms);
                if (drawable) state.drawable |= bit;
                else state.removedStake += terms >> 48;
                urn.set(place, drawable ? terms >> 48 : 0);
            }
            state.read = type(uint256).max;
        }
        state.isSifted = true;
    }

    /// @dev Makes the weight of a place exact, and notes whether the transcoder can be drawn.
    function _readPlace(TranscoderPool.Pool storage pool, Offer memory offer, Draw memory state, uint256 place)
        private
        view
        returns (uint256 number, uint256 stake)
    {
        uint256 terms;
        (number, terms) = _termsOf(pool, state, place, offer.round);
        stake = terms >> 48;
        state.urn.set(place, stake);
        uint256 bit = _bitOf(place);
        state.read |= bit;
        if (_isDrawable(pool, offer, state, number, terms)) state.drawable |= bit;
    }

    /// @dev Whether the transcoder's price in force was at most `maxPricePerUnit`, and the transcoder was available at the end of block
    /// `atBlock`.
    function _isDrawable(
        TranscoderPool.Pool storage pool,
        Offer memory offer,
        Draw memory state,
        uint256 number,
        uint256 terms
    ) private view returns (bool) {
        if (terms & MAX_PRICE_PER_UNIT > offer.maxPricePerUnit) return false;
        unchecked {
            uint256 word = number / 208;
            if (state.availabilityWord != word + 1) {
                state.availabilityWord = word + 1;
                state.availability = pool.availabilityAt(word, offer.atBlock);
            }
            return state.availability >> (number % 208) & 1 == 1;
        }
    }

    /// @dev Removes a place, whose weight must be exact, from the urn.
    function _remove(Draw memory state, uint256 place, bool drawable) private pure {
        unchecked {
            uint256 stake = state.urn.weights[place];
            state.urn.set(place, 0);
            state.removedStake += stake;
            if (drawable) state.drawableStake += stake;
        }
    }

    /// @dev The place in the last group is the guest. All other places are seats.
    function _termsOf(TranscoderPool.Pool storage pool, Draw memory state, uint256 place, uint256 round)
        private
        view
        returns (uint256 number, uint256 terms)
    {
        return place == Urn.PER_GROUP * state.urn.groups ? pool.guestIn(round) : pool.termsIn(place, round);
    }

    /// @dev The guest's place can be 256, which has no bit. Then the guest has bit 255, which is free, because no seat has place 255.
    function _bitOf(uint256 place) private pure returns (uint256) {
        return 1 << (place < 255 ? place : 255);
    }
}
