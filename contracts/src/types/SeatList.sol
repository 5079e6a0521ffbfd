// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Up to seven seats of the pool, in order, in half a slot: the lowest 16 bits hold 1 + their number, so that a
/// recorded empty list is told from none.
type SeatList is uint128;

using {isRecorded, length, at} for SeatList global;

function seatListOf(uint16[] memory seats) pure returns (SeatList) {
    uint256 list = seats.length + 1;
    for (uint256 i; i < seats.length; ++i) {
        list |= uint256(seats[i]) << (16 * (i + 1));
    }
    // forge-lint: disable-next-line(unsafe-typecast)
    return SeatList.wrap(uint128(list));
}

function isRecorded(SeatList self) pure returns (bool) {
    return SeatList.unwrap(self) != 0;
}

function length(SeatList self) pure returns (uint256) {
    return uint16(SeatList.unwrap(self)) - 1;
}

function at(SeatList self, uint256 index) pure returns (uint256) {
    return uint16(SeatList.unwrap(self) >> (16 * (index + 1)));
}
