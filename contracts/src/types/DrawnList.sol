// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Numbers of up to five transcoders, in order, in half a slot: the lowest 8 bits hold 1 + how many, so that a
/// recorded empty list is told from none.
type DrawnList is uint128;

using {isRecorded, length, at} for DrawnList global;

uint256 constant MAX_DRAWN = 5;

function drawnListOf(uint24[] memory numbers) pure returns (DrawnList) {
    uint256 list = numbers.length + 1;
    for (uint256 i; i < numbers.length; ++i) {
        list |= uint256(numbers[i]) << (24 * i + 8);
    }
    // forge-lint: disable-next-line(unsafe-typecast)
    return DrawnList.wrap(uint128(list));
}

function isRecorded(DrawnList self) pure returns (bool) {
    return DrawnList.unwrap(self) != 0;
}

function length(DrawnList self) pure returns (uint256) {
    return uint8(DrawnList.unwrap(self)) - 1;
}

function at(DrawnList self, uint256 index) pure returns (uint24) {
    // forge-lint: disable-next-line(unsafe-typecast)
    return uint24(DrawnList.unwrap(self) >> (24 * index + 8));
}
