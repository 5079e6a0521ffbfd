// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Verified work of a transcoder in the last two spans of rounds, and its own fees. Both are in one slot, because a
/// paid claim of a contested job changes both. The gas of an update does not depend on the number of rounds in a span.
library WorkTally {
    struct Tally {
        /// @dev The last span with work.
        uint24 span;
        /// @dev Work of the span before `span`, and of `span`.
        uint72 previous;
        uint72 current;
        /// @dev The transcoder's own fees that it has not withdrawn, in wei. The amount of all ether fits into 88 bits.
        uint88 fees;
    }

    /// @dev Work above 2^72 units in a span does not count. A stream with one rendition (720p, 30 frames per second) has 2^72 units after
    /// about five million years.
    function add(Tally storage tally, uint256 span, uint256 work) internal {
        Tally memory last = tally;
        if (last.span != span) {
            last.previous = span == uint256(last.span) + 1 ? last.current : 0;
            (last.span, last.current) = (uint24(span), 0);
        }
        work += last.current;
        last.current = work < type(uint72).max ? uint72(work) : type(uint72).max;
        (tally.span, tally.previous, tally.current) = (last.span, last.previous, last.current);
    }

    /// @notice Work of a span so far, plus the work of the span before.
    function sumAt(Tally storage tally, uint256 span) internal view returns (uint256) {
        uint256 last = tally.span;
        if (span == last) return uint256(tally.previous) + tally.current;
        return span == last + 1 ? tally.current : 0;
    }

    /// @notice Work of a span; zero if the span is not one of the two stored spans.
    function inSpan(Tally storage tally, uint256 span) internal view returns (uint256) {
        uint256 last = tally.span;
        if (span == last) return tally.current;
        return span + 1 == last ? tally.previous : 0;
    }
}
