// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim} from "../../src/types/Claim.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {Segment} from "../../src/types/Segment.sol";
import {StreamId} from "../../src/types/StreamId.sol";
import {BondingHandler} from "./BondingHandler.sol";

/// @notice Acts as broadcasters that deposit, post jobs, end jobs, and withdraw. Also acts as finders that report
/// equivocations of broadcasters.
abstract contract JobHandler is BondingHandler {
    /// @dev The segments from sequence number `from` on are assigned to `transcoder`.
    struct WorkAssignment {
        address transcoder;
        uint64 from;
    }

    uint256 private constant STREAM_KEYS = 6;

    uint256 internal weiDeposited;
    uint256 internal weiWithdrawn;
    bytes32[] internal jobIds;
    /// @dev Jobs that can still have a reserve.
    bytes32[] internal reservedJobIds;
    mapping(bytes32 jobId => uint256) internal openClaimCount;
    mapping(bytes32 jobId => uint256) internal streamKeys;
    mapping(bytes32 jobId => uint256) internal inputFinePercents;
    /// @dev The Assignments of a job, in ascending order of `from`.
    mapping(bytes32 jobId => WorkAssignment[]) internal workAssignments;
    mapping(bytes32 jobId => mapping(address transcoder => bool)) internal expelledFrom;
    mapping(bytes32 jobId => bool) private reported;
    mapping(bytes32 jobId => bytes32) private candidateHashes;

    function deposit(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address actor = _randomActor();
        uint256 amount = _randomBetween(1, 10 ether);
        _giveWei(actor, amount);
        vm.prank(actor);
        jobs.deposit{value: amount}();
        _countOutcome("deposit");
    }

    function withdraw(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address actor = _randomActor();
        uint256 free = jobs.getBroadcaster(actor).deposit;
        if (free == 0) return;
        uint256 amount = _randomBetween(1, free);
        vm.prank(actor);
        jobs.withdraw(amount);
        weiWithdrawn += amount;
        _countOutcome("withdraw");
    }

    function job(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _postRandomJob();
        _countOutcome("job");
    }

    function _postRandomJob() internal {
        uint256 key = 1 + _randomBelow(STREAM_KEYS);
        while (jobs.getStream(_streamOf(key)).closed) {
            key += STREAM_KEYS;
        }
        StreamId stream = _streamOf(key);
        address actor = _actor(key);
        uint256 price = _randomBetween(2, 5);
        IJobsManager.Parameters memory values = jobs.parameters();
        uint256 reserve = price * _ladder().unitsPerSecond() * values.claimIntervalSeconds;
        reserve = (reserve + reserve * values.inputFinePercent / 100) * values.candidateCount;
        uint256 endBlock = vm.getBlockNumber() + _randomBetween(1, 150);
        bytes memory data = abi.encodeCall(jobs.job, (stream, _ladder(), price, endBlock, _signBinding(key, actor)));
        if (jobs.getStream(stream).jobCount > 0 && vm.getBlockNumber() < jobs.getJob(jobs.latestJob(stream)).endBlock) {
            _assertRefused(actor, address(jobs), data, IJobsManager.JobActive.selector);
            bytes32 latest = jobs.latestJob(stream);
            vm.prank(actor);
            jobs.endJob(latest);
        }
        _giveWei(actor, reserve);
        vm.prank(actor);
        (bool succeeded, bytes memory result) = address(jobs).call{value: reserve}(data);
        vm.assertTrue(succeeded, "the job was refused");
        bytes32 jobId = abi.decode(result, (bytes32));
        jobIds.push(jobId);
        reservedJobIds.push(jobId);
        (streamKeys[jobId], inputFinePercents[jobId]) = (key, values.inputFinePercent);
        _countPreparation("posted");
        // For two jobs in three, the draw is recorded immediately.
        if (_randomBelow(3) == 0) return;
        _passBlocks(2);
        jobs.drawCandidates(jobId);
    }

    function endJob(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        if (jobIds.length == 0) return;
        bytes32 jobId = _randomRecent(jobIds);
        for (uint256 i; i < 4 && vm.getBlockNumber() >= jobs.getJob(jobId).endBlock; ++i) {
            jobId = _randomRecent(jobIds);
        }
        IJobsManager.Job memory job_ = jobs.getJob(jobId);
        uint256 choice = workAssignments[jobId].length > 0 && _randomBelow(2) == 0 ? 2 : _randomBelow(3);
        if (vm.getBlockNumber() >= job_.endBlock) {
            bytes memory data = abi.encodeWithSignature("endJob(bytes32)", jobId);
            return _assertRefused(job_.broadcaster, address(jobs), data, IJobsManager.JobOver.selector);
        }
        if (choice == 0) {
            vm.prank(job_.broadcaster);
            jobs.endJob(jobId);
            _countOutcome("endJob");
        } else if (choice == 1) {
            uint64 last = uint64(_randomBelow(100));
            jobs.endJob(jobId, last, _signStreamEnd(streamKeys[jobId], last));
            _countOutcome("endJobByStreamEnd");
        } else if (workAssignments[jobId].length > 0) {
            WorkAssignment memory workAssignment = workAssignments[jobId][workAssignments[jobId].length - 1];
            if (expelledFrom[jobId][workAssignment.transcoder]) {
                bytes memory data = abi.encodeWithSignature(
                    "endJob(bytes32,address,uint64)", jobId, vm.addr(RENDITION_KEY), workAssignment.from
                );
                bytes4 expectedError = IJobsManager.NotAssigned.selector;
                return _assertRefused(workAssignment.transcoder, address(jobs), data, expectedError);
            }
            vm.prank(workAssignment.transcoder);
            jobs.endJob(jobId, vm.addr(RENDITION_KEY), workAssignment.from);
            _countOutcome("endJobByTranscoder");
        }
    }

    function drawCandidates(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        if (jobIds.length == 0) return;
        bytes32 jobId = _randomRecent(jobIds);
        if (!_isDrawable(jobId)) return;
        _assertSameCandidates(jobId);
        // `drawCandidates` and `admit` record the draw, and every account may call both functions.
        if (_randomBelow(4) == 0) jobs.admit(jobId, _randomActor());
        else jobs.drawCandidates(jobId);
        _assertSameCandidates(jobId);
        _countOutcome("drawCandidates");
    }

    /// @dev Reports two different segments with the same sequence number, or makes a report that the contract must refuse.
    /// The contract takes the fine later, when the job's reserve is released.
    function reportEquivocation(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        if (jobIds.length == 0) return;
        bytes32 jobId = _randomRecent(jobIds);
        uint256 key = streamKeys[jobId];
        Segment memory one = Segment(_streamOf(key), uint64(_randomBelow(9)), 1_790_000_000_000, 2_000, "one");
        Segment memory other = Segment(_streamOf(key), one.sequenceNumber, 1_790_000_000_000, 2_000, "other");
        uint256 choice = _randomBelow(4);
        bytes4 expectedError;
        if (jobs.getJob(jobId).reserve == 0) expectedError = IJobsManager.NothingReserved.selector;
        else if (reported[jobId]) expectedError = IJobsManager.AlreadyReported.selector;
        else if (choice == 0) (expectedError, other.sequenceNumber) = (IJobsManager.NoEquivocation.selector, 9);
        else if (choice == 1) (expectedError, key) = (IJobsManager.WrongSigner.selector, key + 1);
        bytes memory data = abi.encodeCall(
            jobs.reportEquivocation,
            (
                jobId,
                one,
                _sign(streamKeys[jobId], one.hash(_domainSeparator())),
                other,
                _sign(key, other.hash(_domainSeparator()))
            )
        );
        address actor = _randomActor();
        if (expectedError != 0) return _assertRefused(actor, address(jobs), data, expectedError);
        vm.prank(actor);
        (bool succeeded,) = address(jobs).call(data);
        vm.assertTrue(succeeded, "the report of an equivocation was refused");
        reported[jobId] = true;
        _countOutcome("reportEquivocation");
    }

    function releaseReserve(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        if (jobIds.length == 0) return;
        // In one of four cases, the job is a recent job. In the other cases, at most six random jobs are tried, until the reserve of
        // one of them can be released.
        bytes32 jobId = _randomRecent(jobIds);
        IJobsManager.Job memory job_ = jobs.getJob(jobId);
        bool searches = _randomBelow(4) > 0;
        for (uint256 i; i < 6 && searches; ++i) {
            jobId = jobIds[_randomBelow(jobIds.length)];
            job_ = jobs.getJob(jobId);
            searches = job_.reserve == 0 || vm.getBlockNumber() < job_.claimDeadline;
        }
        bytes memory data = abi.encodeCall(jobs.releaseReserve, (jobId));
        if (vm.getBlockNumber() < job_.claimDeadline) {
            return _assertRefused(_randomActor(), address(jobs), data, IJobsManager.ReserveLocked.selector);
        }
        if (job_.reserve == 0) {
            return _assertRefused(_randomActor(), address(jobs), data, IJobsManager.NothingReserved.selector);
        }
        uint256 fines = jobs.commonPool();
        jobs.releaseReserve(jobId);
        _countOutcome(jobs.commonPool() > fines ? bytes32("releaseFined") : bytes32("releaseReserve"));
    }

    /// @dev Calls `withdrawAll` with two random jobs. A job can belong to another broadcaster, and its reserve can already be released.
    function withdrawAll(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        if (jobIds.length == 0) return;
        address actor = _randomActor();
        bytes32[] memory jobsToRelease = new bytes32[](2);
        (jobsToRelease[0], jobsToRelease[1]) =
        (jobIds[_randomBelow(jobIds.length)], jobIds[_randomBelow(jobIds.length)]);
        for (uint256 i; i < 2; ++i) {
            if (vm.getBlockNumber() < jobs.getJob(jobsToRelease[i]).claimDeadline) return;
        }
        uint256 before = jobs.getBroadcaster(actor).deposit + jobs.getBroadcaster(actor).reserved;
        uint256 balance = actor.balance;
        bytes memory data = abi.encodeCall(jobs.withdrawAll, (jobsToRelease));
        (bool succeeded, bytes memory refusal) = _attempt(actor, address(jobs), data);
        if (!succeeded) {
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(IJobsManager.ZeroAmount.selector));
            return _countRefusal(IJobsManager.ZeroAmount.selector);
        }
        uint256 amount = actor.balance - balance;
        weiWithdrawn += amount;
        vm.assertEq(jobs.getBroadcaster(actor).deposit, 0);
        // The release of a fined reserve also credits the finder. The actor can be this finder.
        if (!reported[jobsToRelease[0]] && !reported[jobsToRelease[1]]) {
            vm.assertEq(
                before - jobs.getBroadcaster(actor).reserved,
                amount,
                "the withdrawn amount differs from the loss of the actor's account"
            );
        }
        _countOutcome("withdrawAll");
    }

    /// @dev From the first block in which the candidates of a job can be drawn, the candidates never change.
    function _assertSameCandidates(bytes32 jobId) internal {
        bytes32 seen = keccak256(abi.encode(jobs.candidates(jobId)));
        if (candidateHashes[jobId] == 0) candidateHashes[jobId] = seen;
        vm.assertEq(seen, candidateHashes[jobId]);
    }

    function _isDrawable(bytes32 jobId) internal view returns (bool) {
        IJobsManager.Job memory job_ = jobs.getJob(jobId);
        uint256 age = vm.getBlockNumber() - job_.jobBlock;
        (uint256 inForce,,) = bonding.roundInForce();
        bool kept = inForce <= rounds.roundInForceAt(job_.jobBlock) + 1;
        return job_.drawn || (age >= 2 && age <= 257 && kept);
    }

    function _giveWei(address account, uint256 amount) internal {
        vm.deal(account, account.balance + amount);
        weiDeposited += amount;
    }

    /// @dev Whether an open claim can only be refunded.
    function _isVoid(Claim memory claim, uint256 claimBlock) internal view returns (bool) {
        return expelledFrom[claim.jobId][claim.transcoder] || claimBlock <= forfeitBlocks[claim.transcoder];
    }
}
