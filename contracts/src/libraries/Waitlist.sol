// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SumTree} from "./SumTree.sol";

/// @notice Transcoders that wait for a seat. Each has a place on the list, and its stake is the weight of this place in a
/// draw. When a transcoder leaves the list, its place stays empty until a transcoder that joins gets it, and all other
/// transcoders keep their places. So after the block that decides a draw, no account can move another transcoder to the
/// place that the draw selects.
library Waitlist {
    using SumTree for SumTree.Tree;

    /// @dev There are not more places than transcoder numbers.
    uint256 private constant MAX_PLACES = 1 << 24;
    /// @dev Marks an empty place.
    uint32 private constant EMPTY = 1 << 31;

    struct List {
        /// @dev Number of places that have ever been used.
        uint32 size;
        /// @dev Of the empty places, the place that became empty last, plus 1. Zero when no place is empty.
        uint32 firstEmpty;
        /// @dev The level of the root of `stakes`.
        uint8 top;
        // -- slots
        /// @dev The number of the transcoder, or EMPTY | the value of `firstEmpty` before the transcoder left the place.
        uint32[MAX_PLACES] places;
        /// @dev In units of 2^40. All stake has less than 96 bits, so no sum has more than 56 bits.
        SumTree.Tree stakes;
    }

    function join(List storage list, uint24 number, uint96 stake) internal returns (uint256 place) {
        uint256 firstEmpty = list.firstEmpty;
        if (firstEmpty != 0) {
            place = firstEmpty - 1;
            list.firstEmpty = list.places[place] & ~EMPTY;
        } else {
            place = list.size++;
            if (place >> 2 * (uint256(list.top) + 1) != 0) list.stakes.grow(list.top++);
        }
        list.places[place] = number;
        setStake(list, place, stake);
    }

    function leave(List storage list, uint256 place) internal {
        list.places[place] = EMPTY | list.firstEmpty;
        list.firstEmpty = uint32(place + 1);
        setStake(list, place, 0);
    }

    function setStake(List storage list, uint256 place, uint96 stake) internal {
        list.stakes.set(list.top, place, stake >> 40);
    }

    /// @notice Draws a transcoder. The chance of each transcoder is proportional to its stake.
    /// @return number Zero when no transcoder with stake is on the list.
    function draw(List storage list, bytes32 seed) internal view returns (uint24 number) {
        if (list.stakes.total(list.top) == 0) return 0;
        // A place with stake is not empty.
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint24(list.places[list.stakes.draw(list.top, seed)]);
    }

    /// @notice Stake of all transcoders on the list, each rounded down to a multiple of 2^40.
    function totalStake(List storage list) internal view returns (uint256) {
        return list.stakes.total(list.top) << 40;
    }

    /// @notice The transcoders on the places `from` to `from + limit - 1`. Empty places are left out.
    /// @return numbers At most `limit` numbers.
    /// @return next The first place of the next page; zero when this page is the last.
    function page(List storage list, uint256 from, uint256 limit)
        internal
        view
        returns (uint24[] memory numbers, uint256 next)
    {
        uint256 size = list.size;
        if (from >= size) return (numbers, 0);
        uint256 count = size - from;
        if (count > limit) (count, next) = (limit, from + limit);
        numbers = new uint24[](count);
        uint256 found;
        for (uint256 i; i < count; ++i) {
            uint32 entry = list.places[from + i];
            // forge-lint: disable-next-line(unsafe-typecast)
            if (entry & EMPTY == 0) numbers[found++] = uint24(entry);
        }
        assembly ("memory-safe") {
            mstore(numbers, found)
        }
    }
}
