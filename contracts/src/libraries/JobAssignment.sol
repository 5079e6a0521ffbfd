// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Arrays} from "@openzeppelin/contracts/utils/Arrays.sol";

/// @notice Draws the candidates of a job, weighted by stake. Whitepaper, "Broadcast + Transcoding Job".
library JobAssignment {
    /// @notice Up to `count` seats in order of priority, each drawn in proportion to its weight among those not yet
    /// drawn. Seats without weight are never drawn.
    /// @param line The seats' weights laid end to end: `line[seat]` is where the seat's stretch ends.
    function draw(bytes32 seed, uint256[] memory line, uint256 count) internal pure returns (uint16[] memory drawn) {
        uint256 left = line.length == 0 ? 0 : line[line.length - 1];
        uint256[] memory gone = new uint256[](count);
        uint16[] memory order = new uint16[](count);
        uint256 priority;
        for (; priority < count && left > 0; ++priority) {
            // 256 random bits against stakes of 96: the bias of the modulus is below 2^-150.
            uint256 ticket = uint256(keccak256(abi.encode(seed, priority))) % left;
            uint256 seat = Arrays.upperBoundMemory(line, past(line, gone, priority, ticket));
            left -= line[seat] - startOf(line, seat);
            order[priority] = uint16(seat);
            insert(gone, priority, seat);
        }
        drawn = new uint16[](priority);
        for (uint256 i; i < priority; ++i) {
            drawn[i] = order[i];
        }
    }

    /// @dev Where a ticket falls that counts only the stretches of seats that are not yet gone.
    /// @param gone Seats already drawn, the first `count`, ascending.
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

    function startOf(uint256[] memory line, uint256 seat) private pure returns (uint256) {
        return seat == 0 ? 0 : line[seat - 1];
    }

    /// @dev Keeps the first `count` items, and the new one, ascending.
    function insert(uint256[] memory ascending, uint256 count, uint256 item) private pure {
        for (; count > 0 && ascending[count - 1] > item; --count) {
            ascending[count] = ascending[count - 1];
        }
        ascending[count] = item;
    }
}
