// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {DrawnList, drawnListOf} from "../src/types/DrawnList.sol";
import {Protocol} from "./Protocol.sol";

contract JobsManagerDrawTest is Protocol {
    function setUp() public {
        _deploy(10);
    }

    function test_candidates_twoBlocksAfterJob_areDrawn() public {
        _registerTranscoder(_account("anna"), 1 ether, PRICE);
        bytes32 jobId = _postJob();
        uint256 atBlock = vm.getBlockNumber() + 2;
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotYetDrawable.selector, jobId, atBlock));
        jobs.candidates(jobId);
        _mine(1);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotYetDrawable.selector, jobId, atBlock));
        jobs.drawCandidates(jobId);
        _mine(1);
        vm.assertEq(jobs.candidates(jobId)[0], _account("anna"));
    }

    function test_candidates_dependOnBlockHash() public {
        _registerSixTranscoders();
        bytes32 jobId = _postJob();
        _mine(2);
        vm.setBlockhash(vm.getBlockNumber() - 1, "one");
        address[] memory one = jobs.candidates(jobId);
        vm.setBlockhash(vm.getBlockNumber() - 1, "two");
        address[] memory two = jobs.candidates(jobId);
        vm.assertNotEq(keccak256(abi.encode(one)), keccak256(abi.encode(two)));
    }

    function test_candidates_whenNoTranscoderAcceptsPrice_areEmpty() public {
        _registerTranscoder(_account("anna"), 1 ether, PRICE + 1);
        bytes32 jobId = _postJob();
        _mine(2);
        vm.assertEq(jobs.candidates(jobId).length, 0);
        vm.expectEmit(address(jobs));
        emit IJobsManager.CandidatesDrawn(jobId, drawnListOf(0, 0, false));
        jobs.drawCandidates(jobId);
        vm.assertTrue(jobs.getJob(jobId).drawn);
        vm.assertEq(jobs.candidates(jobId).length, 0);
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 512
    /// forge-config: mutation.fuzz.runs = 16
    function test_fuzz_drawCandidates_inRoundOfJobOrNextRound_drawsSameCandidates(bytes32 blockHash, uint256 dice)
        public
    {
        vm.assume(blockHash != 0);
        _registerSixTranscoders();
        _initializeNextRound();
        bytes32 jobId = _postJob();
        // A transcoder that registers after the job, in this round, cannot be drawn for the job. Later changes do not
        // affect the draw either.
        _registerTranscoder(_account("same block"), 50 ether, PRICE);
        _mine(1);
        vm.setBlockhash(vm.getBlockNumber(), blockHash);
        _mine(1);
        address[] memory early = jobs.candidates(jobId);
        vm.assertEq(early.length, CANDIDATE_COUNT);
        for (uint256 i; i < 4; ++i) {
            if (i == 2) _initializeNextRound();
            _registerTranscoder(_account(string.concat("late", vm.toString(i))), 500 ether, 0);
            vm.startPrank(_account(vm.toString((dice >> (8 * i)) % 6)));
            try bonding.unbond(1 + (dice >> 32) % 2 ether) {} catch {}
            try bonding.transcoder(0, 0, 0) {} catch {}
            try bonding.transcodeAvailability(false) {} catch {}
            try bonding.reward() {} catch {}
            if (dice >> (64 + i) & 1 == 1) try bonding.resignAsTranscoder() {} catch {}
            vm.stopPrank();
            _mine(2);
        }
        address[] memory late = jobs.candidates(jobId);
        vm.assertEq(late, early);
        DrawnList list = _drawnListOf(early, true);
        vm.expectEmit(address(jobs));
        emit IJobsManager.CandidatesDrawn(jobId, list);
        vm.assertEq(jobs.drawCandidates(jobId), early);
        // A recorded draw is read from storage. It no longer depends on the block hash or the pool.
        _mine(100_000);
        vm.assertEq(jobs.candidates(jobId), early);
        vm.assertEq(jobs.drawCandidates(jobId), early);
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 512
    /// forge-config: mutation.fuzz.runs = 16
    function test_fuzz_job_afterReorganisation_keepsIdAndDrawsAgain(bytes32 one, bytes32 two, uint256 later) public {
        vm.assume(one != 0 && two != 0);
        _registerSixTranscoders();
        later = 1 + later % 3;
        uint256 jobBlock = vm.getBlockNumber();
        uint256 before = vm.snapshotState();
        (, address[] memory byTwo) = _postAndDraw(two);
        vm.revertToState(before);
        (bytes32 jobId,) = _postAndDraw(one);
        jobs.drawCandidates(jobId);
        // A reorganisation removes the block that has the job. The first blocks of the new chain do not have the job.
        vm.revertToState(before);
        _mine(later);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.UnknownJob.selector, jobId));
        jobs.candidates(jobId);
        (bytes32 again, address[] memory drawn) = _postAndDraw(two);
        vm.assertEq(again, jobId);
        vm.assertEq(jobs.getJob(jobId).jobBlock, jobBlock + later);
        vm.assertFalse(jobs.getJob(jobId).drawn);
        vm.assertEq(drawn, byTwo);
        vm.assertEq(jobs.drawCandidates(jobId), byTwo);
    }

    /// @dev Posts a job and sets the hash of the next block. This hash is the seed of the draw.
    function _postAndDraw(bytes32 blockHash) private returns (bytes32 jobId, address[] memory candidates) {
        jobId = _postJob();
        _mine(1);
        vm.setBlockhash(vm.getBlockNumber(), blockHash);
        _mine(1);
        candidates = jobs.candidates(jobId);
    }

    function _registerSixTranscoders() private {
        for (uint256 i; i < 6; ++i) {
            _registerTranscoder(_account(vm.toString(i)), 1 ether + i * 1 ether, PRICE - i);
        }
    }
}
