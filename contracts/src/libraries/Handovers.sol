// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../interfaces/IClaimsTypes.sol";
import {MAX_DRAWN} from "../types/DrawnList.sol";

/// @notice The first segment and the transcoder of each recorded Assignment of a job. Assignments from segment 0 are
/// not in the list.
library Handovers {
    /// @dev In each job, the list has at most this number of Assignments to the same transcoder. The list needs a limit,
    /// because every claim reads the whole list. Each transcoder has a limit of its own. With one limit for all
    /// transcoders together, the broadcaster and one drawn accomplice could fill the list, and no other transcoder
    /// could be paid.
    uint256 internal constant MAX_PER_TRANSCODER = 12;

    struct List {
        /// @dev Whether any transcoder was expelled from the job. The ClaimsManager sets this value. The value is in
        /// this slot, because every claim reads this slot anyway.
        bool hasExpelled;
        uint8 length;
        /// @dev First sequence number (64 bits) ‖ lowest 64 bits of the transcoder's address. An Assignment is recorded only
        /// if its transcoder was drawn, so the array is long enough.
        uint128[MAX_PER_TRANSCODER * MAX_DRAWN] starts;
    }

    function add(List storage list, uint64 fromSequence, address transcoder) internal {
        // An Assignment from segment 0 ends no other Assignment, because no Assignment begins earlier.
        if (fromSequence == 0) return;
        uint64 tag = _tagOf(transcoder);
        uint128 start = uint128(fromSequence) << 64 | tag;
        uint256 length = list.length;
        uint256 count;
        for (uint256 i; i < length; ++i) {
            uint128 other = list.starts[i];
            if (other == start) return;
            // forge-lint: disable-next-line(unsafe-typecast)
            if (uint64(other) == tag) ++count;
        }
        if (count == MAX_PER_TRANSCODER) revert IClaimsTypes.TooManyAssignments(transcoder, MAX_PER_TRANSCODER);
        list.starts[length] = start;
        list.length = uint8(length + 1);
    }

    /// @notice The first segment of the next recorded Assignment after `fromSequence`; the largest uint64 when there is
    /// none. Ignores Assignments to the same transcoder. Without this rule, the broadcaster could assign segments a
    /// second time to a transcoder that has already transcoded them, and the second Assignment would end the range of the first.
    /// The transcoder could not claim its receipts under the second Assignment, because the quantisers start again with
    /// each Assignment.
    function next(List storage list, uint64 fromSequence, address transcoder) internal view returns (uint64 nearest) {
        nearest = type(uint64).max;
        uint256 length = list.length;
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
