// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {Assignment} from "../src/types/Assignment.sol";
import {Claim, Range} from "../src/types/Claim.sol";
import {signerOf} from "../src/types/signature.sol";
import {StreamId} from "../src/types/StreamId.sol";
import {Work} from "./Work.sol";

contract ClaimsManagerClaimTest is Work {
    string private constant BEN = "ben";

    bytes32 private jobId;

    function setUp() public {
        deploy(10);
        join(signatory(BEN), 500 ether, PRICE);
        jobId = drawnJob();
    }

    function test_claimWork_putsFeesInEscrow() public {
        Bundle memory claimed = bundle(jobId, range(0, 19));
        uint256 fees = feesOf(claimed.claim.durationMs);
        uint256 deadline = vm.getBlockNumber() + VERIFICATION_PERIOD_BLOCKS;
        bytes memory accepted = acceptance(jobId, ANNA, 0);
        bytes memory assigned = assignment(jobId, ANNA, 0);
        bytes32 expected = claimed.claim.id();
        vm.expectEmit(address(claims));
        emit IClaimsTypes.AssignmentShown(jobId, signatory(ANNA), claimed.claim.renditionKey, 0);
        vm.expectEmit(address(jobs));
        emit IJobsManager.Escrow(jobId, broadcaster, fees);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.NewClaim(
            expected, jobId, signatory(ANNA), claimed.claim, 20, fees, deadline, deadline + SLASHING_PERIOD_BLOCKS
        );
        vm.prank(signatory(ANNA));
        vm.assertEq(claims.claimWork(claimed.claim, 0, accepted, assigned), expected);
        vm.assertEq(jobs.getJob(jobId).reserve, reserveOf(PRICE) - fees);
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, reserveOf(PRICE) - fees);
        vm.assertEq(address(jobs).balance, reserveOf(PRICE));
        IClaimsTypes.Status memory status = claims.getClaim(expected);
        vm.assertTrue(status.state == IClaimsTypes.State.Open);
        vm.assertEq(status.fees, fees);
        vm.assertEq(status.claimBlock, vm.getBlockNumber());
        vm.assertEq(status.verificationDeadline, deadline);
        vm.assertEq(status.verdictDeadline, deadline + SLASHING_PERIOD_BLOCKS);
        vm.assertEq(status.verificationRate, VERIFICATION_RATE);
        vm.assertEq(status.failedVerificationSlashAmount, SLASH_AMOUNT);
        vm.assertFalse(status.isSealed);
        IClaimsTypes.Progress memory progress =
            claims.getAssignment(jobId, signatory(ANNA), claimed.claim.renditionKey, 0);
        vm.assertTrue(progress.shown);
        vm.assertEq(progress.lastClaimId, expected);
        vm.assertEq(progress.lastSequenceNumber, 19);
        vm.assertEq(progress.claimedMs, claimed.claim.durationMs);
        vm.assertTrue(claims.isClaimed(jobId, 19));
        vm.assertFalse(claims.isClaimed(jobId, 20));
    }

    function test_claimWork_spendsFreeDepositBeforeReserve() public {
        Bundle memory claimed = bundle(jobId, range(0, 19));
        uint256 fees = feesOf(claimed.claim.durationMs);
        vm.prank(broadcaster);
        jobs.deposit{value: fees - 7}();
        claimWork(claimed.claim);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, 0);
        vm.assertEq(jobs.getJob(jobId).reserve, reserveOf(PRICE) - 7);
    }

    function test_claimWork_rejectsWhatTheBroadcasterCannotPay() public {
        // The reserve is for 60 s.
        Bundle memory claimed = bundle(jobId, range(0, 30));
        uint256 fees = feesOf(claimed.claim.durationMs);
        refuse(claimed.claim, abi.encodeWithSelector(IJobsManager.InsufficientDeposit.selector, fees, reserveOf(PRICE)));
    }

    function test_claimWork_takesSeveralRangesAndGoesOnWithoutSignatures() public {
        Range[] memory ranges = new Range[](2);
        (ranges[0], ranges[1]) = (Range(0, 3), Range(7, 9));
        Bundle memory first = bundle(jobId, ranges);
        claimWork(first.claim);
        vm.assertFalse(claims.isClaimed(jobId, 5));
        Bundle memory second = bundleAfter(first, range(12, 14));
        vm.prank(signatory(ANNA));
        claims.claimWork(second.claim, 0, "", "");
        vm.assertTrue(claims.isClaimed(jobId, 14));
    }

    function test_claimWork_rejectsAnotherCaller() public {
        Claim memory claim = bundle(jobId, range(0, 1)).claim;
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotTranscoder.selector, signatory(BEN), signatory(ANNA)));
        vm.prank(signatory(BEN));
        claims.claimWork(claim, 0, "", "");
    }

    function test_claimWork_rejectsWhoeverWasNotGivenTheWork() public {
        // BEN was drawn, and signs for the stream key himself.
        Claim memory claim = bundle(jobId, range(0, 1)).claim;
        claim.transcoder = signatory(BEN);
        bytes memory accepted = acceptance(jobId, BEN, 0);
        bytes32 digest = assignmentTo(jobId, BEN, 0).hash(domainSeparator());
        bytes memory forged = signed(keyOf(BEN), digest);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongSigner.selector, streamId.origin(), signatory(BEN)));
        vm.prank(signatory(BEN));
        claims.claimWork(claim, 0, accepted, forged);
        vm.expectRevert(
            abi.encodeWithSelector(
                IClaimsTypes.WrongSigner.selector, streamId.origin(), signerOf(digest, assignment(jobId, ANNA, 0))
            )
        );
        // The Assignment of another is none.
        bytes memory foreign = assignment(jobId, ANNA, 0);
        vm.prank(signatory(BEN));
        claims.claimWork(claim, 0, accepted, foreign);
    }

    function test_claimWork_rejectsAForeignAcceptance() public {
        Claim memory claim = bundle(jobId, range(0, 1)).claim;
        bytes memory accepted = acceptance(jobId, BEN, 0);
        bytes memory assigned = assignment(jobId, ANNA, 0);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongSigner.selector, signatory(ANNA), signatory(BEN)));
        vm.prank(signatory(ANNA));
        claims.claimWork(claim, 0, accepted, assigned);
    }

    function test_claimWork_rejectsWhoeverWasNotDrawn() public {
        Claim memory claim = bundle(jobId, range(0, 1)).claim;
        claim.transcoder = signatory("carl");
        bytes memory accepted = acceptance(jobId, "carl", 0);
        bytes memory assigned = assignment(jobId, "carl", 0);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotDrawn.selector, jobId, claim.transcoder));
        vm.prank(claim.transcoder);
        claims.claimWork(claim, 0, accepted, assigned);
    }

    function test_claimWork_recordsTheDraw() public {
        (streamKey, streamId) = (0xB0B, streamOf(0xB0B));
        bytes memory bound = binding(streamKey, broadcaster);
        uint256 endBlock = vm.getBlockNumber() + 100;
        vm.prank(broadcaster);
        bytes32 other = jobs.job{value: reserveOf(PRICE)}(streamId, ladder(), PRICE, endBlock, bound);
        mine(1);
        Claim memory claim = bundle(other, range(0, 1)).claim;
        claim.transcoder = signatory(ANNA);
        bytes memory early =
            abi.encodeWithSelector(IJobsManager.NotYetDrawable.selector, other, vm.getBlockNumber() + 1);
        bytes memory accepted = acceptance(other, ANNA, 0);
        bytes memory assigned = assignment(other, ANNA, 0);
        vm.expectRevert(early);
        vm.prank(claim.transcoder);
        claims.claimWork(claim, 0, accepted, assigned);
        mine(1);
        address[] memory drawn = jobs.candidates(other);
        claim.transcoder = signatory("carl");
        accepted = acceptance(other, "carl", 0);
        assigned = assignment(other, "carl", 0);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotDrawn.selector, other, claim.transcoder));
        vm.prank(claim.transcoder);
        claims.claimWork(claim, 0, accepted, assigned);
        claim.transcoder = signatory(ANNA);
        vm.expectEmit(address(jobs));
        emit IJobsManager.CandidatesDrawn(other, drawn);
        claimWork(claim);
        vm.assertTrue(jobs.getJob(other).drawn);
    }

    function test_claimWork_rejectsAnAssignmentBeforeWhatWasAccepted() public {
        Claim memory claim = bundle(jobId, range(0, 1)).claim;
        bytes memory accepted = acceptance(jobId, ANNA, 1);
        bytes memory assigned = assignment(jobId, ANNA, 0);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongAssignment.selector, jobId, 0, 1));
        vm.prank(signatory(ANNA));
        claims.claimWork(claim, 1, accepted, assigned);
    }

    function test_claimWork_rejectsARangeTwice() public {
        Bundle memory first = bundle(jobId, range(0, 9));
        claimWork(first.claim);
        // The very same claim, the same range as a claim of its own, and an overlap at the end of another.
        refuse(first.claim, abi.encodeWithSelector(IClaimsTypes.WrongPreviousClaim.selector, first.claim.id(), 0));
        refuse(
            bundleAfter(first, range(0, 9)).claim,
            abi.encodeWithSelector(IClaimsTypes.RangeOutOfOrder.selector, 0, 0, 9, 10)
        );
        refuse(
            bundleAfter(first, range(9, 12)).claim,
            abi.encodeWithSelector(IClaimsTypes.RangeOutOfOrder.selector, 0, 9, 12, 10)
        );
    }

    function test_claimWork_rejectsARangeThatAnotherClaimed() public {
        claimWork(bundle(jobId, range(3, 9)).claim);
        // The stream key had given the same to BEN, too: who comes first has it.
        Claim memory claim = bundle(jobId, range(0, 5)).claim;
        claim.transcoder = signatory(BEN);
        bytes memory accepted = acceptance(jobId, BEN, 0);
        bytes memory assigned = assignment(jobId, BEN, 0);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.AlreadyClaimed.selector, 3));
        vm.prank(signatory(BEN));
        claims.claimWork(claim, 0, accepted, assigned);
    }

    function test_claimWork_rejectsRangesThatDoNotAscend() public {
        Range[] memory ranges = new Range[](2);
        (ranges[0], ranges[1]) = (Range(4, 6), Range(6, 8));
        Claim memory claim = bundle(jobId, range(0, 0)).claim;
        claim.ranges = ranges;
        refuse(claim, abi.encodeWithSelector(IClaimsTypes.RangeOutOfOrder.selector, 1, 6, 8, 7));
        claim.ranges = range(4, 3);
        refuse(claim, abi.encodeWithSelector(IClaimsTypes.RangeOutOfOrder.selector, 0, 4, 3, 0));
        claim.ranges = range(0, 2_048);
        refuse(claim, abi.encodeWithSelector(IClaimsTypes.SegmentCountOutOfBounds.selector, 2_049, 1, 2_048));
        claim.ranges = new Range[](0);
        refuse(claim, abi.encodeWithSelector(IClaimsTypes.SegmentCountOutOfBounds.selector, 0, 1, 2_048));
        claim = bundle(Claim(jobId, signatory(ANNA), vm.addr(RENDITION_KEY), 5, 0, range(4, 6), 0, 0), none()).claim;
        refuse(claim, abi.encodeWithSelector(IClaimsTypes.RangeOutOfOrder.selector, 0, 4, 6, 5));
    }

    function test_showAssignment_endsThePredecessorsRange() public {
        Assignment memory handover = assignmentTo(jobId, BEN, 6);
        bytes memory accepted = acceptance(jobId, BEN, 2);
        bytes memory assigned = assignment(jobId, BEN, 6);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.AssignmentShown(jobId, signatory(BEN), handover.renditionKey, 6);
        claims.showAssignment(handover, 2, accepted, assigned);
        vm.assertEq(claims.handoverAfter(jobId, signatory(ANNA), 0), 6);
        vm.assertEq(claims.handoverAfter(jobId, signatory(ANNA), 6), type(uint64).max);
        refuse(bundle(jobId, range(0, 6)).claim, abi.encodeWithSelector(IClaimsTypes.AssignedToSuccessor.selector, 6));
        claimWork(bundle(jobId, range(0, 5)).claim);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.AlreadyShown.selector, jobId, signatory(BEN), 6));
        claims.showAssignment(handover, 2, accepted, assigned);
    }

    function test_showAssignment_takesTheNearestHandover() public {
        showTo(9);
        showTo(4);
        showTo(7);
        vm.assertEq(claims.handoverAfter(jobId, signatory(ANNA), 0), 4);
        vm.assertEq(claims.handoverAfter(jobId, signatory(ANNA), 4), 7);
        vm.assertEq(claims.handoverAfter(jobId, signatory(ANNA), 8), 9);
        refuse(bundle(jobId, range(8, 9)).claim, abi.encodeWithSelector(IClaimsTypes.AssignedToSuccessor.selector, 4));
    }

    function test_showAssignment_countsTwoFromOneNumberOnce() public {
        // The stream key gave the same stretch to two: neither ends the other.
        showTo(6);
        Assignment memory other = assignmentTo(jobId, ANNA, 6);
        claims.showAssignment(other, 0, acceptance(jobId, ANNA, 0), assignment(jobId, ANNA, 6));
        vm.assertEq(claims.handoverAfter(jobId, signatory(ANNA), 5), 6);
        vm.assertEq(claims.handoverAfter(jobId, signatory(ANNA), 6), type(uint64).max);
    }

    function test_showAssignment_keepsNoMoreThanAClaimCanRead() public {
        for (uint64 i = 100; i > 10; --i) {
            showTo(i);
        }
        vm.assertEq(claims.handoverAfter(jobId, signatory(ANNA), 0), 37);
    }

    function test_showAssignment_rejectsAnotherStreamAndJob() public {
        Assignment memory handover = assignmentTo(jobId, BEN, 6);
        handover.streamId = StreamId.wrap(0);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongAssignment.selector, jobId, 6, 0));
        claims.showAssignment(handover, 0, "", "");
        handover.jobId = 0;
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.UnknownJob.selector, bytes32(0)));
        claims.showAssignment(handover, 0, "", "");
    }

    function test_claimWork_boundsDurationBySegmentsAndClock() public {
        Claim memory claim = bundle(jobId, range(0, 1)).claim;
        claim.durationMs = 12_001;
        refuse(claim, abi.encodeWithSelector(IClaimsTypes.DurationOutOfBounds.selector, 12_001, 12_000));
        // Within a minute of the job nobody has worked for two.
        vm.warp(jobs.getJob(jobId).jobTime + 10);
        claim.ranges = range(0, 19);
        claim.durationMs = 70_001;
        vm.prank(broadcaster);
        jobs.deposit{value: 100 * reserveOf(PRICE)}();
        refuse(claim, abi.encodeWithSelector(IClaimsTypes.DurationOutOfBounds.selector, 70_001, 70_000));
        claim.durationMs = 70_000;
        claimWork(claim);
        Claim memory next = bundle(jobId, range(20, 20)).claim;
        (next.previousClaimId, next.durationMs) = (claim.id(), 1);
        refuse(next, abi.encodeWithSelector(IClaimsTypes.DurationOutOfBounds.selector, 1, 0));
    }

    function test_claimWork_endsWithTheClaimDeadline() public {
        Claim memory claim = bundle(jobId, range(0, 1)).claim;
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        uint256 deadline = vm.getBlockNumber() + CLAIM_DEADLINE_BLOCKS;
        vm.roll(deadline);
        refuse(claim, abi.encodeWithSelector(IJobsManager.ClaimDeadlinePassed.selector, jobId, deadline));
        vm.roll(deadline - 1);
        claimWork(claim);
        vm.roll(deadline);
        // What the claim holds is no longer the job's.
        jobs.releaseReserve(jobId);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, reserveOf(PRICE) - claims.getClaim(claim.id()).fees);
    }

    function test_claimWork_needsStakeThatAnswers() public {
        vm.prank(signatory(ANNA));
        bonding.unbond(999 ether + 1);
        refuse(
            bundle(jobId, range(0, 1)).claim,
            abi.encodeWithSelector(IClaimsTypes.InsufficientClaimStake.selector, 1 ether - 1, 1 ether)
        );
    }

    function test_escrow_isMovedByTheClaimsManagerOnly() public {
        bytes memory refusal = abi.encodeWithSelector(IJobsManager.NotClaimsManager.selector, address(this));
        vm.expectRevert(refusal);
        jobs.escrow(jobId, 1);
        vm.expectRevert(refusal);
        jobs.returnEscrow(jobId, 1);
        vm.expectRevert(refusal);
        jobs.earn(jobId, address(this), 1, 0);
    }

    function showTo(uint64 from) private {
        Assignment memory handover = assignmentTo(jobId, BEN, from);
        claims.showAssignment(handover, 0, acceptance(jobId, BEN, 0), assignment(jobId, BEN, from));
    }

    function refuse(Claim memory claim, bytes memory refusal) private {
        bytes memory accepted = acceptance(jobId, ANNA, 0);
        bytes memory assigned = assignment(jobId, ANNA, claim.fromSequence);
        vm.prank(claim.transcoder);
        vm.expectRevert(refusal);
        claims.claimWork(claim, 0, accepted, assigned);
    }
}
