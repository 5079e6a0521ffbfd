// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Lottery} from "../../src/libraries/Lottery.sol";
import {SegmentRanges} from "../../src/libraries/SegmentRanges.sol";
import {Claim, Range} from "../../src/types/Claim.sol";
import {Vectors} from "../Vectors.sol";

contract ClaimTest is Vectors {
    using SegmentRanges for Range[];

    function setUp() public {
        _loadVectors("Claim");
    }

    function test_id_matchesVectors() public view {
        for (uint256 i; i < _count("cases"); ++i) {
            vm.assertEq(_readCase(i).id(), _bytes32At(i, "claimId"));
        }
    }

    function test_ranges_matchVectors() public view {
        for (uint256 i; i < _count("cases"); ++i) {
            Range[] memory ranges = _readCase(i).ranges;
            uint256[] memory sequenceNumbers = _uintArrayAt(i, "sequenceNumbers");
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

    function test_drawChallenges_matchesVectors() public view {
        for (uint256 i; i < _count("cases"); ++i) {
            Claim memory claim = _readCase(i);
            uint64[] memory drawn = Lottery.drawChallenges(
                claim.id(),
                _bytes32At(i, "blockHash"),
                claim.ranges,
                claim.ranges.count(),
                _uintAt(i, "verificationRate")
            );
            uint256[] memory expected = _uintArrayAt(i, "challenged");
            vm.assertEq(drawn.length, expected.length);
            for (uint256 place; place < drawn.length; ++place) {
                vm.assertEq(drawn[place], expected[place]);
            }
        }
    }

    function test_fuzz_drawChallenges_atRateOne_returnsEverySegment(bytes32 blockHash, uint64 first, uint8 length)
        public
        view
    {
        Range[] memory ranges = new Range[](1);
        first = uint64(_bound(first, 0, type(uint64).max - 256));
        ranges[0] = Range(first, first + length);
        vm.assertEq(
            Lottery.drawChallenges(_readCase(0).id(), blockHash, ranges, ranges.count(), 1).length, ranges.count()
        );
    }

    function _readCase(uint256 i) private view returns (Claim memory claim) {
        uint256[] memory firsts = _uintArrayAt(i, "firsts");
        uint256[] memory lasts = _uintArrayAt(i, "lasts");
        claim.ranges = new Range[](firsts.length);
        for (uint256 place; place < firsts.length; ++place) {
            claim.ranges[place] = Range(uint64(firsts[place]), uint64(lasts[place]));
        }
        (claim.jobId, claim.merkleRoot) = (_bytes32At(i, "jobId"), _bytes32At(i, "merkleRoot"));
        (claim.transcoder, claim.renditionKey) = (_addressAt(i, "transcoder"), _addressAt(i, "renditionKey"));
        (claim.fromSequence, claim.durationMs) = (uint64(_uintAt(i, "fromSequence")), uint64(_uintAt(i, "durationMs")));
        claim.previousClaimId = _bytes32At(i, "previousClaimId");
    }
}
