// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SeatHeap} from "../../src/libraries/SeatHeap.sol";
import {Test} from "../Test.sol";

contract SeatHeapTest is Test {
    using SeatHeap for SeatHeap.Heap;

    SeatHeap.Heap private heap;
    mapping(uint256 seat => uint256) private stakes;
    uint256[] private seatsInHeap;
    mapping(uint256 seat => bool) private isInHeap;

    function test_fuzz_lowest_afterAnyChanges_returnsLowestStake(uint256 dice) public {
        for (uint256 step; step < 200; ++step) {
            dice = uint256(keccak256(abi.encode(dice)));
            uint256 kind = dice % 4;
            if (seatsInHeap.length == 0 || (kind < 2 && seatsInHeap.length < 100)) {
                uint256 seat = _vacantSeat(dice >> 128);
                stakes[seat] = (dice >> 8) % 1_000;
                heap.insert(seat, stakes[seat]);
                isInHeap[seat] = true;
                seatsInHeap.push(seat);
            } else {
                uint256 index = (dice >> 64) % seatsInHeap.length;
                if (kind == 2) {
                    heap.remove(seatsInHeap[index]);
                    isInHeap[seatsInHeap[index]] = false;
                    seatsInHeap[index] = seatsInHeap[seatsInHeap.length - 1];
                    seatsInHeap.pop();
                } else {
                    stakes[seatsInHeap[index]] = (dice >> 8) % 1_000;
                    heap.update(seatsInHeap[index], stakes[seatsInHeap[index]]);
                }
            }
            if (seatsInHeap.length > 0) vm.assertEq(stakes[heap.lowest()], _lowestStake());
            vm.assertEq(heap.size, seatsInHeap.length);
        }
    }

    function _vacantSeat(uint256 from) private view returns (uint256 seat) {
        seat = from % 250;
        while (isInHeap[seat]) seat = (seat + 1) % 250;
    }

    function _lowestStake() private view returns (uint256 least) {
        least = type(uint256).max;
        for (uint256 i; i < seatsInHeap.length; ++i) {
            uint256 stake = stakes[seatsInHeap[i]];
            if (stake < least) least = stake;
        }
    }
}
