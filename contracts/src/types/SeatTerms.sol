// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a seat of the pool offers, in one slot, because a draw reads every seat: the number of its transcoder (24
/// bits) ‖ the round in which the terms last changed (24) ‖ present terms (104) ‖ terms at the start of that round (104).
/// Terms are stake in units of 2^40 (56 bits) ‖ pricePerUnit (48).
type SeatTerms is uint256;

using {number, round, stake, locked, weightIn} for SeatTerms global;

uint256 constant TERMS_BITS = 104;
uint256 constant MAX_PRICE_PER_UNIT = type(uint48).max;

function seatTerms(uint256 number_, uint256 round_, uint256 present, uint256 locked_) pure returns (SeatTerms) {
    return SeatTerms.wrap(number_ << 232 | round_ << 208 | present << TERMS_BITS | locked_);
}

function termsOf(uint96 stake_, uint48 pricePerUnit) pure returns (uint256) {
    return uint256(stake_ >> 40) << 48 | pricePerUnit;
}

/// @notice Of the transcoder in the seat; zero when it is vacant.
function number(SeatTerms self) pure returns (uint24) {
    // forge-lint: disable-next-line(unsafe-typecast)
    return uint24(SeatTerms.unwrap(self) >> 232);
}

function round(SeatTerms self) pure returns (uint24) {
    // forge-lint: disable-next-line(unsafe-typecast)
    return uint24(SeatTerms.unwrap(self) >> 208);
}

/// @notice Present stake, in units of 2^40.
function stake(SeatTerms self) pure returns (uint56) {
    // forge-lint: disable-next-line(unsafe-typecast)
    return uint56(SeatTerms.unwrap(self) >> (TERMS_BITS + 48));
}

/// @notice The terms that are in force in a round that is not before `round`. Nothing is locked before round 1.
function locked(SeatTerms self, uint256 inRound) pure returns (uint256) {
    uint256 terms = SeatTerms.unwrap(self);
    if (inRound == 0 || inRound > self.round()) terms >>= TERMS_BITS;
    return terms & ((1 << TERMS_BITS) - 1);
}

/// @notice The stake that is in force in a round, or nothing where the price is above `maxPricePerUnit`.
function weightIn(SeatTerms self, uint256 inRound, uint256 maxPricePerUnit) pure returns (uint256) {
    uint256 terms = self.locked(inRound);
    return uint48(terms) <= maxPricePerUnit ? terms >> 48 : 0;
}
