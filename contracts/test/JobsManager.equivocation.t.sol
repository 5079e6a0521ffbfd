// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {Assignment} from "../src/types/Assignment.sol";
import {Segment} from "../src/types/Segment.sol";
import {Work} from "./Work.sol";

/// @notice Tests of broadcasters that sign two different segments with the same sequence number, and of transcoders that end a job.
contract JobsManagerEquivocationTest is Work {
    bytes32 private jobId;
    address private finder = _account("finder");

    function setUp() public {
        _deploy(10);
        _registerTranscoder(_signingAccount("ben"), 1_000 ether, PRICE);
        jobId = _postDrawnJob();
    }

    function test_reportEquivocation_beforeClaim_finesRemainingReserve() public {
        vm.expectEmit(address(jobs));
        emit IJobsManager.BroadcasterEquivocated(jobId, streamId, 7, finder);
        _reportEquivocation(_segment(7, "one"), _segment(7, "other"), STREAM_KEY);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.AlreadyReported.selector, jobId, finder));
        _reportEquivocation(_segment(8, "one"), _segment(8, "other"), STREAM_KEY);
        // The fees and the fine of a claim leave the reserve first. The fine for the equivocation is a part of the rest.
        ClaimWithReceipts memory claimed = _buildClaim(jobId, _range(0, 9));
        _claimWork(claimed.claim);
        uint256 fees = _feesOf(claimed.claim.durationMs);
        uint256 left = _reserveOf(PRICE) - _withFine(fees);
        vm.assertEq(jobs.getJob(jobId).reserve, left);
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        _mine(CLAIM_DEADLINE_BLOCKS);
        uint256 fine = left / 5;
        vm.expectEmit(address(jobs));
        emit IJobsManager.EquivocationFine(jobId, broadcaster, fine, finder);
        vm.expectEmit(address(jobs));
        emit IJobsManager.ReserveReleased(jobId, broadcaster, left - fine);
        jobs.releaseReserve(jobId);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, left - fine);
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, _withFine(fees) - fees);
        vm.assertEq(jobs.getBroadcaster(finder).deposit, fine / 20);
        vm.assertEq(jobs.commonPool(), fine - fine / 20);
        vm.prank(finder);
        jobs.withdraw(fine / 20);
        vm.assertEq(finder.balance, fine / 20);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NothingReserved.selector, jobId));
        _reportEquivocation(_segment(7, "one"), _segment(7, "other"), STREAM_KEY);
    }

    function test_reportEquivocation_withoutContradiction_reverts() public {
        bytes memory none = abi.encodeWithSelector(IJobsManager.NoEquivocation.selector, jobId);
        vm.expectRevert(none);
        _reportEquivocation(_segment(7, "one"), _segment(7, "one"), STREAM_KEY);
        vm.expectRevert(none);
        _reportEquivocation(_segment(7, "one"), _segment(8, "other"), STREAM_KEY);
        Segment memory foreign = _segment(7, "other");
        foreign.streamId = _streamOf(0xB0B);
        vm.expectRevert(none);
        _reportEquivocation(_segment(7, "one"), foreign, STREAM_KEY);
        vm.expectRevert(none);
        _reportEquivocation(foreign, _segment(7, "one"), STREAM_KEY);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.WrongSigner.selector, streamId.origin(), vm.addr(0xB0B)));
        _reportEquivocation(_segment(7, "one"), _segment(7, "other"), 0xB0B);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.UnknownJob.selector, bytes32(0)));
        jobs.reportEquivocation(0, foreign, "", foreign, "");
    }

    function test_endJob_byAssignedTranscoder_endsJob() public {
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotAssigned.selector, jobId, _signingAccount(ANNA)));
        _endJobAs(ANNA, 0);
        _showAssignment(ANNA, 0);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotAssigned.selector, jobId, _signingAccount("ben")));
        _endJobAs("ben", 0);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotAssigned.selector, jobId, _signingAccount(ANNA)));
        _endJobAs(ANNA, 1);
        _showAssignment("ben", 5);
        // Ben's Assignment ended ANNA's range at segment 5, so she can no longer end the job.
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotAssigned.selector, jobId, _signingAccount(ANNA)));
        _endJobAs(ANNA, 0);
        vm.expectEmit(address(jobs));
        emit IJobsManager.JobEnded(jobId, streamId, vm.getBlockNumber());
        _endJobAs("ben", 5);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.JobOver.selector, jobId, vm.getBlockNumber()));
        _endJobAs("ben", 5);
        // The stream is not closed, so the broadcaster can post another job for it.
        vm.assertFalse(jobs.getStream(streamId).closed);
        vm.assertNotEq(_postJob(), jobId);
    }

    function _endJobAs(string memory name, uint64 from) private {
        vm.prank(_signingAccount(name));
        jobs.endJob(jobId, vm.addr(RENDITION_KEY), from);
    }

    function _showAssignment(string memory name, uint64 from) private {
        Assignment memory shownAssignment = _assignmentTo(jobId, name, from);
        claims.showAssignment(
            shownAssignment, from, _signAcceptance(jobId, name, from), _signAssignment(jobId, name, from)
        );
    }

    /// @dev The finder reports two segments. The stream key of `one` has signed `one`, and `keyOfOther` has signed `other`.
    function _reportEquivocation(Segment memory one, Segment memory other, uint256 keyOfOther) private {
        bytes memory first = _sign(one.streamId == streamId ? STREAM_KEY : 0xB0B, one.hash(_domainSeparator()));
        bytes memory second = _sign(keyOfOther, other.hash(_domainSeparator()));
        vm.prank(finder);
        jobs.reportEquivocation(jobId, one, first, other, second);
    }

    function _segment(uint64 sequenceNumber, string memory payload) private view returns (Segment memory) {
        return Segment(streamId, sequenceNumber, 1_790_000_000_000, 2_000, keccak256(bytes(payload)));
    }
}
