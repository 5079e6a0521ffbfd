// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SumTree} from "../../src/libraries/SumTree.sol";
import {Test} from "../Test.sol";

contract SumTreeTest is Test {
    using SumTree for SumTree.Tree;

    SumTree.Tree private tree;

    /// @dev The tree grows from 4 places to at most 1,024 places while weights change.
    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 512
    /// forge-config: mutation.fuzz.runs = 16
    function test_fuzz_find_afterAnyChanges_returnsPlaceOfPoint(uint256 dice) public {
        // The weights are in memory, because after each change the test adds up the weights of all places below the
        // place that it found.
        uint256[300] memory weights;
        uint256 total;
        uint256 top;
        for (uint256 step; step < 200; ++step) {
            dice = uint256(keccak256(abi.encode(dice)));
            uint256 place = (dice >> 8) % (2 + 298 * step / 200);
            while (place >> 2 * (top + 1) != 0) tree.grow(top++);
            uint256 weight = dice % 3 == 0 ? 0 : (dice >> 64) % 1_000;
            total = total + weight - weights[place];
            weights[place] = weight;
            tree.set(top, place, weight);
            vm.assertEq(tree.total(top), total, "the total is not the sum of the weights");
            if (total > 0) _assertFound(weights, top, (dice >> 128) % total);
        }
    }

    function test_find_atLimits_returnsPlaceWithWeight() public {
        tree.set(1, 3, 5);
        tree.set(1, 8, type(uint56).max);
        tree.set(1, 15, 1);
        vm.assertEq(tree.find(1, 0), 3);
        vm.assertEq(tree.find(1, 4), 3);
        vm.assertEq(tree.find(1, 5), 8);
        vm.assertEq(tree.find(1, uint256(type(uint56).max) + 4), 8);
        vm.assertEq(tree.find(1, uint256(type(uint56).max) + 5), 15);
    }

    /// @dev Draws with 1,000 seeds, and draws with the same seeds again after a millionth of the weight was removed. At
    /// most two of the seeds may then draw another place.
    function test_draw_byChance_isProportionalAndStable() public {
        uint256[4] memory counts;
        uint256[1_000] memory before;
        for (uint256 i; i < 4; ++i) {
            tree.set(0, i, (i + 1) * 1_000_000);
        }
        for (uint256 i; i < 1_000; ++i) {
            before[i] = tree.draw(0, keccak256(abi.encode(i)));
            ++counts[before[i]];
        }
        for (uint256 i; i < 4; ++i) {
            vm.assertGe(counts[i], 85 * (i + 1), "a place was drawn too seldom for its weight");
            vm.assertLe(counts[i], 115 * (i + 1), "a place was drawn too often for its weight");
        }
        tree.set(0, 0, 999_990);
        uint256 changed;
        for (uint256 i; i < 1_000; ++i) {
            if (tree.draw(0, keccak256(abi.encode(i))) != before[i]) ++changed;
        }
        vm.assertLe(changed, 2, "a small change of weight changed many results");
    }

    function test_draw_withExtremeSeeds_returnsPlaceWithWeight() public {
        tree.set(0, 1, type(uint64).max - 1);
        tree.set(0, 2, 1);
        vm.assertEq(tree.draw(0, 0), 1);
        vm.assertEq(tree.draw(0, bytes32(type(uint256).max)), 2);
    }

    function _assertFound(uint256[300] memory weights, uint256 top, uint256 point) private view {
        uint256 place = tree.find(top, point);
        uint256 start;
        for (uint256 i; i < place; ++i) {
            start += weights[i];
        }
        vm.assertLe(start, point, "the place begins after the point");
        vm.assertGe(start + weights[place], point + 1, "the place ends before the point");
    }
}
