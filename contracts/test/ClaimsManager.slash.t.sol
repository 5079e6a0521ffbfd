// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {IClaimsTypes} from "../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {IVerifier} from "../src/interfaces/IVerifier.sol";
import {Attestation} from "../src/types/Attestation.sol";
import {ReceiptProof} from "../src/types/Disclosure.sol";
import {transcodedDataHashOf} from "../src/types/Output.sol";
import {Work} from "./Work.sol";

/// @notice Tests which verdicts, missed deadlines and receipts lead to a slash, and when a claim is only refunded.
contract ClaimsManagerSlashTest is Work {
    bytes32 private jobId;
    address private finder = _account("finder");

    function setUp() public {
        _deploy(10);
        _bondVerifier();
        jobId = _postDrawnJob();
    }

    function test_report_ofInvalid_refundsAndSlashesOnce() public {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(3);
        uint256 fees = _feesOf(claimed.claim.durationMs);
        vm.prank(_signingAccount(ANNA));
        uint256 lockId = bonding.unbond(400 ether);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(claimId, jobId, _signingAccount(ANNA), fees, IClaimsTypes.Reason.Invalid);
        vm.expectEmit(address(jobs));
        emit IJobsManager.EscrowReturned(jobId, broadcaster, _withFine(fees));
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Slash(_signingAccount(ANNA), 50 ether, 50 ether, 570 ether, address(0), 0);
        _expectSlashEvent(claimId, IClaimsTypes.Offence.FailedVerification, 50 ether);
        _reportVerdict(claimId, 1, IVerifier.Verdict.Invalid);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, _withFine(fees));
        vm.assertEq(bonding.getTranscoder(_signingAccount(ANNA)).stake, 570 ether);
        vm.assertEq(bonding.getUnbondingLock(_signingAccount(ANNA), lockId).amount, 380 ether);
        vm.assertEq(bonding.commonPool(), 50 ether);
        vm.assertTrue(claims.getClaim(claimId).slashed);
        _reportVerdict(claimId, 2, IVerifier.Verdict.Invalid);
        _reportVerdict(claimId, 3, IVerifier.Verdict.Valid);
        vm.assertEq(bonding.commonPool(), 50 ether);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongState.selector, claimId, IClaimsTypes.State.Refunded));
        claims.distributeFees(claimed.claim);
        vm.prank(broadcaster);
        jobs.withdraw(fees);
    }

    function test_report_ofInputInvalid_keepsClaimOpenWithoutSlash() public {
        (, bytes32 claimId) = _claimAndDisclose(1);
        _reportVerdict(claimId, 0, IVerifier.Verdict.InputInvalid);
        vm.assertEq(bonding.commonPool(), 0);
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        vm.assertTrue(status.state == IClaimsTypes.State.Open);
        vm.assertFalse(status.slashed);
        vm.assertEq(status.passed, 1);
        vm.assertEq(status.brokenInputs, 1);
        vm.assertEq(status.brokenInputMs, 1_900);
        // The verdict InputInvalid does not count in the transcoder's history.
        _assertVerdictHistory(0, 0);
    }

    function test_report_ofUnavailable_slashesAsMissedVerification() public {
        (, bytes32 claimId) = _claimAndDisclose(2);
        uint256 deadline = claims.getClaim(claimId).verificationDeadline;
        vm.roll(deadline - 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.TooEarly.selector, claimId, deadline));
        _reportVerdict(claimId, 0, IVerifier.Verdict.Unavailable);
        vm.roll(deadline);
        _expectSlashEvent(claimId, IClaimsTypes.Offence.MissedVerification, 100 ether);
        _reportVerdict(claimId, 0, IVerifier.Verdict.Unavailable);
        // All offences in one job together lead to at most one slash.
        _reportVerdict(claimId, 1, IVerifier.Verdict.Invalid);
        _reportVerdict(claimId, 2, IVerifier.Verdict.Unavailable);
        vm.assertEq(bonding.commonPool(), 100 ether);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, _withFine(claims.getClaim(claimId).fees));
    }

    function test_report_withinFailureThreshold_forgives() public {
        // The threshold is one failure in a hundred verdicts. Here, the 99th verdict is the first failure, so ANNA is slashed.
        (ClaimWithReceipts memory claimed,) = _reportVerdicts(49, IVerifier.Verdict.Valid);
        (claimed,) = _reportNextVerdicts(claimed, 49, IVerifier.Verdict.Valid);
        _assertVerdictHistory(0, 98);
        bytes32 claimId;
        (claimed, claimId) = _reportNextVerdicts(claimed, 1, IVerifier.Verdict.Unavailable);
        vm.assertEq(bonding.commonPool(), 100 ether);
        _assertVerdictHistory(1, 99);
        // After 50 more Valid verdicts, a second failure in 150 verdicts exceeds the threshold. Each slash expels ANNA from the job, so the
        // next verdicts are on segments of the next job.
        _postNextJob();
        (claimed,) = _reportFirstVerdicts(50, IVerifier.Verdict.Valid);
        _assertVerdictHistory(1, 149);
        (claimed, claimId) = _reportNextVerdicts(claimed, 1, IVerifier.Verdict.Unavailable);
        vm.assertEq(bonding.commonPool(), 190 ether);
        _assertVerdictHistory(2, 150);
        _postNextJob();
        (claimed,) = _reportFirstVerdicts(49, IVerifier.Verdict.Valid);
        for (uint256 i; i < 3; ++i) {
            (claimed,) = _reportNextVerdicts(claimed, 49, IVerifier.Verdict.Valid);
        }
        // The window has the last 200 verdicts. It no longer contains the first failure, but it still contains the
        // second failure.
        _assertVerdictHistory(1, 200);
        (claimed,) = _reportNextVerdicts(claimed, 10, IVerifier.Verdict.Valid);
        _assertVerdictHistory(0, 200);
        ClaimWithReceipts memory next =
            _buildNextClaim(claimed, _range(claimed.claim.ranges[0].last + 1, claimed.claim.ranges[0].last + 1));
        claimId = _claimWork(next.claim);
        _sealChallenges(next.claim);
        claims.verify(next.claim, _disclosureAfter(claimed, next));
        vm.roll(claims.getClaim(claimId).verificationDeadline);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.FailureForgiven(claimId, jobId, _signingAccount(ANNA), 1, 200);
        _reportVerdict(claimId, next.receipts[0].sequenceNumber, IVerifier.Verdict.Unavailable);
        vm.assertEq(bonding.commonPool(), 190 ether);
        // The transcoder loses the fees of the claim, although the failure is forgiven. It may still work on the job.
        vm.assertTrue(claims.getClaim(claimId).state == IClaimsTypes.State.Refunded);
        vm.assertFalse(claims.isExpelled(jobId, _signingAccount(ANNA)));
    }

    function test_report_atExactFailureThreshold_forgives() public {
        (ClaimWithReceipts memory claimed,) = _reportVerdicts(49, IVerifier.Verdict.Valid);
        (claimed,) = _reportNextVerdicts(claimed, 49, IVerifier.Verdict.Valid);
        (claimed,) = _reportNextVerdicts(claimed, 1, IVerifier.Verdict.Valid);
        // One failure in a hundred verdicts is exactly the threshold.
        _reportNextVerdicts(claimed, 1, IVerifier.Verdict.Unavailable);
        _assertVerdictHistory(1, 100);
        vm.assertEq(bonding.commonPool(), 0);
    }

    function test_report_ofInvalidWithinFailureThreshold_slashes() public {
        (ClaimWithReceipts memory claimed,) = _reportVerdicts(49, IVerifier.Verdict.Valid);
        (claimed,) = _reportNextVerdicts(claimed, 49, IVerifier.Verdict.Valid);
        (claimed,) = _reportNextVerdicts(claimed, 1, IVerifier.Verdict.Valid);
        _reportNextVerdicts(claimed, 1, IVerifier.Verdict.Invalid);
        _assertVerdictHistory(1, 100);
        vm.assertEq(bonding.commonPool(), 50 ether);
        vm.assertTrue(claims.isExpelled(jobId, _signingAccount(ANNA)));
    }

    function test_expire_ofUndisclosedClaim_slashes() public {
        jobId = _postDrawnJobAgain(1);
        (ClaimWithReceipts memory claimed,) = _claimAndSeal(jobId, 1);
        bytes32 claimId = claimed.claim.id();
        claims.verify(claimed.claim, _disclosureOf(claimed, 1));
        vm.roll(claims.getClaim(claimId).verificationDeadline);
        _expectSlashEvent(claimId, IClaimsTypes.Offence.MissedVerification, 100 ether);
        vm.prank(finder);
        claims.expire(claimed.claim);
        vm.assertEq(token.balanceOf(finder), 5 ether);
        vm.assertTrue(claims.isExpelled(jobId, _signingAccount(ANNA)));
    }

    function test_expire_ofUnsealedClaim_slashesOncePerJob() public {
        jobId = _postDrawnJobAgain(1);
        ClaimWithReceipts memory unsealed = _buildClaim(jobId, _range(0, 1));
        bytes32 claimId = _claimWork(unsealed.claim);
        uint256 deadline = claims.getClaim(claimId).verificationDeadline;
        ClaimWithReceipts memory undisclosed = _buildNextClaim(unsealed, _range(2, 3));
        _claimWork(undisclosed.claim);
        _sealChallenges(undisclosed.claim);
        claims.verify(undisclosed.claim, _disclosureOf(undisclosed, 1));
        vm.roll(deadline - 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotExpired.selector, claimId, deadline));
        claims.expire(unsealed.claim);
        vm.roll(deadline);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(
            claimId, jobId, _signingAccount(ANNA), _feesOf(unsealed.claim.durationMs), IClaimsTypes.Reason.Missed
        );
        _expectSlashEvent(claimId, IClaimsTypes.Offence.MissedVerification, 100 ether);
        vm.prank(finder);
        claims.expire(unsealed.claim);
        vm.assertEq(token.balanceOf(finder), 5 ether);
        vm.assertEq(bonding.commonPool(), 95 ether);
        // The next claim of the job also missed its verification.
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(
            undisclosed.claim.id(),
            jobId,
            _signingAccount(ANNA),
            _feesOf(undisclosed.claim.durationMs),
            IClaimsTypes.Reason.Expelled
        );
        vm.prank(finder);
        claims.expire(undisclosed.claim);
        vm.assertEq(bonding.stakeOf(_signingAccount(ANNA)), 900 ether);
        vm.assertEq(token.balanceOf(finder), 5 ether);
        vm.assertEq(
            jobs.getBroadcaster(broadcaster).deposit,
            _withFine(_feesOf(unsealed.claim.durationMs)) + _withFine(_feesOf(undisclosed.claim.durationMs))
        );
        _assertVerdictHistory(0, 0);
    }

    function test_expire_afterSlashingPeriod_onlyRefunds() public {
        ClaimWithReceipts memory unsealed = _buildClaim(jobId, _range(0, 1));
        bytes32 claimId = _claimWork(unsealed.claim);
        vm.roll(claims.getClaim(claimId).verdictDeadline);
        claims.expire(unsealed.claim);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, _withFine(_feesOf(unsealed.claim.durationMs)));
        vm.assertEq(bonding.stakeOf(_signingAccount(ANNA)), 1_000 ether);
    }

    function test_expire_withoutVerdict_slashesNobody() public {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(1);
        vm.roll(claims.getClaim(claimId).verdictDeadline);
        claims.expire(claimed.claim);
        vm.assertEq(bonding.stakeOf(_signingAccount(ANNA)), 1_000 ether);
    }

    function test_slashEquivocation_refundsAndSlashesOnce() public {
        ClaimWithReceipts memory claimed = _buildClaim(jobId, _range(0, 3));
        bytes32 claimId = _claimWork(claimed.claim);
        (Attestation memory one, Attestation memory other) = _contradictingAttestations(claimed.receipts[2]);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimSlashed(
            claimId, jobId, _signingAccount(ANNA), IClaimsTypes.Offence.Equivocation, 200 ether
        );
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(
            claimId, jobId, _signingAccount(ANNA), _feesOf(claimed.claim.durationMs), IClaimsTypes.Reason.Equivocation
        );
        vm.prank(finder);
        claims.slashEquivocation(claimed.claim, 2, claimed.receipts[2].dataHash, one, other);
        vm.assertEq(token.balanceOf(finder), 10 ether);
        vm.assertEq(bonding.stakeOf(_signingAccount(ANNA)), 800 ether);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.AlreadySlashed.selector, jobId, _signingAccount(ANNA)));
        claims.slashEquivocation(claimed.claim, 2, claimed.receipts[2].dataHash, other, one);
    }

    function test_slashEquivocation_afterFeesWerePaid_slashesUntilVerdictDeadline() public {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(0);
        _reportVerdict(claimId, 0, IVerifier.Verdict.Valid);
        claims.distributeFees(claimed.claim);
        (Attestation memory one, Attestation memory other) = _contradictingAttestations(claimed.receipts[0]);
        uint256 deadline = claims.getClaim(claimId).verdictDeadline;
        vm.roll(deadline);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.TooLate.selector, claimId, deadline));
        claims.slashEquivocation(claimed.claim, 0, claimed.receipts[0].dataHash, one, other);
        vm.roll(deadline - 1);
        claims.slashEquivocation(claimed.claim, 0, claimed.receipts[0].dataHash, one, other);
        vm.assertEq(bonding.stakeOf(_signingAccount(ANNA)), 800 ether);
        // The transcoder keeps the fees that it was paid.
        vm.assertEq(jobs.earnings(_signingAccount(ANNA)), _feesOf(claimed.claim.durationMs));
    }

    function test_slashEquivocation_withoutContradiction_reverts() public {
        ClaimWithReceipts memory claimed = _buildClaim(jobId, _range(0, 3));
        ReceiptProof memory proof = claimed.receipts[2];
        (Attestation memory one, Attestation memory other) = _contradictingAttestations(proof);
        vm.expectRevert(
            abi.encodeWithSelector(IClaimsTypes.WrongState.selector, claimed.claim.id(), IClaimsTypes.State.None)
        );
        claims.slashEquivocation(claimed.claim, 2, proof.dataHash, one, other);
        bytes32 claimId = _claimWork(claimed.claim);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotInClaim.selector, claimId, 4));
        claims.slashEquivocation(claimed.claim, 4, proof.dataHash, one, other);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.SameOutputs.selector, one.transcodedDataHash));
        claims.slashEquivocation(claimed.claim, 2, proof.dataHash, one, one);
        // Two receipts contradict each other only if they have the same input and the same sequence number. With a
        // wrong input or number, the signatures recover to other addresses.
        vm.expectPartialRevert(IClaimsTypes.WrongSigner.selector);
        claims.slashEquivocation(claimed.claim, 2, keccak256("another input"), one, other);
        vm.expectPartialRevert(IClaimsTypes.WrongSigner.selector);
        claims.slashEquivocation(claimed.claim, 1, proof.dataHash, one, other);
        proof.outputs[1].dataHash = keccak256("another");
        _signReceipt(jobId, proof, 0xBAD);
        vm.expectRevert(
            abi.encodeWithSelector(IClaimsTypes.WrongSigner.selector, vm.addr(RENDITION_KEY), vm.addr(0xBAD))
        );
        claims.slashEquivocation(claimed.claim, 2, proof.dataHash, one, _attestation(proof));
        vm.assertEq(bonding.stakeOf(_signingAccount(ANNA)), 1_000 ether);
    }

    /// @dev Returns the Attestation of the receipt, and the Attestation of a copy of the receipt with different outputs.
    function _contradictingAttestations(ReceiptProof memory proof)
        private
        view
        returns (Attestation memory one, Attestation memory other)
    {
        one = _attestation(proof);
        bytes32 hash = proof.outputs[1].dataHash;
        proof.outputs[1].dataHash = keccak256("another");
        _signReceipt(jobId, proof, RENDITION_KEY);
        other = _attestation(proof);
        proof.outputs[1].dataHash = hash;
        _signReceipt(jobId, proof, RENDITION_KEY);
    }

    function _attestation(ReceiptProof memory proof) private pure returns (Attestation memory) {
        return Attestation(transcodedDataHashOf(proof.outputs), proof.broadcasterSignature, proof.receiptSignature);
    }

    function _expectSlashEvent(bytes32 claimId, IClaimsTypes.Offence offence, uint256 amount) private {
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimSlashed(claimId, jobId, _signingAccount(ANNA), offence, amount);
    }

    function _assertVerdictHistory(uint256 failures, uint256 count) private view {
        (uint256 failed, uint256 verdicts) = claims.verificationsOf(_signingAccount(ANNA));
        vm.assertEq(failed, failures);
        vm.assertEq(verdicts, count);
    }

    /// @dev Claims segments 0 to `last` and discloses all of them.
    function _claimAndDisclose(uint64 last) private returns (ClaimWithReceipts memory claimed, bytes32 claimId) {
        jobId = _postDrawnJobAgain(1);
        return _discloseAll(last);
    }

    function _discloseAll(uint64 last) private returns (ClaimWithReceipts memory claimed, bytes32 claimId) {
        (claimed,) = _claimAndSeal(jobId, last);
        for (uint256 i; i <= last; ++i) {
            claims.verify(claimed.claim, _disclosureOf(claimed, i));
        }
        claimId = claimed.claim.id();
    }

    /// @dev Claims the first `count` segments and reports the same verdict on each.
    function _reportVerdicts(uint64 count, IVerifier.Verdict verdict)
        private
        returns (ClaimWithReceipts memory claimed, bytes32 claimId)
    {
        jobId = _postDrawnJobAgain(1);
        return _reportFirstVerdicts(count, verdict);
    }

    /// @dev Ends the job and posts the stream's next job, without a claim.
    function _postNextJob() private {
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        jobId = _postJob();
        _mine(2);
        jobs.drawCandidates(jobId);
        vm.warp(vm.getBlockTimestamp() + 900);
    }

    function _reportFirstVerdicts(uint64 count, IVerifier.Verdict verdict)
        private
        returns (ClaimWithReceipts memory claimed, bytes32 claimId)
    {
        vm.deal(broadcaster, 1_000_000 ether);
        vm.prank(broadcaster);
        jobs.deposit{value: 100 * _reserveOf(PRICE)}();
        (claimed, claimId) = _discloseAll(count - 1);
        for (uint64 i; i < count; ++i) {
            _reportVerdict(claimId, i, verdict);
        }
    }

    /// @dev Claims the `count` segments that follow `previous`, and reports the same verdict on each.
    function _reportNextVerdicts(ClaimWithReceipts memory previous, uint64 count, IVerifier.Verdict verdict)
        private
        returns (ClaimWithReceipts memory claimed, bytes32 claimId)
    {
        uint64 first = previous.claim.ranges[0].last + 1;
        claimed = _buildNextClaim(previous, _range(first, first + count - 1));
        claimId = _claimWork(claimed.claim);
        _sealChallenges(claimed.claim);
        claims.verify(claimed.claim, _disclosureAfter(previous, claimed));
        for (uint256 i = 1; i < count; ++i) {
            claims.verify(claimed.claim, _disclosureOf(claimed, i));
        }
        if (verdict == IVerifier.Verdict.Unavailable) vm.roll(claims.getClaim(claimId).verificationDeadline);
        for (uint64 i; i < count; ++i) {
            _reportVerdict(claimId, first + i, verdict);
        }
    }
}
