// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice For each recorded Assignment of a job: its first segment and its transcoder.
library Handovers {
    /// @dev The list has a maximum length, because every claim reads the whole list. A later Assignment is not added to
    /// a full list. Then the first claim of a segment wins, even under an earlier Assignment.
    uint256 internal constant MAX = 64;

    struct List {
        /// @dev First sequence number (64 bits) ‖ lowest 64 bits of the transcoder's address.
        uint128[] starts;
    }

    function add(List storage list, uint64 fromSequence, address transcoder) internal {
        uint256 length = list.starts.length;
        // An Assignment from segment 0 ends no other Assignment, because no Assignment begins earlier.
        if (fromSequence == 0 || length == MAX) return;
        uint128 start = uint128(fromSequence) << 64 | _tagOf(transcoder);
        for (uint256 i; i < length; ++i) {
            if (list.starts[i] == start) return;
        }
        list.starts.push(start);
    }

    /// @notice The lowest first segment after `fromSequence`; the largest uint64 when there is none. Ignores
    /// Assignments to the same transcoder. Otherwise the broadcaster could assign segments again to a transcoder that
    /// has already transcoded these segments. The transcoder could not claim them under the new Assignment, because
    /// their quantisers would be wrong there.
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
