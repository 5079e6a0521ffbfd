// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LibBit} from "solady/utils/LibBit.sol";
import {IClaimsTypes} from "../interfaces/IClaimsTypes.sol";
import {Range} from "../types/Claim.sol";

/// @notice Ascending ranges of sequence numbers, and the set of those that are claimed, a bit each.
library SegmentRanges {
    uint256 internal constant MAX_SEGMENTS = 2_048;

    struct Set {
        mapping(uint256 bucket => uint256 bits) buckets;
    }

    /// @notice How many segments the ranges hold. Reverts unless they ascend from `min` on, and hold some, not too many.
    function validate(Range[] memory ranges, uint256 min) internal pure returns (uint256 segments) {
        for (uint256 i; i < ranges.length; ++i) {
            (uint256 first, uint256 end) = (ranges[i].first, ranges[i].last);
            if (first < min || end < first) revert IClaimsTypes.RangeOutOfOrder(i, first, end, min);
            segments += end - first + 1;
            min = end + 1;
        }
        if (segments == 0 || segments > MAX_SEGMENTS) {
            revert IClaimsTypes.SegmentCountOutOfBounds(segments, 1, MAX_SEGMENTS);
        }
    }

    /// @notice How many segments ranges hold that were counted before.
    function count(Range[] memory ranges) internal pure returns (uint256 segments) {
        for (uint256 i; i < ranges.length; ++i) {
            segments += ranges[i].last - ranges[i].first + 1;
        }
    }

    function last(Range[] memory ranges) internal pure returns (uint64) {
        return ranges[ranges.length - 1].last;
    }

    /// @notice The place of a sequence number among those of the ranges.
    function indexOf(Range[] memory ranges, uint256 sequenceNumber) internal pure returns (bool found, uint256 index) {
        for (uint256 i; i < ranges.length; ++i) {
            Range memory range = ranges[i];
            if (sequenceNumber < range.first) break;
            if (sequenceNumber <= range.last) return (true, index + sequenceNumber - range.first);
            index += range.last - range.first + 1;
        }
        return (false, 0);
    }

    /// @notice The sequence number before `sequenceNumber` in the ranges, which has one there.
    function preceding(Range[] memory ranges, uint256 sequenceNumber) internal pure returns (uint256 previous) {
        for (uint256 i; i < ranges.length && ranges[i].first < sequenceNumber; ++i) {
            previous = ranges[i].last < sequenceNumber ? ranges[i].last : sequenceNumber - 1;
        }
    }

    /// @notice Adds the ranges. Reverts when any of them was there.
    function record(Set storage set, Range[] memory ranges) internal {
        for (uint256 i; i < ranges.length; ++i) {
            (uint256 next, uint256 end) = (ranges[i].first, ranges[i].last);
            while (next <= end) {
                uint256 bucket = next >> 8;
                uint256 stop = bucket == end >> 8 ? end & 255 : 255;
                uint256 mask = (type(uint256).max >> (255 - stop)) & (type(uint256).max << (next & 255));
                uint256 bits = set.buckets[bucket];
                if (bits & mask != 0) revert IClaimsTypes.AlreadyClaimed((bucket << 8) + LibBit.ffs(bits & mask));
                set.buckets[bucket] = bits | mask;
                next = (bucket + 1) << 8;
            }
        }
    }

    function has(Set storage set, uint256 sequenceNumber) internal view returns (bool) {
        return set.buckets[sequenceNumber >> 8] >> (sequenceNumber & 255) & 1 == 1;
    }
}
