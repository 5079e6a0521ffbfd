// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVerifier} from "../src/interfaces/IVerifier.sol";
import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {Claim} from "../src/types/Claim.sol";
import {Work} from "./Work.sol";

/// @notice Which work counts for its transcoder.
contract JobsManagerWorkTest is Work {
    function setUp() public {
        deploy(10);
        appointVerifier();
        IBondingTypes.Parameters memory values = bondingParameters(10);
        values.minExpectedWork = type(uint64).max;
        bonding.setParameters(values);
        verifyEvery(1_000_000);
    }

    function test_work_countsWhenItIsPaid() public {
        bytes32 jobId = drawnJob();
        nextRound();
        vm.assertTrue(jobs.getJob(jobId).contested);
        (Bundle memory claimed,) = sealedClaim(jobId, 9);
        assertWork(0);
        claims.distributeFees(claimed.claim);
        // 19.9 s, in whole seconds.
        assertWork(19 * ladder().unitsPerSecond());
    }

    function test_work_countsNotWhereItWasNotContested() public {
        // For this offer a little less than half of the stake would work.
        join(person("dear"), 1_001 ether, PRICE + 1);
        bytes32 jobId = drawnJob();
        nextRound();
        vm.assertFalse(jobs.getJob(jobId).contested);
        pay(jobId);
        assertWork(0);
    }

    function test_contested_fromHalfOfTheStakeOn() public {
        join(person("dear"), 1_000 ether, PRICE + 1);
        vm.assertTrue(jobs.getJob(drawnJob()).contested);
    }

    function test_contested_isWithoutWhoIsNotAvailable() public {
        join(person("away"), 1_001 ether, PRICE);
        vm.prank(person("away"));
        bonding.transcodeAvailability(false);
        mine(1);
        vm.assertFalse(jobs.getJob(drawnJob()).contested);
    }

    function test_work_countsNoMoreTimeThanHasPassed() public {
        bytes32 jobId = drawnJob();
        nextRound();
        vm.prank(broadcaster);
        jobs.deposit{value: 10 * reserveOf(PRICE)}();
        // Under two Assignments, in the time of one.
        vm.warp(jobs.getJob(jobId).jobTime + 10);
        Bundle memory first = bundle(jobId, range(0, 9));
        claimWork(first.claim);
        Bundle memory second = bundle(handed(jobId, first), none());
        claimWork(second.claim);
        seal(first.claim);
        claims.sealChallenges(second.claim);
        claims.distributeFees(first.claim);
        assertWork(10 * ladder().unitsPerSecond());
        vm.warp(jobs.getJob(jobId).jobTime + 25);
        claims.distributeFees(second.claim);
        assertWork(25 * ladder().unitsPerSecond());
    }

    function test_work_thatIsRefundedCountsNot() public {
        bytes32 jobId = drawnJob();
        nextRound();
        verifyEvery(1);
        (Bundle memory claimed,) = sealedClaim(jobId, 1);
        claims.verify(claimed.claim, disclosureOf(claimed, 0));
        report(claimed.claim.id(), 0, IVerifier.Verdict.Invalid);
        assertWork(0);
    }

    function handed(bytes32 jobId, Bundle memory first) private view returns (Claim memory claim) {
        claim = first.claim;
        claim = Claim(jobId, claim.transcoder, claim.renditionKey, 10, 0, range(10, 19), 0, 0);
    }

    function pay(bytes32 jobId) private {
        (Bundle memory claimed,) = sealedClaim(jobId, 9);
        claims.distributeFees(claimed.claim);
    }

    function assertWork(uint256 expected) private view {
        (uint256 work,) = bonding.competitiveness(signatory(ANNA));
        vm.assertEq(work, expected);
    }
}
