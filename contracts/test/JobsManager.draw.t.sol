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

    function test_fuzz_drawCandidates_isTheSameInThisRoundAndTheNext(bytes32 blockHash, uint256 dice) public {
        vm.assume(blockHash != 0);
        populate();
        nextRound();
        bytes32 jobId = post();
        // Who joins now is not drawn before the next round; who comes or changes later is not seen.
        join(person("same block"), 50 ether, PRICE);
        mine(1);
        vm.setBlockhash(vm.getBlockNumber(), blockHash);
        mine(1);
        address[] memory early = jobs.candidates(jobId);
        vm.assertEq(early.length, CANDIDATE_COUNT);
        for (uint256 i; i < 4; ++i) {
            if (i == 2) nextRound();
            join(person(string.concat("late", vm.toString(i))), 500 ether, 0);
            vm.startPrank(person(vm.toString((dice >> (8 * i)) % 6)));
            try bonding.unbond(1 + (dice >> 32) % 2 ether) {} catch {}
            try bonding.transcoder(0, 0, 0) {} catch {}
            try bonding.transcodeAvailability(false) {} catch {}
            try bonding.reward() {} catch {}
            if (dice >> (64 + i) & 1 == 1) try bonding.resignAsTranscoder() {} catch {}
            vm.stopPrank();
            mine(2);
        }
        address[] memory late = jobs.candidates(jobId);
        vm.assertEq(late, early);
        vm.expectEmit(address(jobs));
        emit IJobsManager.CandidatesDrawn(jobId, early);
        vm.assertEq(jobs.drawCandidates(jobId), early);
        // From now on it needs neither the hash nor the pool.
        mine(100_000);
        vm.assertEq(jobs.candidates(jobId), early);
        vm.assertEq(jobs.drawCandidates(jobId), early);
    }

    function test_fuzz_job_keepsItsIdInAnotherBlock_whoseSuccessorDraws(bytes32 one, bytes32 two, uint256 later)
        public
    {
        vm.assume(one != 0 && two != 0);
        populate();
        later = 1 + later % 3;
        uint256 jobBlock = vm.getBlockNumber();
        uint256 before = vm.snapshotState();
        (, address[] memory byTwo) = postDrawnBy(two);
        vm.revertToState(before);
        (bytes32 jobId,) = postDrawnBy(one);
        jobs.drawCandidates(jobId);
        // The block is replaced, and those that follow do not hold the job at first.
        vm.revertToState(before);
        mine(later);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.UnknownJob.selector, jobId));
        jobs.candidates(jobId);
        (bytes32 again, address[] memory drawn) = postDrawnBy(two);
        vm.assertEq(again, jobId);
        vm.assertEq(jobs.getJob(jobId).jobBlock, jobBlock + later);
        vm.assertFalse(jobs.getJob(jobId).drawn);
        vm.assertEq(drawn, byTwo);
        vm.assertEq(jobs.drawCandidates(jobId), byTwo);
    }

    /// @dev The hash of the block after the job's is `blockHash`.
    function postDrawnBy(bytes32 blockHash) private returns (bytes32 jobId, address[] memory candidates) {
        jobId = post();
        mine(1);
        vm.setBlockhash(vm.getBlockNumber(), blockHash);
        mine(1);
        candidates = jobs.candidates(jobId);
    }

    function populate() private {
        for (uint256 i; i < 6; ++i) {
            join(person(vm.toString(i)), 1 ether + i * 1 ether, PRICE - i);
        }
    }
}
