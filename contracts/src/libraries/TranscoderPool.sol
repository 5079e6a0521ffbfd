// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {SeatTerms, seatTerms} from "../types/SeatTerms.sol";

/// @notice Numbered seats that transcoders take and leave, each with what it offers now and what it offered by block.
/// @dev A block counts with the terms at its end.
library TranscoderPool {
    using Checkpoints for Checkpoints.Trace160;
    using Checkpoints for Checkpoints.Trace208;

    uint256 internal constant MAX_SEATS = 500;

    struct Pool {
        /// @dev Of a fixed length, so that a draw pays for no bounds in storage.
        SeatTerms[MAX_SEATS] seats;
        /// @dev Seats that were ever taken.
        uint256 seatCount;
        uint16[] vacant;
        /// @dev Terms that a seat had before its present ones: read only for a seat that has changed.
        mapping(uint256 seat => Checkpoints.Trace208) past;
        /// @dev Occupants of a seat, the present one included.
        mapping(uint256 seat => Checkpoints.Trace160) occupants;
    }

    /// @notice Takes a vacant seat, else a new one, else that of the occupant with the lowest stake.
    /// @return seated False when all `poolSize` seats are taken and `stake` is not above `lowest`.
    function join(Pool storage pool, address transcoder, uint96 stake, uint64 pricePerUnit, uint256 poolSize)
        internal
        returns (bool seated, uint256 seat, address evicted, uint96 lowest)
    {
        uint256 vacancies = pool.vacant.length;
        if (vacancies > 0) {
            seat = pool.vacant[vacancies - 1];
            pool.vacant.pop();
        } else if (pool.seatCount < poolSize) {
            seat = pool.seatCount++;
        } else {
            (seat, lowest) = weakest(pool);
            if (stake <= lowest) return (false, seat, address(0), lowest);
            evicted = occupant(pool, seat);
        }
        set(pool, seat, stake, pricePerUnit, false);
        pool.occupants[seat].push(uint96(block.number), uint160(transcoder));
        seated = true;
    }

    /// @notice Vacates a seat.
    function leave(Pool storage pool, uint256 seat) internal {
        set(pool, seat, 0, 0, false);
        pool.occupants[seat].push(uint96(block.number), 0);
        pool.vacant.push(uint16(seat));
    }

    /// @notice Changes a seat's terms from this block on.
    function set(Pool storage pool, uint256 seat, uint96 stake, uint64 pricePerUnit, bool available) internal {
        SeatTerms before = pool.seats[seat];
        uint48 since = before.since();
        if (since != 0 && since != block.number) pool.past[seat].push(since, before.offer());
        pool.seats[seat] = seatTerms(block.number, stake, pricePerUnit, available);
    }

    /// @notice The seats' weights laid end to end, as a draw takes them: a seat weighs its stake at the end of block
    /// `atBlock`, or nothing where it was not available for at most `maxPricePerUnit`.
    function lineAt(Pool storage pool, uint256 atBlock, uint256 maxPricePerUnit)
        internal
        view
        returns (uint256[] memory line)
    {
        uint256 count = pool.seatCount;
        uint256 end;
        line = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            SeatTerms terms = pool.seats[i];
            if (terms.since() > atBlock) terms = SeatTerms.wrap(pool.past[i].upperLookupRecent(uint48(atBlock)));
            line[i] = end += terms.weight(maxPricePerUnit);
        }
    }

    function occupant(Pool storage pool, uint256 seat) internal view returns (address) {
        return address(pool.occupants[seat].latest());
    }

    /// @notice Who sat there at the end of block `atBlock`.
    function occupantAt(Pool storage pool, uint256 seat, uint256 atBlock) internal view returns (address) {
        return address(pool.occupants[seat].upperLookupRecent(uint96(atBlock)));
    }

    function weakest(Pool storage pool) private view returns (uint256 seat, uint96 lowest) {
        lowest = type(uint96).max;
        uint256 count = pool.seatCount;
        for (uint256 i; i < count; ++i) {
            uint96 stake = pool.seats[i].stake();
            if (stake < lowest) (seat, lowest) = (i, stake);
        }
    }
}
