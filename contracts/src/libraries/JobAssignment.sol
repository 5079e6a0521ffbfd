// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Draws the candidates of a job, weighted by stake. Whitepaper, "Broadcast + Transcoding Job".
library JobAssignment {
    /// @notice Up to `count` places in order of priority, each drawn in proportion to its weight among those not yet
    /// drawn. Places without weight are never drawn.
    /// @param cumulative The sum of the weights of all places up to and including each place.
    function draw(bytes32 seed, uint256[] memory cumulative, uint256 count)
        internal
        pure
        returns (uint256[] memory drawn)
    {
        uint256 left = cumulative.length == 0 ? 0 : cumulative[cumulative.length - 1];
        uint256[] memory excluded = new uint256[](count);
        drawn = new uint256[](count);
        uint256 priority;
        for (; priority < count && left > 0; ++priority) {
            // 256 random bits against stakes of 96: the bias of the modulus is below 2^-150.
            uint256 ticket = uint256(keccak256(abi.encode(seed, priority))) % left;
            uint256 place = _placeOf(cumulative, _skipDrawn(cumulative, excluded, priority, ticket));
            left -= cumulative[place] - _startOf(cumulative, place);
            drawn[priority] = place;
            _insertSorted(excluded, priority, place);
        }
        assembly ("memory-safe") {
            mstore(drawn, priority)
        }
    }

    /// @dev Moves a ticket, drawn among the weights that remain, past the weights of the places already drawn.
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

    /// @dev The first place whose stretch ends behind the ticket, which is not past the line.
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

    /// @dev Keeps the first `count` items, and the new one, ascending.
    function _insertSorted(uint256[] memory ascending, uint256 count, uint256 item) private pure {
        for (; count > 0 && ascending[count - 1] > item; --count) {
            ascending[count] = ascending[count - 1];
        }
        ascending[count] = item;
    }
}
