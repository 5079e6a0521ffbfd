// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Protocol} from "./Protocol.sol";

/// @notice Whole transactions of stakers and transcoders, intrinsic gas included, in a pool of 144 that has run for some
/// rounds, with others waiting. Kept in snapshots/.
/// forge-config: default.isolate = true
contract GasBondingTest is Protocol {
    string private constant GROUP = "bonding, 144 transcoders";
    uint256 private constant SIZE = 144;

    function setUp() public {
        deploy(SIZE);
        for (uint256 i; i < SIZE; ++i) {
            join(holder(i), 100 ether + i * 1 ether, PRICE);
            vm.prank(holder(i));
            bonding.transcoder(PRICE, 100_000, 250_000);
        }
        for (uint256 i; i < 3; ++i) {
            join(person(string.concat("waits", vm.toString(i))), 50 ether + i, PRICE);
        }
        delegate(person("dora"), 10 ether, holder(7));
        for (uint256 i; i < 3; ++i) {
            nextRound();
            for (uint256 k; k < SIZE; ++k) {
                vm.prank(holder(k));
                bonding.reward();
            }
            earn(1 ether);
        }
    }

    function test_gas_rounds() public {
        vm.roll(rounds.currentRoundStartBlock() + ROUND_LENGTH + 1);
        rounds.initializeRound();
        vm.snapshotGasLastCall(GROUP, "initializeRound");
        vm.prank(holder(72));
        bonding.reward();
        vm.snapshotGasLastCall(GROUP, "reward");
        vm.prank(holder(0));
        bonding.reward();
        vm.snapshotGasLastCall(GROUP, "reward, worst position");
        bytes32 jobId = post();
        mine(2);
        jobs.drawCandidates(jobId);
        vm.snapshotGasLastCall(GROUP, "drawCandidates");
    }

    function test_gas_stakers() public {
        nextRound();
        // From the lowest place to the highest: as far as it goes.
        address emil = person("emil");
        fund(emil, 100_000 ether);
        vm.prank(emil);
        bonding.bond(10_000 ether, holder(0));
        vm.snapshotGasLastCall(GROUP, "bond, worst position");
        nextRound();
        vm.prank(emil);
        bonding.bond(1 ether, holder(0));
        vm.snapshotGasLastCall(GROUP, "bond, again");
        nextRound();
        vm.prank(emil);
        bonding.unbond(9_990 ether);
        vm.snapshotGasLastCall(GROUP, "unbond, worst position");
        delegate(person("fritz"), 10 ether, holder(72));
        nextRound();
        vm.prank(person("fritz"));
        bonding.unbond(5 ether);
        vm.snapshotGasLastCall(GROUP, "unbond");
        vm.prank(emil);
        bonding.rebond(0, holder(0));
        vm.snapshotGasLastCall(GROUP, "rebond");
        vm.prank(person("dora"));
        bonding.bond(0, holder(90));
        vm.snapshotGasLastCall(GROUP, "bond, moving");
        vm.prank(person("dora"));
        bonding.unbond(1 ether);
        vm.roll(vm.getBlockNumber() + ROUND_LENGTH * UNBONDING_PERIOD);
        vm.prank(person("dora"));
        bonding.withdrawStake(0);
        vm.snapshotGasLastCall(GROUP, "withdrawStake");
    }

    function test_gas_transcoder() public {
        nextRound();
        address emil = person("emil");
        fund(emil, 10_000 ether);
        vm.prank(emil);
        bonding.bond(10_000 ether, emil);
        vm.snapshotGasLastCall(GROUP, "bond to itself, first");
        vm.prank(emil);
        bonding.transcoder(PRICE, 100_000, 250_000);
        vm.snapshotGasLastCall(GROUP, "transcoder, taking the lowest seat");
        vm.prank(emil);
        bonding.transcodeAvailability(true);
        vm.snapshotGasLastCall(GROUP, "transcodeAvailability");
        nextRound();
        vm.prank(emil);
        bonding.transcoder(PRICE, 1, 1);
        vm.snapshotGasLastCall(GROUP, "transcoder, new rates");
        vm.prank(emil);
        bonding.resignAsTranscoder();
        vm.snapshotGasLastCall(GROUP, "resignAsTranscoder");
        slash(holder(143), 500_000);
        vm.snapshotGasLastCall(GROUP, "slash");
    }

    function test_gas_claims() public {
        nextRound();
        bonding.updateDelegatorStake(person("dora"));
        vm.snapshotGasLastCall(GROUP, "updateDelegatorStake, 3 rounds");
        for (uint256 i; i < 100; ++i) {
            nextRound();
            vm.prank(holder(7));
            bonding.reward();
            earn(1 ether);
        }
        nextRound();
        bonding.updateDelegatorStake(person("dora"));
        vm.snapshotGasLastCall(GROUP, "updateDelegatorStake, 100 rounds");
        for (uint256 i; i < 10; ++i) {
            earn(1 ether);
            nextRound();
        }
        vm.prank(person("dora"));
        jobs.withdrawFees();
        vm.snapshotGasLastCall(GROUP, "withdrawFees, 10 rounds");
        vm.prank(holder(7));
        bonding.updateDelegatorStake(holder(7));
        vm.snapshotGasLastCall(GROUP, "updateDelegatorStake, transcoder");
    }

    function earn(uint256 fees) private {
        vm.deal(address(jobs), address(jobs).balance + fees);
        vm.prank(address(claims));
        jobs.earn(0, holder(7), fees, 0);
    }

    function holder(uint256 number) private pure returns (address) {
        return person(vm.toString(number));
    }
}
