// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The part of a channel's payments that goes to a third account, the splitee: `splitee << 16 | basis points`. Zero
/// for a channel without a splitee.
type Split is uint256;

using {splitee, bps, isValid, partOf} for Split global;

uint256 constant MAX_BPS = 10_000;

function splitee(Split self) pure returns (address) {
    return address(uint160(Split.unwrap(self) >> 16));
}

/// @notice The splitee's part, in basis points.
function bps(Split self) pure returns (uint256) {
    return Split.unwrap(self) & 0xffff;
}

/// @notice Whether the value is zero, or has a splitee, 1 to 10,000 basis points, and no other bits.
function isValid(Split self) pure returns (bool) {
    bool hasUnknownBits = Split.unwrap(self) >> 176 != 0;
    return !hasUnknownBits && (self.splitee() == address(0)) == (self.bps() == 0) && self.bps() <= MAX_BPS;
}

/// @notice The splitee's part of `amount`, rounded down.
function partOf(Split self, uint256 amount) pure returns (uint256) {
    return amount * self.bps() / MAX_BPS;
}
