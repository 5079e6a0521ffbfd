// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../src/interfaces/IClaimsTypes.sol";
import {IVerifier} from "../src/interfaces/IVerifier.sol";
import {Lottery} from "../src/libraries/Lottery.sol";
import {Claim, Range} from "../src/types/Claim.sol";
import {Disclosure, ReceiptProof} from "../src/types/Disclosure.sol";
import {Output} from "../src/types/Output.sol";
import {Work} from "./Work.sol";

contract ClaimsManagerVerifyTest is Work {
    bytes32 private jobId;

    function setUp() public {
        _deploy(10);
        jobId = _postDrawnJob();
    }

    function test_sealChallenges_usesBlockAfterClaim() public {
        ClaimWithReceipts memory claimed = _buildClaim(jobId, _range(0, 19));
        bytes32 claimId = _claimWork(claimed.claim);
        uint256 claimBlock = vm.getBlockNumber();
        _mine(1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotYetSealable.selector, claimId, claimBlock + 2));
        claims.sealChallenges(claimed.claim);
        _mine(1);
        bytes32 blockHash = keccak256("the block after the claim's");
        vm.setBlockhash(claimBlock + 1, blockHash);
        uint64[] memory expected = Lottery.drawChallenges(claimId, blockHash, _range(0, 19), 20, VERIFICATION_RATE);
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

    function test_sealChallenges_afterVerificationPeriod_reverts() public {
        ClaimWithReceipts memory claimed = _buildClaim(jobId, _range(0, 3));
        bytes32 claimId = _claimWork(claimed.claim);
        uint256 deadline = vm.getBlockNumber() + VERIFICATION_PERIOD_BLOCKS;
        vm.roll(deadline);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.TooLate.selector, claimId, deadline));
        claims.sealChallenges(claimed.claim);
        vm.roll(deadline - 1);
        claims.sealChallenges(claimed.claim);
    }

    function test_fuzz_sealChallenges_ofChangedClaim_reverts(uint64 durationMs) public {
        ClaimWithReceipts memory claimed = _buildClaim(jobId, _range(0, 3));
        _claimWork(claimed.claim);
        _mine(2);
        vm.assume(durationMs != claimed.claim.durationMs);
        claimed.claim.durationMs = durationMs;
        vm.expectRevert(
            abi.encodeWithSelector(IClaimsTypes.WrongState.selector, claimed.claim.id(), IClaimsTypes.State.None)
        );
        claims.sealChallenges(claimed.claim);
    }

    function test_verify_requestsVerdict() public {
        jobId = _postDrawnJobAgain(1);
        (ClaimWithReceipts memory claimed, uint64[] memory drawn) = _claimAndSeal(jobId, 6);
        vm.assertEq(drawn.length, 7);
        bytes32 claimId = claimed.claim.id();
        ReceiptProof memory proof = claimed.receipts[4];
        vm.expectEmit(address(claims));
        emit IClaimsTypes.VerificationRequested(claimId, jobId, address(verifier), 4, proof.dataHash, proof.outputs);
        bytes32 receiptHash = _receiptHashOf(jobId, proof);
        vm.expectCall(address(verifier), abi.encodeCall(IVerifier.request, (claimId, jobId, 4, receiptHash)));
        claims.verify(claimed.claim, _disclosureOf(claimed, 4));
        IClaimsTypes.RequestStatus memory request = claims.getRequest(claimId, 4);
        vm.assertEq(request.transcoder, _signingAccount(ANNA));
        vm.assertEq(request.durationMs, proof.durationMs);
        vm.assertEq(request.verifier, address(verifier));
        vm.assertTrue(request.verdict == IVerifier.Verdict.None);
        vm.assertEq(claims.getClaim(claimId).requested, 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.AlreadyRequested.selector, claimId, 4));
        claims.verify(claimed.claim, _disclosureOf(claimed, 4));
    }

    /// @dev The verdict on a segment of one claim decides nothing about another claim, or about another segment.
    function test_report_onSameNumberOfAnotherClaim_reverts() public {
        jobId = _postDrawnJobAgain(1);
        _bondVerifier();
        (ClaimWithReceipts memory first,) = _claimAndSeal(jobId, 1);
        ClaimWithReceipts memory second = _buildNextClaim(first, _range(2, 3));
        _claimWork(second.claim);
        _sealChallenges(second.claim);
        claims.verify(first.claim, _disclosureOf(first, 1));
        (bytes32 firstId, bytes32 secondId) = (first.claim.id(), second.claim.id());
        _assertUnknownRequest(secondId, 1);
        _assertUnknownRequest(firstId, 0);
        _assertUnknownRequest(firstId, 2);
        _assertUnknownRequest(secondId, 2);
        claims.verify(second.claim, _disclosureAfter(first, second));
        _reportVerdict(secondId, 2, IVerifier.Verdict.Valid);
        vm.assertTrue(claims.getRequest(firstId, 1).verdict == IVerifier.Verdict.None);
        vm.assertEq(claims.getClaim(firstId).passed, 0);
        vm.assertEq(claims.getClaim(secondId).passed, 1);
    }

    function _assertUnknownRequest(bytes32 claimId, uint64 sequenceNumber) private {
        vm.assertEq(claims.getRequest(claimId, sequenceNumber).transcoder, address(0));
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.UnknownRequest.selector, claimId, sequenceNumber));
        _reportVerdict(claimId, sequenceNumber, IVerifier.Verdict.Valid);
    }

    function test_verify_ofConsecutiveClaims_acceptsEverySegment() public {
        jobId = _postDrawnJobAgain(1);
        Range[] memory ranges = new Range[](2);
        (ranges[0], ranges[1]) = (Range(0, 3), Range(6, 8));
        ClaimWithReceipts memory first = _buildClaim(jobId, ranges);
        _claimWork(first.claim);
        _sealChallenges(first.claim);
        ClaimWithReceipts memory second = _buildNextClaim(first, _range(9, 11));
        _claimWork(second.claim);
        _sealChallenges(second.claim);
        for (uint256 i; i < first.receipts.length; ++i) {
            claims.verify(first.claim, _disclosureOf(first, i));
        }
        claims.verify(second.claim, _disclosureAfter(first, second));
        claims.verify(second.claim, _disclosureOf(second, 1));
        claims.verify(second.claim, _disclosureOf(second, 2));
    }

    function test_verify_ofUnchallengedSegment_reverts() public {
        (ClaimWithReceipts memory claimed, uint64[] memory drawn) = _claimAndSeal(jobId, 19);
        bytes32 claimId = claimed.claim.id();
        uint256 next;
        for (uint256 i; i < 20; ++i) {
            if (next < drawn.length && drawn[next] == i) {
                ++next;
                claims.verify(claimed.claim, _disclosureOf(claimed, i));
                continue;
            }
            _expectRevert(claimed, i, abi.encodeWithSelector(IClaimsTypes.NotChallenged.selector, claimId, i));
        }
        vm.assertGe(drawn.length, 1, "no segment is challenged");
        Disclosure memory foreign = _disclosureOf(claimed, 0);
        foreign.segment.sequenceNumber = 20;
        _expectRevert(claimed, foreign, abi.encodeWithSelector(IClaimsTypes.NotChallenged.selector, claimId, 20));
    }

    function test_verify_beforeSealOrAfterDeadline_reverts() public {
        ClaimWithReceipts memory claimed = _buildClaim(jobId, _range(0, 3));
        bytes32 claimId = _claimWork(claimed.claim);
        uint256 deadline = vm.getBlockNumber() + VERIFICATION_PERIOD_BLOCKS;
        _expectRevert(claimed, 0, abi.encodeWithSelector(IClaimsTypes.NotSealed.selector, claimId));
        _sealChallenges(claimed.claim);
        vm.roll(deadline);
        _expectRevert(claimed, 0, abi.encodeWithSelector(IClaimsTypes.TooLate.selector, claimId, deadline));
    }

    function test_verify_withOtherOptions_reverts() public {
        ClaimWithReceipts memory claimed = _claimWithAllChallenged(3);
        Disclosure memory disclosure = _disclosureOf(claimed, 2);
        disclosure.options.renditions[0].bitrate /= 2;
        bytes32 disclosedHash = disclosure.options.hash();
        _expectRevert(
            claimed,
            disclosure,
            abi.encodeWithSelector(IClaimsTypes.WrongOptions.selector, _ladder().hash(), disclosedHash)
        );
    }

    function test_verify_ofSegmentNotSignedByStreamKey_reverts() public {
        ClaimWithReceipts memory claimed = _claimWithAllChallenged(3);
        Disclosure memory disclosure = _disclosureOf(claimed, 2);
        // The stream key signed a shorter duration.
        disclosure.segment.durationMs += 1;
        _expectWrongSigner(claimed, disclosure);
        disclosure = _disclosureOf(claimed, 2);
        disclosure.preceding[0].dataHash = keccak256("another");
        _expectWrongSigner(claimed, disclosure);
        disclosure = _disclosureOf(claimed, 2);
        disclosure.segment.broadcasterSignature = "";
        _expectRevert(
            claimed,
            disclosure,
            abi.encodeWithSelector(IClaimsTypes.WrongSigner.selector, streamId.origin(), address(0))
        );
    }

    function test_verify_ofReceiptNotSignedByRenditionKey_reverts() public {
        ClaimWithReceipts memory claimed = _claimWithAllChallenged(3);
        _signReceipt(jobId, claimed.receipts[2], 0xBAD);
        _expectRevert(
            claimed,
            2,
            abi.encodeWithSelector(IClaimsTypes.WrongSigner.selector, vm.addr(RENDITION_KEY), vm.addr(0xBAD))
        );
        // Receipt 2 is the preceding receipt of segment 3, so the disclosure of segment 3 is rejected too.
        _expectRevert(
            claimed,
            3,
            abi.encodeWithSelector(IClaimsTypes.WrongSigner.selector, vm.addr(RENDITION_KEY), vm.addr(0xBAD))
        );
    }

    function test_verify_ofReceiptNotInTree_reverts() public {
        ClaimWithReceipts memory claimed = _claimWithAllChallenged(4);
        claimed.receipts[2].outputs[1].dataHash = keccak256("another");
        _signReceipt(jobId, claimed.receipts[2], RENDITION_KEY);
        _expectRevert(claimed, 2, abi.encodeWithSelector(IClaimsTypes.NotInTree.selector, 2));
        _expectRevert(claimed, 3, abi.encodeWithSelector(IClaimsTypes.NotInTree.selector, 2));
    }

    function test_verify_ofLeafWithOtherDuration_reverts() public {
        jobId = _postDrawnJobAgain(1);
        Claim memory claim = _buildClaim(jobId, _range(0, 3)).claim;
        ReceiptProof[] memory work = _buildClaim(jobId, _range(0, 3)).receipts;
        work[1].durationMs = 6_000;
        ClaimWithReceipts memory claimed = _commitToReceipts(claim, work);
        _claimWork(claimed.claim);
        _sealChallenges(claimed.claim);
        // With the duration of its leaf, segment 1 has no valid signature of the stream key. With the signed duration,
        // segment 1 is not in the tree.
        _expectWrongSigner(claimed, _disclosureOf(claimed, 1));
        claimed.receipts[1].durationMs = 2_000;
        _signReceipt(jobId, claimed.receipts[1], RENDITION_KEY);
        _expectRevert(claimed, 1, abi.encodeWithSelector(IClaimsTypes.NotInTree.selector, 1));
    }

    function test_verify_ofTooLongSegment_reverts() public {
        ReceiptProof[] memory work = _buildClaim(jobId, _range(0, 3)).receipts;
        work[1].durationMs = 6_001;
        ClaimWithReceipts memory claimed = _claimChangedReceipts(work);
        _expectRevert(claimed, 1, abi.encodeWithSelector(IClaimsTypes.NotInTree.selector, 1));
        // The proof of segment 0 contains the leaf of segment 1 as a sibling, with its duration. So this proof is
        // invalid too.
        _expectRevert(claimed, 0, abi.encodeWithSelector(IClaimsTypes.NotInTree.selector, 0));
    }

    function test_verify_withOtherOutputCount_reverts() public {
        ReceiptProof[] memory work = _buildClaim(jobId, _range(0, 3)).receipts;
        work[2].outputs = new Output[](2);
        ClaimWithReceipts memory claimed = _claimChangedReceipts(work);
        _expectRevert(claimed, 2, abi.encodeWithSelector(IClaimsTypes.WrongOutputCount.selector, 2, 3));
        _expectRevert(claimed, 3, abi.encodeWithSelector(IClaimsTypes.WrongOutputCount.selector, 2, 3));
    }

    function test_verify_withWrongQp_reverts() public {
        ReceiptProof[] memory work = _buildClaim(jobId, _range(0, 3)).receipts;
        (uint8 first, uint8 third) = (work[0].outputs[1].qp, work[2].outputs[0].qp);
        // A QP that is 6 higher halves the bits.
        work[0].outputs[1].qp += 6;
        work[2].outputs[0].qp += 6;
        ClaimWithReceipts memory claimed = _claimChangedReceipts(work);
        _expectRevert(claimed, 0, abi.encodeWithSelector(IClaimsTypes.WrongQp.selector, 0, 1, first + 6, first));
        _expectRevert(claimed, 2, abi.encodeWithSelector(IClaimsTypes.WrongQp.selector, 2, 0, third + 6, third));
    }

    function test_verify_whenNextClaimRestartsQp_reverts() public {
        jobId = _postDrawnJobAgain(1);
        ClaimWithReceipts memory first = _buildClaim(jobId, _range(0, 4));
        _claimWork(first.claim);
        // The QPs of the second claim start again, as if it were the first claim of its Assignment.
        ClaimWithReceipts memory second = _buildClaim(jobId, _range(5, 8));
        second.claim.previousClaimId = first.claim.id();
        _claimWork(second.claim);
        _sealChallenges(second.claim);
        _expectRevert(second, 0, abi.encodeWithSelector(IClaimsTypes.WrongPreviousClaim.selector, first.claim.id(), 0));
        Disclosure memory disclosure = _disclosureAfter(first, second);
        uint256 expectedQp = _buildNextClaim(first, _range(5, 8)).receipts[0].outputs[0].qp;
        uint256 disclosedQp = second.receipts[0].outputs[0].qp;
        vm.assertNotEq(bytes32(expectedQp), bytes32(disclosedQp));
        _expectRevert(
            second, disclosure, abi.encodeWithSelector(IClaimsTypes.WrongQp.selector, 5, 0, disclosedQp, expectedQp)
        );
        disclosure.preceding = _noReceipts();
        _expectRevert(second, disclosure, abi.encodeWithSelector(IClaimsTypes.WrongPreceding.selector, 5, 4));
        disclosure.preceding = _disclosureOf(first, 4).preceding;
        _expectRevert(second, disclosure, abi.encodeWithSelector(IClaimsTypes.WrongPreceding.selector, 5, 4));
    }

    /// @dev `claimWork` compares only the first 18 bytes of `previousClaimId` with the last claim's id. A transcoder that
    /// changes the other bytes harms itself: no disclosure of the claim's first segment is accepted, because no known
    /// claim has the changed id.
    function test_verify_whenOnlyPrefixOfPreviousClaimIsRight_reverts() public {
        jobId = _postDrawnJobAgain(1);
        ClaimWithReceipts memory first = _buildClaim(jobId, _range(0, 4));
        _claimWork(first.claim);
        ClaimWithReceipts memory second = _buildNextClaim(first, _range(5, 8));
        bytes32 other = first.claim.id() ^ bytes32(uint256(1));
        second.claim.previousClaimId = other;
        _claimWork(second.claim);
        _sealChallenges(second.claim);
        _expectRevert(
            second,
            _disclosureAfter(first, second),
            abi.encodeWithSelector(IClaimsTypes.WrongPreviousClaim.selector, other, first.claim.id())
        );
    }

    function test_verify_withOtherPrecedingReceipt_reverts() public {
        ClaimWithReceipts memory claimed = _claimWithAllChallenged(5);
        Disclosure memory disclosure = _disclosureOf(claimed, 4);
        disclosure.preceding[0] = claimed.receipts[2];
        _expectRevert(claimed, disclosure, abi.encodeWithSelector(IClaimsTypes.WrongPreceding.selector, 4, 3));
        disclosure.preceding = _noReceipts();
        _expectRevert(claimed, disclosure, abi.encodeWithSelector(IClaimsTypes.WrongPreceding.selector, 4, 3));
        disclosure = _disclosureOf(claimed, 0);
        disclosure.preceding = _disclosureOf(claimed, 1).preceding;
        _expectRevert(claimed, disclosure, abi.encodeWithSelector(IClaimsTypes.WrongPreceding.selector, 0, 0));
    }

    /// @dev Claims segments 0 to `last` and seals a lottery that challenges all of them.
    function _claimWithAllChallenged(uint64 last) private returns (ClaimWithReceipts memory claimed) {
        jobId = _postDrawnJobAgain(1);
        (claimed,) = _claimAndSeal(jobId, last);
    }

    /// @dev Signs and claims four receipts that the test has changed, and seals the claim.
    function _claimChangedReceipts(ReceiptProof[] memory work) private returns (ClaimWithReceipts memory claimed) {
        jobId = _postDrawnJobAgain(1);
        for (uint256 i; i < work.length; ++i) {
            _signReceipt(jobId, work[i], RENDITION_KEY);
        }
        claimed = _commitToReceipts(_buildClaim(jobId, _range(0, 3)).claim, work);
        _claimWork(claimed.claim);
        _sealChallenges(claimed.claim);
    }

    /// @dev Checks only the selector of WrongSigner: the signature of a changed segment recovers to an unknown address.
    function _expectWrongSigner(ClaimWithReceipts memory claimed, Disclosure memory disclosure) private {
        vm.expectPartialRevert(IClaimsTypes.WrongSigner.selector);
        claims.verify(claimed.claim, disclosure);
    }

    function _expectRevert(ClaimWithReceipts memory claimed, uint256 index, bytes memory refusal) private {
        _expectRevert(claimed, _disclosureOf(claimed, index), refusal);
    }

    function _expectRevert(ClaimWithReceipts memory claimed, Disclosure memory disclosure, bytes memory refusal)
        private
    {
        vm.expectRevert(refusal);
        claims.verify(claimed.claim, disclosure);
    }
}
