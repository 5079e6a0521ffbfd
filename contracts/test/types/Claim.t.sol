// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Lottery} from "../../src/libraries/Lottery.sol";
import {SegmentRanges} from "../../src/libraries/SegmentRanges.sol";
import {Claim, Range, requestIdOf} from "../../src/types/Claim.sol";
import {Vectors} from "../Vectors.sol";

contract ClaimTest is Vectors {
    using SegmentRanges for Range[];

    function setUp() public {
        open("Claim");
    }

    function test_id_matchesVectors() public view {
        for (uint256 i; i < count("cases"); ++i) {
            vm.assertEq(read(i).id(), word(i, "claimId"));
            vm.assertEq(requestIdOf(word(i, "claimId"), read(i).ranges[0].first), word(i, "requestId"));
        }
    }

    function test_ranges_holdTheSequenceNumbersOfVectors() public view {
        for (uint256 i; i < count("cases"); ++i) {
            Range[] memory ranges = read(i).ranges;
            uint256[] memory sequenceNumbers = numbers(i, "sequenceNumbers");
            vm.assertEq(ranges.validate(0), sequenceNumbers.length);
            vm.assertEq(ranges.count(), sequenceNumbers.length);
            for (uint256 place; place < sequenceNumbers.length; ++place) {
                (bool found, uint256 index) = ranges.indexOf(sequenceNumbers[place]);
                vm.assertTrue(found);
                vm.assertEq(index, place);
                if (place > 0) vm.assertEq(ranges.preceding(sequenceNumbers[place]), sequenceNumbers[place - 1]);
            }
        }
    }

    function test_lottery_challengesThoseOfVectors() public view {
        for (uint256 i; i < count("cases"); ++i) {
            Claim memory claim = read(i);
            uint64[] memory drawn = Lottery.drawChallenges(
                claim.id(), word(i, "blockHash"), claim.ranges, claim.ranges.count(), number(i, "verificationRate")
            );
            uint256[] memory expected = numbers(i, "challenged");
            vm.assertEq(drawn.length, expected.length);
            for (uint256 place; place < drawn.length; ++place) {
                vm.assertEq(drawn[place], expected[place]);
            }
        }
    }

    function test_fuzz_lottery_challengesAllAtRateOne(bytes32 blockHash, uint64 first, uint8 length) public view {
        Range[] memory ranges = new Range[](1);
        first = uint64(bound(first, 0, type(uint64).max - 256));
        ranges[0] = Range(first, first + length);
        vm.assertEq(Lottery.drawChallenges(read(0).id(), blockHash, ranges, ranges.count(), 1).length, ranges.count());
    }

    function read(uint256 i) private view returns (Claim memory claim) {
        uint256[] memory firsts = numbers(i, "firsts");
        uint256[] memory lasts = numbers(i, "lasts");
        claim.ranges = new Range[](firsts.length);
        for (uint256 place; place < firsts.length; ++place) {
            claim.ranges[place] = Range(uint64(firsts[place]), uint64(lasts[place]));
        }
        (claim.jobId, claim.merkleRoot) = (word(i, "jobId"), word(i, "merkleRoot"));
        (claim.transcoder, claim.renditionKey) = (account(i, "transcoder"), account(i, "renditionKey"));
        (claim.fromSequence, claim.durationMs) = (uint64(number(i, "fromSequence")), uint64(number(i, "durationMs")));
        claim.previousClaimId = word(i, "previousClaimId");
    }
}
