// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DrawnList, drawnListOf, withNumber} from "../../src/types/DrawnList.sol";
import {Test} from "../Test.sol";

contract DrawnListTest is Test {
    function test_fuzz_drawnListOf_withUpToFiveNumbers_keepsTheirOrder(
        uint24[5] memory numbers,
        uint256 length,
        bool contested
    ) public pure {
        length = _bound(length, 0, 5);
        uint256 packed;
        for (uint256 i; i < length; ++i) {
            packed = withNumber(packed, i, numbers[i]);
        }
        DrawnList list = drawnListOf(packed, length, contested);
        vm.assertTrue(list.contested() == contested);
        vm.assertTrue(list.isRecorded());
        vm.assertEq(list.length(), length);
        vm.assertFalse(list.has(type(uint32).max));
        for (uint256 i; i < length; ++i) {
            vm.assertEq(list.at(i), numbers[i]);
            vm.assertTrue(list.has(numbers[i]));
        }
    }

    function test_isRecorded_withEmptyList_isTrue() public pure {
        vm.assertFalse(DrawnList.wrap(0).isRecorded());
        vm.assertTrue(drawnListOf(0, 0, false).isRecorded());
    }
}
