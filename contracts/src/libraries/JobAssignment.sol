// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Draws the candidates of a job, weighted by stake. Whitepaper, "Broadcast + Transcoding Job".
library JobAssignment {
    /// @notice Draws up to `count` places without replacement, in order of priority. The chance of each place is
    /// proportional to its weight. Places of weight zero are never drawn.
    /// @param cumulative For each place: the sum of the weights of all places up to and including this place.
    function draw(bytes32 seed, uint256[] memory cumulative, uint256 count)
        internal
        pure
        returns (uint256[] memory drawn)
    {
        uint256 remaining = cumulative.length == 0 ? 0 : cumulative[cumulative.length - 1];
        uint256[] memory excluded = new uint256[](count);
        drawn = new uint256[](count);
        uint256 priority;
        for (; priority < count && remaining > 0; ++priority) {
            // The modulus adds a bias below 2^-150, because the hash has 256 bits and the stake has at most 96 bits.
            uint256 ticket = uint256(keccak256(abi.encode(seed, priority))) % remaining;
            uint256 place = _placeOf(cumulative, _skipDrawn(cumulative, excluded, priority, ticket));
            remaining -= cumulative[place] - _startOf(cumulative, place);
            drawn[priority] = place;
            _insertSorted(excluded, priority, place);
        }
        assembly ("memory-safe") {
            mstore(drawn, priority)
        }
    }

    /// @dev Converts a ticket that counts only the weights of places not yet drawn to a ticket that counts all weights.
    /// @param excluded Places already drawn: the first `count` items, ascending.
    function _skipDrawn(uint256[] memory cumulative, uint256[] memory excluded, uint256 count, uint256 ticket)
        private
        pure
        returns (uint256)
    {
        for (uint256 i; i < count; ++i) {
            uint256 start = _startOf(cumulative, excluded[i]);
            if (ticket < start) break;
            ticket += cumulative[excluded[i]] - start;
        }
        return ticket;
    }

    /// @dev The first place with a cumulative weight above the ticket. The ticket must be below the total weight.
    function _placeOf(uint256[] memory cumulative, uint256 ticket) private pure returns (uint256 low) {
        assembly ("memory-safe") {
            let high := mload(cumulative)
            for {} lt(low, high) {} {
                let middle := shr(1, add(low, high))
                switch gt(mload(add(add(cumulative, 32), shl(5, middle))), ticket)
                case 0 { low := add(middle, 1) }
                default { high := middle }
            }
        }
    }

    function _startOf(uint256[] memory cumulative, uint256 place) private pure returns (uint256) {
        return place == 0 ? 0 : cumulative[place - 1];
    }

    /// @dev Inserts an item into the first `count` items and keeps the items in ascending order.
    function _insertSorted(uint256[] memory ascending, uint256 count, uint256 item) private pure {
        for (; count > 0 && ascending[count - 1] > item; --count) {
            ascending[count] = ascending[count - 1];
        }
        ascending[count] = item;
    }
}
