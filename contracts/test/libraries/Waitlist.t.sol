// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Waitlist} from "../../src/libraries/Waitlist.sol";
import {Test} from "../Test.sol";

/// @notice Compares the waitlist with a simple model: the place and the stake of each transcoder number.
contract WaitlistTest is Test {
    using Waitlist for Waitlist.List;

    uint24 private constant NUMBERS = 90;

    /// @dev The state of one transcoder number. The states are in memory, because the test reads all of them after each
    /// change.
    struct Entry {
        bool isWaiting;
        uint256 place;
        uint96 stake;
    }

    Waitlist.List private list;

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 512
    /// forge-config: mutation.fuzz.runs = 16
    function test_fuzz_list_afterAnyChanges_keepsPlacesAndStakes(uint256 dice) public {
        Entry[] memory entries = new Entry[](NUMBERS + 1);
        uint256 count;
        uint256 largest;
        for (uint256 step; step < 150; ++step) {
            dice = uint256(keccak256(abi.encode(dice)));
            uint24 number = uint24(1 + (dice >> 8) % NUMBERS);
            uint96 stake = uint96((dice >> 64) % 1e25);
            Entry memory entry = entries[number];
            if (!entry.isWaiting) {
                (entry.isWaiting, entry.place, entry.stake) = (true, list.join(number, stake), stake);
                if (++count > largest) largest = count;
                vm.assertLe(entry.place + 1, largest, "a new place was used although a place was empty");
            } else if (dice % 2 == 0) {
                list.leave(entry.place);
                (entry.isWaiting, entry.stake) = (false, 0);
                --count;
            } else {
                list.setStake(entry.place, stake);
                entry.stake = stake;
            }
            vm.assertEq(list.totalStake(), _sumOfStakes(entries));
        }
        _assertPages(entries, 1 + dice % 40, count);
        uint24 drawn = list.draw(bytes32(dice));
        vm.assertTrue(drawn == 0 ? _sumOfStakes(entries) == 0 : entries[drawn].isWaiting && entries[drawn].stake > 0);
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

    function _assertPages(Entry[] memory entries, uint256 limit, uint256 count) private view {
        uint256 from;
        uint256 found;
        do {
            uint24[] memory numbers;
            uint256 next;
            (numbers, next) = list.page(from, limit);
            vm.assertLe(numbers.length, limit, "a page has more transcoders than places");
            for (uint256 i; i < numbers.length; ++i) {
                Entry memory entry = entries[numbers[i]];
                vm.assertTrue(entry.isWaiting);
                vm.assertTrue(entry.place >= from && entry.place < from + limit);
            }
            (from, found) = (next, found + numbers.length);
        } while (from != 0);
        vm.assertEq(found, count, "a transcoder is not on the pages, or is on them twice");
    }

    function _sumOfStakes(Entry[] memory entries) private pure returns (uint256 sum) {
        for (uint256 i; i < entries.length; ++i) {
            sum += entries[i].stake >> 40 << 40;
        }
    }
}
