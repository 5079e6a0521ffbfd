// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {JobAssignment} from "../../src/libraries/JobAssignment.sol";
import {Test} from "../Test.sol";

contract JobAssignmentTest is Test {
    function test_draw_withoutWeight_returnsNoSeat() public pure {
        vm.assertEq(JobAssignment.draw("seed", new uint256[](0), 4).length, 0);
        vm.assertEq(JobAssignment.draw("seed", new uint256[](9), 4).length, 0);
    }

    function test_fuzz_draw_returnsDistinctSeatsWithWeight(bytes32 seed, uint96[] memory stakes, uint256 count)
        public
        pure
    {
        count = _bound(count, 0, 7);
        uint256[] memory drawn = JobAssignment.draw(seed, _cumulativeStakes(stakes), count);
        uint256 eligible;
        for (uint256 i; i < stakes.length; ++i) {
            if (stakes[i] > 0) ++eligible;
        }
        vm.assertEq(drawn.length, count < eligible ? count : eligible);
        for (uint256 i; i < drawn.length; ++i) {
            vm.assertTrue(stakes[drawn[i]] > 0);
            for (uint256 j; j < i; ++j) {
                vm.assertTrue(drawn[i] != drawn[j]);
            }
        }
    }

    /// @dev Compares the draw with a linear search over the seats that are not drawn yet.
    function test_fuzz_draw_matchesLinearSearch(bytes32 seed, uint8[] memory stakes, uint256 count) public pure {
        count = _bound(count, 0, 7);
        uint96[] memory left = new uint96[](stakes.length);
        uint256 total;
        for (uint256 i; i < stakes.length; ++i) {
            // About half of the seats have no weight.
            left[i] = stakes[i] < 128 ? 0 : stakes[i];
            total += left[i];
        }
        uint256[] memory drawn = JobAssignment.draw(seed, _cumulativeStakes(left), count);
        for (uint256 priority; priority < drawn.length; ++priority) {
            uint256 ticket = uint256(keccak256(abi.encode(seed, priority))) % total;
            uint256 seat;
            for (; ticket >= left[seat]; ++seat) {
                ticket -= left[seat];
            }
            vm.assertEq(drawn[priority], seat);
            total -= left[seat];
            left[seat] = 0;
        }
    }

    /// @dev Makes 4,000 draws from stakes of 1 : 2 : 5. How often a seat is the first candidate has a binomial
    /// distribution. Five of its standard deviations are at most 158.
    function test_draw_isWeightedByStake() public pure {
        uint96[] memory stakes = new uint96[](3);
        (stakes[0], stakes[1], stakes[2]) = (1e18, 2e18, 5e18);
        uint256[3] memory firsts;
        for (uint256 i; i < 4_000; ++i) {
            ++firsts[JobAssignment.draw(keccak256(abi.encode(i)), _cumulativeStakes(stakes), 3)[0]];
        }
        _assertNear(firsts[0], 500);
        _assertNear(firsts[1], 1_000);
        _assertNear(firsts[2], 2_500);
    }

    function _assertNear(uint256 value, uint256 expected) private pure {
        vm.assertLe(value, expected + 158, "the seat is drawn too often");
        vm.assertGe(value + 158, expected, "the seat is drawn too seldom");
    }

    function _cumulativeStakes(uint96[] memory stakes) private pure returns (uint256[] memory line) {
        line = new uint256[](stakes.length);
        uint256 end;
        for (uint256 i; i < stakes.length; ++i) {
            line[i] = end += stakes[i];
        }
    }
}
