// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IBondedVerifier} from "../src/interfaces/IBondedVerifier.sol";
import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {IClaimsManager} from "../src/interfaces/IClaimsManager.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {IVerifier} from "../src/interfaces/IVerifier.sol";
import {requestIdOf} from "../src/types/Claim.sol";
import {BondedVerifier} from "../src/verification/BondedVerifier.sol";
import {Work} from "./Work.sol";

contract ClaimsManagerSettleTest is Work {
    bytes32 private jobId;

    function setUp() public {
        deploy(10);
        appointVerifier();
        jobId = drawnJob();
    }

    function test_distributeFees_paysToTheWei() public {
        (Bundle memory claimed, bytes32 claimId) = asked(3);
        uint256 fees = feesOf(claimed.claim.durationMs);
        uint256 reserve = jobs.getJob(jobId).reserve;
        vm.assertEq(reserve, reserveOf(PRICE) - fees);
        for (uint256 i; i < 4; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IClaimsManager.NotVerified.selector, claimId, 4, i));
            claims.distributeFees(claimed.claim);
            vm.expectEmit(address(claims));
            emit IClaimsManager.VerdictReported(claimId, jobId, requestIdOf(claimId, i), i, IVerifier.Verdict.Valid);
            report(claimId, i, IVerifier.Verdict.Valid);
        }
        vm.expectEmit(address(claims));
        emit IClaimsManager.FeesDistributed(claimId, jobId, signatory(ANNA), fees);
        vm.expectEmit(address(jobs));
        emit IJobsManager.FeesEarned(jobId, signatory(ANNA), fees);
        claims.distributeFees(claimed.claim);
        vm.assertEq(jobs.earnings(signatory(ANNA)), fees);
        vm.expectRevert(abi.encodeWithSelector(IClaimsManager.WrongState.selector, claimId, IClaimsManager.State.Paid));
        claims.distributeFees(claimed.claim);
        vm.expectEmit(address(jobs));
        emit IJobsManager.WithdrawFees(signatory(ANNA), fees);
        vm.startPrank(signatory(ANNA));
        jobs.withdrawFees();
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.ZeroAmount.selector));
        jobs.withdrawFees();
        vm.stopPrank();
        vm.assertEq(signatory(ANNA).balance, fees);
        vm.assertEq(address(jobs).balance, reserve);
    }

    function test_distributeFees_isDueAtOnceWhenNoSegmentWasDrawn() public {
        verifyEvery(1_000_000);
        (Bundle memory claimed, uint64[] memory drawn) = sealedClaim(jobId, 3);
        vm.assertEq(drawn.length, 0);
        claims.distributeFees(claimed.claim);
        vm.assertEq(jobs.earnings(signatory(ANNA)), feesOf(claimed.claim.durationMs));
    }

    function test_distributeFees_needsTheSeal() public {
        Bundle memory claimed = bundle(jobId, range(0, 3));
        bytes32 claimId = claimWork(claimed.claim);
        vm.expectRevert(abi.encodeWithSelector(IClaimsManager.NotSealed.selector, claimId));
        claims.distributeFees(claimed.claim);
    }

    function test_distributeFees_stillPaysAfterAllDeadlines() public {
        (Bundle memory claimed, bytes32 claimId) = asked(0);
        report(claimId, 0, IVerifier.Verdict.Valid);
        mine(10 * VERIFICATION_PERIOD_BLOCKS);
        vm.expectRevert(abi.encodeWithSelector(IClaimsManager.NotExpired.selector, claimId, 0));
        claims.expire(claimed.claim);
        claims.distributeFees(claimed.claim);
    }

    function test_report_invalidRefundsAndSlashesOnce() public {
        (Bundle memory claimed, bytes32 claimId) = asked(3);
        uint256 fees = feesOf(claimed.claim.durationMs);
        vm.prank(signatory(ANNA));
        uint256 lockId = bonding.unbond(400 ether);
        vm.expectEmit(address(claims));
        emit IClaimsManager.ClaimRefunded(claimId, jobId, signatory(ANNA), fees, IClaimsManager.Reason.Invalid);
        vm.expectEmit(address(jobs));
        emit IJobsManager.EscrowReturned(jobId, broadcaster, fees);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Slash(signatory(ANNA), 50 ether, 570 ether, address(0), 0);
        report(claimId, 1, IVerifier.Verdict.Invalid);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, fees);
        vm.assertEq(bonding.getTranscoder(signatory(ANNA)).stake, 570 ether);
        vm.assertEq(bonding.getUnbondingLock(signatory(ANNA), lockId).amount, 380 ether);
        vm.assertEq(bonding.commonPool(), 50 ether);
        vm.assertTrue(claims.getClaim(claimId).slashed);
        report(claimId, 2, IVerifier.Verdict.Invalid);
        report(claimId, 3, IVerifier.Verdict.Valid);
        vm.assertEq(bonding.commonPool(), 50 ether);
        vm.expectRevert(
            abi.encodeWithSelector(IClaimsManager.WrongState.selector, claimId, IClaimsManager.State.Refunded)
        );
        claims.distributeFees(claimed.claim);
        vm.prank(broadcaster);
        jobs.withdraw(fees);
    }

    function test_report_refundsWithoutSlashingWhereNobodyIsGuilty() public {
        IVerifier.Verdict[2] memory verdicts = [IVerifier.Verdict.InputInvalid, IVerifier.Verdict.Unavailable];
        IClaimsManager.Reason[2] memory reasons =
            [IClaimsManager.Reason.InputInvalid, IClaimsManager.Reason.Unavailable];
        verifyEvery(1);
        Bundle memory claimed = bundle(jobId, range(0, 0));
        for (uint256 i; i < 2; ++i) {
            if (i > 0) claimed = bundleAfter(claimed, range(1, 1));
            bytes32 claimId = claimWork(claimed.claim);
            seal(claimed.claim);
            // The first segment of the second claim goes on from the first claim.
            claims.verify(
                claimed.claim, i == 0 ? disclosureOf(claimed, 0) : disclosureAfter(bundle(jobId, range(0, 0)), claimed)
            );
            vm.expectEmit(address(claims));
            emit IClaimsManager.ClaimRefunded(
                claimId, jobId, signatory(ANNA), claims.getClaim(claimId).fees, reasons[i]
            );
            report(claimId, i, verdicts[i]);
        }
        vm.assertEq(bonding.commonPool(), 0);
        vm.assertEq(
            jobs.getBroadcaster(broadcaster).deposit + jobs.getBroadcaster(broadcaster).reserved, reserveOf(PRICE)
        );
    }

    function test_report_invalidSlashesAfterARefundForAnotherReason() public {
        (, bytes32 claimId) = asked(2);
        report(claimId, 0, IVerifier.Verdict.Unavailable);
        vm.assertEq(bonding.commonPool(), 0);
        report(claimId, 1, IVerifier.Verdict.Invalid);
        vm.assertEq(bonding.commonPool(), 50 ether);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, claims.getClaim(claimId).fees);
    }

    function test_report_comesOnceAndInTime() public {
        (, bytes32 claimId) = asked(1);
        bytes32 requestId = requestIdOf(claimId, 0);
        report(claimId, 0, IVerifier.Verdict.Valid);
        vm.startPrank(person("verifier"));
        vm.expectRevert(
            abi.encodeWithSelector(
                IClaimsManager.WrongVerdict.selector, requestId, IVerifier.Verdict.Valid, IVerifier.Verdict.Invalid
            )
        );
        verifier.report(requestId, IVerifier.Verdict.Invalid);
        requestId = requestIdOf(claimId, 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IClaimsManager.WrongVerdict.selector, requestId, IVerifier.Verdict.None, IVerifier.Verdict.None
            )
        );
        verifier.report(requestId, IVerifier.Verdict.None);
        uint256 deadline = claims.getClaim(claimId).verdictDeadline;
        vm.roll(deadline);
        vm.expectRevert(abi.encodeWithSelector(IClaimsManager.TooLate.selector, claimId, deadline));
        verifier.report(requestId, IVerifier.Verdict.Valid);
        vm.roll(deadline - 1);
        verifier.report(requestId, IVerifier.Verdict.Valid);
        requestId = requestIdOf(claimId, 2);
        vm.expectRevert(abi.encodeWithSelector(IClaimsManager.UnknownRequest.selector, requestId));
        verifier.report(requestId, IVerifier.Verdict.Valid);
        vm.stopPrank();
    }

    function test_report_isByTheVerifierThatWasAsked() public {
        (, bytes32 claimId) = asked(0);
        bytes32 requestId = requestIdOf(claimId, 0);
        vm.expectRevert(abi.encodeWithSelector(IClaimsManager.NotVerifier.selector, address(this), address(verifier)));
        claims.report(requestId, IVerifier.Verdict.Valid);
        BondedVerifier other = new BondedVerifier(claims, bonding, 1);
        other.appoint(signatory(ANNA));
        vm.expectEmit(address(claims));
        emit IClaimsManager.VerifierUpdate(address(other));
        claims.setVerifier(other);
        vm.expectRevert(abi.encodeWithSelector(IClaimsManager.NotVerifier.selector, address(other), address(verifier)));
        vm.prank(signatory(ANNA));
        other.report(requestId, IVerifier.Verdict.Valid);
        report(claimId, 0, IVerifier.Verdict.Valid);
    }

    function test_bondedVerifier_answersWithItsStake() public {
        (, bytes32 claimId) = asked(0);
        bytes32 requestId = requestIdOf(claimId, 0);
        vm.expectRevert(abi.encodeWithSelector(IBondedVerifier.NotVerifier.selector, address(this), person("verifier")));
        verifier.report(requestId, IVerifier.Verdict.Valid);
        vm.startPrank(person("verifier"));
        bonding.unbond(1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IBondedVerifier.InsufficientBond.selector, person("verifier"), VERIFIER_BOND - 1, VERIFIER_BOND
            )
        );
        verifier.report(requestId, IVerifier.Verdict.Valid);
        vm.stopPrank();
        IVerifier.Request memory request;
        vm.expectRevert(abi.encodeWithSelector(IBondedVerifier.NotClaimsManager.selector, address(this)));
        verifier.request(requestId, request);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, person("verifier")));
        vm.prank(person("verifier"));
        verifier.appoint(person("verifier"));
        vm.expectRevert(
            abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, "verifierBond", 0, 1, type(uint96).max)
        );
        new BondedVerifier(claims, bonding, 0);
    }

    function test_expire_refundsWhatWasNotSealedOrNotDisclosed() public {
        Bundle memory unsealed = bundle(jobId, range(0, 1));
        bytes32 claimId = claimWork(unsealed.claim);
        uint256 deadline = claims.getClaim(claimId).verificationDeadline;
        verifyEvery(1);
        Bundle memory undisclosed = bundleAfter(unsealed, range(2, 3));
        claimWork(undisclosed.claim);
        seal(undisclosed.claim);
        claims.verify(undisclosed.claim, disclosureOf(undisclosed, 1));
        vm.roll(deadline - 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsManager.NotExpired.selector, claimId, deadline));
        claims.expire(unsealed.claim);
        vm.roll(deadline);
        vm.expectEmit(address(claims));
        emit IClaimsManager.ClaimRefunded(
            claimId, jobId, signatory(ANNA), feesOf(unsealed.claim.durationMs), IClaimsManager.Reason.Missed
        );
        claims.expire(unsealed.claim);
        claims.expire(undisclosed.claim);
        vm.assertEq(
            jobs.getBroadcaster(broadcaster).deposit,
            feesOf(unsealed.claim.durationMs) + feesOf(undisclosed.claim.durationMs)
        );
        vm.assertEq(bonding.commonPool(), 0);
    }

    function test_expire_refundsWhenTheVerifierSaysNothing() public {
        (Bundle memory claimed, bytes32 claimId) = asked(1);
        report(claimId, 0, IVerifier.Verdict.Valid);
        uint256 deadline = claims.getClaim(claimId).verdictDeadline;
        vm.roll(deadline - 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsManager.NotExpired.selector, claimId, deadline));
        claims.expire(claimed.claim);
        vm.roll(deadline);
        vm.expectEmit(address(claims));
        emit IClaimsManager.ClaimRefunded(
            claimId, jobId, signatory(ANNA), feesOf(claimed.claim.durationMs), IClaimsManager.Reason.Expired
        );
        claims.expire(claimed.claim);
        vm.assertEq(bonding.getTranscoder(signatory(ANNA)).stake, 1_000 ether);
        vm.expectRevert(
            abi.encodeWithSelector(IClaimsManager.WrongState.selector, claimId, IClaimsManager.State.Refunded)
        );
        claims.expire(claimed.claim);
    }

    function test_setParameters_leavesClaimsTheirs() public {
        (Bundle memory claimed,) = sealedClaim(jobId, 3);
        IClaimsManager.Parameters memory values = IClaimsManager.Parameters(7, 20, 10, 100_000, 2 ether);
        vm.expectEmit(address(claims));
        emit IClaimsManager.ParametersUpdate(values);
        claims.setParameters(values);
        vm.assertEq(keccak256(abi.encode(claims.parameters())), keccak256(abi.encode(values)));
        vm.assertEq(claims.getClaim(claimed.claim.id()).verificationRate, VERIFICATION_RATE);
        vm.assertEq(claims.getClaim(claimed.claim.id()).failedVerificationSlashAmount, SLASH_AMOUNT);
    }

    function test_setParameters_boundsThem() public {
        IClaimsManager.Parameters memory values = claimParameters();
        values.verificationRate = 0;
        refuse(values, "verificationRate", 0, 1, 1_000_000);
        values = claimParameters();
        // The lottery's block hash must be in reach until the last moment.
        values.verificationPeriodBlocks = 257;
        refuse(values, "verificationPeriodBlocks", 257, 10, 256);
        values = claimParameters();
        // Stake stays for 120 blocks, of which the claim deadline takes 60 and verification 40.
        values.slashingPeriodBlocks = 21;
        refuse(values, "slashingPeriodBlocks", 21, 5, 20);
        values = claimParameters();
        values.verificationPeriodBlocks = 70;
        refuse(values, "slashingPeriodBlocks", 20, 5, 0);
        values = claimParameters();
        values.failedVerificationSlashAmount = 500_001;
        refuse(values, "failedVerificationSlashAmount", 500_001, 0, 500_000);
        values = claimParameters();
        values.minClaimStake = uint256(type(uint96).max) + 1;
        refuse(values, "minClaimStake", values.minClaimStake, 0, type(uint96).max);
    }

    function test_owner_setsSeatsAndParameters() public {
        bytes memory refusal = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, broadcaster);
        vm.startPrank(broadcaster);
        vm.expectRevert(refusal);
        claims.setVerifier(verifier);
        vm.expectRevert(refusal);
        claims.setParameters(claimParameters());
        vm.stopPrank();
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

    function refuse(
        IClaimsManager.Parameters memory values,
        string memory name,
        uint256 value,
        uint256 min,
        uint256 max
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, name, value, min, max));
        claims.setParameters(values);
    }
}
