// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {Protocol} from "./Protocol.sol";

contract JobsManagerDrawTest is Protocol {
    function setUp() public {
        deploy(10);
    }

    function test_candidates_areDrawnTwoBlocksLater() public {
        join(person("anna"), 1 ether, PRICE);
        bytes32 jobId = post();
        uint256 atBlock = vm.getBlockNumber() + 2;
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotYetDrawable.selector, jobId, atBlock));
        jobs.candidates(jobId);
        mine(1);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotYetDrawable.selector, jobId, atBlock));
        jobs.drawCandidates(jobId);
        mine(1);
        vm.assertEq(jobs.candidates(jobId)[0], person("anna"));
    }

    function test_candidates_followFromTheBlockHash() public {
        populate();
        bytes32 jobId = post();
        mine(2);
        vm.setBlockhash(vm.getBlockNumber() - 1, "one");
        address[] memory one = jobs.candidates(jobId);
        vm.setBlockhash(vm.getBlockNumber() - 1, "two");
        address[] memory two = jobs.candidates(jobId);
        vm.assertNotEq(keccak256(abi.encode(one)), keccak256(abi.encode(two)));
    }

    function test_candidates_areEmptyWhenNobodyIsAvailableAtThisPrice() public {
        join(person("anna"), 1 ether, PRICE + 1);
        bytes32 jobId = post();
        mine(2);
        vm.assertEq(jobs.candidates(jobId).length, 0);
        vm.expectEmit(address(jobs));
        emit IJobsManager.CandidatesDrawn(jobId, new address[](0));
        jobs.drawCandidates(jobId);
        vm.assertTrue(jobs.getJob(jobId).drawn);
        vm.assertEq(jobs.candidates(jobId).length, 0);
    }

    function test_fuzz_drawCandidates_isTheSameWheneverMade(bytes32 blockHash, uint256 delay, uint256 dice) public {
        populate();
        bytes32 jobId = post();
        // Who joins in the job's block is drawn too; who comes or changes later is not seen.
        join(person("same block"), 50 ether, PRICE);
        mine(1);
        vm.setBlockhash(vm.getBlockNumber(), blockHash);
        vm.assume(blockHash != 0);
        mine(1);
        address[] memory early = jobs.candidates(jobId);
        vm.assertEq(early.length, CANDIDATE_COUNT);
        join(person("late"), 500 ether, 0);
        for (uint256 i; i < 4; ++i) {
            vm.startPrank(person(vm.toString((dice >> (8 * i)) % 6)));
            try bonding.unbond(1 + (dice >> 32) % 2 ether) {} catch {}
            try bonding.transcodeAvailability(false) {} catch {}
            try bonding.resignAsTranscoder() {} catch {}
            vm.stopPrank();
            mine(1 + bound(delay, 0, 240) / 4);
        }
        vm.assertEq(jobs.candidates(jobId), early);
        vm.expectEmit(address(jobs));
        emit IJobsManager.CandidatesDrawn(jobId, early);
        vm.assertEq(jobs.drawCandidates(jobId), early);
        // From now on it needs neither the hash nor the pool.
        mine(100_000);
        vm.assertEq(jobs.candidates(jobId), early);
        vm.assertEq(jobs.drawCandidates(jobId), early);
    }

    function populate() private {
        for (uint256 i; i < 6; ++i) {
            join(person(vm.toString(i)), 1 ether + i * 1 ether, PRICE - i);
        }
    }
}
