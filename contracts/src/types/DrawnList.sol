// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Numbers of up to five transcoders, in order of priority, in half a slot. The lowest 7 bits are the length
/// plus 1. So a recorded empty list is not zero, and a list that is not recorded is zero. The next bit is 1 if the draw
/// was contested.
type DrawnList is uint128;

using {isRecorded, contested, length, at, has} for DrawnList global;

uint256 constant MAX_DRAWN = 5;
uint256 constant CONTESTED = 0x80;

/// @param numbers The packed numbers. `withNumber` makes them, starting from zero.
function drawnListOf(uint256 numbers, uint256 count, bool contested_) pure returns (DrawnList) {
    // forge-lint: disable-next-line(unsafe-typecast)
    return DrawnList.wrap(uint128(numbers << 8 | count + 1 | (contested_ ? CONTESTED : 0)));
}

/// @notice Adds the number of the next transcoder to the numbers of a list. The index must be below MAX_DRAWN.
function withNumber(uint256 numbers, uint256 index, uint256 number) pure returns (uint256) {
    return numbers | number << 24 * index;
}

function isRecorded(DrawnList self) pure returns (bool) {
    return DrawnList.unwrap(self) != 0;
}

/// @notice Whether the transcoders that could be drawn held about half of the active stake or more. `ICandidates.draw` has the
/// exact rule.
function contested(DrawnList self) pure returns (bool) {
    return DrawnList.unwrap(self) & CONTESTED != 0;
}

function length(DrawnList self) pure returns (uint256) {
    return (DrawnList.unwrap(self) & (CONTESTED - 1)) - 1;
}

function at(DrawnList self, uint256 index) pure returns (uint24) {
    // forge-lint: disable-next-line(unsafe-typecast)
    return uint24(DrawnList.unwrap(self) >> (24 * index + 8));
}

function has(DrawnList self, uint256 number) pure returns (bool) {
    uint256 count = self.length();
    unchecked {
        for (uint256 i; i < count; ++i) {
            if (self.at(i) == number) return true;
        }
    }
    return false;
}
