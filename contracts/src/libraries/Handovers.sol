// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Where later Assignments of a job are known to begin.
library Handovers {
    /// @dev Every claim reads them all. What comes on top is not kept: a claim is then refused only where it overlaps.
    uint256 internal constant MAX = 64;

    struct List {
        uint64[] starts;
    }

    function add(List storage list, uint64 fromSequence) internal {
        uint256 length = list.starts.length;
        // Nothing lies before 0 that an Assignment from there on could end.
        if (fromSequence == 0 || length == MAX) return;
        for (uint256 i; i < length; ++i) {
            if (list.starts[i] == fromSequence) return;
        }
        list.starts.push(fromSequence);
    }

    /// @notice The nearest start after `fromSequence`; the largest uint64 when there is none.
    function next(List storage list, uint64 fromSequence) internal view returns (uint64 nearest) {
        nearest = type(uint64).max;
        uint256 length = list.starts.length;
        for (uint256 i; i < length; ++i) {
            uint64 start = list.starts[i];
            if (start > fromSequence && start < nearest) nearest = start;
        }
    }
}
