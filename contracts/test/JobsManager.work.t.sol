// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVerifier} from "../src/interfaces/IVerifier.sol";
import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {Claim} from "../src/types/Claim.sol";
import {Work} from "./Work.sol";

/// @notice Tests which work counts for the competitiveness of a transcoder. If fewer transcoders than `candidateCount`
/// can be drawn for a job, the job is contested if these transcoders hold at least half of the active stake.
contract JobsManagerWorkTest is Work {
    function setUp() public {
        _deploy(10);
        _bondVerifier();
        IBondingTypes.Parameters memory values = _bondingParameters(10);
        values.minExpectedWork = type(uint64).max;
        bonding.setParameters(values);
        _setVerificationRate(1_000_000);
    }

    function test_distributeFees_ofContestedJob_countsWork() public {
        bytes32 jobId = _postDrawnJob();
        _initializeNextRound();
        vm.assertTrue(jobs.getJob(jobId).contested);
        (ClaimWithReceipts memory claimed,) = _claimAndSeal(jobId, 9);
        _assertWork(0);
        claims.distributeFees(claimed.claim);
        // The segments of the claim last 19.9 s together. Only whole seconds count.
        _assertWork(19 * _ladder().unitsPerSecond());
    }

    function test_distributeFees_ofUncontestedJob_countsNoWork() public {
        // Only ANNA accepts the price of the job. She has a little less than half of the stake.
        _registerTranscoder(_account("dear"), 1_001 ether, PRICE + 1);
        bytes32 jobId = _postDrawnJob();
        _initializeNextRound();
        vm.assertFalse(jobs.getJob(jobId).contested);
        _claimAndDistribute(jobId);
        _assertWork(0);
    }

    function test_job_withHalfOfStakeAtPrice_isContested() public {
        _registerTranscoder(_account("dear"), 1_000 ether, PRICE + 1);
        vm.assertTrue(jobs.getJob(_postDrawnJob()).contested);
    }

    function test_job_withUnavailableMajority_isUncontested() public {
        _registerTranscoder(_account("away"), 1_001 ether, PRICE);
        vm.prank(_account("away"));
        bonding.transcodeAvailability(false);
        _mine(1);
        vm.assertFalse(jobs.getJob(_postDrawnJob()).contested);
    }

    function test_distributeFees_countsWorkOfAtMostTheElapsedTime() public {
        bytes32 jobId = _postDrawnJob();
        _initializeNextRound();
        vm.prank(broadcaster);
        jobs.deposit{value: 10 * _reserveOf(PRICE)}();
        // The first claim has 20 s of work, although only 10 s have passed since the job was posted. A second claim has
        // 20 s of work under another Assignment.
        vm.warp(jobs.getJob(jobId).jobTime + 10);
        ClaimWithReceipts memory first = _buildClaim(jobId, _range(0, 9));
        _claimWork(first.claim);
        ClaimWithReceipts memory second = _buildClaim(_claimFromSequence10(jobId, first), _noReceipts());
        _claimWork(second.claim);
        _sealChallenges(first.claim);
        claims.sealChallenges(second.claim);
        claims.distributeFees(first.claim);
        _assertWork(10 * _ladder().unitsPerSecond());
        vm.warp(jobs.getJob(jobId).jobTime + 25);
        claims.distributeFees(second.claim);
        _assertWork(25 * _ladder().unitsPerSecond());
    }

    function test_report_ofInvalidVerdict_countsNoWork() public {
        _setVerificationRate(1);
        bytes32 jobId = _postDrawnJob();
        _initializeNextRound();
        (ClaimWithReceipts memory claimed,) = _claimAndSeal(jobId, 1);
        claims.verify(claimed.claim, _disclosureOf(claimed, 0));
        _reportVerdict(claimed.claim.id(), 0, IVerifier.Verdict.Invalid);
        _assertWork(0);
    }

    function _claimFromSequence10(bytes32 jobId, ClaimWithReceipts memory first)
        private
        view
        returns (Claim memory claim)
    {
        claim = first.claim;
        claim = Claim(jobId, claim.transcoder, claim.renditionKey, 10, 0, _range(10, 19), 0, 0);
    }

    function _claimAndDistribute(bytes32 jobId) private {
        (ClaimWithReceipts memory claimed,) = _claimAndSeal(jobId, 9);
        claims.distributeFees(claimed.claim);
    }

    function _assertWork(uint256 expected) private view {
        (uint256 work,) = bonding.competitiveness(_signingAccount(ANNA));
        vm.assertEq(work, expected);
    }
}
