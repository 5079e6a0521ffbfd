// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Protocol} from "./Protocol.sol";

/// @notice Whole transactions, intrinsic gas included, against a pool of each size. Kept in snapshots/.
/// forge-config: default.isolate = true
contract GasTest is Protocol {
    function test_gas_poolOf10() public {
        life(10, "10 transcoders");
    }

    function test_gas_poolOf144() public {
        life(144, "144 transcoders");
    }

    function life(uint256 size, string memory group) private {
        deploy(size);
        for (uint256 i; i < size; ++i) {
            join(person(vm.toString(i)), 100 ether + i, PRICE);
            mine(1);
        }
        bytes memory signature = binding(STREAM_KEY, broadcaster);
        uint256 reserve = reserveOf(PRICE);
        uint256 endBlock = vm.getBlockNumber() + 1_000;
        vm.prank(broadcaster);
        bytes32 jobId = jobs.job{value: reserve}(streamId, ladder(), PRICE, endBlock, signature);
        vm.snapshotGasLastCall(group, "job");
        mine(2);
        jobs.drawCandidates(jobId);
        vm.snapshotGasLastCall(group, "drawCandidates");
        bytes memory word = streamEnd(STREAM_KEY, 41);
        jobs.endJob(jobId, 41, word);
        vm.snapshotGasLastCall(group, "endJob");
        mine(CLAIM_DEADLINE_BLOCKS);
        jobs.releaseReserve(jobId);
        vm.snapshotGasLastCall(group, "releaseReserve");
        stake(group);
    }

    function stake(string memory group) private {
        address challenger = person("challenger");
        fund(challenger, 1_000 ether);
        vm.prank(challenger);
        bonding.bond(900 ether, challenger);
        vm.snapshotGasLastCall(group, "bond");
        vm.prank(challenger);
        bonding.transcoder(PRICE, 0, 0);
        vm.snapshotGasLastCall(group, "transcoder, full pool");
        mine(1);
        vm.prank(challenger);
        bonding.transcodeAvailability(true);
        vm.snapshotGasLastCall(group, "transcodeAvailability");
        mine(1);
        vm.prank(challenger);
        bonding.unbond(1 ether);
        vm.snapshotGasLastCall(group, "unbond");
        rounds.initializeRound();
        vm.snapshotGasLastCall(group, "initializeRound");
    }
}
