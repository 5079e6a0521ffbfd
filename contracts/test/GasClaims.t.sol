// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVerifier} from "../src/interfaces/IVerifier.sol";
import {Assignment} from "../src/types/Assignment.sol";
import {Claim, requestIdOf} from "../src/types/Claim.sol";
import {Work} from "./Work.sol";

/// @notice Whole transactions of a settlement, intrinsic gas included, in a pool of 144. Kept in snapshots/.
/// forge-config: default.isolate = true
contract GasClaimsTest is Work {
    bytes32 private jobId;

    function setUp() public {
        deploy(144);
        appointVerifier();
        for (uint256 i; i < 143; ++i) {
            join(signatory(vm.toString(i)), 1 ether + i, PRICE + 1);
        }
        join(signatory(ANNA), 1_000 ether, PRICE);
        // Everybody has called the rewards of this round: what is in force is what was before.
        nextRound();
        for (uint256 i; i < 143; ++i) {
            vm.prank(signatory(vm.toString(i)));
            bonding.reward();
        }
        jobId = post();
        mine(2);
        jobs.drawCandidates(jobId);
        vm.warp(vm.getBlockTimestamp() + 900);
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

    /// @dev From the job to its first claim, which also draws the candidates.
    function test_gas_jobToFirstClaim() public {
        (streamKey, streamId) = (0xB0B, streamOf(0xB0B));
        uint256 reserve = reserveOf(PRICE + 1);
        uint256 endBlock = vm.getBlockNumber() + 1_000;
        address wallet = person("another broadcaster");
        bytes memory bound = binding(streamKey, wallet);
        vm.deal(wallet, reserve);
        vm.prank(wallet);
        bytes32 other = jobs.job{value: reserve}(streamId, ladder(), PRICE + 1, endBlock, bound);
        uint256 gasOfJob = vm.snapshotGasLastCall("job to first claim, 144 transcoders", "job");
        mine(2);
        vm.warp(vm.getBlockTimestamp() + 100);
        string memory first = nameOfHolder(jobs.candidates(other)[0]);
        Bundle memory claimed =
            bundle(Claim(other, signatory(first), vm.addr(RENDITION_KEY), 0, 0, range(0, 9), 0, 0), none());
        bytes memory accepted = acceptance(other, first, 0);
        bytes memory assigned = assignment(other, first, 0);
        vm.prank(signatory(first));
        claims.claimWork(claimed.claim, 0, accepted, assigned);
        uint256 gasOfClaim = vm.snapshotGasLastCall("job to first claim, 144 transcoders", "claimWork, draws");
        vm.assertLe(gasOfJob + gasOfClaim, 780_000, "more than the original's job and first claim");
    }

    function nameOfHolder(address who) private pure returns (string memory name) {
        for (uint256 i; i < 143; ++i) {
            name = vm.toString(i);
            if (signatory(name) == who) return name;
        }
        return ANNA;
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
