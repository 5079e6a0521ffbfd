// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Min-heap of up to 250 seats, ordered by stake. Each node has four children, which share a storage slot. With
/// 144 seats, the depth is four. So the contract finds the new place of a seat cheaply, without a hint from the caller.
/// Most arithmetic on places is unchecked: it cannot overflow, because a place has at most 8 bits.
/// @dev The caller keeps `size`, the number of seats in the heap, in a slot that it reads for other values too.
library SeatHeap {
    struct Heap {
        /// @dev Four items per word. An item is stake (56 bits) ‖ seat (8 bits). The children of place `p` are in word
        /// `p + 1`.
        mapping(uint256 word => uint256) items;
        /// @dev The place of each seat: 32 places per word.
        mapping(uint256 word => uint256) places;
    }

    uint256 private constant ITEM = type(uint64).max;

    /// @notice The seat with the lowest stake. The heap must not be empty.
    function lowest(Heap storage heap) internal view returns (uint256 seat) {
        return _itemAt(heap, 0) & 0xff;
    }

    /// @param size The size before the insertion.
    function insert(Heap storage heap, uint256 size, uint256 seat, uint256 stake) internal {
        _siftUp(heap, stake << 8 | seat, size);
    }

    /// @param size The size after the removal.
    function remove(Heap storage heap, uint256 size, uint256 seat) internal {
        uint256 place = _placeOf(heap, seat);
        if (place != size) _sift(heap, size, _itemAt(heap, size), place);
    }

    /// @notice Moves a seat to its new place after a change of the seat's stake.
    function update(Heap storage heap, uint256 size, uint256 seat, uint256 stake) internal {
        _sift(heap, size, stake << 8 | seat, _placeOf(heap, seat));
    }

    function _sift(Heap storage heap, uint256 size, uint256 item, uint256 place) private {
        bool less = place > 0 && _itemAt(heap, (place - 1) / 4) >> 8 > item >> 8;
        if (less) _siftUp(heap, item, place);
        else _siftDown(heap, size, item, place);
    }

    function _siftUp(Heap storage heap, uint256 item, uint256 place) private {
        unchecked {
            while (place > 0) {
                uint256 parent = (place - 1) / 4;
                uint256 above = _itemAt(heap, parent);
                if (above >> 8 <= item >> 8) break;
                _put(heap, above, place);
                place = parent;
            }
        }
        _put(heap, item, place);
    }

    function _siftDown(Heap storage heap, uint256 size, uint256 item, uint256 place) private {
        while (4 * place + 1 < size) {
            (uint256 child, uint256 least) = _lowestChild(heap, size, place);
            if (item >> 8 <= least >> 8) break;
            _put(heap, least, place);
            place = child;
        }
        _put(heap, item, place);
    }

    function _lowestChild(Heap storage heap, uint256 size, uint256 place)
        private
        view
        returns (uint256 child, uint256 least)
    {
        unchecked {
            uint256 word = heap.items[place + 1];
            uint256 first = 4 * place + 1;
            (child, least) = (first, word & ITEM);
            for (uint256 i = 1; i < 4 && first + i < size; ++i) {
                uint256 other = word >> (64 * i) & ITEM;
                if (other >> 8 < least >> 8) (child, least) = (first + i, other);
            }
        }
    }

    function _put(Heap storage heap, uint256 item, uint256 place) private {
        _setPacked(heap.items, place + 3, 64, item);
        _setPacked(heap.places, item & 0xff, 8, place);
    }

    function _itemAt(Heap storage heap, uint256 place) private view returns (uint256) {
        unchecked {
            return heap.items[(place + 3) / 4] >> (64 * ((place + 3) % 4)) & ITEM;
        }
    }

    function _placeOf(Heap storage heap, uint256 seat) private view returns (uint256) {
        unchecked {
            return heap.places[seat / 32] >> (8 * (seat % 32)) & 0xff;
        }
    }

    function _setPacked(mapping(uint256 => uint256) storage words, uint256 index, uint256 bits, uint256 value) private {
        unchecked {
            uint256 perWord = 256 / bits;
            uint256 shift = bits * (index % perWord);
            uint256 word = words[index / perWord];
            uint256 changed = word & ~((1 << bits) - 1 << shift) | value << shift;
            if (changed != word) words[index / perWord] = changed;
        }
    }
}
