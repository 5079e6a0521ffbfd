// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Protocol} from "./Protocol.sol";

/// @notice Measures the gas of whole transactions of stakers and transcoders, intrinsic gas included. The pool of 144
/// seats is full, three rounds have passed, and three transcoders wait for a seat. Writes the results to snapshots/.
/// forge-config: default.isolate = true
contract GasBondingTest is Protocol {
    string private constant GROUP = "bonding, 144 transcoders";
    uint256 private constant SIZE = 144;

    function setUp() public {
        _deploy(SIZE);
        for (uint256 i; i < SIZE; ++i) {
            _registerTranscoder(_seatHolder(i), 100 ether + i * 1 ether, PRICE);
            vm.prank(_seatHolder(i));
            bonding.transcoder(PRICE, 100_000, 250_000);
        }
        for (uint256 i; i < 3; ++i) {
            _registerTranscoder(_account(string.concat("waits", vm.toString(i))), 50 ether + i, PRICE);
        }
        _delegate(_account("dora"), 10 ether, _seatHolder(7));
        for (uint256 i; i < 3; ++i) {
            _initializeNextRound();
            for (uint256 k; k < SIZE; ++k) {
                vm.prank(_seatHolder(k));
                bonding.reward();
            }
            _earnFees(1 ether);
        }
    }

    function test_gas_rounds() public {
        vm.roll(rounds.currentRoundStartBlock() + ROUND_LENGTH + 1);
        rounds.initializeRound();
        vm.snapshotGasLastCall(GROUP, "initializeRound");
        vm.prank(_seatHolder(72));
        bonding.reward();
        vm.snapshotGasLastCall(GROUP, "reward");
        vm.prank(_seatHolder(0));
        bonding.reward();
        vm.snapshotGasLastCall(GROUP, "reward, worst position");
        bonding.takeSnapshot();
        vm.snapshotGasLastCall(GROUP, "takeSnapshot");
        bytes32 jobId = _postJob();
        _mine(2);
        jobs.drawCandidates(jobId);
        vm.snapshotGasLastCall(GROUP, "drawCandidates");
        _initializeNextRound();
        vm.prank(_seatHolder(72));
        bonding.reward();
        vm.snapshotGasLastCall(GROUP, "reward, after a snapshot");
    }

    function test_gas_stakers() public {
        _initializeNextRound();
        // Emil's stake lifts the transcoder from the lowest place of the pool to the highest place.
        address emil = _account("emil");
        _fund(emil, 100_000 ether);
        vm.prank(emil);
        bonding.bond(10_000 ether, _seatHolder(0));
        vm.snapshotGasLastCall(GROUP, "bond, worst position");
        _initializeNextRound();
        vm.prank(emil);
        bonding.bond(1 ether, _seatHolder(0));
        vm.snapshotGasLastCall(GROUP, "bond, again");
        _initializeNextRound();
        vm.prank(emil);
        bonding.unbond(9_990 ether);
        vm.snapshotGasLastCall(GROUP, "unbond, worst position");
        _delegate(_account("fritz"), 10 ether, _seatHolder(72));
        _initializeNextRound();
        vm.prank(_account("fritz"));
        bonding.unbond(5 ether);
        vm.snapshotGasLastCall(GROUP, "unbond");
        vm.prank(emil);
        bonding.rebond(0, _seatHolder(0));
        vm.snapshotGasLastCall(GROUP, "rebond");
        vm.prank(_account("dora"));
        bonding.bond(0, _seatHolder(90));
        vm.snapshotGasLastCall(GROUP, "bond, moving");
        vm.prank(_account("dora"));
        bonding.unbond(1 ether);
        vm.roll(vm.getBlockNumber() + UNBONDING_PERIOD);
        vm.prank(_account("dora"));
        bonding.withdrawStake(0);
        vm.snapshotGasLastCall(GROUP, "withdrawStake");
    }

    function test_gas_transcoder() public {
        _initializeNextRound();
        address emil = _account("emil");
        _fund(emil, 10_000 ether);
        vm.prank(emil);
        bonding.bond(10_000 ether, emil);
        vm.snapshotGasLastCall(GROUP, "bond to itself, first");
        vm.prank(emil);
        bonding.transcoder(PRICE, 100_000, 250_000);
        vm.snapshotGasLastCall(GROUP, "transcoder, taking the lowest seat");
        vm.prank(emil);
        bonding.transcodeAvailability(true);
        vm.snapshotGasLastCall(GROUP, "transcodeAvailability");
        _initializeNextRound();
        vm.prank(emil);
        bonding.transcoder(PRICE, 1, 1);
        vm.snapshotGasLastCall(GROUP, "transcoder, new rates");
        vm.prank(emil);
        bonding.resignAsTranscoder();
        vm.snapshotGasLastCall(GROUP, "resignAsTranscoder");
        _slash(_seatHolder(143), 100_000);
        vm.snapshotGasLastCall(GROUP, "slash");
    }

    function test_gas_updatesAndFees() public {
        _initializeNextRound();
        bonding.updateDelegatorStake(_account("dora"));
        vm.snapshotGasLastCall(GROUP, "updateDelegatorStake, 3 rounds");
        for (uint256 i; i < 100; ++i) {
            _initializeNextRound();
            vm.prank(_seatHolder(7));
            bonding.reward();
            _earnFees(1 ether);
        }
        _initializeNextRound();
        bonding.updateDelegatorStake(_account("dora"));
        vm.snapshotGasLastCall(GROUP, "updateDelegatorStake, 100 rounds");
        for (uint256 i; i < 10; ++i) {
            _earnFees(1 ether);
            _initializeNextRound();
        }
        vm.prank(_account("dora"));
        jobs.withdrawFees();
        vm.snapshotGasLastCall(GROUP, "withdrawFees, 10 rounds");
        vm.prank(_seatHolder(7));
        bonding.updateDelegatorStake(_seatHolder(7));
        vm.snapshotGasLastCall(GROUP, "updateDelegatorStake, transcoder");
    }

    function _earnFees(uint256 fees) private {
        vm.deal(address(jobs), address(jobs).balance + fees);
        vm.prank(address(claims));
        jobs.earn(0, _seatHolder(7), fees, 0, false);
    }

    function _seatHolder(uint256 number) private pure returns (address) {
        return _account(vm.toString(number));
    }
}
