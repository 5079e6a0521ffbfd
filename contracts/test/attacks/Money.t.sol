// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim} from "../../src/types/Claim.sol";
import {Segment} from "../../src/types/Segment.sol";
import {Work} from "../Work.sol";

/// @notice Attacks that try to stop a payment, to get a payment twice, or to take a payment from another account.
contract MoneyAttackTest is Work {
    bytes32 private jobId;

    function setUp() public {
        _deploy(10);
        _bondVerifier();
        _setVerificationRate(1_000_000);
        jobId = _postDrawnJob();
    }

    /// @dev Another caller distributes the fees of one claim first. The transcoder then distributes the fees of several
    /// claims in one call, and the paid claim is one of them.
    function test_distributeFees_ofSeveralClaims_skipsPaidClaims() public {
        Claim[] memory several = new Claim[](2);
        ClaimWithReceipts memory first = _buildClaim(jobId, _range(0, 4));
        _claimWork(first.claim);
        ClaimWithReceipts memory second = _buildNextClaim(first, _range(5, 9));
        _claimWork(second.claim);
        (several[0], several[1]) = (first.claim, second.claim);
        _mine(2);
        claims.sealChallenges(first.claim);
        claims.sealChallenges(second.claim);
        claims.distributeFees(first.claim);
        claims.distributeFees(several);
        vm.assertEq(
            jobs.earnings(_signingAccount(ANNA)), _feesOf(first.claim.durationMs) + _feesOf(second.claim.durationMs)
        );
        // A second call pays nothing.
        claims.distributeFees(several);
        vm.assertEq(
            jobs.earnings(_signingAccount(ANNA)), _feesOf(first.claim.durationMs) + _feesOf(second.claim.durationMs)
        );
    }

    /// @dev Two different segments with the same sequence number can be reported once for each job of their stream, if
    /// the job has a reserve.
    function test_reportEquivocation_ofOneJob_finesLaterJobsOfStream() public {
        Segment memory one = Segment(streamId, 3, 0, 2_000, keccak256("one"));
        Segment memory other = Segment(streamId, 3, 0, 2_000, keccak256("other"));
        bytes memory firstSignature = _sign(STREAM_KEY, one.hash(_domainSeparator()));
        bytes memory secondSignature = _sign(STREAM_KEY, other.hash(_domainSeparator()));
        jobs.reportEquivocation(jobId, one, firstSignature, other, secondSignature);
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        bytes32 next = _postJob();
        jobs.reportEquivocation(next, one, firstSignature, other, secondSignature);
        vm.prank(broadcaster);
        jobs.endJob(next);
        _mine(CLAIM_DEADLINE_BLOCKS);
        jobs.releaseReserve(jobId);
        jobs.releaseReserve(next);
        vm.assertEq(jobs.commonPool() + jobs.getBroadcaster(address(this)).deposit, 2 * _reserveOf(PRICE) / 5);
    }
}
