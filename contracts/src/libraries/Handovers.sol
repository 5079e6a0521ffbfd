// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Where later Assignments of a job are known to begin.
library Handovers {
    /// @dev Every claim reads them all. What comes on top is not kept: a claim is then refused only where it overlaps.
    uint256 internal constant MAX = 64;

    struct List {
        /// @dev First sequence number (64 bits) ‖ the lowest 64 bits of whoever was given what follows.
        uint128[] starts;
    }

    function add(List storage list, uint64 fromSequence, address transcoder) internal {
        uint256 length = list.starts.length;
        // Nothing lies before 0 that an Assignment from there on could end.
        if (fromSequence == 0 || length == MAX) return;
        uint128 start = uint128(fromSequence) << 64 | _tagOf(transcoder);
        for (uint256 i; i < length; ++i) {
            if (list.starts[i] == start) return;
        }
        list.starts.push(start);
    }

    /// @notice The nearest start after `fromSequence`; the largest uint64 when there is none. Nobody succeeds itself: the
    /// broadcaster has the Acceptance to give a transcoder anew what it has done, where its quantisers would not fit.
    function next(List storage list, uint64 fromSequence, address transcoder) internal view returns (uint64 nearest) {
        nearest = type(uint64).max;
        uint256 length = list.starts.length;
        for (uint256 i; i < length; ++i) {
            uint128 start = list.starts[i];
            uint64 first = uint64(start >> 64);
            // forge-lint: disable-next-line(unsafe-typecast)
            if (first > fromSequence && first < nearest && uint64(start) != _tagOf(transcoder)) nearest = first;
        }
    }

    function _tagOf(address transcoder) private pure returns (uint64) {
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint64(uint160(transcoder));
    }
}
