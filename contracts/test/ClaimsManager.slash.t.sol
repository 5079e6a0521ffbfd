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

/// @notice What the guilty lose, and nobody else.
contract ClaimsManagerSlashTest is Work {
    bytes32 private jobId;
    address private finder = person("finder");

    function setUp() public {
        deploy(10);
        appointVerifier();
        jobId = drawnJob();
    }

    function test_report_invalidRefundsAndSlashesOnce() public {
        (Bundle memory claimed, bytes32 claimId) = asked(3);
        uint256 fees = feesOf(claimed.claim.durationMs);
        vm.prank(signatory(ANNA));
        uint256 lockId = bonding.unbond(400 ether);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(claimId, jobId, signatory(ANNA), fees, IClaimsTypes.Reason.Invalid);
        vm.expectEmit(address(jobs));
        emit IJobsManager.EscrowReturned(jobId, broadcaster, fees);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Slash(signatory(ANNA), 50 ether, 570 ether, address(0), 0);
        expectSlash(claimId, IClaimsTypes.Offence.FailedVerification, 50 ether);
        report(claimId, 1, IVerifier.Verdict.Invalid);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, fees);
        vm.assertEq(bonding.getTranscoder(signatory(ANNA)).stake, 570 ether);
        vm.assertEq(bonding.getUnbondingLock(signatory(ANNA), lockId).amount, 380 ether);
        vm.assertEq(bonding.commonPool(), 50 ether);
        vm.assertTrue(claims.getClaim(claimId).slashed);
        report(claimId, 2, IVerifier.Verdict.Invalid);
        report(claimId, 3, IVerifier.Verdict.Valid);
        vm.assertEq(bonding.commonPool(), 50 ether);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongState.selector, claimId, IClaimsTypes.State.Refunded));
        claims.distributeFees(claimed.claim);
        vm.prank(broadcaster);
        jobs.withdraw(fees);
    }

    function test_report_inputInvalidRefundsAndSlashesNobody() public {
        (, bytes32 claimId) = asked(1);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(
            claimId, jobId, signatory(ANNA), claims.getClaim(claimId).fees, IClaimsTypes.Reason.InputInvalid
        );
        report(claimId, 0, IVerifier.Verdict.InputInvalid);
        vm.assertEq(bonding.commonPool(), 0);
        vm.assertFalse(claims.getClaim(claimId).slashed);
        // Nor does it count as a verdict on the transcoder's work.
        assertHistory(0, 0);
        IJobsManager.Broadcaster memory account = jobs.getBroadcaster(broadcaster);
        vm.assertEq(account.deposit + account.reserved, reserveOf(PRICE));
    }

    function test_report_unavailableIsAMissedVerification() public {
        (, bytes32 claimId) = asked(2);
        uint256 deadline = claims.getClaim(claimId).verificationDeadline;
        vm.roll(deadline - 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.TooEarly.selector, claimId, deadline));
        report(claimId, 0, IVerifier.Verdict.Unavailable);
        vm.roll(deadline);
        expectSlash(claimId, IClaimsTypes.Offence.MissedVerification, 100 ether);
        report(claimId, 0, IVerifier.Verdict.Unavailable);
        // A false segment cannot hide behind a missing one: each costs once.
        expectSlash(claimId, IClaimsTypes.Offence.FailedVerification, 45 ether);
        report(claimId, 1, IVerifier.Verdict.Invalid);
        report(claimId, 2, IVerifier.Verdict.Unavailable);
        vm.assertEq(bonding.commonPool(), 145 ether);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, claims.getClaim(claimId).fees);
    }

    function test_report_forgivesWhatIsWithinTheThreshold() public {
        // One in a hundred: the first 99 verdicts forgive nothing, the hundredth one.
        (Bundle memory claimed,) = verdicts(49, IVerifier.Verdict.Valid);
        (claimed,) = verdictsAfter(claimed, 49, IVerifier.Verdict.Valid);
        assertHistory(0, 98);
        bytes32 claimId;
        (claimed, claimId) = verdictsAfter(claimed, 1, IVerifier.Verdict.Invalid);
        vm.assertEq(bonding.commonPool(), 50 ether);
        assertHistory(1, 99);
        // 50 Valid ones later one failure in a hundred is the old one, two are too many.
        (claimed,) = verdictsAfter(claimed, 50, IVerifier.Verdict.Valid);
        assertHistory(1, 149);
        (claimed, claimId) = verdictsAfter(claimed, 1, IVerifier.Verdict.Invalid);
        vm.assertEq(bonding.commonPool(), 97.5 ether);
        assertHistory(2, 150);
        for (uint256 i; i < 4; ++i) {
            (claimed,) = verdictsAfter(claimed, 49, IVerifier.Verdict.Valid);
        }
        // The window is 200 long: both are forgotten but the last.
        assertHistory(1, 200);
        (claimed,) = verdictsAfter(claimed, 10, IVerifier.Verdict.Valid);
        assertHistory(0, 200);
        Bundle memory next =
            bundleAfter(claimed, range(claimed.claim.ranges[0].last + 1, claimed.claim.ranges[0].last + 1));
        claimId = claimWork(next.claim);
        seal(next.claim);
        claims.verify(next.claim, disclosureAfter(claimed, next));
        vm.expectEmit(address(claims));
        emit IClaimsTypes.FailureForgiven(claimId, jobId, signatory(ANNA), 1, 200);
        report(claimId, next.work[0].sequenceNumber, IVerifier.Verdict.Invalid);
        vm.assertEq(bonding.commonPool(), 97.5 ether);
        // It still loses the fee.
        vm.assertTrue(claims.getClaim(claimId).state == IClaimsTypes.State.Refunded);
    }

    function test_expire_slashesWhatWasNotSealedOrNotDisclosed() public {
        Bundle memory unsealed = bundle(jobId, range(0, 1));
        bytes32 claimId = claimWork(unsealed.claim);
        uint256 deadline = claims.getClaim(claimId).verificationDeadline;
        verifyEvery(1);
        Bundle memory undisclosed = bundleAfter(unsealed, range(2, 3));
        claimWork(undisclosed.claim);
        seal(undisclosed.claim);
        claims.verify(undisclosed.claim, disclosureOf(undisclosed, 1));
        vm.roll(deadline - 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotExpired.selector, claimId, deadline));
        claims.expire(unsealed.claim);
        vm.roll(deadline);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(
            claimId, jobId, signatory(ANNA), feesOf(unsealed.claim.durationMs), IClaimsTypes.Reason.Missed
        );
        expectSlash(claimId, IClaimsTypes.Offence.MissedVerification, 100 ether);
        vm.prank(finder);
        claims.expire(unsealed.claim);
        vm.assertEq(token.balanceOf(finder), 5 ether);
        vm.assertEq(bonding.commonPool(), 95 ether);
        vm.prank(finder);
        claims.expire(undisclosed.claim);
        vm.assertEq(bonding.stakeOf(signatory(ANNA)), 810 ether);
        vm.assertEq(
            jobs.getBroadcaster(broadcaster).deposit,
            feesOf(unsealed.claim.durationMs) + feesOf(undisclosed.claim.durationMs)
        );
        assertHistory(0, 0);
    }

    function test_expire_onlyRefundsWhenTheSlashingPeriodIsOver() public {
        Bundle memory unsealed = bundle(jobId, range(0, 1));
        bytes32 claimId = claimWork(unsealed.claim);
        vm.roll(claims.getClaim(claimId).verdictDeadline);
        claims.expire(unsealed.claim);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, feesOf(unsealed.claim.durationMs));
        vm.assertEq(bonding.stakeOf(signatory(ANNA)), 1_000 ether);
    }

    function test_expire_slashesNobodyWhenTheVerifierSaysNothing() public {
        (Bundle memory claimed, bytes32 claimId) = asked(1);
        vm.roll(claims.getClaim(claimId).verdictDeadline);
        claims.expire(claimed.claim);
        vm.assertEq(bonding.stakeOf(signatory(ANNA)), 1_000 ether);
    }

    function test_slashEquivocation_refundsAndSlashesOnce() public {
        Bundle memory claimed = bundle(jobId, range(0, 3));
        bytes32 claimId = claimWork(claimed.claim);
        (Attestation memory one, Attestation memory other) = contradiction(claimed.work[2]);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimSlashed(claimId, jobId, signatory(ANNA), IClaimsTypes.Offence.Equivocation, 200 ether);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(
            claimId, jobId, signatory(ANNA), feesOf(claimed.claim.durationMs), IClaimsTypes.Reason.Equivocation
        );
        vm.prank(finder);
        claims.slashEquivocation(claimed.claim, 2, claimed.work[2].dataHash, one, other);
        vm.assertEq(token.balanceOf(finder), 10 ether);
        vm.assertEq(bonding.stakeOf(signatory(ANNA)), 800 ether);
        vm.expectRevert(
            abi.encodeWithSelector(IClaimsTypes.AlreadySlashed.selector, claimId, IClaimsTypes.Offence.Equivocation)
        );
        claims.slashEquivocation(claimed.claim, 2, claimed.work[2].dataHash, other, one);
    }

    function test_slashEquivocation_afterThePaymentUntilTheLastDeadline() public {
        (Bundle memory claimed, bytes32 claimId) = asked(0);
        report(claimId, 0, IVerifier.Verdict.Valid);
        claims.distributeFees(claimed.claim);
        (Attestation memory one, Attestation memory other) = contradiction(claimed.work[0]);
        uint256 deadline = claims.getClaim(claimId).verdictDeadline;
        vm.roll(deadline);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.TooLate.selector, claimId, deadline));
        claims.slashEquivocation(claimed.claim, 0, claimed.work[0].dataHash, one, other);
        vm.roll(deadline - 1);
        claims.slashEquivocation(claimed.claim, 0, claimed.work[0].dataHash, one, other);
        vm.assertEq(bonding.stakeOf(signatory(ANNA)), 800 ether);
        // What was paid stays paid.
        vm.assertEq(jobs.earnings(signatory(ANNA)), feesOf(claimed.claim.durationMs));
    }

    function test_slashEquivocation_needsAContradictionOfTheClaimsOwnKey() public {
        Bundle memory claimed = bundle(jobId, range(0, 3));
        ReceiptProof memory proof = claimed.work[2];
        (Attestation memory one, Attestation memory other) = contradiction(proof);
        vm.expectRevert(
            abi.encodeWithSelector(IClaimsTypes.WrongState.selector, claimed.claim.id(), IClaimsTypes.State.None)
        );
        claims.slashEquivocation(claimed.claim, 2, proof.dataHash, one, other);
        bytes32 claimId = claimWork(claimed.claim);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotInClaim.selector, claimId, 4));
        claims.slashEquivocation(claimed.claim, 4, proof.dataHash, one, other);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.SameOutputs.selector, one.transcodedDataHash));
        claims.slashEquivocation(claimed.claim, 2, proof.dataHash, one, one);
        // Receipts for two inputs, or for another number, are no contradiction: their signatures recover to somebody else.
        vm.expectPartialRevert(IClaimsTypes.WrongSigner.selector);
        claims.slashEquivocation(claimed.claim, 2, keccak256("another input"), one, other);
        vm.expectPartialRevert(IClaimsTypes.WrongSigner.selector);
        claims.slashEquivocation(claimed.claim, 1, proof.dataHash, one, other);
        proof.outputs[1].dataHash = keccak256("another");
        sign(jobId, proof, 0xBAD);
        vm.expectRevert(
            abi.encodeWithSelector(IClaimsTypes.WrongSigner.selector, vm.addr(RENDITION_KEY), vm.addr(0xBAD))
        );
        claims.slashEquivocation(claimed.claim, 2, proof.dataHash, one, attestation(proof));
        vm.assertEq(bonding.stakeOf(signatory(ANNA)), 1_000 ether);
    }

    /// @dev The receipt as it is, and one with other outputs, both signed.
    function contradiction(ReceiptProof memory proof)
        private
        view
        returns (Attestation memory one, Attestation memory other)
    {
        one = attestation(proof);
        bytes32 hash = proof.outputs[1].dataHash;
        proof.outputs[1].dataHash = keccak256("another");
        sign(jobId, proof, RENDITION_KEY);
        other = attestation(proof);
        proof.outputs[1].dataHash = hash;
        sign(jobId, proof, RENDITION_KEY);
    }

    function attestation(ReceiptProof memory proof) private pure returns (Attestation memory) {
        return Attestation(transcodedDataHashOf(proof.outputs), proof.broadcasterSignature, proof.receiptSignature);
    }

    function expectSlash(bytes32 claimId, IClaimsTypes.Offence offence, uint256 amount) private {
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimSlashed(claimId, jobId, signatory(ANNA), offence, amount);
    }

    function assertHistory(uint256 failures, uint256 count) private view {
        (uint256 failed, uint256 known) = claims.verificationsOf(signatory(ANNA));
        vm.assertEq(failed, failures);
        vm.assertEq(known, count);
    }

    /// @dev A claim whose segments are all disclosed.
    function asked(uint64 last) private returns (Bundle memory claimed, bytes32 claimId) {
        verifyEvery(1);
        (claimed,) = sealedClaim(jobId, last);
        for (uint256 i; i <= last; ++i) {
            claims.verify(claimed.claim, disclosureOf(claimed, i));
        }
        claimId = claimed.claim.id();
    }

    /// @dev The same verdict on each of the first `count` segments.
    function verdicts(uint64 count, IVerifier.Verdict verdict)
        private
        returns (Bundle memory claimed, bytes32 claimId)
    {
        vm.deal(broadcaster, 1_000_000 ether);
        vm.prank(broadcaster);
        jobs.deposit{value: 100 * reserveOf(PRICE)}();
        (claimed, claimId) = asked(count - 1);
        for (uint64 i; i < count; ++i) {
            report(claimId, i, verdict);
        }
    }

    /// @dev And on the `count` segments that follow `previous`.
    function verdictsAfter(Bundle memory previous, uint64 count, IVerifier.Verdict verdict)
        private
        returns (Bundle memory claimed, bytes32 claimId)
    {
        uint64 first = previous.claim.ranges[0].last + 1;
        claimed = bundleAfter(previous, range(first, first + count - 1));
        claimId = claimWork(claimed.claim);
        seal(claimed.claim);
        claims.verify(claimed.claim, disclosureAfter(previous, claimed));
        for (uint256 i = 1; i < count; ++i) {
            claims.verify(claimed.claim, disclosureOf(claimed, i));
        }
        for (uint64 i; i < count; ++i) {
            report(claimId, first + i, verdict);
        }
    }
}
