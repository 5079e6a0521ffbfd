// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LibBit} from "solady/utils/LibBit.sol";

/// @notice A transcoder's last verdicts in one slot: one bit for each, set for a failure, with the latest verdict in
/// the lowest bit, and the number of verdicts.
library VerdictHistory {
    uint256 internal constant LENGTH = 240;

    struct History {
        uint240 failures;
        uint16 count;
    }

    /// @notice Adds a verdict. The oldest verdict is dropped.
    function add(History storage history, bool failed) internal {
        History memory past = history;
        past.failures = past.failures << 1 | (failed ? 1 : 0);
        if (past.count < LENGTH) ++past.count;
        (history.failures, history.count) = (past.failures, past.count);
    }

    /// @notice The number of failures among the last verdicts, and the number of these verdicts, at most `window`.
    function failuresWithin(History storage history, uint256 window)
        internal
        view
        returns (uint256 failures, uint256 verdicts)
    {
        uint256 count = history.count;
        verdicts = count < window ? count : window;
        failures = LibBit.popCount(uint256(history.failures) & ((1 << verdicts) - 1));
    }
}
