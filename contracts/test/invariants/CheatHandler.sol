// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondedVerifier} from "../../src/interfaces/IBondedVerifier.sol";
import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {ILivepeerToken} from "../../src/interfaces/ILivepeerToken.sol";
import {IMinter} from "../../src/interfaces/IMinter.sol";
import {IRoundsManager} from "../../src/interfaces/IRoundsManager.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Claim, requestIdOf} from "../../src/types/Claim.sol";
import {Disclosure} from "../../src/types/Disclosure.sol";
import {OwnerHandler} from "./OwnerHandler.sol";

/// @notice Plays those who try what must fail. Nothing of it changes anything, and each is told why.
abstract contract CheatHandler is OwnerHandler {
    address private immutable stranger = person("stranger");

    function cheatAtWork(uint256 seed, uint256 salt) external played(seed, salt) {
        cheatWithClaim();
        cheatAfterHandover();
        cheatWithVerdict();
        cheatWithFees();
    }

    function cheatAtStake(uint256 seed, uint256 salt) external played(seed, salt) {
        uint256 way = below(3);
        if (way == 0) cheatWithReward();
        else if (way == 1) cheatWithStake();
        else cheatWithPower();
        cheatWithJob();
    }

    /// @dev Work that is claimed, another's, or not the caller's any more.
    function cheatWithClaim() private {
        if (claimIds.length == 0) return;
        bytes32 claimId = recent(claimIds);
        Claim memory claim = stored(claimId).claim;
        uint256 way = below(4);
        useStreamOf(claim.jobId);
        if (vm.getBlockNumber() >= jobs.getJob(claim.jobId).claimDeadline) return;
        if (way == 0) return refuseClaim(stranger, claim, "", "", IClaimsTypes.NotTranscoder.selector);
        if (way == 1) return refuseClaim(claim.transcoder, claim, "", "", IClaimsTypes.WrongPreviousClaim.selector);
        if (way == 2) {
            // The chain is right, the segments are not.
            claim.previousClaimId =
            claims.getAssignment(claim.jobId, claim.transcoder, claim.renditionKey, claim.fromSequence).lastClaimId;
            return refuseClaim(claim.transcoder, claim, "", "", IClaimsTypes.RangeOutOfOrder.selector);
        }
        address[] memory candidates = jobs.candidates(claim.jobId);
        // Often somebody who was drawn as well, so that it fails by the claim and not by who makes it.
        claim.transcoder = candidates.length > 0 && below(2) == 0 ? candidates[below(candidates.length)] : anybody();
        claim.previousClaimId = 0;
        claim.fromSequence = claim.ranges[0].first;
        string memory name = nameOf(claim.transcoder);
        if (claims.getAssignment(claim.jobId, claim.transcoder, claim.renditionKey, claim.fromSequence).shown) return;
        bool drawn;
        for (uint256 i; i < candidates.length; ++i) {
            if (candidates[i] == claim.transcoder) drawn = true;
        }
        bytes4 why = drawn ? IClaimsTypes.AlreadyClaimed.selector : IClaimsTypes.NotDrawn.selector;
        // A later task of the same job may begin within the claim's ranges.
        if (
            drawn
                && claim.ranges[claim.ranges.length - 1].last
                    >= claims.handoverAfter(claim.jobId, claim.transcoder, claim.fromSequence)
        ) {
            why = IClaimsTypes.AssignedToSuccessor.selector;
        }
        bytes memory accepted = acceptance(claim.jobId, name, claim.fromSequence);
        bytes memory assigned = assignment(claim.jobId, name, claim.fromSequence);
        refuseClaim(claim.transcoder, claim, accepted, assigned, why);
    }

    /// @dev Work after it was handed over.
    function cheatAfterHandover() private {
        if (jobIds.length == 0) return;
        bytes32 jobId = recent(jobIds);
        if (tasks[jobId].length < 2) return;
        Task memory task = tasks[jobId][tasks[jobId].length - 2];
        // Nobody succeeds itself.
        if (tasks[jobId][tasks[jobId].length - 1].transcoder == task.transcoder) return;
        (Bundle memory claimed,) = claimBy(jobId, task);
        claimed.claim.ranges = range(nextOf(jobId, task) - 1, tasks[jobId][tasks[jobId].length - 1].from);
        if (claimed.claim.previousClaimId != 0) ++claimed.claim.ranges[0].first;
        refuseClaim(task.transcoder, claimed.claim, "", "", IClaimsTypes.AssignedToSuccessor.selector);
    }

    function cheatWithVerdict() private {
        if (claimIds.length == 0) return;
        bytes32 claimId = recent(claimIds);
        Claim memory claim = stored(claimId).claim;
        uint64 number = claim.ranges[0].first;
        bytes32 requestId = requestIdOf(claimId, number);
        bool asked = claims.getRequest(requestId).verifier != address(0);
        bytes4 why = asked ? IClaimsTypes.NotVerifier.selector : IClaimsTypes.UnknownRequest.selector;
        bytes memory data = abi.encodeCall(claims.report, (requestId, IVerifier.Verdict.Valid));
        refused(claim.transcoder, address(claims), data, why);
        data = abi.encodeCall(verifier.report, (requestId, IVerifier.Verdict.Valid));
        refused(claim.transcoder, address(verifier), data, IBondedVerifier.NotVerifier.selector);
        data = abi.encodeCall(verifier.report, (requestId, IVerifier.Verdict.None));
        why = asked ? IClaimsTypes.WrongVerdict.selector : IClaimsTypes.UnknownRequest.selector;
        refused(person("verifier"), address(verifier), data, why);
        IVerifier.Request memory request;
        data = abi.encodeCall(verifier.request, (requestId, request));
        refused(claim.transcoder, address(verifier), data, IBondedVerifier.NotClaimsManager.selector);
    }

    /// @dev Fees that are not, or no more, due; disclosures that nobody asked for.
    function cheatWithFees() private {
        if (claimIds.length == 0) return;
        bytes32 claimId = recent(claimIds);
        Bundle memory claimed = stored(claimId);
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        useStreamOf(claimed.claim.jobId);
        bytes4 why;
        if (status.state != IClaimsTypes.State.Open) why = IClaimsTypes.WrongState.selector;
        else if (!status.isSealed) why = IClaimsTypes.NotSealed.selector;
        else if (status.passed < status.challenged) why = IClaimsTypes.NotVerified.selector;
        else return;
        bytes memory data = abi.encodeWithSelector(
            bytes4(
                keccak256("distributeFees((bytes32,address,address,uint64,bytes32,(uint64,uint64)[],uint64,bytes32))")
            ),
            claimed.claim
        );
        refused(anybody(), address(claims), data, why);
        Disclosure memory disclosure = disclosed(claimed, 0);
        if (status.state == IClaimsTypes.State.Open && vm.getBlockNumber() >= status.verificationDeadline) {
            why = IClaimsTypes.TooLate.selector;
        } else if (why == IClaimsTypes.NotVerified.selector) {
            uint64[] memory numbers = challengesOf[claimId];
            if (numbers[0] == disclosure.segment.sequenceNumber) return;
            why = IClaimsTypes.NotChallenged.selector;
        }
        refused(
            claimed.claim.transcoder, address(claims), abi.encodeCall(claims.verify, (claimed.claim, disclosure)), why
        );
        if (status.state == IClaimsTypes.State.Open) return;
        refused(finder, address(claims), abi.encodeCall(claims.expire, (claimed.claim)), why);
        refused(finder, address(claims), abi.encodeCall(claims.sealChallenges, (claimed.claim)), why);
    }

    /// @dev More than one has, before its time, or to nobody.
    function cheatWithStake() private {
        openRound();
        (address actor, address target) = (anybody(), address(bonding));
        bytes memory data = abi.encodeCall(bonding.unbond, (stakeOf(actor) + 1));
        if (bondedBy[actor].amount > 0) refused(actor, target, data, IBondingTypes.InsufficientStake.selector);
        refused(actor, target, abi.encodeCall(bonding.unbond, (0)), IBondingTypes.ZeroAmount.selector);
        uint256 lockId = bonding.unbondingLockCount(actor);
        refused(actor, target, abi.encodeCall(bonding.withdrawStake, (lockId)), IBondingTypes.UnknownLock.selector);
        if (lockId > 0) {
            lockId = below(lockId);
            uint256 withdrawRound = bonding.getUnbondingLock(actor, lockId).withdrawRound;
            bytes4 why = withdrawRound == 0 ? IBondingTypes.UnknownLock.selector : IBondingTypes.StakeLocked.selector;
            data = abi.encodeCall(bonding.withdrawStake, (lockId));
            if (withdrawRound == 0 || rounds.currentRound() < withdrawRound) refused(actor, target, data, why);
            refused(stranger, target, data, IBondingTypes.UnknownLock.selector);
        }
        address to = anybody();
        if (to == actor || bonding.getTranscoder(to).registered) return;
        refused(actor, target, abi.encodeCall(bonding.bond, (1, to)), IBondingTypes.NotTranscoder.selector);
        refused(to, target, abi.encodeCall(bonding.transcodeAvailability, (true)), IBondingTypes.NotTranscoder.selector);
    }

    function cheatWithReward() private {
        address actor = anybody();
        bytes memory data = abi.encodeCall(bonding.reward, ());
        if (!rounds.currentRoundInitialized()) {
            bytes4 why = IBondingTypes.RoundNotInitialized.selector;
            refused(actor, address(bonding), data, why);
            return refused(actor, address(bonding), abi.encodeCall(bonding.bond, (1, actor)), why);
        }
        bytes memory again = abi.encodeCall(rounds.initializeRound, ());
        refused(actor, address(rounds), again, IRoundsManager.RoundAlreadyInitialized.selector);
        if (!bonding.getTranscoder(actor).active) {
            return refused(actor, address(bonding), data, IBondingTypes.NotActive.selector);
        }
        if (bonding.getDelegator(actor).delegate != actor) return;
        if (standings[rounds.currentRound()][actor].minted == 0) return;
        refused(actor, address(bonding), data, IBondingTypes.RewardCalled.selector);
    }

    /// @dev What only another contract may.
    function cheatWithPower() private {
        (address actor, address other) = (anybody(), anybody());
        bytes memory data = abi.encodeWithSignature("slash(address,uint256,address)", other, 1, actor);
        refused(actor, address(bonding), data, IBondingTypes.NotClaimsManager.selector);
        data = abi.encodeCall(bonding.creditFees, (actor, 1 ether, 1));
        refused(actor, address(bonding), data, IBondingTypes.NotJobsManager.selector);
        data = abi.encodeCall(bonding.takeFees, (other));
        refused(actor, address(bonding), data, IBondingTypes.NotJobsManager.selector);
        data = abi.encodeCall(bonding.openRound, (rounds.currentRound(), bytes32(0)));
        refused(actor, address(bonding), data, IBondingTypes.NotRoundsManager.selector);
        data = abi.encodeCall(minter.openRound, (rounds.currentRound()));
        refused(actor, address(minter), data, IMinter.NotRoundsManager.selector);
        data = abi.encodeCall(minter.mintReward, (1, 1));
        refused(actor, address(minter), data, IMinter.NotBondingManager.selector);
        refused(actor, address(token), abi.encodeCall(token.mint, (actor, 1)), ILivepeerToken.NotMinter.selector);
        bytes32 jobId = jobIds.length == 0 ? bytes32(0) : recent(jobIds);
        bytes4 why = IJobsManager.NotClaimsManager.selector;
        refused(actor, address(jobs), abi.encodeCall(jobs.escrow, (jobId, 1)), why);
        refused(actor, address(jobs), abi.encodeCall(jobs.returnEscrow, (jobId, 1)), why);
        refused(actor, address(jobs), abi.encodeCall(jobs.earn, (jobId, actor, 1, 1)), why);
    }

    function cheatWithJob() private {
        address actor = anybody();
        uint256 free = jobs.getBroadcaster(actor).deposit;
        bytes memory data = abi.encodeCall(jobs.withdraw, (free + 1));
        refused(actor, address(jobs), data, IJobsManager.InsufficientDeposit.selector);
        if (jobIds.length == 0) return;
        bytes32 jobId = recent(jobIds);
        data = abi.encodeWithSignature("endJob(bytes32)", jobId);
        refused(stranger, address(jobs), data, IJobsManager.NotBroadcaster.selector);
        data = abi.encodeWithSignature("endJob(bytes32,address,uint64)", jobId, vm.addr(RENDITION_KEY), uint64(0));
        refused(stranger, address(jobs), data, IJobsManager.NotAssigned.selector);
        data = abi.encodeCall(
            jobs.job, (streamOf(keys[jobId]), ladder(), 0, vm.getBlockNumber() + 1, binding(keys[jobId], stranger))
        );
        refused(stranger, address(jobs), data, IJobsManager.StreamTaken.selector);
        data = abi.encodeCall(
            jobs.job, (streamOf(keys[jobId]), ladder(), 0, vm.getBlockNumber() + 1, binding(keys[jobId], actor))
        );
        refused(stranger, address(jobs), data, IJobsManager.WrongSigner.selector);
    }

    function refuseClaim(address by, Claim memory claim, bytes memory accepted, bytes memory assigned, bytes4 why)
        private
    {
        bytes memory data = abi.encodeCall(claims.claimWork, (claim, claim.fromSequence, accepted, assigned));
        refused(by, address(claims), data, why);
    }
}
