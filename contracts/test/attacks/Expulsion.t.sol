// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Attestation} from "../../src/types/Attestation.sol";
import {Claim} from "../../src/types/Claim.sol";
import {ReceiptProof} from "../../src/types/Disclosure.sol";
import {transcodedDataHashOf} from "../../src/types/Output.sol";
import {Work} from "../Work.sol";

/// @notice A transcoder commits many offences in one job, alone or with an ally that reports them. All its offences in
/// one job together lead to at most one slash. This slash expels the transcoder from the job.
contract ExpulsionAttackTest is Work {
    string private constant BEN = "ben";

    bytes32 private jobId;
    address private ally = _account("ally");
    address private anna = _signingAccount(ANNA);

    function setUp() public {
        _deploy(10);
        _bondVerifier();
        _setVerificationRate(1);
        _registerTranscoder(_signingAccount(BEN), 1_000 ether, PRICE);
        jobId = _postDrawnJob();
        vm.prank(broadcaster);
        jobs.deposit{value: 10 * _reserveOf(PRICE)}();
    }

    /// @dev If each offence led to a slash, ANNA's offences in 30 claims would take much more of her delegators' stake: as
    /// much as the limit on all slashes of a round allows.
    function test_slashEquivocation_ofThirtyClaims_slashesOnce() public {
        _delegate(_account("delegator"), 100_000 ether, anna);
        ClaimWithReceipts[] memory claimed = new ClaimWithReceipts[](30);
        for (uint64 i; i < 30; ++i) {
            claimed[i] = i == 0 ? _buildClaim(jobId, _range(0, 0)) : _buildNextClaim(claimed[i - 1], _range(i, i));
            _claimWork(claimed[i].claim);
        }
        vm.startPrank(ally);
        _slashEquivocation(claimed[0]);
        // A fifth of the stake is lost: ANNA's 1,000 LPT, and 19,200 LPT of the delegator.
        uint256 stake = bonding.stakeOf(anna);
        vm.assertEq((stake + 0.5 ether) / 1 ether, 80_800);
        for (uint256 i = 1; i < 30; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.AlreadySlashed.selector, jobId, anna));
            _slashEquivocation(claimed[i]);
            claims.expire(claimed[i].claim);
        }
        vm.stopPrank();
        vm.assertEq(bonding.stakeOf(anna), stake);
        vm.assertEq(token.balanceOf(ally), 50 ether);
        vm.assertEq(jobs.earnings(anna), 0);
        // The whole deposit is free again, except for the job's reserve.
        IJobsManager.Broadcaster memory account = jobs.getBroadcaster(broadcaster);
        vm.assertEq(account.deposit, 10 * _reserveOf(PRICE));
        vm.assertEq(account.reserved, _reserveOf(PRICE));
    }

    /// @dev A slash for another job reaches the limit on all slashes of ANNA in one round. Then all her claims up to
    /// the block of this slash are void.
    function test_distributeFees_afterLimitOfSlashes_refunds() public {
        ClaimWithReceipts memory claimed = _buildClaim(jobId, _range(0, 3));
        bytes32 claimId = _claimWork(claimed.claim);
        (, uint256 ownPart) = bonding.selfStakeOf(anna);
        vm.startPrank(address(claims));
        bonding.slash(anna, MAX_ROUND_SLASH_AMOUNT, ownPart, vm.getBlockNumber(), ally);
        vm.assertEq(bonding.slash(anna, 100_000, ownPart, vm.getBlockNumber(), ally), 0);
        vm.stopPrank();
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(
            claimId, jobId, anna, _feesOf(claimed.claim.durationMs), IClaimsTypes.Reason.Expelled
        );
        claims.distributeFees(claimed.claim);
        vm.assertEq(jobs.earnings(anna), 0);
    }

    /// @dev Two finders report different offences in the same block. The second finder gets no fee, but its call
    /// succeeds, because the call also refunds the claim.
    function test_expire_inBlockOfOtherSlash_onlyRefunds() public {
        ClaimWithReceipts memory first = _buildClaim(jobId, _range(0, 1));
        _claimWork(first.claim);
        ClaimWithReceipts memory second = _buildNextClaim(first, _range(2, 3));
        bytes32 claimId = _claimWork(second.claim);
        vm.roll(claims.getClaim(claimId).verificationDeadline);
        vm.prank(ally);
        _slashEquivocation(first);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(
            claimId, jobId, anna, _feesOf(second.claim.durationMs), IClaimsTypes.Reason.Expelled
        );
        vm.prank(_account("another finder"));
        claims.expire(second.claim);
        vm.assertEq(bonding.stakeOf(anna), 800 ether);
        vm.assertEq(token.balanceOf(_account("another finder")), 0);
        vm.assertFalse(claims.getClaim(claimId).slashed);
        vm.assertTrue(claims.getClaim(first.claim.id()).slashed);
    }

    /// @dev ANNA's second claim is already verified when her first claim gets the verdict Invalid.
    function test_distributeFees_ofExpelledTranscoder_refunds() public {
        (ClaimWithReceipts memory first, ClaimWithReceipts memory second) = _claimTwice();
        _reportVerdict(second.claim.id(), 1, IVerifier.Verdict.Valid);
        _reportVerdict(first.claim.id(), 0, IVerifier.Verdict.Invalid);
        uint256 free = jobs.getBroadcaster(broadcaster).deposit;
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(
            second.claim.id(), jobId, anna, _feesOf(second.claim.durationMs), IClaimsTypes.Reason.Expelled
        );
        claims.distributeFees(second.claim);
        vm.assertEq(jobs.earnings(anna), 0);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, free + _withFine(_feesOf(second.claim.durationMs)));
        bytes32 claimId = second.claim.id();
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongState.selector, claimId, IClaimsTypes.State.Refunded));
        claims.distributeFees(second.claim);
    }

    /// @dev A batch has a claim of an expelled transcoder, an honest claim of the same job, and a claim that a verdict has
    /// refunded before the batch. The other two claims do not stop the payment of the honest claim.
    function test_distributeFees_ofSeveral_refundsExpelledAndPaysOthers() public {
        ClaimWithReceipts memory honest = _claimOfBen();
        (ClaimWithReceipts memory first, ClaimWithReceipts memory second) = _claimTwice();
        _sealAndDisclose(honest);
        _reportVerdict(honest.claim.id(), 10, IVerifier.Verdict.Valid);
        _reportVerdict(first.claim.id(), 0, IVerifier.Verdict.Invalid);
        Claim[] memory several = new Claim[](3);
        (several[0], several[1], several[2]) = (first.claim, second.claim, honest.claim);
        claims.distributeFees(several);
        vm.assertEq(jobs.earnings(anna), 0);
        vm.assertEq(jobs.earnings(_signingAccount(BEN)), _feesOf(honest.claim.durationMs));
        claims.distributeFees(several);
        vm.assertEq(jobs.earnings(_signingAccount(BEN)), _feesOf(honest.claim.durationMs));
        // If a claim of the batch was never made, the call reverts.
        several[1].durationMs += 1;
        vm.expectRevert(
            abi.encodeWithSelector(IClaimsTypes.WrongState.selector, several[1].id(), IClaimsTypes.State.None)
        );
        claims.distributeFees(several);
    }

    function test_claimWork_byExpelledTranscoder_reverts() public {
        (ClaimWithReceipts memory first, ClaimWithReceipts memory second) = _claimTwice();
        _reportVerdict(first.claim.id(), 0, IVerifier.Verdict.Invalid);
        vm.assertTrue(claims.isExpelled(jobId, anna));
        bytes memory refusal = abi.encodeWithSelector(IClaimsTypes.Expelled.selector, jobId, anna);
        Claim memory next = _buildNextClaim(second, _range(2, 2)).claim;
        vm.expectRevert(refusal);
        vm.prank(anna);
        claims.claimWork(next, 0, "", "");
        bytes memory acceptance = _signAcceptance(jobId, ANNA, 5);
        bytes memory assignment = _signAssignment(jobId, ANNA, 5);
        vm.expectRevert(refusal);
        claims.showAssignment(_assignmentTo(jobId, ANNA, 5), 5, acceptance, assignment);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotAssigned.selector, jobId, anna));
        vm.prank(anna);
        jobs.endJob(jobId, vm.addr(RENDITION_KEY), 0);
        // ANNA is expelled from this job only, and only ANNA is expelled.
        vm.assertFalse(claims.isExpelled(jobId, _signingAccount(BEN)));
        _claimOfBen();
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        jobId = _postJob();
        _mine(2);
        jobs.drawCandidates(jobId);
        _claimWork(_buildClaim(jobId, _range(0, 0)).claim);
    }

    /// @dev ANNA makes two claims with one segment each, and discloses both segments.
    function _claimTwice() private returns (ClaimWithReceipts memory first, ClaimWithReceipts memory second) {
        first = _buildClaim(jobId, _range(0, 0));
        _claimWork(first.claim);
        second = _buildNextClaim(first, _range(1, 1));
        _claimWork(second.claim);
        _sealAndDisclose(first);
        _sealChallenges(second.claim);
        claims.verify(second.claim, _disclosureAfter(first, second));
    }

    /// @dev BEN claims segment 10 under an Assignment of his own.
    function _claimOfBen() private returns (ClaimWithReceipts memory claimed) {
        address ben = _signingAccount(BEN);
        Claim memory claim = Claim(jobId, ben, vm.addr(RENDITION_KEY), 10, 0, _range(10, 10), 0, 0);
        claimed = _buildClaim(claim, _noReceipts());
        bytes memory acceptance = _signAcceptance(jobId, BEN, 10);
        bytes memory assignment = _signAssignment(jobId, BEN, 10);
        vm.prank(ben);
        claims.claimWork(claimed.claim, 10, acceptance, assignment);
    }

    function _sealAndDisclose(ClaimWithReceipts memory claimed) private {
        _sealChallenges(claimed.claim);
        claims.verify(claimed.claim, _disclosureOf(claimed, 0));
    }

    /// @dev Reports the receipt of the claim's first segment, and another receipt for the same segment.
    function _slashEquivocation(ClaimWithReceipts memory claimed) private {
        ReceiptProof memory proof = claimed.receipts[0];
        Attestation memory one = _attestation(proof);
        bytes32 hash = proof.outputs[0].dataHash;
        proof.outputs[0].dataHash = "another";
        _signReceipt(jobId, proof, RENDITION_KEY);
        Attestation memory other = _attestation(proof);
        proof.outputs[0].dataHash = hash;
        claims.slashEquivocation(claimed.claim, proof.sequenceNumber, proof.dataHash, one, other);
    }

    function _attestation(ReceiptProof memory proof) private pure returns (Attestation memory) {
        return Attestation(transcodedDataHashOf(proof.outputs), proof.broadcasterSignature, proof.receiptSignature);
    }
}
