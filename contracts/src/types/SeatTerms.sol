// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a seat of the pool offers, and since when, in one slot, because a draw reads every seat:
/// since (48 bits) ‖ unused (47) ‖ stake (96) ‖ pricePerUnit (64) ‖ available (1).
type SeatTerms is uint256;

using {since, offer, weight, stake} for SeatTerms global;

function seatTerms(uint256 since_, uint96 stake_, uint64 pricePerUnit, bool available) pure returns (SeatTerms) {
    return SeatTerms.wrap(since_ << 208 | uint256(stake_) << 65 | uint256(pricePerUnit) << 1 | (available ? 1 : 0));
}

/// @notice Block since which the seat offers this; zero for a seat that never did.
function since(SeatTerms self) pure returns (uint48) {
    return uint48(SeatTerms.unwrap(self) >> 208);
}

/// @notice The terms without their block, which are terms too.
function offer(SeatTerms self) pure returns (uint208) {
    // forge-lint: disable-next-line(unsafe-typecast)
    return uint208(SeatTerms.unwrap(self));
}

function stake(SeatTerms self) pure returns (uint96) {
    return uint96(SeatTerms.unwrap(self) >> 65);
}

/// @notice The stake where the seat is available for at most `maxPricePerUnit`, else nothing.
function weight(SeatTerms self, uint256 maxPricePerUnit) pure returns (uint256) {
    uint256 terms = SeatTerms.unwrap(self);
    return terms & 1 == 1 && uint64(terms >> 1) <= maxPricePerUnit ? self.stake() : 0;
}
