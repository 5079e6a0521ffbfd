// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LibBit} from "solady/utils/LibBit.sol";
import {IClaimsTypes} from "../interfaces/IClaimsTypes.sol";
import {Range} from "../types/Claim.sol";

/// @notice Ascending ranges of sequence numbers, and a set of claimed segments with one bit for each segment.
library SegmentRanges {
    uint256 internal constant MAX_SEGMENTS = 2_048;
    /// @dev The limit bounds the gas of a claim, because each range can write a storage slot of its own.
    uint256 internal constant MAX_RANGES = 64;

    struct Set {
        mapping(uint256 bucket => uint256 bits) buckets;
    }

    /// @notice Number of segments in the ranges. Reverts unless there are at most MAX_RANGES ranges, and the ranges
    /// ascend, begin at `min` or later, and together have between 1 and MAX_SEGMENTS segments.
    function validate(Range[] memory ranges, uint256 min) internal pure returns (uint256 segments) {
        if (ranges.length > MAX_RANGES) revert IClaimsTypes.TooManyRanges(ranges.length, MAX_RANGES);
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

    /// @notice Number of segments in valid ranges.
    function count(Range[] memory ranges) internal pure returns (uint256 segments) {
        for (uint256 i; i < ranges.length; ++i) {
            segments += ranges[i].last - ranges[i].first + 1;
        }
    }

    function last(Range[] memory ranges) internal pure returns (uint64) {
        return ranges[ranges.length - 1].last;
    }

    /// @notice The index of a sequence number among the segments of the ranges.
    function indexOf(Range[] memory ranges, uint256 sequenceNumber) internal pure returns (bool found, uint256 index) {
        for (uint256 i; i < ranges.length; ++i) {
            Range memory range = ranges[i];
            if (sequenceNumber < range.first) break;
            if (sequenceNumber <= range.last) return (true, index + sequenceNumber - range.first);
            index += range.last - range.first + 1;
        }
        return (false, 0);
    }

    /// @notice The last segment of the ranges before `sequenceNumber`. The ranges must contain such a segment.
    function preceding(Range[] memory ranges, uint256 sequenceNumber) internal pure returns (uint256 previous) {
        for (uint256 i; i < ranges.length && ranges[i].first < sequenceNumber; ++i) {
            previous = ranges[i].last < sequenceNumber ? ranges[i].last : sequenceNumber - 1;
        }
    }

    /// @notice Adds the segments of the ranges to the set. Reverts if the set already contains one of these segments.
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
