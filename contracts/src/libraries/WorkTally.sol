// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Verified work in the current and the previous span of rounds, in one slot. The cost does not depend on the
/// number of rounds in a span.
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
        // The cast is safe: the work of a job fits 96 bits.
        last.current += uint112(work);
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
