// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LibBit} from "solady/utils/LibBit.sol";

/// @notice A transcoder's last verdicts, in one slot.
library VerdictHistory {
    uint256 internal constant LENGTH = 240;

    struct History {
        /// @dev One bit for each verdict, 1 for a failure. The lowest bit is the latest verdict.
        uint240 failures;
        /// @dev Number of stored verdicts, at most LENGTH.
        uint16 count;
    }

    /// @notice Adds a verdict. A full history drops its oldest verdict.
    function add(History storage history, bool failed) internal {
        History memory past = history;
        past.failures = past.failures << 1 | (failed ? 1 : 0);
        if (past.count < LENGTH) ++past.count;
        (history.failures, history.count) = (past.failures, past.count);
    }

    /// @notice Counts the last `window` verdicts, or all verdicts if there are fewer, and the failures among them.
    /// @return failures Number of failures among the counted verdicts.
    /// @return verdicts Number of counted verdicts.
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
