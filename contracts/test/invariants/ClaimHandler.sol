// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {Claim, Range} from "../../src/types/Claim.sol";
import {Disclosure} from "../../src/types/Disclosure.sol";
import {JobHandler} from "./JobHandler.sol";

/// @notice Plays transcoders that were drawn: they hand work on, claim it, and show it.
abstract contract ClaimHandler is JobHandler {
    uint256 internal feesClaimed;
    uint256 internal feesWithdrawn;
    bytes32[] internal claimIds;
    bytes32[] internal openIds;
    mapping(bytes32 claimId => IClaimsTypes.Parameters) internal termsOf;
    mapping(bytes32 claimId => uint64[]) internal challengesOf;
    mapping(bytes32 claimId => bytes) private bundles;

    function claimWork(uint256 seed, uint256 salt) external played(seed, salt) {
        claimSomething();
    }

    function verify(uint256 seed, uint256 salt) external played(seed, salt) {
        showWhatIsOpen();
    }

    function claimSomething() internal {
        if (jobIds.length == 0) return postSomething();
        bytes32 jobId = recent(jobIds);
        passUntil(jobs.getJob(jobId).jobBlock + 2);
        if (!drawable(jobId)) return postSomething();
        Task memory task = taskOf(jobId);
        if (task.transcoder == address(0)) return;
        (Bundle memory claimed, bytes memory data) = claimBy(jobId, task);
        (uint256 fees, bytes4 why) = dueFor(claimed.claim);
        if (why == IJobsManager.ClaimDeadlinePassed.selector) postSomething();
        if (why != 0) return refused(task.transcoder, address(claims), data, why);
        bool drawn = jobs.getJob(jobId).drawn;
        vm.prank(task.transcoder);
        (bool succeeded,) = address(claims).call(data);
        vm.assertTrue(succeeded);
        look(jobId);
        note(jobId, task);
        bytes32 claimId = claimed.claim.id();
        claimIds.push(claimId);
        openIds.push(claimId);
        bundles[claimId] = abi.encode(claimed);
        termsOf[claimId] = claims.parameters();
        feesClaimed += fees;
        did(drawn ? bytes32("claimWork") : bytes32("claimWorkAndDraw"));
        if (claimed.claim.ranges.length > 1) did("claimRanges");
    }

    /// @dev The work is another's from here on, and the one before claims no more.
    function handOver(uint256 seed, uint256 salt) external played(seed, salt) {
        if (jobIds.length == 0) return;
        bytes32 jobId = recent(jobIds);
        passUntil(jobs.getJob(jobId).jobBlock + 2);
        if (!drawable(jobId)) return;
        Task memory task = taskOf(jobId);
        if (task.transcoder == address(0)) return;
        (string memory name, uint64 from) = (nameOf(task.transcoder), task.from);
        useStreamOf(jobId);
        bytes memory data = abi.encodeCall(
            claims.showAssignment,
            (assignmentTo(jobId, name, from), from, acceptance(jobId, name, from), assignment(jobId, name, from))
        );
        if (claims.getAssignment(jobId, task.transcoder, vm.addr(RENDITION_KEY), from).shown) {
            return refused(anybody(), address(claims), data, IClaimsTypes.AlreadyShown.selector);
        }
        (bool succeeded,) = address(claims).call(data);
        vm.assertTrue(succeeded);
        note(jobId, task);
        did("showAssignment");
    }

    /// @dev Seals what is open, and mostly discloses all that was drawn.
    function showWhatIsOpen() internal {
        for (uint256 i; i < openIds.length; ++i) {
            bool late = vm.getBlockNumber() >= claims.getClaim(openIds[i]).verificationDeadline;
            if (late ? below(32) == 0 : below(4) > 0) show(openIds[i]);
        }
    }

    function show(bytes32 claimId) private {
        Bundle memory claimed = stored(claimId);
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        if (!status.isSealed) {
            bytes memory data = abi.encodeCall(claims.sealChallenges, (claimed.claim));
            if (vm.getBlockNumber() >= status.verificationDeadline) {
                return refused(anybody(), address(claims), data, IClaimsTypes.TooLate.selector);
            }
            if (vm.getBlockNumber() < status.claimBlock + 2) {
                refused(anybody(), address(claims), data, IClaimsTypes.NotYetSealable.selector);
                passUntil(status.claimBlock + 2);
            }
            challengesOf[claimId] = claims.sealChallenges(claimed.claim);
            did("sealChallenges");
        }
        if (below(5) > 0) disclose(claimId, claimed, status.verificationDeadline);
    }

    function withdrawFees(uint256 seed, uint256 salt) external played(seed, salt) {
        address actor = anybody();
        uint256 due = jobs.earnings(actor);
        bytes memory data = abi.encodeCall(jobs.withdrawFees, ());
        if (due == 0) return refused(actor, address(jobs), data, IJobsManager.ZeroAmount.selector);
        uint256 before = actor.balance;
        vm.prank(actor);
        jobs.withdrawFees();
        vm.assertEq(actor.balance - before, due, "took other fees than were due");
        feesWithdrawn += due;
        collectFrom(actor);
        did("withdrawFees");
    }

    function stored(bytes32 claimId) internal view returns (Bundle memory) {
        return abi.decode(bundles[claimId], (Bundle));
    }

    function useStreamOf(bytes32 jobId) internal {
        (streamKey, streamId) = (keys[jobId], jobs.getJob(jobId).streamId);
    }

    function remove(bytes32 claimId) internal {
        uint256 i;
        while (openIds[i] != claimId) ++i;
        openIds[i] = openIds[openIds.length - 1];
        openIds.pop();
    }

    function disclosed(Bundle memory claimed, uint256 index) internal view returns (Disclosure memory) {
        bytes32 previous = claimed.claim.previousClaimId;
        if (index > 0 || previous == 0) return disclosureOf(claimed, index);
        return disclosureAfter(stored(previous), claimed);
    }

    /// @dev The next work of a task, with what its transcoder sends.
    function claimBy(bytes32 jobId, Task memory task) internal returns (Bundle memory claimed, bytes memory data) {
        useStreamOf(jobId);
        Claim memory claim = Claim(jobId, task.transcoder, vm.addr(RENDITION_KEY), task.from, 0, new Range[](0), 0, 0);
        IClaimsTypes.Progress memory progress =
            claims.getAssignment(jobId, task.transcoder, claim.renditionKey, task.from);
        if (progress.lastClaimId == 0) {
            claim.ranges = someRanges(task.from);
            claimed = bundle(claim, none());
        } else {
            claimed = bundleAfter(stored(progress.lastClaimId), someRanges(uint64(progress.lastSequenceNumber) + 1));
        }
        string memory name = nameOf(task.transcoder);
        bytes memory accepted = progress.shown ? bytes("") : acceptance(jobId, name, task.from);
        bytes memory assigned = progress.shown ? bytes("") : assignment(jobId, name, task.from);
        data = abi.encodeCall(claims.claimWork, (claimed.claim, task.from, accepted, assigned));
    }

    /// @dev The first number that nobody can have claimed under a task.
    function nextOf(bytes32 jobId, Task memory task) internal view returns (uint64) {
        IClaimsTypes.Progress memory progress =
            claims.getAssignment(jobId, task.transcoder, vm.addr(RENDITION_KEY), task.from);
        return progress.lastClaimId == 0 ? task.from + 1 : uint64(progress.lastSequenceNumber) + 1;
    }

    function disclose(bytes32 claimId, Bundle memory claimed, uint256 deadline) private {
        useStreamOf(claimed.claim.jobId);
        uint64[] memory numbers = challengesOf[claimId];
        for (uint256 i; i < numbers.length; ++i) {
            Disclosure memory disclosure = disclosed(claimed, indexOf(claimed, numbers[i]));
            bytes memory data = abi.encodeCall(claims.verify, (claimed.claim, disclosure));
            bytes4 why;
            if (vm.getBlockNumber() >= deadline) why = IClaimsTypes.TooLate.selector;
            else if (i < claims.getClaim(claimId).requested) why = IClaimsTypes.AlreadyRequested.selector;
            if (why != 0) {
                refused(anybody(), address(claims), data, why);
                continue;
            }
            // Some show less than all.
            if (i > 0 && below(12) == 0) return;
            vm.prank(claimed.claim.transcoder);
            claims.verify(claimed.claim, disclosure);
            did("verify");
        }
    }

    /// @dev Goes on with the last task of a job, or has the next begin.
    function taskOf(bytes32 jobId) private returns (Task memory task) {
        uint256 count = tasks[jobId].length;
        if (count > 0 && below(4) > 0) return tasks[jobId][count - 1];
        address[] memory drawn = jobs.candidates(jobId);
        if (drawn.length == 0) return task;
        uint64 from = count == 0 ? 0 : nextOf(jobId, tasks[jobId][count - 1]) + uint64(below(2));
        return Task(drawn[below(drawn.length)], from);
    }

    function note(bytes32 jobId, Task memory task) private {
        Task[] storage list = tasks[jobId];
        if (list.length == 0 || list[list.length - 1].from < task.from) list.push(task);
    }

    /// @dev What a claim costs, or why it is refused.
    function dueFor(Claim memory claim) private view returns (uint256 fees, bytes4 why) {
        IJobsManager.Job memory known = jobs.getJob(claim.jobId);
        fees = known.pricePerUnit * known.unitsPerSecond * claim.durationMs / 1_000;
        uint256 passedMs = (vm.getBlockTimestamp() - known.jobTime) * 1_000 + 60_000;
        uint256 claimedMs =
            claims.getAssignment(claim.jobId, claim.transcoder, claim.renditionKey, claim.fromSequence).claimedMs;
        if (vm.getBlockNumber() >= known.claimDeadline) {
            why = IJobsManager.ClaimDeadlinePassed.selector;
        } else if (fees > known.reserve + jobs.getBroadcaster(known.broadcaster).deposit) {
            why = IJobsManager.InsufficientDeposit.selector;
        } else if (claim.durationMs + claimedMs > passedMs) {
            why = IClaimsTypes.DurationOutOfBounds.selector;
        } else if (bonding.stakeOf(claim.transcoder) < claims.parameters().minClaimStake) {
            why = IClaimsTypes.InsufficientClaimStake.selector;
        }
    }

    function someRanges(uint64 from) private returns (Range[] memory ranges) {
        uint64 last = from + uint64(below(3));
        if (below(3) > 0) return range(from, last);
        ranges = new Range[](2);
        (ranges[0], ranges[1]) = (Range(from, last), Range(last + 2, last + 2 + uint64(below(2))));
    }
}
