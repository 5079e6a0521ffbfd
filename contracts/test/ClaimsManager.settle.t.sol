// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IBondedVerifier} from "../src/interfaces/IBondedVerifier.sol";
import {IClaimsTypes} from "../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {IVerifier} from "../src/interfaces/IVerifier.sol";
import {Claim, requestIdOf} from "../src/types/Claim.sol";
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
            vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotVerified.selector, claimId, 4, i));
            claims.distributeFees(claimed.claim);
            vm.expectEmit(address(claims));
            emit IClaimsTypes.VerdictReported(claimId, jobId, requestIdOf(claimId, i), i, IVerifier.Verdict.Valid);
            report(claimId, i, IVerifier.Verdict.Valid);
        }
        vm.expectEmit(address(claims));
        emit IClaimsTypes.FeesDistributed(claimId, jobId, signatory(ANNA), fees);
        vm.expectEmit(address(jobs));
        emit IJobsManager.FeesEarned(jobId, signatory(ANNA), fees);
        claims.distributeFees(claimed.claim);
        vm.assertEq(jobs.earnings(signatory(ANNA)), fees);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongState.selector, claimId, IClaimsTypes.State.Paid));
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

    function test_distributeFees_paysSeveralClaimsAtOnce() public {
        (Bundle memory first, bytes32 firstId) = asked(1);
        Bundle memory second = bundleAfter(first, range(2, 3));
        bytes32 secondId = claimWork(second.claim);
        seal(second.claim);
        claims.verify(second.claim, disclosureAfter(first, second));
        claims.verify(second.claim, disclosureOf(second, 1));
        report(firstId, 0, IVerifier.Verdict.Valid);
        report(firstId, 1, IVerifier.Verdict.Valid);
        report(secondId, 2, IVerifier.Verdict.Valid);
        Claim[] memory both = new Claim[](2);
        (both[0], both[1]) = (first.claim, second.claim);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotVerified.selector, secondId, 2, 1));
        claims.distributeFees(both);
        report(secondId, 3, IVerifier.Verdict.Valid);
        claims.distributeFees(both);
        vm.assertEq(jobs.earnings(signatory(ANNA)), feesOf(first.claim.durationMs) + feesOf(second.claim.durationMs));
    }

    function test_distributeFees_needsTheSeal() public {
        Bundle memory claimed = bundle(jobId, range(0, 3));
        bytes32 claimId = claimWork(claimed.claim);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotSealed.selector, claimId));
        claims.distributeFees(claimed.claim);
    }

    function test_distributeFees_stillPaysAfterAllDeadlines() public {
        (Bundle memory claimed, bytes32 claimId) = asked(0);
        report(claimId, 0, IVerifier.Verdict.Valid);
        mine(10 * VERIFICATION_PERIOD_BLOCKS);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotExpired.selector, claimId, 0));
        claims.expire(claimed.claim);
        claims.distributeFees(claimed.claim);
    }

    function test_report_comesOnceAndInTime() public {
        (, bytes32 claimId) = asked(1);
        bytes32 requestId = requestIdOf(claimId, 0);
        report(claimId, 0, IVerifier.Verdict.Valid);
        vm.startPrank(person("verifier"));
        vm.expectRevert(
            abi.encodeWithSelector(
                IClaimsTypes.WrongVerdict.selector, requestId, IVerifier.Verdict.Valid, IVerifier.Verdict.Invalid
            )
        );
        verifier.report(requestId, IVerifier.Verdict.Invalid);
        requestId = requestIdOf(claimId, 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IClaimsTypes.WrongVerdict.selector, requestId, IVerifier.Verdict.None, IVerifier.Verdict.None
            )
        );
        verifier.report(requestId, IVerifier.Verdict.None);
        uint256 deadline = claims.getClaim(claimId).verdictDeadline;
        vm.roll(deadline);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.TooLate.selector, claimId, deadline));
        verifier.report(requestId, IVerifier.Verdict.Valid);
        vm.roll(deadline - 1);
        verifier.report(requestId, IVerifier.Verdict.Valid);
        requestId = requestIdOf(claimId, 2);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.UnknownRequest.selector, requestId));
        verifier.report(requestId, IVerifier.Verdict.Valid);
        vm.stopPrank();
    }

    function test_report_isByTheVerifierThatWasAsked() public {
        (, bytes32 claimId) = asked(0);
        bytes32 requestId = requestIdOf(claimId, 0);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotVerifier.selector, address(this), address(verifier)));
        claims.report(requestId, IVerifier.Verdict.Valid);
        BondedVerifier other = new BondedVerifier(claims, bonding, 1);
        other.appoint(signatory(ANNA));
        vm.expectEmit(address(claims));
        emit IClaimsTypes.VerifierUpdate(address(other));
        claims.setVerifier(other);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotVerifier.selector, address(other), address(verifier)));
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

    function test_expire_refundsWhenTheVerifierSaysNothing() public {
        (Bundle memory claimed, bytes32 claimId) = asked(1);
        report(claimId, 0, IVerifier.Verdict.Valid);
        uint256 deadline = claims.getClaim(claimId).verdictDeadline;
        vm.roll(deadline - 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotExpired.selector, claimId, deadline));
        claims.expire(claimed.claim);
        vm.roll(deadline);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(
            claimId, jobId, signatory(ANNA), feesOf(claimed.claim.durationMs), IClaimsTypes.Reason.Expired
        );
        claims.expire(claimed.claim);
        vm.assertEq(bonding.getTranscoder(signatory(ANNA)).stake, 1_000 ether);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongState.selector, claimId, IClaimsTypes.State.Refunded));
        claims.expire(claimed.claim);
    }

    function test_setParameters_leavesClaimsTheirs() public {
        (Bundle memory claimed,) = sealedClaim(jobId, 3);
        IClaimsTypes.Parameters memory values = IClaimsTypes.Parameters(7, 20, 10, 100_000, 1, 2, 20_000, 60, 2 ether);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ParametersUpdate(values);
        claims.setParameters(values);
        vm.assertEq(keccak256(abi.encode(claims.parameters())), keccak256(abi.encode(values)));
        vm.assertEq(claims.getClaim(claimed.claim.id()).verificationRate, VERIFICATION_RATE);
        vm.assertEq(claims.getClaim(claimed.claim.id()).failedVerificationSlashAmount, SLASH_AMOUNT);
    }

    function test_setParameters_boundsThem() public {
        IClaimsTypes.Parameters memory values = claimParameters();
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
        values.missedVerificationSlashAmount = 500_001;
        refuse(values, "missedVerificationSlashAmount", 500_001, 0, 500_000);
        values = claimParameters();
        values.equivocationSlashAmount = 500_001;
        refuse(values, "equivocationSlashAmount", 500_001, 0, 500_000);
        values = claimParameters();
        values.verificationFailureThreshold = 100_001;
        refuse(values, "verificationFailureThreshold", 100_001, 0, 100_000);
        // One in 60 cannot be forgiven before there are 60.
        values.verificationFailureThreshold = 16_667;
        values.verificationWindow = 59;
        refuse(values, "verificationWindow", 59, 60, 240);
        values.verificationWindow = 241;
        refuse(values, "verificationWindow", 241, 60, 240);
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

    function refuse(IClaimsTypes.Parameters memory values, string memory name, uint256 value, uint256 min, uint256 max)
        private
    {
        vm.expectRevert(abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, name, value, min, max));
        claims.setParameters(values);
    }
}
