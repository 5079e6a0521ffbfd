// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Work in the current and the previous span of rounds, in one slot. The two spans are a rolling window of O(1)
/// cost, between one and two spans long.
library WorkTally {
    struct Tally {
        uint32 span;
        uint112 previous;
        uint112 current;
    }

    function add(Tally storage tally, uint256 span, uint256 work) internal {
        Tally memory last = tally;
        if (last.span != span) {
            last.previous = span == uint256(last.span) + 1 ? last.current : 0;
            (last.span, last.current) = (uint32(span), 0);
        }
        // A job's work fits 96 bits.
        last.current += uint112(work);
        (tally.span, tally.previous, tally.current) = (last.span, last.previous, last.current);
    }

    /// @notice Work of a span so far, plus the work of the span before.
    function sumAt(Tally storage tally, uint256 span) internal view returns (uint256) {
        uint256 last = tally.span;
        if (span == last) return uint256(tally.previous) + tally.current;
        return span == last + 1 ? tally.current : 0;
    }

    /// @notice Work of a span; zero unless it is one of the two stored spans.
    function inSpan(Tally storage tally, uint256 span) internal view returns (uint256) {
        uint256 last = tally.span;
        if (span == last) return tally.current;
        return span + 1 == last ? tally.previous : 0;
    }
}
