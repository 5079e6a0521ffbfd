// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {Claim, Range} from "../src/types/Claim.sol";
import {DrawnList} from "../src/types/DrawnList.sol";
import {signerOf} from "../src/types/signature.sol";
import {Work} from "./Work.sol";

contract ClaimsManagerClaimTest is Work {
    string private constant BEN = "ben";

    bytes32 private jobId;

    function setUp() public {
        _deploy(10);
        _registerTranscoder(_signingAccount(BEN), 500 ether, PRICE);
        jobId = _postDrawnJob();
    }

    function test_claimWork_putsFeesInEscrow() public {
        ClaimWithReceipts memory claimed = _buildClaim(jobId, _range(0, 19));
        uint256 fees = _feesOf(claimed.claim.durationMs);
        uint256 deadline = vm.getBlockNumber() + VERIFICATION_PERIOD_BLOCKS;
        bytes memory acceptance = _signAcceptance(jobId, ANNA, 0);
        bytes memory assignment = _signAssignment(jobId, ANNA, 0);
        bytes32 expected = claimed.claim.id();
        vm.expectEmit(address(claims));
        emit IClaimsTypes.AssignmentShown(jobId, _signingAccount(ANNA), claimed.claim.renditionKey, 0);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.NewClaim(
            expected,
            jobId,
            _signingAccount(ANNA),
            claimed.claim,
            20,
            fees,
            _withFine(fees) - fees,
            deadline,
            deadline + SLASHING_PERIOD_BLOCKS
        );
        vm.prank(_signingAccount(ANNA));
        vm.assertEq(claims.claimWork(claimed.claim, 0, acceptance, assignment), expected);
        vm.assertEq(jobs.getJob(jobId).reserve, _reserveOf(PRICE) - _withFine(fees));
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, _reserveOf(PRICE) - fees);
        vm.assertEq(address(jobs).balance, _reserveOf(PRICE));
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
            claims.getAssignment(jobId, _signingAccount(ANNA), claimed.claim.renditionKey, 0);
        vm.assertTrue(progress.shown);
        vm.assertEq(bytes32(progress.lastClaimPrefix), bytes32(bytes18(expected)));
        vm.assertEq(progress.lastSequenceNumber, 19);
        vm.assertEq(progress.claimedMs, claimed.claim.durationMs);
        vm.assertTrue(claims.isClaimed(jobId, 19));
        vm.assertFalse(claims.isClaimed(jobId, 20));
    }

    function test_claimWork_withFreeDeposit_spendsDepositBeforeReserve() public {
        ClaimWithReceipts memory claimed = _buildClaim(jobId, _range(0, 19));
        uint256 fees = _feesOf(claimed.claim.durationMs);
        vm.prank(broadcaster);
        jobs.deposit{value: fees - 7}();
        _claimWork(claimed.claim);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, 0);
        vm.assertEq(jobs.getJob(jobId).reserve, _reserveOf(PRICE) - (_withFine(fees) - fees) - 7);
    }

    function test_claimWork_aboveDepositAndReserve_reverts() public {
        // The transcoder's part of the reserve is the fees of 60 s and a fine of 10 %: as much as the fees of 66 s. The
        // claim has 34 segments of about 2 s.
        ClaimWithReceipts memory claimed = _buildClaim(jobId, _range(0, 33));
        uint256 fees = _feesOf(claimed.claim.durationMs);
        _expectRevert(
            claimed.claim, abi.encodeWithSelector(IJobsManager.InsufficientDeposit.selector, fees, _partOf(PRICE))
        );
    }

    function test_claimWork_ofSeveralRanges_needsSignaturesOnlyOnce() public {
        Range[] memory ranges = new Range[](2);
        (ranges[0], ranges[1]) = (Range(0, 3), Range(7, 9));
        ClaimWithReceipts memory first = _buildClaim(jobId, ranges);
        _claimWork(first.claim);
        vm.assertFalse(claims.isClaimed(jobId, 5));
        ClaimWithReceipts memory second = _buildNextClaim(first, _range(12, 14));
        vm.prank(_signingAccount(ANNA));
        claims.claimWork(second.claim, 0, "", "");
        vm.assertTrue(claims.isClaimed(jobId, 14));
    }

    function test_claimWork_byAnotherCaller_reverts() public {
        Claim memory claim = _buildClaim(jobId, _range(0, 1)).claim;
        vm.expectRevert(
            abi.encodeWithSelector(IClaimsTypes.NotTranscoder.selector, _signingAccount(BEN), _signingAccount(ANNA))
        );
        vm.prank(_signingAccount(BEN));
        claims.claimWork(claim, 0, "", "");
    }

    function test_claimWork_withoutAssignmentByStreamKey_reverts() public {
        // BEN is a candidate. He signs the Assignment with his own key instead of the stream key.
        Claim memory claim = _buildClaim(jobId, _range(0, 1)).claim;
        claim.transcoder = _signingAccount(BEN);
        bytes memory acceptance = _signAcceptance(jobId, BEN, 0);
        bytes32 digest = _assignmentTo(jobId, BEN, 0).hash(_domainSeparator());
        bytes memory forged = _sign(_keyOf(BEN), digest);
        vm.expectRevert(
            abi.encodeWithSelector(IClaimsTypes.WrongSigner.selector, streamId.origin(), _signingAccount(BEN))
        );
        vm.prank(_signingAccount(BEN));
        claims.claimWork(claim, 0, acceptance, forged);
        vm.expectRevert(
            abi.encodeWithSelector(
                IClaimsTypes.WrongSigner.selector, streamId.origin(), signerOf(digest, _signAssignment(jobId, ANNA, 0))
            )
        );
        // An Assignment to ANNA is not valid for BEN.
        bytes memory foreign = _signAssignment(jobId, ANNA, 0);
        vm.prank(_signingAccount(BEN));
        claims.claimWork(claim, 0, acceptance, foreign);
    }

    function test_claimWork_withAcceptanceOfAnotherTranscoder_reverts() public {
        Claim memory claim = _buildClaim(jobId, _range(0, 1)).claim;
        bytes memory acceptance = _signAcceptance(jobId, BEN, 0);
        bytes memory assignment = _signAssignment(jobId, ANNA, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IClaimsTypes.WrongSigner.selector, _signingAccount(ANNA), _signingAccount(BEN))
        );
        vm.prank(_signingAccount(ANNA));
        claims.claimWork(claim, 0, acceptance, assignment);
    }

    function test_claimWork_byUndrawnTranscoder_reverts() public {
        Claim memory claim = _buildClaim(jobId, _range(0, 1)).claim;
        claim.transcoder = _signingAccount("carl");
        bytes memory acceptance = _signAcceptance(jobId, "carl", 0);
        bytes memory assignment = _signAssignment(jobId, "carl", 0);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotDrawn.selector, jobId, claim.transcoder));
        vm.prank(claim.transcoder);
        claims.claimWork(claim, 0, acceptance, assignment);
    }

    function test_claimWork_beforeDrawIsRecorded_recordsDraw() public {
        (streamKey, streamId) = (0xB0B, _streamOf(0xB0B));
        bytes memory bound = _signBinding(streamKey, broadcaster);
        uint256 endBlock = vm.getBlockNumber() + 100;
        vm.prank(broadcaster);
        bytes32 other = jobs.job{value: _reserveOf(PRICE)}(streamId, _ladder(), PRICE, endBlock, bound);
        _mine(1);
        Claim memory claim = _buildClaim(other, _range(0, 1)).claim;
        claim.transcoder = _signingAccount(ANNA);
        bytes memory early =
            abi.encodeWithSelector(IJobsManager.NotYetDrawable.selector, other, vm.getBlockNumber() + 1);
        bytes memory acceptance = _signAcceptance(other, ANNA, 0);
        bytes memory assignment = _signAssignment(other, ANNA, 0);
        vm.expectRevert(early);
        vm.prank(claim.transcoder);
        claims.claimWork(claim, 0, acceptance, assignment);
        _mine(1);
        address[] memory drawn = jobs.candidates(other);
        claim.transcoder = _signingAccount("carl");
        acceptance = _signAcceptance(other, "carl", 0);
        assignment = _signAssignment(other, "carl", 0);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotDrawn.selector, other, claim.transcoder));
        vm.prank(claim.transcoder);
        claims.claimWork(claim, 0, acceptance, assignment);
        claim.transcoder = _signingAccount(ANNA);
        DrawnList list = _drawnListOf(drawn, true);
        vm.expectEmit(address(jobs));
        emit IJobsManager.CandidatesDrawn(other, list);
        _claimWork(claim);
        vm.assertTrue(jobs.getJob(other).drawn);
    }

    function test_claimWork_withAssignmentBeforeAcceptance_reverts() public {
        Claim memory claim = _buildClaim(jobId, _range(0, 1)).claim;
        bytes memory acceptance = _signAcceptance(jobId, ANNA, 1);
        bytes memory assignment = _signAssignment(jobId, ANNA, 0);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongAssignment.selector, jobId, 0, 1));
        vm.prank(_signingAccount(ANNA));
        claims.claimWork(claim, 1, acceptance, assignment);
    }

    /// @dev The contract stores only the first 18 bytes of the last claim's id, and compares them with `previousClaimId`.
    function test_claimWork_withOtherPreviousClaim_reverts() public {
        ClaimWithReceipts memory first = _buildClaim(jobId, _range(0, 3));
        first.claim.previousClaimId = bytes32(uint256(1));
        bytes32 other = first.claim.previousClaimId;
        _expectRevert(first.claim, abi.encodeWithSelector(IClaimsTypes.WrongPreviousClaim.selector, 0, other));
        first.claim.previousClaimId = 0;
        _claimWork(first.claim);
        Claim memory second = _buildNextClaim(first, _range(4, 7)).claim;
        bytes18 prefix = bytes18(first.claim.id());
        other = first.claim.id() ^ bytes32(uint256(1) << 112);
        second.previousClaimId = other;
        _expectRevert(second, abi.encodeWithSelector(IClaimsTypes.WrongPreviousClaim.selector, prefix, other));
    }

    function test_claimWork_ofRangeThatCallerClaimed_reverts() public {
        ClaimWithReceipts memory first = _buildClaim(jobId, _range(0, 9));
        _claimWork(first.claim);
        // Three claims are refused: the same claim again, the next claim with the same range, and the next claim with a
        // range that starts with the last claimed segment.
        bytes18 prefix = bytes18(first.claim.id());
        _expectRevert(first.claim, abi.encodeWithSelector(IClaimsTypes.WrongPreviousClaim.selector, prefix, 0));
        _expectRevert(
            _buildNextClaim(first, _range(0, 9)).claim,
            abi.encodeWithSelector(IClaimsTypes.RangeOutOfOrder.selector, 0, 0, 9, 10)
        );
        _expectRevert(
            _buildNextClaim(first, _range(9, 12)).claim,
            abi.encodeWithSelector(IClaimsTypes.RangeOutOfOrder.selector, 0, 9, 12, 10)
        );
    }

    function test_claimWork_ofRangeThatAnotherTranscoderClaimed_reverts() public {
        _claimWork(_buildClaim(jobId, _range(3, 9)).claim);
        // The stream key also assigned the segments from number 0 on to BEN. The first claim wins.
        Claim memory claim = _buildClaim(jobId, _range(0, 5)).claim;
        claim.transcoder = _signingAccount(BEN);
        bytes memory acceptance = _signAcceptance(jobId, BEN, 0);
        bytes memory assignment = _signAssignment(jobId, BEN, 0);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.AlreadyClaimed.selector, 3));
        vm.prank(_signingAccount(BEN));
        claims.claimWork(claim, 0, acceptance, assignment);
    }

    function test_claimWork_withInvalidRanges_reverts() public {
        Range[] memory ranges = new Range[](2);
        (ranges[0], ranges[1]) = (Range(4, 6), Range(6, 8));
        Claim memory claim = _buildClaim(jobId, _range(0, 0)).claim;
        claim.ranges = ranges;
        _expectRevert(claim, abi.encodeWithSelector(IClaimsTypes.RangeOutOfOrder.selector, 1, 6, 8, 7));
        claim.ranges = _range(4, 3);
        _expectRevert(claim, abi.encodeWithSelector(IClaimsTypes.RangeOutOfOrder.selector, 0, 4, 3, 0));
        claim.ranges = _range(0, 2_048);
        _expectRevert(claim, abi.encodeWithSelector(IClaimsTypes.SegmentCountOutOfBounds.selector, 2_049, 1, 2_048));
        claim.ranges = new Range[](0);
        _expectRevert(claim, abi.encodeWithSelector(IClaimsTypes.SegmentCountOutOfBounds.selector, 0, 1, 2_048));
        claim.ranges = new Range[](65);
        _expectRevert(claim, abi.encodeWithSelector(IClaimsTypes.TooManyRanges.selector, 65, 64));
        claim =
        _buildClaim(
            Claim(jobId, _signingAccount(ANNA), vm.addr(RENDITION_KEY), 5, 0, _range(4, 6), 0, 0), _noReceipts()
        )
        .claim;
        _expectRevert(claim, abi.encodeWithSelector(IClaimsTypes.RangeOutOfOrder.selector, 0, 4, 6, 5));
    }

    function test_claimWork_withTooLongDuration_reverts() public {
        Claim memory claim = _buildClaim(jobId, _range(0, 1)).claim;
        claim.durationMs = 12_001;
        _expectRevert(claim, abi.encodeWithSelector(IClaimsTypes.DurationOutOfBounds.selector, 12_001, 12_000));
        // 10 s after the job was posted, all claims under one Assignment together can contain at most 70 s of video: the
        // elapsed time and a tolerance of 60 s.
        vm.warp(jobs.getJob(jobId).jobTime + 10);
        claim.ranges = _range(0, 19);
        claim.durationMs = 70_001;
        vm.prank(broadcaster);
        jobs.deposit{value: 100 * _reserveOf(PRICE)}();
        _expectRevert(claim, abi.encodeWithSelector(IClaimsTypes.DurationOutOfBounds.selector, 70_001, 70_000));
        claim.durationMs = 70_000;
        _claimWork(claim);
        Claim memory next = _buildClaim(jobId, _range(20, 20)).claim;
        (next.previousClaimId, next.durationMs) = (claim.id(), 1);
        _expectRevert(next, abi.encodeWithSelector(IClaimsTypes.DurationOutOfBounds.selector, 1, 0));
    }

    function test_claimWork_atClaimDeadline_reverts() public {
        Claim memory claim = _buildClaim(jobId, _range(0, 1)).claim;
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        uint256 deadline = vm.getBlockNumber() + CLAIM_DEADLINE_BLOCKS;
        vm.roll(deadline);
        _expectRevert(claim, abi.encodeWithSelector(IJobsManager.ClaimDeadlinePassed.selector, jobId, deadline));
        vm.roll(deadline - 1);
        _claimWork(claim);
        vm.roll(deadline);
        // The fees of the claim have left the broadcaster's account, and `reserved` contains its fine while the claim
        // is open. The release of the reserve returns the rest of the reserve.
        jobs.releaseReserve(jobId);
        uint256 fees = claims.getClaim(claim.id()).fees;
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, _reserveOf(PRICE) - _withFine(fees));
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, _withFine(fees) - fees);
    }

    function test_claimWork_belowMinClaimStake_reverts() public {
        vm.prank(_signingAccount(ANNA));
        bonding.unbond(999 ether + 1);
        _expectRevert(
            _buildClaim(jobId, _range(0, 1)).claim,
            abi.encodeWithSelector(IClaimsTypes.InsufficientClaimStake.selector, 1 ether - 1, 1 ether)
        );
    }

    function test_claimWork_withExactlyMinClaimStake_createsClaim() public {
        vm.prank(_signingAccount(ANNA));
        bonding.unbond(999 ether);
        bytes32 claimId = _claimWork(_buildClaim(jobId, _range(0, 1)).claim);
        vm.assertTrue(claims.getClaim(claimId).state == IClaimsTypes.State.Open);
    }

    function test_escrow_byAnotherCaller_reverts() public {
        bytes memory refusal = abi.encodeWithSelector(IJobsManager.NotClaimsManager.selector, address(this));
        vm.expectRevert(refusal);
        jobs.escrow(jobId, broadcaster, 1);
        vm.expectRevert(refusal);
        jobs.returnEscrow(jobId, 1, false);
        vm.expectRevert(refusal);
        jobs.earn(jobId, address(this), 1, 0, false);
        vm.expectRevert(refusal);
        jobs.payFine(jobId, 1, address(this));
    }

    function _expectRevert(Claim memory claim, bytes memory refusal) private {
        bytes memory acceptance = _signAcceptance(jobId, ANNA, 0);
        bytes memory assignment = _signAssignment(jobId, ANNA, claim.fromSequence);
        vm.prank(claim.transcoder);
        vm.expectRevert(refusal);
        claims.claimWork(claim, 0, acceptance, assignment);
    }
}
