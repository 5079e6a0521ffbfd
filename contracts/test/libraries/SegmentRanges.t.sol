// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {SegmentRanges} from "../../src/libraries/SegmentRanges.sol";
import {Range} from "../../src/types/Claim.sol";
import {Test} from "../Test.sol";

contract SegmentRangesTest is Test {
    using SegmentRanges for SegmentRanges.Set;
    using SegmentRanges for Range[];

    SegmentRanges.Set private set;

    function test_fuzz_record_holdsExactlyTheRanges(uint64 start, uint16[4] memory steps) public {
        Range[] memory ranges = _twoRanges(start, steps);
        set.record(ranges);
        for (uint256 i; i < ranges.length; ++i) {
            (uint256 first, uint256 last) = (ranges[i].first, ranges[i].last);
            vm.assertTrue(set.has(first) && set.has(last) && set.has((first + last) / 2));
            if (first > 0) vm.assertFalse(set.has(first - 1));
            vm.assertFalse(set.has(last + 1));
        }
    }

    function test_fuzz_record_ofOverlappingRange_reverts(
        uint64 start,
        uint16[4] memory steps,
        uint256 place,
        uint8 length
    ) public {
        Range[] memory ranges = _twoRanges(start, steps);
        set.record(ranges);
        uint256 segments = ranges.validate(0);
        Range[] memory again = new Range[](1);
        // The new range starts at a number that is already recorded.
        uint256 first = _numberAt(ranges, place % segments);
        again[0] = Range(uint64(first), uint64(first + length));
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.AlreadyClaimed.selector, first));
        this.record(again);
    }

    function test_fuzz_record_ofLargestNumber_recordsIt(uint8 length) public {
        Range[] memory ranges = new Range[](1);
        ranges[0] = Range(type(uint64).max - length, type(uint64).max);
        set.record(ranges);
        vm.assertTrue(set.has(type(uint64).max));
        vm.assertFalse(set.has(uint256(type(uint64).max) - length - 1));
    }

    function test_fuzz_indexOf_countsAcrossRanges(uint64 start, uint16[4] memory steps, uint256 place) public pure {
        Range[] memory ranges = _twoRanges(start, steps);
        place %= ranges.count();
        uint256 number = _numberAt(ranges, place);
        (bool found, uint256 index) = ranges.indexOf(number);
        vm.assertTrue(found);
        vm.assertEq(index, place);
        if (place > 0) vm.assertEq(ranges.preceding(number), _numberAt(ranges, place - 1));
        (found,) = ranges.indexOf(uint256(ranges.last()) + 1);
        vm.assertFalse(found);
        (found,) = ranges.indexOf(uint256(ranges[0].last) + 1);
        vm.assertFalse(found);
    }

    function record(Range[] memory ranges) external {
        set.record(ranges);
    }

    /// @dev Two ranges with a gap between them.
    function _twoRanges(uint64 start, uint16[4] memory steps) private pure returns (Range[] memory ranges) {
        start = uint64(_bound(start, 0, type(uint64).max - 10_000));
        ranges = new Range[](2);
        ranges[0] = Range(start, start + steps[0] % 700);
        uint64 next = ranges[0].last + 2 + steps[1] % 600;
        ranges[1] = Range(next, next + steps[2] % 700);
    }

    function _numberAt(Range[] memory ranges, uint256 place) private pure returns (uint256) {
        uint256 length = uint256(ranges[0].last) - ranges[0].first + 1;
        return place < length ? ranges[0].first + place : ranges[1].first + place - length;
    }
}
