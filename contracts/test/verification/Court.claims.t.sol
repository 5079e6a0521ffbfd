// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IDisputeGame} from "../../src/interfaces/IDisputeGame.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Claim} from "../../src/types/Claim.sol";
import {Court} from "../../src/verification/Court.sol";
import {CourtModel} from "./CourtModel.sol";

/// @notice The whole life of claims whose verifier is a court.
contract CourtClaimsTest is CourtModel {
    bytes32 private jobId;
    uint256 private fees;

    function setUp() public {
        _deployCourt();
        Claim memory claim = _claimedWork().claim;
        (jobId, fees) = (claim.jobId, _feesOf(claim.durationMs));
    }

    function test_distributeFees_afterWindow_paysWithoutTransactionOfVerifier() public {
        Claim memory claim = _claimedWork().claim;
        vm.roll(court.getSegment(claimId, 0).windowEnd - 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotVerified.selector, claimId, 4, 0));
        claims.distributeFees(claim);
        _mine(1);
        for (uint256 i; i < 4; ++i) {
            vm.expectEmit(address(claims));
            emit IClaimsTypes.VerdictReported(claimId, jobId, i, IVerifier.Verdict.Valid);
        }
        claims.distributeFees(claim);
        vm.assertEq(jobs.earnings(transcoder), fees);
        vm.assertEq(claims.getClaim(claimId).passed, 4);
        (uint256 failures, uint256 verdicts) = claims.verificationsOf(transcoder);
        vm.assertEq(failures, 0);
        vm.assertEq(verdicts, 4);
    }

    /// @dev The claim ends at once, although the windows of the other segments are open.
    function test_distributeFees_afterWonObjection_refundsAndSlashes() public {
        _convict(1);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(claimId, jobId, transcoder, fees, IClaimsTypes.Reason.Invalid);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimSlashed(claimId, jobId, transcoder, IClaimsTypes.Offence.FailedVerification, 50 ether);
        claims.distributeFees(_claimedWork().claim);
        _assertConvicted();
    }

    function test_expire_afterWonObjection_refundsAndSlashes() public {
        _convict(1);
        claims.expire(_claimedWork().claim);
        _assertConvicted();
    }

    function test_recordVerdict_afterWonObjection_refundsAndSlashesOnce() public {
        bytes memory refusal = abi.encodeWithSelector(
            IClaimsTypes.WrongVerdict.selector, claimId, 1, IVerifier.Verdict.None, IVerifier.Verdict.None
        );
        vm.expectRevert(refusal);
        claims.recordVerdict(claimId, 1);
        _convict(1);
        claims.recordVerdict(claimId, 1);
        _assertConvicted();
        vm.expectRevert(
            abi.encodeWithSelector(
                IClaimsTypes.WrongVerdict.selector, claimId, 1, IVerifier.Verdict.Invalid, IVerifier.Verdict.Invalid
            )
        );
        claims.recordVerdict(claimId, 1);
        // Another segment, after the refund of the claim.
        _passWindow(0);
        claims.recordVerdict(claimId, 0);
        _assertConvicted();
    }

    /// @dev The objection came in the last block of the window. No payment until its game has ended.
    function test_distributeFees_duringAndAfterLostObjection_waitsAndPays() public {
        Claim memory claim = _claimedWork().claim;
        vm.roll(court.getSegment(claimId, 0).windowEnd - 1);
        bytes32 gameId = _object(objector, 0, 2);
        _mine(1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotVerified.selector, claimId, 4, 3));
        claims.distributeFees(claim);
        _play(gameId, 2, 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotVerified.selector, claimId, 4, 3));
        claims.distributeFees(claim);
        _resolve(gameId);
        claims.distributeFees(claim);
        vm.assertEq(jobs.earnings(transcoder), fees);
        vm.assertEq(bonding.stakeOf(transcoder), 1_000 ether);
    }

    /// @dev An open game keeps the claim open, also after its verdict deadline.
    function test_expire_duringObjection_waits() public {
        Claim memory claim = _claimedWork().claim;
        bytes32 gameId = _object(objector, 0, 2);
        _fundDefence(gameId);
        _dissectAs(gameId, 99);
        uint256 deadline = claims.getClaim(claimId).verdictDeadline;
        vm.roll(deadline - 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotExpired.selector, claimId, deadline));
        claims.expire(claim);
        vm.roll(deadline);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.VerdictPending.selector, claimId, 0));
        claims.expire(claim);
        game.endByTime(gameId);
        _resolve(gameId);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotExpired.selector, claimId, 0));
        claims.expire(claim);
        claims.distributeFees(claim);
        vm.assertEq(jobs.earnings(transcoder), fees);
    }

    /// @dev The objection is won before the verdict deadline, and recorded later: Invalid is never forgiven.
    function test_expire_afterLateConviction_slashes() public {
        bytes32 gameId = _object(objector, 1, 2);
        vm.roll(claims.getClaim(claimId).verdictDeadline);
        game.endByTime(gameId);
        _resolve(gameId);
        claims.expire(_claimedWork().claim);
        _assertConvicted();
    }

    /// @dev When the stake that backed the claim can be withdrawn again, a slash would hit only other stake.
    function test_distributeFees_afterUnbonding_refundsWithoutSlash() public {
        _convict(1);
        uint256 end = claims.getClaim(claimId).claimBlock + bonding.minUnbondingBlocks();
        uint256 before = vm.snapshotState();
        vm.roll(end);
        claims.distributeFees(_claimedWork().claim);
        vm.assertTrue(claims.getClaim(claimId).state == IClaimsTypes.State.Refunded);
        vm.assertEq(bonding.stakeOf(transcoder), 1_000 ether);
        vm.revertToState(before);
        vm.roll(end - 1);
        claims.distributeFees(_claimedWork().claim);
        _assertConvicted();
    }

    function test_distributeFees_afterUnansweredDemand_slashesAsMissedVerification() public {
        _demand(objector, LONG, 0);
        _mine(ANSWER);
        court.endDemand(_chunk(LONG, 0));
        _passWindow(LONG);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(claimId, jobId, transcoder, fees, IClaimsTypes.Reason.Unavailable);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimSlashed(claimId, jobId, transcoder, IClaimsTypes.Offence.MissedVerification, 100 ether);
        claims.distributeFees(_claimedWork().claim);
        vm.assertEq(token.balanceOf(objector), 5 ether);
    }

    /// @dev Nobody answers a demand in time, and the segment is false, too.
    function test_distributeFees_ofFalseAndWithheldSegment_convictsOfFalseWork() public {
        _demand(friend, 1, 0);
        bytes32 gameId = _object(objector, 1, 2);
        _mine(ANSWER);
        court.endDemand(_chunk(1, 0));
        game.endByTime(gameId);
        _resolve(gameId);
        claims.distributeFees(_claimedWork().claim);
        _assertConvicted();
    }

    /// @dev Only the segment with the broken source is not paid.
    function test_distributeFees_afterConcededInputInvalid_paysOtherSegments() public {
        bytes32 gameId = _object(objector, 2, 3);
        vm.prank(transcoder);
        court.concede(claimId, 2, gameId);
        _passWindow(0);
        Claim memory claim = _claimedWork().claim;
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotVerified.selector, claimId, 4, 3));
        claims.distributeFees(claim);
        _mine(WINDOW);
        court.uphold(claimId, 2, gameId);
        uint256 unpaid = fees * _claimedWork().receipts[2].durationMs / claim.durationMs;
        vm.expectEmit(address(claims));
        emit IClaimsTypes.FeesDistributed(claimId, jobId, transcoder, fees - unpaid);
        claims.distributeFees(claim);
        vm.assertEq(claims.getClaim(claimId).brokenInputs, 1);
        vm.assertEq(bonding.stakeOf(transcoder), 1_000 ether);
    }

    /// @dev A game about one claim does not delay the payment of another claim of the same transcoder.
    function test_distributeFees_duringObjectionToOtherClaim_pays() public {
        ClaimWithReceipts memory first = _claimedWork();
        ClaimWithReceipts memory second = _buildNextClaim(first, _range(4, 4));
        bytes32 secondId = _claimWork(second.claim);
        _sealChallenges(second.claim);
        claims.verify(second.claim, _disclosureAfter(first, second));
        vm.roll(court.getSegment(claimId, 0).windowEnd - 1);
        bytes32 gameId = _object(objector, 0, 2);
        vm.roll(court.getSegment(secondId, 4).windowEnd);
        claims.distributeFees(second.claim);
        vm.assertEq(jobs.earnings(transcoder), _feesOf(second.claim.durationMs));
        vm.assertTrue(game.outcomeOf(gameId) == IDisputeGame.Outcome.Open);
        Claim[] memory both = new Claim[](2);
        (both[0], both[1]) = (second.claim, first.claim);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotVerified.selector, claimId, 4, 3));
        claims.distributeFees(both);
    }

    /// @dev The objector does not wait for the claim: the slash of one claim voids the other claims of the job.
    function test_expire_ofUndisclosedClaim_duringObjection_slashesForMissedVerification() public {
        ClaimWithReceipts memory first = _claimedWork();
        ClaimWithReceipts memory second = _buildNextClaim(first, _range(4, 4));
        bytes32 secondId = _claimWork(second.claim);
        _sealChallenges(second.claim);
        _object(objector, 0, 2);
        vm.roll(claims.getClaim(secondId).verificationDeadline);
        claims.expire(second.claim);
        vm.assertEq(bonding.stakeOf(transcoder), 900 ether);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(claimId, jobId, transcoder, fees, IClaimsTypes.Reason.Expelled);
        claims.distributeFees(first.claim);
    }

    /// @dev The slashing period must have room for each verdict of the court, whichever is set first.
    function test_setVerifierAndSetParameters_withTooShortSlashingPeriod_revert() public {
        IClaimsTypes.Parameters memory values = _claimsParameters();
        vm.assertEq(court.verdictBlocks(), values.slashingPeriodBlocks);
        values.slashingPeriodBlocks = VERDICT - 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                IParameters.ParameterOutOfBounds.selector, "slashingPeriodBlocks", VERDICT - 1, VERDICT, VERDICT
            )
        );
        claims.setParameters(values);
        Court slower = new Court(claims, jobs, game, programRoot, WINDOW + 1, ANSWER);
        vm.expectRevert(
            abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, "verdictBlocks", VERDICT + 1, 0, VERDICT)
        );
        claims.setVerifier(slower);
        claims.setVerifier(verifier);
        claims.setParameters(values);
        vm.expectRevert(
            abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, "verdictBlocks", VERDICT, 0, VERDICT - 1)
        );
        claims.setVerifier(court);
    }

    /// @dev The segment becomes Invalid by an objection that the objector wins.
    function _convict(uint64 segment) private {
        bytes32 gameId = _object(objector, segment, 2);
        _play(gameId, 2, 1);
        _resolve(gameId);
    }

    /// @dev The claim is refunded, the transcoder is slashed once, and the objector has the FinderFee.
    function _assertConvicted() private view {
        vm.assertTrue(claims.getClaim(claimId).state == IClaimsTypes.State.Refunded);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, _withFine(fees));
        vm.assertEq(bonding.stakeOf(transcoder), 950 ether);
        vm.assertEq(token.balanceOf(objector), 2.5 ether);
        vm.assertEq(bonding.commonPool(), 47.5 ether);
        vm.assertTrue(claims.isExpelled(jobId, transcoder));
    }
}
