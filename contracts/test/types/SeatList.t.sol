// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SeatList, seatListOf} from "../../src/types/SeatList.sol";
import {Test} from "../Test.sol";

contract SeatListTest is Test {
    function test_fuzz_seatListOf_keepsUpToSevenInOrder(uint16[7] memory seats, uint256 length) public pure {
        length = bound(length, 0, 7);
        uint16[] memory chosen = new uint16[](length);
        for (uint256 i; i < length; ++i) {
            chosen[i] = seats[i];
        }
        SeatList list = seatListOf(chosen);
        vm.assertTrue(list.isRecorded());
        vm.assertEq(list.length(), length);
        for (uint256 i; i < length; ++i) {
            vm.assertEq(list.at(i), chosen[i]);
        }
    }

    function test_isRecorded_tellsEmptyFromNone() public pure {
        vm.assertFalse(SeatList.wrap(0).isRecorded());
        vm.assertTrue(seatListOf(new uint16[](0)).isRecorded());
    }
}
