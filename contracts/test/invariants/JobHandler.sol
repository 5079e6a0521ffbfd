// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {Segment} from "../../src/types/Segment.sol";
import {StreamId} from "../../src/types/StreamId.sol";
import {BondingHandler} from "./BondingHandler.sol";

/// @notice Plays broadcasters: what they pay, post, end, and take back, and those who find that one contradicts itself.
abstract contract JobHandler is BondingHandler {
    /// @dev Of a transcoder with a job, from this number on.
    struct Task {
        address transcoder;
        uint64 from;
    }

    uint256 private constant KEYS = 6;

    uint256 internal deposited;
    uint256 internal withdrawn;
    bytes32[] internal jobIds;
    mapping(bytes32 jobId => uint256) internal keys;
    /// @dev In order of their numbers.
    mapping(bytes32 jobId => Task[]) internal tasks;
    mapping(bytes32 jobId => bool) private reported;
    mapping(bytes32 jobId => bytes32) private draws;

    function deposit(uint256 seed, uint256 salt) external played(seed, salt) {
        address actor = anybody();
        uint256 amount = between(1, 10 ether);
        pay(actor, amount);
        vm.prank(actor);
        jobs.deposit{value: amount}();
        did("deposit");
    }

    function withdraw(uint256 seed, uint256 salt) external played(seed, salt) {
        address actor = anybody();
        uint256 free = jobs.getBroadcaster(actor).deposit;
        if (free == 0) return;
        uint256 amount = between(1, free);
        vm.prank(actor);
        jobs.withdraw(amount);
        withdrawn += amount;
        did("withdraw");
    }

    function job(uint256 seed, uint256 salt) external played(seed, salt) {
        postSomething();
    }

    function postSomething() internal {
        uint256 key = 1 + below(KEYS);
        while (jobs.getStream(streamOf(key)).closed) {
            key += KEYS;
        }
        StreamId stream = streamOf(key);
        address actor = someone(key);
        uint256 price = between(2, 5);
        uint256 reserve = price * ladder().unitsPerSecond() * jobs.parameters().claimIntervalSeconds;
        uint256 endBlock = vm.getBlockNumber() + between(1, 150);
        bytes memory data = abi.encodeCall(jobs.job, (stream, ladder(), price, endBlock, binding(key, actor)));
        if (jobs.getStream(stream).jobCount > 0 && vm.getBlockNumber() < jobs.getJob(jobs.latestJob(stream)).endBlock) {
            refused(actor, address(jobs), data, IJobsManager.JobActive.selector);
            bytes32 latest = jobs.latestJob(stream);
            vm.prank(actor);
            jobs.endJob(latest);
        }
        pay(actor, reserve);
        vm.prank(actor);
        (bool succeeded, bytes memory result) = address(jobs).call{value: reserve}(data);
        vm.assertTrue(succeeded);
        bytes32 jobId = abi.decode(result, (bytes32));
        jobIds.push(jobId);
        keys[jobId] = key;
        did("job");
        // Most of those who broadcast have it drawn.
        if (below(3) == 0) return;
        pass(2);
        jobs.drawCandidates(jobId);
    }

    function endJob(uint256 seed, uint256 salt) external played(seed, salt) {
        if (jobIds.length == 0) return;
        bytes32 jobId = recent(jobIds);
        IJobsManager.Job memory known = jobs.getJob(jobId);
        uint256 way = below(3);
        if (vm.getBlockNumber() >= known.endBlock) {
            bytes memory data = abi.encodeWithSignature("endJob(bytes32)", jobId);
            return refused(known.broadcaster, address(jobs), data, IJobsManager.JobOver.selector);
        }
        if (way == 0) {
            vm.prank(known.broadcaster);
            jobs.endJob(jobId);
            did("endJob");
        } else if (way == 1) {
            uint64 last = uint64(below(100));
            jobs.endJob(jobId, last, streamEnd(keys[jobId], last));
            did("endJobByStreamEnd");
        } else if (tasks[jobId].length > 0) {
            Task memory task = tasks[jobId][tasks[jobId].length - 1];
            vm.prank(task.transcoder);
            jobs.endJob(jobId, vm.addr(RENDITION_KEY), task.from);
            did("endJobByTranscoder");
        }
    }

    function drawCandidates(uint256 seed, uint256 salt) external played(seed, salt) {
        if (jobIds.length == 0) return;
        bytes32 jobId = recent(jobIds);
        if (!drawable(jobId)) return;
        look(jobId);
        jobs.drawCandidates(jobId);
        look(jobId);
        did("drawCandidates");
    }

    /// @dev Two segments under one number, which costs the job's reserve when it is released.
    function reportSegments(uint256 seed, uint256 salt) external played(seed, salt) {
        if (jobIds.length == 0) return;
        bytes32 jobId = recent(jobIds);
        uint256 key = keys[jobId];
        Segment memory one = Segment(streamOf(key), uint64(below(9)), 1_790_000_000_000, 2_000, "one");
        Segment memory other = Segment(streamOf(key), one.sequenceNumber, 1_790_000_000_000, 2_000, "other");
        uint256 case_ = below(4);
        bytes4 why;
        if (jobs.getJob(jobId).reserve == 0) why = IJobsManager.NothingReserved.selector;
        else if (reported[jobId]) why = IJobsManager.AlreadyReported.selector;
        else if (case_ == 0) (why, other.sequenceNumber) = (IJobsManager.NoEquivocation.selector, 9);
        else if (case_ == 1) (why, key) = (IJobsManager.WrongSigner.selector, key + 1);
        bytes memory data = abi.encodeCall(
            jobs.reportEquivocation,
            (
                jobId,
                one,
                signed(keys[jobId], one.hash(domainSeparator())),
                other,
                signed(key, other.hash(domainSeparator()))
            )
        );
        address actor = anybody();
        if (why != 0) return refused(actor, address(jobs), data, why);
        vm.prank(actor);
        (bool succeeded,) = address(jobs).call(data);
        vm.assertTrue(succeeded);
        reported[jobId] = true;
        did("reportEquivocation");
    }

    function releaseReserve(uint256 seed, uint256 salt) external played(seed, salt) {
        if (jobIds.length == 0) return;
        bytes32 jobId = jobIds[below(jobIds.length)];
        IJobsManager.Job memory known = jobs.getJob(jobId);
        bytes memory data = abi.encodeCall(jobs.releaseReserve, (jobId));
        if (vm.getBlockNumber() < known.claimDeadline) {
            return refused(anybody(), address(jobs), data, IJobsManager.ReserveLocked.selector);
        }
        if (known.reserve == 0) return refused(anybody(), address(jobs), data, IJobsManager.NothingReserved.selector);
        uint256 fines = jobs.commonPool();
        jobs.releaseReserve(jobId);
        did(jobs.commonPool() > fines ? bytes32("releaseFined") : bytes32("releaseReserve"));
    }

    /// @dev Named jobs may be anybody's, and released already.
    function withdrawAll(uint256 seed, uint256 salt) external played(seed, salt) {
        if (jobIds.length == 0) return;
        address actor = anybody();
        bytes32[] memory named = new bytes32[](2);
        (named[0], named[1]) = (jobIds[below(jobIds.length)], jobIds[below(jobIds.length)]);
        for (uint256 i; i < 2; ++i) {
            if (vm.getBlockNumber() < jobs.getJob(named[i]).claimDeadline) return;
        }
        uint256 before = jobs.getBroadcaster(actor).deposit + jobs.getBroadcaster(actor).reserved;
        uint256 balance = actor.balance;
        bytes memory data = abi.encodeCall(jobs.withdrawAll, (named));
        vm.prank(actor);
        (bool succeeded, bytes memory refusal) = address(jobs).call(data);
        if (!succeeded) {
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(IJobsManager.ZeroAmount.selector));
            return did(IJobsManager.ZeroAmount.selector);
        }
        uint256 amount = actor.balance - balance;
        withdrawn += amount;
        vm.assertEq(jobs.getBroadcaster(actor).deposit, 0);
        // The finder of an equivocation gets his fee with the release.
        if (!reported[named[0]] && !reported[named[1]]) {
            vm.assertEq(before - jobs.getBroadcaster(actor).reserved, amount, "took another amount");
        }
        did("withdrawAll");
    }

    /// @dev Whoever looks, and whenever, sees what was seen first.
    function look(bytes32 jobId) internal {
        bytes32 seen = keccak256(abi.encode(jobs.candidates(jobId)));
        if (draws[jobId] == 0) draws[jobId] = seen;
        vm.assertEq(seen, draws[jobId]);
    }

    function drawable(bytes32 jobId) internal view returns (bool) {
        IJobsManager.Job memory known = jobs.getJob(jobId);
        uint256 age = vm.getBlockNumber() - known.jobBlock;
        (uint256 inForce,,) = bonding.roundInForce();
        bool kept = inForce <= rounds.roundInForceAt(known.jobBlock) + 1;
        return known.drawn || (age >= 2 && age <= 257 && kept);
    }

    function pay(address who, uint256 amount) internal {
        vm.deal(who, who.balance + amount);
        deposited += amount;
    }
}
