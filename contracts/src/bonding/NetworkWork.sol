// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {Clock, State} from "./State.sol";

/// @notice Verified work of all transcoders together in the last two spans of rounds. The work of the last span is in the slot
/// of the clock, which most transactions read. So to add the work of a paid claim to these sums, the contract usually writes only
/// this slot.
library NetworkWork {
    using FixedPointMathLib for uint256;

    /// @dev Work above 2^88 units in a span does not count. No network can do so much work.
    function addNetworkWork(State storage s, uint256 span, uint256 work) internal {
        Clock memory present = s.clock;
        if (present.workSpan != span) {
            uint88 previous = span == uint256(present.workSpan) + 1 ? present.work : 0;
            if (s.ledger.previousWork != previous) s.ledger.previousWork = previous;
            (present.workSpan, present.work) = (uint24(span), 0);
        }
        work = (work + present.work).min(type(uint88).max);
        (s.clock.work, s.clock.workSpan) = (uint88(work), present.workSpan);
    }

    /// @notice Work of a span so far, plus the work of the span before.
    function networkWorkAt(State storage s, uint256 span) internal view returns (uint256) {
        uint256 last = s.clock.workSpan;
        if (span == last) return uint256(s.ledger.previousWork) + s.clock.work;
        return span == last + 1 ? s.clock.work : 0;
    }

    /// @notice Work of a span; zero if the span is not one of the two stored spans.
    function networkWorkIn(State storage s, uint256 span) internal view returns (uint256) {
        uint256 last = s.clock.workSpan;
        if (span == last) return s.clock.work;
        return span + 1 == last ? s.ledger.previousWork : 0;
    }
}
