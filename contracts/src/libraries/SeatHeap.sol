// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SeatTerms} from "../types/SeatTerms.sol";

/// @notice Order of up to 250 seats by their present stake, the lowest first. Seats and their places take a byte each, so
/// that 32 of them share a slot; whoever changes a stake needs no hints, and 144 seats are eight steps deep.
library SeatHeap {
    struct Heap {
        uint256 size;
        /// @dev 32 to a word.
        mapping(uint256 word => uint256) seats;
        mapping(uint256 word => uint256) places;
    }

    /// @notice The seat with the lowest stake. Of a heap that is not empty.
    function lowest(Heap storage heap) internal view returns (uint256 seat) {
        return get(heap.seats, 0);
    }

    function insert(Heap storage heap, mapping(uint256 => SeatTerms) storage terms, uint256 seat) internal {
        uint256 place = heap.size++;
        put(heap, seat, place);
        up(heap, terms, seat, place);
    }

    function remove(Heap storage heap, mapping(uint256 => SeatTerms) storage terms, uint256 seat) internal {
        uint256 place = get(heap.places, seat);
        uint256 end = --heap.size;
        if (place == end) return;
        uint256 moved = get(heap.seats, end);
        put(heap, moved, place);
        update(heap, terms, moved);
    }

    /// @notice Puts a seat in its place after its stake has changed.
    function update(Heap storage heap, mapping(uint256 => SeatTerms) storage terms, uint256 seat) internal {
        uint256 place = get(heap.places, seat);
        if (up(heap, terms, seat, place) == place) down(heap, terms, seat, place);
    }

    function up(Heap storage heap, mapping(uint256 => SeatTerms) storage terms, uint256 seat, uint256 start)
        private
        returns (uint256 place)
    {
        place = start;
        uint256 stake = terms[seat].stake();
        while (place > 0) {
            uint256 above = get(heap.seats, (place - 1) / 2);
            if (terms[above].stake() <= stake) break;
            put(heap, above, place);
            place = (place - 1) / 2;
        }
        if (place != start) put(heap, seat, place);
    }

    function down(Heap storage heap, mapping(uint256 => SeatTerms) storage terms, uint256 seat, uint256 start) private {
        uint256 place = start;
        uint256 stake = terms[seat].stake();
        uint256 size = heap.size;
        while (2 * place + 1 < size) {
            uint256 below = 2 * place + 1;
            uint256 other = get(heap.seats, below);
            uint256 least = terms[other].stake();
            if (below + 1 < size) {
                uint256 right = get(heap.seats, below + 1);
                uint256 rightStake = terms[right].stake();
                if (rightStake < least) (below, other, least) = (below + 1, right, rightStake);
            }
            if (stake <= least) break;
            put(heap, other, place);
            place = below;
        }
        if (place != start) put(heap, seat, place);
    }

    function put(Heap storage heap, uint256 seat, uint256 place) private {
        set(heap.seats, place, seat);
        set(heap.places, seat, place);
    }

    function get(mapping(uint256 => uint256) storage words, uint256 index) private view returns (uint256) {
        return uint8(words[index / 32] >> (8 * (index % 32)));
    }

    function set(mapping(uint256 => uint256) storage words, uint256 index, uint256 value) private {
        uint256 shift = 8 * (index % 32);
        words[index / 32] = words[index / 32] & ~(0xff << shift) | value << shift;
    }
}
