// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingManager} from "../../src/interfaces/IBondingManager.sol";
import {IClaimsManager} from "../../src/interfaces/IClaimsManager.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {JobsManager} from "../../src/JobsManager.sol";
import {LivepeerToken} from "../../src/LivepeerToken.sol";
import {Minter} from "../../src/Minter.sol";
import {RoundsManager} from "../../src/RoundsManager.sol";
import {StreamId} from "../../src/types/StreamId.sol";
import {BondedVerifier} from "../../src/verification/BondedVerifier.sol";
import {BondingHandler} from "./BondingHandler.sol";

/// @notice Plays a few transcoders, broadcasters and time. Each of its actions is one that must succeed.
contract Handler is BondingHandler {
    uint256 public deposited;
    uint256 public withdrawn;
    mapping(bytes32 jobId => bytes32) private draws;

    constructor(
        LivepeerToken token_,
        RoundsManager rounds_,
        IBondingManager bonding_,
        JobsManager jobs_,
        IClaimsManager claims_,
        BondedVerifier verifier_,
        Minter minter_
    ) {
        minter = minter_;
        (token, rounds, bonding, jobs, claims, verifier) = (token_, rounds_, bonding_, jobs_, claims_, verifier_);
    }

    function deposit(uint256 who, uint256 amount) external mined(amount) {
        amount = bound(amount, 1, 10 ether);
        pay(who, amount);
        vm.prank(someone(who));
        jobs.deposit{value: amount}();
    }

    function withdraw(uint256 who, uint256 amount) external mined(amount) {
        uint256 free = jobs.getBroadcaster(someone(who)).deposit;
        if (free == 0) return;
        amount = bound(amount, 1, free);
        vm.prank(someone(who));
        jobs.withdraw(amount);
        withdrawn += amount;
    }

    function job(uint256 pricePerUnit, uint256 length) external mined(length) {
        uint256 key = 1 + length % 6;
        StreamId stream = streamOf(key);
        IJobsManager.Stream memory known = jobs.getStream(stream);
        if (known.closed) return;
        if (known.jobCount > 0) vm.roll(endOf(jobs.latestJob(stream)));
        pricePerUnit %= 5;
        uint256 reserve = reserveOf(pricePerUnit);
        uint256 who = key;
        pay(who, reserve);
        bytes memory signature = binding(key, someone(who));
        uint256 endBlock = vm.getBlockNumber() + bound(length, 1, 500);
        vm.prank(someone(who));
        bytes32 jobId = jobs.job{value: reserve}(stream, ladder(), pricePerUnit, endBlock, signature);
        jobIds.push(jobId);
        keys[jobId] = key;
    }

    function endJob(uint256 which, uint256 dice) external mined(dice) {
        if (jobIds.length == 0) return;
        bytes32 jobId = jobIds[which % jobIds.length];
        IJobsManager.Job memory known = jobs.getJob(jobId);
        if (vm.getBlockNumber() >= known.endBlock) return;
        if (dice % 4 > 0) {
            vm.prank(known.broadcaster);
            jobs.endJob(jobId);
        } else {
            jobs.endJob(jobId, uint64(dice), streamEnd(keys[jobId], uint64(dice)));
        }
    }

    function drawCandidates(uint256 which, uint256 dice) external mined(dice) {
        if (jobIds.length == 0) return;
        bytes32 jobId = jobIds[which % jobIds.length];
        if (drawable(jobId)) look(jobId);
        if (drawable(jobId) && dice % 2 == 0) jobs.drawCandidates(jobId);
    }

    function releaseReserve(uint256 which, uint256 dice) external mined(dice) {
        if (jobIds.length == 0) return;
        bytes32 jobId = jobIds[which % jobIds.length];
        IJobsManager.Job memory known = jobs.getJob(jobId);
        if (vm.getBlockNumber() < known.endBlock + CLAIM_DEADLINE_BLOCKS || known.reserve == 0) return;
        jobs.releaseReserve(jobId);
    }

    /// @dev Named jobs may be anybody's, and released already.
    function withdrawAll(uint256 who, uint256 which) external mined(which) {
        if (jobIds.length == 0) return;
        bytes32[] memory named = new bytes32[](2);
        (named[0], named[1]) = (jobIds[which % jobIds.length], jobIds[who % jobIds.length]);
        for (uint256 i; i < 2; ++i) {
            if (vm.getBlockNumber() < jobs.getJob(named[i]).endBlock + CLAIM_DEADLINE_BLOCKS) return;
        }
        uint256 amount = jobs.getBroadcaster(someone(who)).deposit;
        for (uint256 i; i < (named[0] == named[1] ? 1 : 2); ++i) {
            IJobsManager.Job memory known = jobs.getJob(named[i]);
            if (known.broadcaster == someone(who)) amount += known.reserve;
        }
        if (amount == 0) return;
        vm.prank(someone(who));
        jobs.withdrawAll(named);
        withdrawn += amount;
    }

    function broadcasterSums() external view returns (uint256 deposits, uint256 reserved) {
        for (uint256 i; i < PEOPLE; ++i) {
            IJobsManager.Broadcaster memory account = jobs.getBroadcaster(someone(i));
            deposits += account.deposit;
            reserved += account.reserved;
        }
    }

    function jobReserves() external view returns (uint256 reserves) {
        for (uint256 i; i < jobIds.length; ++i) {
            reserves += jobs.getJob(jobIds[i]).reserve;
        }
    }

    /// @dev Whoever looks, and whenever, sees what was seen first.
    function assertDrawsStand() external {
        for (uint256 i; i < jobIds.length; ++i) {
            if (drawable(jobIds[i])) look(jobIds[i]);
        }
    }

    function look(bytes32 jobId) private {
        bytes32 seen = keccak256(abi.encode(jobs.candidates(jobId)));
        if (draws[jobId] == 0) draws[jobId] = seen;
        vm.assertEq(seen, draws[jobId]);
    }

    function drawable(bytes32 jobId) private view returns (bool) {
        IJobsManager.Job memory known = jobs.getJob(jobId);
        uint256 age = vm.getBlockNumber() - known.jobBlock;
        bool kept = rounds.currentRound() <= rounds.roundInForceAt(known.jobBlock) + 1;
        return known.drawn || (age >= 2 && age <= 257 && kept);
    }

    /// @dev The first block, from now on, in which the job is over.
    function endOf(bytes32 jobId) private view returns (uint256) {
        (uint256 present, uint256 endBlock) = (vm.getBlockNumber(), jobs.getJob(jobId).endBlock);
        return present > endBlock ? present : endBlock;
    }

    function pay(uint256 who, uint256 amount) private {
        vm.deal(someone(who), someone(who).balance + amount);
        deposited += amount;
    }
}
