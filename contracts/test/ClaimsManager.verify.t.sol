// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondedVerifier} from "../src/interfaces/IBondedVerifier.sol";
import {IClaimsTypes} from "../src/interfaces/IClaimsTypes.sol";
import {IVerifier} from "../src/interfaces/IVerifier.sol";
import {Lottery} from "../src/libraries/Lottery.sol";
import {Claim, Range, requestIdOf} from "../src/types/Claim.sol";
import {Disclosure, ReceiptProof} from "../src/types/Disclosure.sol";
import {Output} from "../src/types/Output.sol";
import {Work} from "./Work.sol";

contract ClaimsManagerVerifyTest is Work {
    bytes32 private jobId;

    function setUp() public {
        deploy(10);
        jobId = drawnJob();
    }

    function test_sealChallenges_drawsByTheBlockAfterTheClaim() public {
        Bundle memory claimed = bundle(jobId, range(0, 19));
        bytes32 claimId = claimWork(claimed.claim);
        uint256 claimBlock = vm.getBlockNumber();
        mine(1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotYetSealable.selector, claimId, claimBlock + 2));
        claims.sealChallenges(claimed.claim);
        mine(1);
        bytes32 blockHash = keccak256("the block after the claim's");
        vm.setBlockhash(claimBlock + 1, blockHash);
        uint64[] memory expected = Lottery.drawChallenges(claimId, blockHash, range(0, 19), 20, VERIFICATION_RATE);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ChallengesSealed(claimId, jobId, blockHash, expected);
        vm.assertEq(claims.sealChallenges(claimed.claim).length, expected.length);
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        vm.assertTrue(status.isSealed);
        vm.assertEq(status.blockHash, blockHash);
        vm.assertEq(status.challenged, expected.length);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.AlreadySealed.selector, claimId));
        claims.sealChallenges(claimed.claim);
    }

    function test_sealChallenges_endsWithTheVerificationPeriod() public {
        Bundle memory claimed = bundle(jobId, range(0, 3));
        bytes32 claimId = claimWork(claimed.claim);
        uint256 deadline = vm.getBlockNumber() + VERIFICATION_PERIOD_BLOCKS;
        vm.roll(deadline);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.TooLate.selector, claimId, deadline));
        claims.sealChallenges(claimed.claim);
        vm.roll(deadline - 1);
        claims.sealChallenges(claimed.claim);
    }

    function test_fuzz_sealChallenges_needsTheWholeClaim(uint64 durationMs) public {
        Bundle memory claimed = bundle(jobId, range(0, 3));
        claimWork(claimed.claim);
        mine(2);
        vm.assume(durationMs != claimed.claim.durationMs);
        claimed.claim.durationMs = durationMs;
        vm.expectRevert(
            abi.encodeWithSelector(IClaimsTypes.WrongState.selector, claimed.claim.id(), IClaimsTypes.State.None)
        );
        claims.sealChallenges(claimed.claim);
    }

    function test_verify_asksTheVerifier() public {
        verifyEvery(1);
        (Bundle memory claimed, uint64[] memory drawn) = sealedClaim(jobId, 6);
        vm.assertEq(drawn.length, 7);
        bytes32 claimId = claimed.claim.id();
        ReceiptProof memory proof = claimed.work[4];
        bytes32 requestId = requestIdOf(claimId, 4);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.VerificationRequested(claimId, jobId, requestId, 4, address(verifier));
        vm.expectEmit(address(verifier));
        emit IBondedVerifier.Requested(
            requestId,
            jobId,
            signatory(ANNA),
            IVerifier.Request(
                claimId,
                jobId,
                streamId,
                signatory(ANNA),
                4,
                proof.durationMs,
                proof.dataHash,
                ladder().hash(),
                proof.outputs
            )
        );
        claims.verify(claimed.claim, disclosureOf(claimed, 4));
        IClaimsTypes.RequestStatus memory asked = claims.getRequest(requestId);
        vm.assertEq(asked.claimId, claimId);
        vm.assertEq(asked.jobId, jobId);
        vm.assertEq(asked.sequenceNumber, 4);
        vm.assertEq(asked.verifier, address(verifier));
        vm.assertTrue(asked.verdict == IVerifier.Verdict.None);
        vm.assertEq(claims.getClaim(claimId).requested, 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.AlreadyRequested.selector, claimId, 4));
        claims.verify(claimed.claim, disclosureOf(claimed, 4));
    }

    function test_verify_goesThroughEverySegmentOfConsecutiveClaims() public {
        verifyEvery(1);
        Range[] memory ranges = new Range[](2);
        (ranges[0], ranges[1]) = (Range(0, 3), Range(6, 8));
        Bundle memory first = bundle(jobId, ranges);
        claimWork(first.claim);
        seal(first.claim);
        Bundle memory second = bundleAfter(first, range(9, 11));
        claimWork(second.claim);
        seal(second.claim);
        for (uint256 i; i < first.work.length; ++i) {
            claims.verify(first.claim, disclosureOf(first, i));
        }
        claims.verify(second.claim, disclosureAfter(first, second));
        claims.verify(second.claim, disclosureOf(second, 1));
        claims.verify(second.claim, disclosureOf(second, 2));
    }

    function test_verify_rejectsWhatWasNotDrawn() public {
        (Bundle memory claimed, uint64[] memory drawn) = sealedClaim(jobId, 19);
        bytes32 claimId = claimed.claim.id();
        uint256 next;
        for (uint256 i; i < 20; ++i) {
            if (next < drawn.length && drawn[next] == i) {
                ++next;
                claims.verify(claimed.claim, disclosureOf(claimed, i));
                continue;
            }
            refuse(claimed, i, abi.encodeWithSelector(IClaimsTypes.NotChallenged.selector, claimId, i));
        }
        vm.assertGe(drawn.length, 1, "none drawn");
        Disclosure memory foreign = disclosureOf(claimed, 0);
        foreign.segment.sequenceNumber = 20;
        refuse(claimed, foreign, abi.encodeWithSelector(IClaimsTypes.NotChallenged.selector, claimId, 20));
    }

    function test_verify_needsTheSealAndTheTime() public {
        Bundle memory claimed = bundle(jobId, range(0, 3));
        bytes32 claimId = claimWork(claimed.claim);
        uint256 deadline = vm.getBlockNumber() + VERIFICATION_PERIOD_BLOCKS;
        refuse(claimed, 0, abi.encodeWithSelector(IClaimsTypes.NotSealed.selector, claimId));
        seal(claimed.claim);
        vm.roll(deadline);
        refuse(claimed, 0, abi.encodeWithSelector(IClaimsTypes.TooLate.selector, claimId, deadline));
    }

    function test_verify_rejectsOtherOptions() public {
        Bundle memory claimed = allDrawn(3);
        Disclosure memory disclosure = disclosureOf(claimed, 2);
        disclosure.options.renditions[0].bitrate /= 2;
        bytes32 given = disclosure.options.hash();
        refuse(claimed, disclosure, abi.encodeWithSelector(IClaimsTypes.WrongOptions.selector, ladder().hash(), given));
    }

    function test_verify_rejectsASegmentThatTheStreamKeyDidNotSign() public {
        Bundle memory claimed = allDrawn(3);
        Disclosure memory disclosure = disclosureOf(claimed, 2);
        // Longer than it was signed.
        disclosure.segment.durationMs += 1;
        refuseForeign(claimed, disclosure);
        disclosure = disclosureOf(claimed, 2);
        disclosure.preceding[0].dataHash = keccak256("another");
        refuseForeign(claimed, disclosure);
        disclosure = disclosureOf(claimed, 2);
        disclosure.segment.broadcasterSignature = "";
        refuse(
            claimed,
            disclosure,
            abi.encodeWithSelector(IClaimsTypes.WrongSigner.selector, streamId.origin(), address(0))
        );
    }

    function test_verify_rejectsAReceiptThatTheRenditionKeyDidNotSign() public {
        Bundle memory claimed = allDrawn(3);
        sign(jobId, claimed.work[2], 0xBAD);
        refuse(
            claimed,
            2,
            abi.encodeWithSelector(IClaimsTypes.WrongSigner.selector, vm.addr(RENDITION_KEY), vm.addr(0xBAD))
        );
        // The preceding one as well.
        refuse(
            claimed,
            3,
            abi.encodeWithSelector(IClaimsTypes.WrongSigner.selector, vm.addr(RENDITION_KEY), vm.addr(0xBAD))
        );
    }

    function test_verify_rejectsAReceiptThatTheClaimDoesNotHold() public {
        Bundle memory claimed = allDrawn(4);
        claimed.work[2].outputs[1].dataHash = keccak256("another");
        sign(jobId, claimed.work[2], RENDITION_KEY);
        refuse(claimed, 2, abi.encodeWithSelector(IClaimsTypes.NotInTree.selector, 2));
        refuse(claimed, 3, abi.encodeWithSelector(IClaimsTypes.NotInTree.selector, 2));
    }

    function test_verify_rejectsALeafWithAnotherDurationThanTheSegment() public {
        verifyEvery(1);
        Claim memory claim = bundle(jobId, range(0, 3)).claim;
        ReceiptProof[] memory work = bundle(jobId, range(0, 3)).work;
        work[1].durationMs = 6_000;
        Bundle memory claimed = commit(claim, work);
        claimWork(claimed.claim);
        seal(claimed.claim);
        // The leaf's duration is not signed, and the signed one is not in the tree.
        refuseForeign(claimed, disclosureOf(claimed, 1));
        claimed.work[1].durationMs = 2_000;
        sign(jobId, claimed.work[1], RENDITION_KEY);
        refuse(claimed, 1, abi.encodeWithSelector(IClaimsTypes.NotInTree.selector, 1));
    }

    function test_verify_rejectsASegmentThatIsTooLong() public {
        ReceiptProof[] memory work = bundle(jobId, range(0, 3)).work;
        work[1].durationMs = 6_001;
        Bundle memory claimed = claimSpoiled(work);
        refuse(claimed, 1, abi.encodeWithSelector(IClaimsTypes.NotInTree.selector, 1));
        // A node longer than its segments can be spoils the proofs beside it, too.
        refuse(claimed, 0, abi.encodeWithSelector(IClaimsTypes.NotInTree.selector, 0));
    }

    function test_verify_rejectsAnotherNumberOfOutputs() public {
        ReceiptProof[] memory work = bundle(jobId, range(0, 3)).work;
        work[2].outputs = new Output[](2);
        Bundle memory claimed = claimSpoiled(work);
        refuse(claimed, 2, abi.encodeWithSelector(IClaimsTypes.WrongOutputCount.selector, 2, 3));
        refuse(claimed, 3, abi.encodeWithSelector(IClaimsTypes.WrongOutputCount.selector, 2, 3));
    }

    function test_verify_rejectsAQuantiserThatIsNotByTheRule() public {
        ReceiptProof[] memory work = bundle(jobId, range(0, 3)).work;
        (uint8 first, uint8 third) = (work[0].outputs[1].qp, work[2].outputs[0].qp);
        // Six steps halve the bits.
        work[0].outputs[1].qp += 6;
        work[2].outputs[0].qp += 6;
        Bundle memory claimed = claimSpoiled(work);
        refuse(claimed, 0, abi.encodeWithSelector(IClaimsTypes.WrongQp.selector, 0, 1, first + 6, first));
        refuse(claimed, 2, abi.encodeWithSelector(IClaimsTypes.WrongQp.selector, 2, 0, third + 6, third));
    }

    function test_verify_rejectsQuantisersThatStartAnewWithinAnAssignment() public {
        verifyEvery(1);
        Bundle memory first = bundle(jobId, range(0, 4));
        claimWork(first.claim);
        // As if there had been no claim before.
        Bundle memory second = bundle(jobId, range(5, 8));
        second.claim.previousClaimId = first.claim.id();
        claimWork(second.claim);
        seal(second.claim);
        refuse(second, 0, abi.encodeWithSelector(IClaimsTypes.WrongPreviousClaim.selector, first.claim.id(), 0));
        Disclosure memory disclosure = disclosureAfter(first, second);
        uint256 due = bundleAfter(first, range(5, 8)).work[0].outputs[0].qp;
        uint256 given = second.work[0].outputs[0].qp;
        vm.assertNotEq(bytes32(due), bytes32(given));
        refuse(second, disclosure, abi.encodeWithSelector(IClaimsTypes.WrongQp.selector, 5, 0, given, due));
        disclosure.preceding = none();
        refuse(second, disclosure, abi.encodeWithSelector(IClaimsTypes.WrongPreceding.selector, 5, 4));
        disclosure.preceding = disclosureOf(first, 4).preceding;
        refuse(second, disclosure, abi.encodeWithSelector(IClaimsTypes.WrongPreceding.selector, 5, 4));
    }

    function test_verify_takesThePrecedingReceiptOnly() public {
        Bundle memory claimed = allDrawn(5);
        Disclosure memory disclosure = disclosureOf(claimed, 4);
        disclosure.preceding[0] = claimed.work[2];
        refuse(claimed, disclosure, abi.encodeWithSelector(IClaimsTypes.WrongPreceding.selector, 4, 3));
        disclosure.preceding = none();
        refuse(claimed, disclosure, abi.encodeWithSelector(IClaimsTypes.WrongPreceding.selector, 4, 3));
        disclosure = disclosureOf(claimed, 0);
        disclosure.preceding = disclosureOf(claimed, 1).preceding;
        refuse(claimed, disclosure, abi.encodeWithSelector(IClaimsTypes.WrongPreceding.selector, 0, 0));
    }

    /// @dev A claim of `count` segments that must all be disclosed.
    function allDrawn(uint64 last) private returns (Bundle memory claimed) {
        verifyEvery(1);
        (claimed,) = sealedClaim(jobId, last);
    }

    /// @dev Claims and seals four segments as they are in `work`, when a test has spoiled them.
    function claimSpoiled(ReceiptProof[] memory work) private returns (Bundle memory claimed) {
        verifyEvery(1);
        for (uint256 i; i < work.length; ++i) {
            sign(jobId, work[i], RENDITION_KEY);
        }
        claimed = commit(bundle(jobId, range(0, 3)).claim, work);
        claimWork(claimed.claim);
        seal(claimed.claim);
    }

    /// @dev Of a segment that is not as its origin signed it, which recovers to anybody.
    function refuseForeign(Bundle memory claimed, Disclosure memory disclosure) private {
        vm.expectPartialRevert(IClaimsTypes.WrongSigner.selector);
        claims.verify(claimed.claim, disclosure);
    }

    function refuse(Bundle memory claimed, uint256 index, bytes memory refusal) private {
        refuse(claimed, disclosureOf(claimed, index), refusal);
    }

    function refuse(Bundle memory claimed, Disclosure memory disclosure, bytes memory refusal) private {
        vm.expectRevert(refusal);
        claims.verify(claimed.claim, disclosure);
    }
}
