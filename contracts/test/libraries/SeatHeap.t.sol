// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SeatHeap} from "../../src/libraries/SeatHeap.sol";
import {Test} from "../Test.sol";

contract SeatHeapTest is Test {
    using SeatHeap for SeatHeap.Heap;

    SeatHeap.Heap private heap;
    mapping(uint256 seat => uint256) private stakes;
    uint256[] private inside;
    mapping(uint256 seat => bool) private taken;

    function test_fuzz_heap_givesTheLowestAfterAnyHistory(uint256 dice) public {
        for (uint256 step; step < 200; ++step) {
            dice = uint256(keccak256(abi.encode(dice)));
            uint256 kind = dice % 4;
            if (inside.length == 0 || (kind < 2 && inside.length < 100)) {
                uint256 seat = vacant(dice >> 128);
                stakes[seat] = (dice >> 8) % 1_000;
                heap.insert(seat, stakes[seat]);
                taken[seat] = true;
                inside.push(seat);
            } else {
                uint256 index = (dice >> 64) % inside.length;
                if (kind == 2) {
                    heap.remove(inside[index]);
                    taken[inside[index]] = false;
                    inside[index] = inside[inside.length - 1];
                    inside.pop();
                } else {
                    stakes[inside[index]] = (dice >> 8) % 1_000;
                    heap.update(inside[index], stakes[inside[index]]);
                }
            }
            if (inside.length > 0) vm.assertEq(stakes[heap.lowest()], lowest());
            vm.assertEq(heap.size, inside.length);
        }
    }

    function vacant(uint256 from) private view returns (uint256 seat) {
        seat = from % 250;
        while (taken[seat]) seat = (seat + 1) % 250;
    }

    function lowest() private view returns (uint256 least) {
        least = type(uint256).max;
        for (uint256 i; i < inside.length; ++i) {
            uint256 stake = stakes[inside[i]];
            if (stake < least) least = stake;
        }
    }
}
