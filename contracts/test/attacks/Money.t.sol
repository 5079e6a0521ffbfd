// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim} from "../../src/types/Claim.sol";
import {Segment} from "../../src/types/Segment.sol";
import {Work} from "../Work.sol";

/// @notice Fees, fines and stakes that somebody wants to stop, to have twice, or to have from others.
contract MoneyAttackTest is Work {
    bytes32 private jobId;

    function setUp() public {
        deploy(10);
        appointVerifier();
        jobId = drawnJob();
        verifyEvery(1_000_000);
    }

    /// @dev Somebody distributes one of several before its transcoder does.
    function test_distributeFees_ofSeveralIsNotStoppedByWhoComesFirst() public {
        Claim[] memory several = new Claim[](2);
        Bundle memory first = bundle(jobId, range(0, 4));
        claimWork(first.claim);
        Bundle memory second = bundleAfter(first, range(5, 9));
        claimWork(second.claim);
        (several[0], several[1]) = (first.claim, second.claim);
        mine(2);
        claims.sealChallenges(first.claim);
        claims.sealChallenges(second.claim);
        claims.distributeFees(first.claim);
        claims.distributeFees(several);
        vm.assertEq(jobs.earnings(signatory(ANNA)), feesOf(first.claim.durationMs) + feesOf(second.claim.durationMs));
        // Nor does it pay twice.
        claims.distributeFees(several);
        vm.assertEq(jobs.earnings(signatory(ANNA)), feesOf(first.claim.durationMs) + feesOf(second.claim.durationMs));
    }

    /// @dev Two segments under one number cost every job of their stream that holds a reserve.
    function test_reportEquivocation_ofOneJobCostsTheNext() public {
        Segment memory one = Segment(streamId, 3, 0, 2_000, keccak256("one"));
        Segment memory other = Segment(streamId, 3, 0, 2_000, keccak256("other"));
        bytes memory by = signed(STREAM_KEY, one.hash(domainSeparator()));
        bytes memory also = signed(STREAM_KEY, other.hash(domainSeparator()));
        jobs.reportEquivocation(jobId, one, by, other, also);
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        bytes32 next = post();
        jobs.reportEquivocation(next, one, by, other, also);
        vm.prank(broadcaster);
        jobs.endJob(next);
        mine(CLAIM_DEADLINE_BLOCKS);
        jobs.releaseReserve(jobId);
        jobs.releaseReserve(next);
        vm.assertEq(jobs.commonPool() + jobs.getBroadcaster(address(this)).deposit, 2 * reserveOf(PRICE) / 5);
    }
}
