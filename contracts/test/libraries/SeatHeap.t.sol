// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SeatHeap} from "../../src/libraries/SeatHeap.sol";
import {Test} from "../Test.sol";

contract SeatHeapTest is Test {
    using SeatHeap for SeatHeap.Heap;

    /// @dev The stake of a seat that is not in the heap.
    uint256 private constant NONE = type(uint256).max;

    SeatHeap.Heap private heap;

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 512
    /// forge-config: mutation.fuzz.runs = 16
    function test_fuzz_lowest_afterAnyChanges_returnsLowestStake(uint256 dice) public {
        // The stakes are in memory, because the test reads the stakes of all seats in the heap after each change.
        uint256[250] memory stakes;
        for (uint256 seat; seat < 250; ++seat) {
            stakes[seat] = NONE;
        }
        uint256[] memory seatsInHeap = new uint256[](100);
        uint256 size;
        for (uint256 step; step < 200; ++step) {
            dice = uint256(keccak256(abi.encode(dice)));
            uint256 kind = dice % 4;
            if (size == 0 || (kind < 2 && size < 100)) {
                uint256 seat = _vacantSeat(stakes, dice >> 128);
                stakes[seat] = (dice >> 8) % 1_000;
                heap.insert(size, seat, stakes[seat]);
                seatsInHeap[size++] = seat;
            } else {
                uint256 index = (dice >> 64) % size;
                uint256 seat = seatsInHeap[index];
                if (kind == 2) {
                    heap.remove(--size, seat);
                    stakes[seat] = NONE;
                    seatsInHeap[index] = seatsInHeap[size];
                } else {
                    stakes[seat] = (dice >> 8) % 1_000;
                    heap.update(size, seat, stakes[seat]);
                }
            }
            if (size > 0) vm.assertEq(stakes[heap.lowest()], _lowestStake(stakes, seatsInHeap, size));
        }
    }

    function _vacantSeat(uint256[250] memory stakes, uint256 from) private pure returns (uint256 seat) {
        seat = from % 250;
        while (stakes[seat] != NONE) seat = (seat + 1) % 250;
    }

    function _lowestStake(uint256[250] memory stakes, uint256[] memory seatsInHeap, uint256 size)
        private
        pure
        returns (uint256 least)
    {
        least = NONE;
        for (uint256 i; i < size; ++i) {
            uint256 stake = stakes[seatsInHeap[i]];
            if (stake < least) least = stake;
        }
    }
}
