// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Draws the candidates of a job, weighted by stake. Whitepaper, "Broadcast + Transcoding Job".
library JobAssignment {
    /// @notice Up to `count` places in order of priority, each drawn in proportion to its weight among those not yet
    /// drawn. Places without weight are never drawn.
    /// @param line The places' weights laid end to end: `line[place]` is where the place's stretch ends.
    function draw(bytes32 seed, uint256[] memory line, uint256 count) internal pure returns (uint256[] memory drawn) {
        uint256 left = line.length == 0 ? 0 : line[line.length - 1];
        uint256[] memory gone = new uint256[](count);
        drawn = new uint256[](count);
        uint256 priority;
        for (; priority < count && left > 0; ++priority) {
            // 256 random bits against stakes of 96: the bias of the modulus is below 2^-150.
            uint256 ticket = uint256(keccak256(abi.encode(seed, priority))) % left;
            uint256 place = placeOf(line, past(line, gone, priority, ticket));
            left -= line[place] - startOf(line, place);
            drawn[priority] = place;
            insert(gone, priority, place);
        }
        assembly ("memory-safe") {
            mstore(drawn, priority)
        }
    }

    /// @dev Where a ticket falls that counts only the stretches of seats that are not yet gone.
    /// @param gone Places already drawn, the first `count`, ascending.
    function past(uint256[] memory line, uint256[] memory gone, uint256 count, uint256 ticket)
        private
        pure
        returns (uint256)
    {
        for (uint256 i; i < count; ++i) {
            uint256 start = startOf(line, gone[i]);
            if (ticket < start) break;
            ticket += line[gone[i]] - start;
        }
        return ticket;
    }

    /// @dev The first place whose stretch ends behind the ticket, which is not past the line.
    function placeOf(uint256[] memory line, uint256 ticket) private pure returns (uint256 low) {
        assembly ("memory-safe") {
            let high := mload(line)
            for {} lt(low, high) {} {
                let middle := shr(1, add(low, high))
                switch gt(mload(add(add(line, 32), shl(5, middle))), ticket)
                case 0 { low := add(middle, 1) }
                default { high := middle }
            }
        }
    }

    function startOf(uint256[] memory line, uint256 place) private pure returns (uint256) {
        return place == 0 ? 0 : line[place - 1];
    }

    /// @dev Keeps the first `count` items, and the new one, ascending.
    function insert(uint256[] memory ascending, uint256 count, uint256 item) private pure {
        for (; count > 0 && ascending[count - 1] > item; --count) {
            ascending[count] = ascending[count - 1];
        }
        ascending[count] = item;
    }
}
