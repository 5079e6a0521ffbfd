// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {BondedVerifier} from "../../src/verification/BondedVerifier.sol";
import {Work} from "../Work.sol";

/// @notice The owner of the ClaimsManager changes the parameters or the verifier to harm existing jobs. All claims of a job
/// keep the parameters and the verifier that were set before the job's block.
contract OwnerOfClaimsAttackTest is Work {
    bytes32 private jobId;

    function setUp() public {
        _deploy(10);
        _bondVerifier();
        _setVerificationRate(1);
        jobId = _postDrawnJob();
    }

    /// @dev The owner sets slashes of half of the stake, a lottery that selects one segment in a million, and a minimum
    /// of own stake that ANNA does not have.
    function test_setParameters_beforeClaim_changesNoClaimOfEarlierJob() public {
        IClaimsTypes.Parameters memory harsh = _claimsParameters();
        (harsh.verificationRate, harsh.verificationPeriodBlocks, harsh.slashingPeriodBlocks) = (1_000_000, 10, 5);
        (harsh.failedVerificationSlashAmount, harsh.missedVerificationSlashAmount) = (500_000, 500_000);
        (harsh.verificationFailureThreshold, harsh.minSelfStake) = (0, 2_000 ether);
        claims.setParameters(harsh);
        (ClaimWithReceipts memory claimed, uint64[] memory drawn) = _claimAndSeal(jobId, 2);
        bytes32 claimId = claimed.claim.id();
        vm.assertEq(drawn.length, 3);
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        vm.assertEq(status.verificationRate, 1);
        vm.assertEq(status.verificationDeadline, status.claimBlock + VERIFICATION_PERIOD_BLOCKS);
        vm.assertEq(status.verdictDeadline, status.verificationDeadline + SLASHING_PERIOD_BLOCKS);
        claims.verify(claimed.claim, _disclosureOf(claimed, 0));
        _reportVerdict(claimId, 0, IVerifier.Verdict.Invalid);
        vm.assertEq(bonding.stakeOf(_signingAccount(ANNA)), 950 ether);
    }

    function test_setVerifier_beforeClaim_keepsVerifierOfEarlierJob() public {
        BondedVerifier ally = new BondedVerifier(claims, bonding, _account("verifier"), 1);
        claims.setVerifier(ally);
        vm.assertEq(address(claims.verifier()), address(ally));
        (ClaimWithReceipts memory claimed,) = _claimAndSeal(jobId, 0);
        bytes32 claimId = claimed.claim.id();
        vm.assertEq(claims.getRequest(claimId, 0).verifier, address(0));
        claims.verify(claimed.claim, _disclosureOf(claimed, 0));
        vm.assertEq(claims.getRequest(claimId, 0).verifier, address(verifier));
        vm.expectRevert(
            abi.encodeWithSelector(
                IClaimsTypes.WrongVerdict.selector, claimId, 0, IVerifier.Verdict.None, IVerifier.Verdict.None
            )
        );
        vm.prank(_account("verifier"));
        ally.report(claimId, 0, IVerifier.Verdict.Invalid);
        _reportVerdict(claimed.claim.id(), 0, IVerifier.Verdict.Valid);
    }

    /// @dev The owner sees a job in the mempool and sets a verifier in the same block.
    function test_setVerifier_inBlockOfJob_countsForLaterJobs() public {
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        BondedVerifier other = new BondedVerifier(claims, bonding, _account("verifier"), 1);
        _mine(1);
        claims.setVerifier(other);
        jobId = _postJob();
        _setVerificationRate(7);
        _mine(2);
        jobs.drawCandidates(jobId);
        (ClaimWithReceipts memory claimed,) = _claimAndSeal(jobId, 0);
        vm.assertEq(claims.getClaim(claimed.claim.id()).verificationRate, 1);
        claims.verify(claimed.claim, _disclosureOf(claimed, 0));
        vm.assertEq(claims.getRequest(claimed.claim.id(), 0).verifier, address(verifier));
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        bytes32 later = _postJob();
        _mine(2);
        jobs.drawCandidates(later);
        claimed = _buildClaim(later, _range(0, 0));
        vm.assertEq(claims.getClaim(_claimWork(claimed.claim)).verificationRate, 7);
    }

    /// @dev Sets the parameters many times and posts many jobs, some of these calls in the same block. The claims of a
    /// job must have the verification rate that was the latest rate before the job's block.
    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 512
    /// forge-config: mutation.fuzz.runs = 16
    function test_fuzz_claimWork_usesLastVersionBeforeJob(uint256 seed) public {
        vm.prank(broadcaster);
        jobs.deposit{value: 100 ether}();
        bytes32[] memory jobIds = new bytes32[](8);
        uint256[] memory rates = new uint256[](8);
        uint256 rate = 1;
        for (uint256 i; i < 8; ++i) {
            vm.prank(broadcaster);
            jobs.endJob(jobId);
            uint256 versionsBefore = seed % 4;
            for (uint256 j; j < versionsBefore; ++j) {
                _setVerificationRate(++rate);
                if (seed >> (4 + j) & 1 == 1) claims.setVerifier(verifier);
            }
            _mine((seed >> 2) % 3);
            (seed, rates[i]) = (seed >> 8, rate);
            _mine(1);
            jobId = jobIds[i] = _postJob();
            if (seed & 1 == 1) _setVerificationRate(++rate);
        }
        _mine(2);
        for (uint256 i; i < 8; ++i) {
            jobs.drawCandidates(jobIds[i]);
            ClaimWithReceipts memory claimed = _buildClaim(jobIds[i], _range(0, 0));
            vm.assertEq(claims.getClaim(_claimWork(claimed.claim)).verificationRate, rates[i]);
        }
    }

    /// @dev The claims of old jobs keep their long periods after the owner has set short periods. Until these long
    /// periods end, stake must stay slashable. So the owner may not shorten the unbonding period.
    function test_setParameters_withShorterPeriods_keepsUnbondingPeriod() public {
        IClaimsTypes.Parameters memory brief = _claimsParameters();
        (brief.verificationPeriodBlocks, brief.slashingPeriodBlocks) = (10, 5);
        claims.setParameters(brief);
        IJobsManager.Parameters memory jobTerms = _jobsParameters();
        jobTerms.claimDeadlineBlocks = 10;
        jobs.setParameters(jobTerms);
        vm.assertEq(claims.longestClaimBlocks(), VERIFICATION_PERIOD_BLOCKS + SLASHING_PERIOD_BLOCKS);
        vm.assertEq(jobs.longestClaimDeadlineBlocks(), CLAIM_DEADLINE_BLOCKS);
        IBondingTypes.Parameters memory values = _bondingParameters(10);
        values.unbondingPeriod = UNBONDING_PERIOD - 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                IParameters.ParameterOutOfBounds.selector, "unbondingPeriod", 119, 120, type(uint256).max
            )
        );
        bonding.setParameters(values);
        // For the same reason, the new periods and the longest claim deadline together must not exceed the unbonding
        // period.
        brief.verificationPeriodBlocks = 56;
        vm.expectRevert(
            abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, "slashingPeriodBlocks", 5, 5, 4)
        );
        claims.setParameters(brief);
    }
}
