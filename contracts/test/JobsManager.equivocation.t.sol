// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {Assignment} from "../src/types/Assignment.sol";
import {Segment} from "../src/types/Segment.sol";
import {Work} from "./Work.sol";

/// @notice Broadcasters that contradict themselves, and transcoders that give up.
contract JobsManagerEquivocationTest is Work {
    bytes32 private jobId;
    address private finder = person("finder");

    function setUp() public {
        deploy(10);
        join(signatory("ben"), 1_000 ether, PRICE);
        jobId = drawnJob();
    }

    function test_reportEquivocation_finesWhatIsLeftOfTheReserve() public {
        vm.expectEmit(address(jobs));
        emit IJobsManager.BroadcasterEquivocated(jobId, streamId, 7, finder);
        tell(segment(7, "one"), segment(7, "other"), STREAM_KEY);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.AlreadyReported.selector, jobId, finder));
        tell(segment(8, "one"), segment(8, "other"), STREAM_KEY);
        // Claims go first.
        Bundle memory claimed = bundle(jobId, range(0, 9));
        claimWork(claimed.claim);
        uint256 fees = feesOf(claimed.claim.durationMs);
        uint256 left = reserveOf(PRICE) - fees;
        vm.assertEq(jobs.getJob(jobId).reserve, left);
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        mine(CLAIM_DEADLINE_BLOCKS);
        uint256 fine = left / 5;
        vm.expectEmit(address(jobs));
        emit IJobsManager.EquivocationFine(jobId, broadcaster, fine, finder);
        vm.expectEmit(address(jobs));
        emit IJobsManager.ReserveReleased(jobId, broadcaster, left - fine);
        jobs.releaseReserve(jobId);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, left - fine);
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, 0);
        vm.assertEq(jobs.getBroadcaster(finder).deposit, fine / 20);
        vm.assertEq(jobs.commonPool(), fine - fine / 20);
        vm.prank(finder);
        jobs.withdraw(fine / 20);
        vm.assertEq(finder.balance, fine / 20);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NothingReserved.selector, jobId));
        tell(segment(7, "one"), segment(7, "other"), STREAM_KEY);
    }

    function test_reportEquivocation_needsAContradictionOfTheOrigin() public {
        bytes memory none = abi.encodeWithSelector(IJobsManager.NoEquivocation.selector, jobId);
        vm.expectRevert(none);
        tell(segment(7, "one"), segment(7, "one"), STREAM_KEY);
        vm.expectRevert(none);
        tell(segment(7, "one"), segment(8, "other"), STREAM_KEY);
        Segment memory foreign = segment(7, "other");
        foreign.streamId = streamOf(0xB0B);
        vm.expectRevert(none);
        tell(segment(7, "one"), foreign, STREAM_KEY);
        vm.expectRevert(none);
        tell(foreign, segment(7, "one"), STREAM_KEY);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.WrongSigner.selector, streamId.origin(), vm.addr(0xB0B)));
        tell(segment(7, "one"), segment(7, "other"), 0xB0B);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.UnknownJob.selector, bytes32(0)));
        jobs.reportEquivocation(0, foreign, "", foreign, "");
    }

    function test_endJob_byTheAssignedTranscoder() public {
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotAssigned.selector, jobId, signatory(ANNA)));
        giveUp(ANNA, 0);
        show(ANNA, 0);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotAssigned.selector, jobId, signatory("ben")));
        giveUp("ben", 0);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotAssigned.selector, jobId, signatory(ANNA)));
        giveUp(ANNA, 1);
        show("ben", 5);
        // Its part is over: it cannot end what another was given.
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotAssigned.selector, jobId, signatory(ANNA)));
        giveUp(ANNA, 0);
        vm.expectEmit(address(jobs));
        emit IJobsManager.JobEnded(jobId, streamId, vm.getBlockNumber());
        giveUp("ben", 5);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.JobOver.selector, jobId, vm.getBlockNumber()));
        giveUp("ben", 5);
        // The stream is not closed: the broadcaster posts another job, and goes on.
        vm.assertFalse(jobs.getStream(streamId).closed);
        vm.assertNotEq(post(), jobId);
    }

    function giveUp(string memory name, uint64 from) private {
        vm.prank(signatory(name));
        jobs.endJob(jobId, vm.addr(RENDITION_KEY), from);
    }

    function show(string memory name, uint64 from) private {
        Assignment memory given = assignmentTo(jobId, name, from);
        claims.showAssignment(given, from, acceptance(jobId, name, from), assignment(jobId, name, from));
    }

    /// @dev Signs first, so that a refusal that is expected is the report's.
    function tell(Segment memory one, Segment memory other, uint256 keyOfOther) private {
        bytes memory first = signed(one.streamId == streamId ? STREAM_KEY : 0xB0B, one.hash(domainSeparator()));
        bytes memory second = signed(keyOfOther, other.hash(domainSeparator()));
        vm.prank(finder);
        jobs.reportEquivocation(jobId, one, first, other, second);
    }

    function segment(uint64 sequenceNumber, string memory payload) private view returns (Segment memory) {
        return Segment(streamId, sequenceNumber, 1_790_000_000_000, 2_000, keccak256(bytes(payload)));
    }
}
