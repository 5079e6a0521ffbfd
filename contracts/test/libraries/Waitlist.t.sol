// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Waitlist} from "../../src/libraries/Waitlist.sol";
import {Test} from "../Test.sol";

/// @notice Compares the waitlist with a simple model: the place and the stake of each transcoder number.
contract WaitlistTest is Test {
    using Waitlist for Waitlist.List;

    uint24 private constant NUMBERS = 90;

    Waitlist.List private list;
    mapping(uint24 number => uint256) private placeOf;
    mapping(uint24 number => bool) private isWaiting;
    uint96[NUMBERS + 1] private stakes;
    uint256 private largest;

    function test_fuzz_list_afterAnyChanges_keepsPlacesAndStakes(uint256 dice) public {
        uint256 count;
        for (uint256 step; step < 150; ++step) {
            dice = uint256(keccak256(abi.encode(dice)));
            uint24 number = uint24(1 + (dice >> 8) % NUMBERS);
            uint96 stake = uint96((dice >> 64) % 1e25);
            if (!isWaiting[number]) {
                uint256 place = list.join(number, stake);
                (placeOf[number], isWaiting[number], stakes[number]) = (place, true, stake);
                if (++count > largest) largest = count;
                vm.assertLe(place + 1, largest, "a new place was used although a place was empty");
            } else if (dice % 2 == 0) {
                list.leave(placeOf[number]);
                (isWaiting[number], stakes[number]) = (false, 0);
                --count;
            } else {
                list.setStake(placeOf[number], stake);
                stakes[number] = stake;
            }
            vm.assertEq(list.totalStake(), _sumOfStakes());
        }
        _assertPages(1 + dice % 40, count);
        uint24 drawn = list.draw(bytes32(dice));
        vm.assertTrue(drawn == 0 ? _sumOfStakes() == 0 : isWaiting[drawn] && stakes[drawn] > 0);
    }

    function test_draw_withoutStake_returnsZero() public {
        vm.assertEq(list.draw("seed"), 0);
        uint256 place = list.join(7, 2 ** 40 - 1);
        vm.assertEq(list.draw("seed"), 0);
        list.setStake(place, 2 ** 40);
        vm.assertEq(list.draw("seed"), 7);
        list.leave(place);
        vm.assertEq(list.draw("seed"), 0);
    }

    function _assertPages(uint256 limit, uint256 count) private view {
        uint256 from;
        uint256 found;
        do {
            uint24[] memory numbers;
            uint256 next;
            (numbers, next) = list.page(from, limit);
            vm.assertLe(numbers.length, limit, "a page has more transcoders than places");
            for (uint256 i; i < numbers.length; ++i) {
                vm.assertTrue(isWaiting[numbers[i]]);
                uint256 place = placeOf[numbers[i]];
                vm.assertTrue(place >= from && place < from + limit);
            }
            (from, found) = (next, found + numbers.length);
        } while (from != 0);
        vm.assertEq(found, count, "a transcoder is not on the pages, or is on them twice");
    }

    function _sumOfStakes() private view returns (uint256 sum) {
        for (uint256 i; i < stakes.length; ++i) {
            sum += stakes[i] >> 40 << 40;
        }
    }
}
