// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Protocol} from "./Protocol.sol";

/// @notice Measures the gas of whole transactions, intrinsic gas included, in a pool of 10 and in a pool of 144
/// transcoders. Writes the results to snapshots/.
/// forge-config: default.isolate = true
contract GasTest is Protocol {
    function test_gas_poolOf10() public {
        _measureJobs(10, "10 transcoders");
    }

    function test_gas_poolOf144() public {
        _measureJobs(144, "144 transcoders");
    }

    function _measureJobs(uint256 size, string memory group) private {
        _deploy(size);
        for (uint256 i; i < size; ++i) {
            _registerTranscoder(_account(vm.toString(i)), 100 ether + i, PRICE);
            _mine(1);
        }
        bytes memory signature = _signBinding(STREAM_KEY, broadcaster);
        uint256 reserve = _reserveOf(PRICE);
        uint256 endBlock = vm.getBlockNumber() + 1_000;
        vm.prank(broadcaster);
        bytes32 jobId = jobs.job{value: reserve}(streamId, _ladder(), PRICE, endBlock, signature);
        vm.snapshotGasLastCall(group, "job");
        _mine(2);
        jobs.drawCandidates(jobId);
        vm.snapshotGasLastCall(group, "drawCandidates");
        bytes memory endSignature = _signStreamEnd(STREAM_KEY, 41);
        jobs.endJob(jobId, 41, endSignature);
        vm.snapshotGasLastCall(group, "endJob");
        _mine(CLAIM_DEADLINE_BLOCKS);
        jobs.releaseReserve(jobId);
        vm.snapshotGasLastCall(group, "releaseReserve");
        _measureStaking(group);
    }

    function _measureStaking(string memory group) private {
        address challenger = _account("challenger");
        _fund(challenger, 1_000 ether);
        vm.prank(challenger);
        bonding.bond(900 ether, challenger);
        vm.snapshotGasLastCall(group, "bond");
        vm.prank(challenger);
        bonding.transcoder(PRICE, 0, 0);
        vm.snapshotGasLastCall(group, "transcoder, full pool");
        _mine(1);
        vm.prank(challenger);
        bonding.transcodeAvailability(true);
        vm.snapshotGasLastCall(group, "transcodeAvailability");
        _mine(1);
        vm.prank(challenger);
        bonding.unbond(1 ether);
        vm.snapshotGasLastCall(group, "unbond");
        rounds.initializeRound();
        vm.snapshotGasLastCall(group, "initializeRound");
    }
}
