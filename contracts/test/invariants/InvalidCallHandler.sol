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
import {Claim} from "../../src/types/Claim.sol";
import {Disclosure} from "../../src/types/Disclosure.sol";
import {SnapshotHandler} from "./SnapshotHandler.sol";

/// @notice Makes calls that must fail, and checks the error of each call.
abstract contract InvalidCallHandler is SnapshotHandler {
    address private immutable stranger = _account("stranger");

    function tryInvalidWorkCalls(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _tryInvalidClaim();
        _tryClaimAfterHandover();
        _tryInvalidVerdict();
        _tryInvalidFees();
    }

    function tryInvalidStakeCalls(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        uint256 choice = _randomBelow(3);
        if (choice == 0) _tryInvalidReward();
        else if (choice == 1) _tryInvalidStake();
        else _tryPrivilegedCalls();
        _tryInvalidJob();
    }

    /// @dev Makes a claim that must fail: the caller is not the claim's transcoder, the previous claim is wrong, the segments
    /// are already claimed or belong to a successor, or the transcoder was not drawn.
    function _tryInvalidClaim() private {
        if (claimIds.length == 0) return;
        bytes32 claimId = _randomRecent(claimIds);
        Claim memory claim = _claimOf(claimId);
        uint256 choice = _randomBelow(4);
        _useStreamOf(claim.jobId);
        if (vm.getBlockNumber() >= jobs.getJob(claim.jobId).claimDeadline) return;
        if (choice == 0) return _assertClaimRefused(stranger, claim, "", "", IClaimsTypes.NotTranscoder.selector);
        if (choice == 1) {
            return _assertClaimRefused(claim.transcoder, claim, "", "", IClaimsTypes.WrongPreviousClaim.selector);
        }
        if (choice == 2) {
            // `previousClaimId` is correct, but the segments are already claimed.
            claim.previousClaimId = idWithPrefix[
                claims.getAssignment(claim.jobId, claim.transcoder, claim.renditionKey, claim.fromSequence)
                .lastClaimPrefix
            ];
            return _assertClaimRefused(claim.transcoder, claim, "", "", IClaimsTypes.RangeOutOfOrder.selector);
        }
        address[] memory candidates = jobs.candidates(claim.jobId);
        // In half of the calls or more, the caller is a candidate of the job. Then the call fails only because the segments are
        // already claimed, or because they were assigned to a successor.
        claim.transcoder = candidates.length > 0 && _randomBelow(2) == 0
            ? candidates[_randomBelow(candidates.length)]
            : _randomActor();
        claim.previousClaimId = 0;
        claim.fromSequence = claim.ranges[0].first;
        string memory name = _nameOf(claim.transcoder);
        if (claims.getAssignment(claim.jobId, claim.transcoder, claim.renditionKey, claim.fromSequence).shown) return;
        bool drawn;
        for (uint256 i; i < candidates.length; ++i) {
            if (candidates[i] == claim.transcoder) drawn = true;
        }
        bytes4 expectedError = drawn ? IClaimsTypes.AlreadyClaimed.selector : IClaimsTypes.NotDrawn.selector;
        // A later Assignment of the same job can begin within the claim's ranges. Then some segments of the claim belong to a
        // successor.
        if (
            drawn
                && claim.ranges[claim.ranges.length - 1].last
                    >= claims.handoverAfter(claim.jobId, claim.transcoder, claim.fromSequence)
        ) {
            expectedError = IClaimsTypes.AssignedToSuccessor.selector;
        }
        bytes memory acceptance = _signAcceptance(claim.jobId, name, claim.fromSequence);
        bytes memory assignment = _signAssignment(claim.jobId, name, claim.fromSequence);
        _assertClaimRefused(claim.transcoder, claim, acceptance, assignment, expectedError);
    }

    /// @dev Claims segments after their handover to a successor.
    function _tryClaimAfterHandover() private {
        if (jobIds.length == 0) return;
        bytes32 jobId = _randomRecent(jobIds);
        if (workAssignments[jobId].length < 2) return;
        WorkAssignment memory workAssignment = workAssignments[jobId][workAssignments[jobId].length - 2];
        // A transcoder cannot be its own successor.
        if (workAssignments[jobId][workAssignments[jobId].length - 1].transcoder == workAssignment.transcoder) return;
        (ClaimWithReceipts memory claimed,) = _buildClaimCall(jobId, workAssignment);
        claimed.claim.ranges = _range(
            _nextUnclaimed(jobId, workAssignment) - 1, workAssignments[jobId][workAssignments[jobId].length - 1].from
        );
        if (claimed.claim.previousClaimId != 0) ++claimed.claim.ranges[0].first;
        _assertClaimRefused(workAssignment.transcoder, claimed.claim, "", "", IClaimsTypes.AssignedToSuccessor.selector);
    }

    function _tryInvalidVerdict() private {
        if (claimIds.length == 0) return;
        bytes32 claimId = _randomRecent(claimIds);
        Claim memory claim = _claimOf(claimId);
        uint64 number = claim.ranges[0].first;
        bool isRequested = claims.getRequest(claimId, number).verifier != address(0);
        // No verifier has an unrecorded verdict.
        bytes4 expectedError = isRequested ? IClaimsTypes.WrongVerdict.selector : IClaimsTypes.UnknownRequest.selector;
        bytes memory data = abi.encodeCall(claims.recordVerdict, (claimId, number));
        _assertRefused(claim.transcoder, address(claims), data, expectedError);
        // The BondedVerifier is not the verifier of every job.
        data = abi.encodeCall(verifier.report, (claimId, number, IVerifier.Verdict.None));
        _assertRefused(_account("verifier"), address(verifier), data, expectedError);
        data = abi.encodeCall(verifier.report, (claimId, number, IVerifier.Verdict.Valid));
        _assertRefused(claim.transcoder, address(verifier), data, IBondedVerifier.NotVerifier.selector);
    }

    /// @dev Makes calls that must fail: distributes fees that are not due, discloses segments that are not challenged, and
    /// expires and seals claims that are paid or refunded.
    function _tryInvalidFees() private {
        if (claimIds.length == 0) return;
        // In most cases, selects an open claim, because the contract has more reasons to refuse a call for an open claim than
        // for a claim that is paid or refunded.
        bytes32 claimId = _randomRecent(openIds.length > 0 && _randomBelow(4) > 0 ? openIds : claimIds);
        ClaimWithReceipts memory claimed = _storedClaim(claimId);
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        _useStreamOf(claimed.claim.jobId);
        bytes4 expectedError;
        // `distributeFees` refunds an open claim that is void, so the call does not revert.
        if (_isVoid(claimed.claim, status.claimBlock)) return;
        if (status.state != IClaimsTypes.State.Open) expectedError = IClaimsTypes.WrongState.selector;
        else if (!status.isSealed) expectedError = IClaimsTypes.NotSealed.selector;
        else if (_isAccepted(claimId, status)) return;
        else if (_hasOnlyRefused(claimId, status)) expectedError = IClaimsTypes.TooEarly.selector;
        else expectedError = IClaimsTypes.NotVerified.selector;
        bytes memory data = abi.encodeWithSelector(
            bytes4(
                keccak256("distributeFees((bytes32,address,address,uint64,bytes32,(uint64,uint64)[],uint64,bytes32))")
            ),
            claimed.claim
        );
        _assertRefused(_randomActor(), address(claims), data, expectedError);
        Disclosure memory disclosure = _disclosureFor(claimed, 0);
        if (status.state == IClaimsTypes.State.Open && vm.getBlockNumber() >= status.verificationDeadline) {
            expectedError = IClaimsTypes.TooLate.selector;
        } else if (
            expectedError != IClaimsTypes.WrongState.selector && expectedError != IClaimsTypes.NotSealed.selector
        ) {
            // The claim's segments and its challenged segments are both in ascending order. So the claim's first segment that
            // differs from the challenged segment with the same index is not challenged.
            uint64[] memory numbers = challengesOf[claimId];
            for (uint256 i; i < numbers.length && numbers[i] == disclosure.segment.sequenceNumber;) {
                if (++i == claimed.receipts.length) return;
                disclosure = _disclosureFor(claimed, i);
            }
            expectedError = IClaimsTypes.NotChallenged.selector;
        }
        _assertRefused(
            claimed.claim.transcoder,
            address(claims),
            abi.encodeCall(claims.verify, (claimed.claim, disclosure)),
            expectedError
        );
        if (status.state == IClaimsTypes.State.Open) return;
        _assertRefused(stranger, address(claims), abi.encodeCall(claims.expire, (claimed.claim)), expectedError);
        _assertRefused(stranger, address(claims), abi.encodeCall(claims.sealChallenges, (claimed.claim)), expectedError);
    }

    /// @dev Makes calls that must fail: unbonds too much, withdraws too early, and bonds to an account that is no transcoder.
    function _tryInvalidStake() private {
        _initializeRound();
        (address actor, address target) = (_randomActor(), address(bonding));
        bytes memory data = abi.encodeCall(bonding.unbond, (_stakeOf(actor) + 1));
        if (bondedBy[actor].amount > 0) {
            bool missed = bonding.missedRewards(actor) >= bonding.parameters().missedRewardRounds;
            bytes4 expected = missed ? IBondingTypes.RewardsMissed.selector : IBondingTypes.InsufficientStake.selector;
            _assertRefused(actor, target, data, expected);
        }
        _assertRefused(actor, target, abi.encodeCall(bonding.unbond, (0)), IBondingTypes.ZeroAmount.selector);
        uint256 lockId = bonding.unbondingLockCount(actor);
        _assertRefused(
            actor, target, abi.encodeCall(bonding.withdrawStake, (lockId)), IBondingTypes.UnknownLock.selector
        );
        if (lockId > 0) {
            lockId = _randomBelow(lockId);
            uint256 withdrawBlock = bonding.getUnbondingLock(actor, lockId).withdrawBlock;
            bytes4 expectedError =
                withdrawBlock == 0 ? IBondingTypes.UnknownLock.selector : IBondingTypes.StakeLocked.selector;
            data = abi.encodeCall(bonding.withdrawStake, (lockId));
            if (withdrawBlock == 0 || vm.getBlockNumber() < withdrawBlock) {
                _assertRefused(actor, target, data, expectedError);
            }
            _assertRefused(stranger, target, data, IBondingTypes.UnknownLock.selector);
        }
        address to = _randomActor();
        if (to == actor || bonding.getTranscoder(to).registered) return;
        _assertRefused(actor, target, abi.encodeCall(bonding.bond, (1, to)), IBondingTypes.NotTranscoder.selector);
        _assertRefused(
            to, target, abi.encodeCall(bonding.transcodeAvailability, (true)), IBondingTypes.NotTranscoder.selector
        );
    }

    function _tryInvalidReward() private {
        address actor = _randomActor();
        bytes memory data = abi.encodeCall(bonding.reward, ());
        if (!rounds.currentRoundInitialized()) {
            bytes4 expectedError = IBondingTypes.RoundNotInitialized.selector;
            _assertRefused(actor, address(bonding), data, expectedError);
            return _assertRefused(actor, address(bonding), abi.encodeCall(bonding.bond, (1, actor)), expectedError);
        }
        bytes memory initializeCall = abi.encodeCall(rounds.initializeRound, ());
        _assertRefused(actor, address(rounds), initializeCall, IRoundsManager.RoundAlreadyInitialized.selector);
        if (!bonding.getTranscoder(actor).active) {
            return _assertRefused(actor, address(bonding), data, IBondingTypes.NotActive.selector);
        }
        if (bonding.getDelegator(actor).delegate != actor) return;
        if (roundEntries[rounds.currentRound()][actor].minted == 0) return;
        _assertRefused(actor, address(bonding), data, IBondingTypes.RewardCalled.selector);
    }

    /// @dev Calls functions that only a contract of the protocol may call.
    function _tryPrivilegedCalls() private {
        (address actor, address other) = (_randomActor(), _randomActor());
        bytes memory data = abi.encodeCall(bonding.slash, (other, 1, 1, 1, actor));
        _assertRefused(actor, address(bonding), data, IBondingTypes.NotClaimsManager.selector);
        data = abi.encodeCall(bonding.creditFees, (actor, 1 ether, 1));
        _assertRefused(actor, address(bonding), data, IBondingTypes.NotJobsManager.selector);
        data = abi.encodeCall(bonding.takeFees, (other));
        _assertRefused(actor, address(bonding), data, IBondingTypes.NotJobsManager.selector);
        data = abi.encodeCall(bonding.openRound, (rounds.currentRound(), block.number, bytes32(0)));
        _assertRefused(actor, address(bonding), data, IBondingTypes.NotRoundsManager.selector);
        data = abi.encodeCall(minter.openRound, (rounds.currentRound()));
        _assertRefused(actor, address(minter), data, IMinter.NotRoundsManager.selector);
        data = abi.encodeCall(minter.mintReward, (1, 1));
        _assertRefused(actor, address(minter), data, IMinter.NotBondingManager.selector);
        _assertRefused(actor, address(token), abi.encodeCall(token.mint, (actor, 1)), ILivepeerToken.NotMinter.selector);
        bytes32 jobId = jobIds.length == 0 ? bytes32(0) : _randomRecent(jobIds);
        bytes4 expectedError = IJobsManager.NotClaimsManager.selector;
        _assertRefused(actor, address(jobs), abi.encodeCall(jobs.escrow, (jobId, actor, 1)), expectedError);
        _assertRefused(actor, address(jobs), abi.encodeCall(jobs.returnEscrow, (jobId, 1, false)), expectedError);
        _assertRefused(actor, address(jobs), abi.encodeCall(jobs.earn, (jobId, actor, 1, 1, true)), expectedError);
        _assertRefused(actor, address(jobs), abi.encodeCall(jobs.payFine, (jobId, 1, actor)), expectedError);
    }

    function _tryInvalidJob() private {
        address actor = _randomActor();
        uint256 free = jobs.getBroadcaster(actor).deposit;
        bytes memory data = abi.encodeCall(jobs.withdraw, (free + 1));
        _assertRefused(actor, address(jobs), data, IJobsManager.InsufficientDeposit.selector);
        if (jobIds.length == 0) return;
        bytes32 jobId = _randomRecent(jobIds);
        data = abi.encodeWithSignature("endJob(bytes32)", jobId);
        _assertRefused(stranger, address(jobs), data, IJobsManager.NotBroadcaster.selector);
        data = abi.encodeWithSignature("endJob(bytes32,address,uint64)", jobId, vm.addr(RENDITION_KEY), uint64(0));
        _assertRefused(stranger, address(jobs), data, IJobsManager.NotAssigned.selector);
        data = abi.encodeCall(
            jobs.job,
            (
                _streamOf(streamKeys[jobId]),
                _ladder(),
                0,
                vm.getBlockNumber() + 1,
                _signBinding(streamKeys[jobId], stranger)
            )
        );
        _assertRefused(stranger, address(jobs), data, IJobsManager.StreamTaken.selector);
        data = abi.encodeCall(
            jobs.job,
            (
                _streamOf(streamKeys[jobId]),
                _ladder(),
                0,
                vm.getBlockNumber() + 1,
                _signBinding(streamKeys[jobId], actor)
            )
        );
        _assertRefused(stranger, address(jobs), data, IJobsManager.WrongSigner.selector);
    }

    function _assertClaimRefused(
        address by,
        Claim memory claim,
        bytes memory acceptance,
        bytes memory assignment,
        bytes4 expectedError
    ) private {
        bytes memory data = abi.encodeCall(claims.claimWork, (claim, claim.fromSequence, acceptance, assignment));
        if (by == claim.transcoder && expelledFrom[claim.jobId][by]) expectedError = IClaimsTypes.Expelled.selector;
        _assertRefused(by, address(claims), data, expectedError);
    }
}
