// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVerifier} from "../src/interfaces/IVerifier.sol";
import {Assignment} from "../src/types/Assignment.sol";
import {requestIdOf} from "../src/types/Claim.sol";
import {Work} from "./Work.sol";

/// @notice Whole transactions of a settlement, intrinsic gas included, in a pool of 144. Kept in snapshots/.
/// forge-config: default.isolate = true
contract GasClaimsTest is Work {
    bytes32 private jobId;

    function setUp() public {
        deploy(144);
        appointVerifier();
        for (uint256 i; i < 143; ++i) {
            join(person(vm.toString(i)), 1 ether + i, PRICE + 1);
        }
        jobId = drawnJob();
        vm.prank(broadcaster);
        jobs.deposit{value: 10 * reserveOf(PRICE)}();
    }

    function test_gas_claimOf10Segments() public {
        settle(10, "claim of 10 segments");
    }

    function test_gas_claimOf100Segments() public {
        settle(100, "claim of 100 segments");
    }

    function test_gas_showAssignment() public {
        Assignment memory handover = assignmentTo(jobId, ANNA, 6);
        claims.showAssignment(handover, 2, acceptance(jobId, ANNA, 2), assignment(jobId, ANNA, 6));
        vm.snapshotGasLastCall("claims", "showAssignment");
    }

    function settle(uint64 segments, string memory group) private {
        Bundle memory first = bundle(jobId, range(0, segments - 1));
        bytes memory accepted = acceptance(jobId, ANNA, 0);
        bytes memory assigned = assignment(jobId, ANNA, 0);
        vm.prank(signatory(ANNA));
        claims.claimWork(first.claim, 0, accepted, assigned);
        vm.snapshotGasLastCall(group, "claimWork, first");
        verifyEvery(1);
        Bundle memory claimed = bundleAfter(first, range(segments, 2 * segments - 1));
        vm.prank(signatory(ANNA));
        claims.claimWork(claimed.claim, 0, "", "");
        vm.snapshotGasLastCall(group, "claimWork, next");
        mine(2);
        claims.sealChallenges(first.claim);
        vm.snapshotGasLastCall(group, "sealChallenges, 1 in 5");
        claims.sealChallenges(claimed.claim);
        claims.verify(claimed.claim, disclosureAfter(first, claimed));
        vm.snapshotGasLastCall(group, "verify, first segment");
        for (uint256 i = 1; i < segments; ++i) {
            claims.verify(claimed.claim, disclosureOf(claimed, i));
        }
        vm.snapshotGasLastCall(group, "verify");
        for (uint64 i; i < segments; ++i) {
            report(claimed.claim.id(), segments + i, IVerifier.Verdict.Valid);
        }
        vm.snapshotGasLastCall(group, "report");
        claims.distributeFees(claimed.claim);
        vm.snapshotGasLastCall(group, "distributeFees");
        vm.prank(signatory(ANNA));
        jobs.withdrawFees();
        vm.snapshotGasLastCall(group, "withdrawFees");
    }
}
