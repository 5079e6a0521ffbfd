// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The terms of a seat, in one slot, because a draw reads the terms of each seat that a ticket hits. Layout:
/// the transcoder's number (24 bits) ‖ the round of the last change (24) ‖ present terms (104) ‖ terms at the start of
/// the round of the last change (104). One set of terms is stake in units of 2^40 (56 bits) ‖ pricePerUnit (48).
type SeatTerms is uint256;

using {number, round, present, stake, covers, locked} for SeatTerms global;

uint256 constant TERMS_BITS = 104;
uint256 constant TERMS_MASK = (1 << TERMS_BITS) - 1;
uint256 constant MAX_PRICE_PER_UNIT = type(uint48).max;

function seatTerms(uint256 number_, uint256 round_, uint256 present_, uint256 locked_) pure returns (SeatTerms) {
    return SeatTerms.wrap(number_ << 232 | round_ << 208 | present_ << TERMS_BITS | locked_);
}

function termsOf(uint96 stake_, uint48 pricePerUnit) pure returns (uint256) {
    return uint256(stake_ >> 40) << 48 | pricePerUnit;
}

/// @notice Number of the transcoder in the seat; zero for a vacant seat.
function number(SeatTerms self) pure returns (uint24) {
    // forge-lint: disable-next-line(unsafe-typecast)
    return uint24(SeatTerms.unwrap(self) >> 232);
}

function round(SeatTerms self) pure returns (uint24) {
    // forge-lint: disable-next-line(unsafe-typecast)
    return uint24(SeatTerms.unwrap(self) >> 208);
}

/// @notice Present terms.
function present(SeatTerms self) pure returns (uint256) {
    return SeatTerms.unwrap(self) >> TERMS_BITS & TERMS_MASK;
}

/// @notice Present stake, in units of 2^40.
function stake(SeatTerms self) pure returns (uint56) {
    // forge-lint: disable-next-line(unsafe-typecast)
    return uint56(SeatTerms.unwrap(self) >> (TERMS_BITS + 48));
}

/// @notice Whether `self` contains the terms in force in a round. `self` contains these terms if the last change was
/// not after the round, and if the transcoder held the seat when the round began. In round 0, no terms are locked: the
/// present terms are in force.
function covers(SeatTerms self, uint256 inRound) pure returns (bool) {
    uint256 terms = SeatTerms.unwrap(self);
    uint256 changed = terms >> 208 & 0xffffff;
    return changed < inRound || inRound == 0 && changed == 0 || changed == inRound && terms & TERMS_MASK != 0;
}

/// @notice The terms in force in round `inRound`, which must not be before the round of the last change.
function locked(SeatTerms self, uint256 inRound) pure returns (uint256) {
    uint256 terms = SeatTerms.unwrap(self);
    bool isPresent = inRound == 0 || inRound > terms >> 208 & 0xffffff;
    return (isPresent ? terms >> TERMS_BITS : terms) & TERMS_MASK;
}
