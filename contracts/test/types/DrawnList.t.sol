// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DrawnList, drawnListOf} from "../../src/types/DrawnList.sol";
import {Test} from "../Test.sol";

contract DrawnListTest is Test {
    function test_fuzz_drawnListOf_withUpToFiveNumbers_keepsTheirOrder(
        uint24[5] memory numbers,
        uint256 length,
        bool contested
    ) public pure {
        length = _bound(length, 0, 5);
        uint24[] memory chosen = new uint24[](length);
        for (uint256 i; i < length; ++i) {
            chosen[i] = numbers[i];
        }
        DrawnList list = drawnListOf(chosen, contested);
        vm.assertTrue(list.contested() == contested);
        vm.assertTrue(list.isRecorded());
        vm.assertEq(list.length(), length);
        vm.assertFalse(list.has(type(uint32).max));
        for (uint256 i; i < length; ++i) {
            vm.assertEq(list.at(i), chosen[i]);
            vm.assertTrue(list.has(chosen[i]));
        }
    }

    function test_isRecorded_withEmptyList_isTrue() public pure {
        vm.assertFalse(DrawnList.wrap(0).isRecorded());
        vm.assertTrue(drawnListOf(new uint24[](0), false).isRecorded());
    }
}
