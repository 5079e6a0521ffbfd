// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {Claim, Range} from "../../src/types/Claim.sol";
import {Disclosure} from "../../src/types/Disclosure.sol";
import {JobHandler} from "./JobHandler.sol";

/// @notice Acts as transcoders that were drawn for a job. They show Assignments, claim work and disclose segments.
abstract contract ClaimHandler is JobHandler {
    struct ClaimVersion {
        uint256 setBlock;
        IClaimsTypes.Parameters parameters;
        address verifier;
    }

    uint256 internal feesClaimed;
    uint256 internal feesWithdrawn;
    uint256 internal feesRefunded;
    /// @dev Fines that are reserved for open claims.
    uint256 internal finesHeld;
    /// @dev Parts of fines that transcoders earned.
    uint256 internal finesEarned;
    bytes32[] internal claimIds;
    bytes32[] internal openIds;
    /// @dev The first parameters and the first verifier, and all parameters and verifiers that the owner set later.
    ClaimVersion[] internal claimVersions;
    mapping(bytes32 claimId => uint64[]) internal challengesOf;
    mapping(bytes32 claimId => bytes) private storedClaims;
    /// @dev The claims without their receipts. Most actions do not read the receipts, which fill many storage slots.
    mapping(bytes32 claimId => bytes) private bareClaims;
    mapping(bytes32 claimId => uint256) private fineOf;
    mapping(bytes18 claimPrefix => bytes32) internal idWithPrefix;

    function claimWork(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _claimRandomWork();
    }

    function verify(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _discloseOpenClaims();
    }

    function _claimRandomWork() internal {
        if (jobIds.length == 0) return _postRandomJob();
        bytes32 jobId = _randomRecent(jobIds);
        _passUntilBlock(jobs.getJob(jobId).jobBlock + 2);
        if (!_isDrawable(jobId)) return _postRandomJob();
        WorkAssignment memory workAssignment = _currentOrNextAssignment(jobId);
        if (workAssignment.transcoder == address(0)) return;
        (ClaimWithReceipts memory claimed, bytes memory data) = _buildClaimCall(jobId, workAssignment);
        (uint256 fees, bytes4 expectedError) = _expectedFees(claimed.claim);
        if (expectedError == IJobsManager.ClaimDeadlinePassed.selector) _postRandomJob();
        if (expectedError != 0) return _assertRefused(workAssignment.transcoder, address(claims), data, expectedError);
        bool drawn = jobs.getJob(jobId).drawn;
        uint256 fine = _expectedFine(claimed.claim, fees);
        vm.prank(workAssignment.transcoder);
        (bool succeeded,) = address(claims).call(data);
        vm.assertTrue(succeeded, "the claim was refused");
        _assertSameCandidates(jobId);
        _recordAssignment(jobId, workAssignment);
        bytes32 claimId = claimed.claim.id();
        claimIds.push(claimId);
        openIds.push(claimId);
        idWithPrefix[bytes18(claimId)] = claimId;
        _recordClaim(claimId, claimed.claim.transcoder);
        (storedClaims[claimId], bareClaims[claimId]) = (abi.encode(claimed), abi.encode(claimed.claim));
        ++openClaimCount[jobId];
        feesClaimed += fees;
        (fineOf[claimId], finesHeld) = (fine, finesHeld + fine);
        _countOutcome(drawn ? bytes32("claimWork") : bytes32("claimWorkAndDraw"));
        if (claimed.claim.ranges.length > 1) _countOutcome("claimRanges");
    }

    /// @dev Shows an Assignment. After that, the previous transcoder cannot claim the segments of this Assignment.
    function showAssignment(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        if (jobIds.length == 0) return;
        bytes32 jobId = _randomRecent(jobIds);
        _passUntilBlock(jobs.getJob(jobId).jobBlock + 2);
        if (!_isDrawable(jobId)) return;
        WorkAssignment memory workAssignment = _currentOrNextAssignment(jobId);
        if (workAssignment.transcoder == address(0)) return;
        (string memory name, uint64 from) = (_nameOf(workAssignment.transcoder), workAssignment.from);
        _useStreamOf(jobId);
        bytes memory data = abi.encodeCall(
            claims.showAssignment,
            (
                _assignmentTo(jobId, name, from),
                from,
                _signAcceptance(jobId, name, from),
                _signAssignment(jobId, name, from)
            )
        );
        if (claims.getAssignment(jobId, workAssignment.transcoder, vm.addr(RENDITION_KEY), from).shown) {
            return _assertRefused(_randomActor(), address(claims), data, IClaimsTypes.AlreadyShown.selector);
        }
        if (expelledFrom[jobId][workAssignment.transcoder]) {
            return _assertRefused(_randomActor(), address(claims), data, IClaimsTypes.Expelled.selector);
        }
        (bool succeeded,) = address(claims).call(data);
        vm.assertTrue(succeeded, "the Assignment was refused");
        _recordAssignment(jobId, workAssignment);
        _countOutcome("showAssignment");
    }

    /// @dev Seals most open claims whose verification deadline has not passed, and discloses most of their challenged segments.
    /// For a few late claims, asserts that the contract refuses these calls.
    function _discloseOpenClaims() internal {
        for (uint256 i; i < openIds.length; ++i) {
            bool late = vm.getBlockNumber() >= claims.getClaim(openIds[i]).verificationDeadline;
            if (late ? _randomBelow(32) == 0 : _randomBelow(4) > 0) _sealAndDisclose(openIds[i]);
        }
    }

    function _sealAndDisclose(bytes32 claimId) private {
        ClaimWithReceipts memory claimed = _storedClaim(claimId);
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        if (!status.isSealed) {
            bytes memory data = abi.encodeCall(claims.sealChallenges, (claimed.claim));
            if (vm.getBlockNumber() >= status.verificationDeadline) {
                return _assertRefused(_randomActor(), address(claims), data, IClaimsTypes.TooLate.selector);
            }
            if (vm.getBlockNumber() < status.claimBlock + 2) {
                _assertRefused(_randomActor(), address(claims), data, IClaimsTypes.NotYetSealable.selector);
                _passUntilBlock(status.claimBlock + 2);
            }
            challengesOf[claimId] = claims.sealChallenges(claimed.claim);
            _countOutcome("sealChallenges");
        }
        if (_randomBelow(5) > 0) _discloseChallenged(claimId, claimed, status.verificationDeadline);
    }

    function withdrawFees(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address actor = _randomActor();
        uint256 due = jobs.earnings(actor);
        bytes memory data = abi.encodeCall(jobs.withdrawFees, ());
        if (due == 0) return _assertRefused(actor, address(jobs), data, IJobsManager.ZeroAmount.selector);
        uint256 before = actor.balance;
        vm.prank(actor);
        jobs.withdrawFees();
        vm.assertEq(actor.balance - before, due, "the withdrawn fees differ from the fees that were due");
        feesWithdrawn += due;
        _collectLoss(actor);
        _countOutcome("withdrawFees");
    }

    function _parametersOf(bytes32 jobId) internal view returns (IClaimsTypes.Parameters memory) {
        return _versionOf(jobId).parameters;
    }

    /// @dev The version of a job: the last version that was set before the job's block.
    function _versionOf(bytes32 jobId) internal view returns (ClaimVersion storage) {
        (uint256 i, uint256 jobBlock) = (claimVersions.length - 1, jobs.getJob(jobId).jobBlock);
        while (i > 0 && claimVersions[i].setBlock >= jobBlock) --i;
        return claimVersions[i];
    }

    function _storedClaim(bytes32 claimId) internal view returns (ClaimWithReceipts memory) {
        return abi.decode(storedClaims[claimId], (ClaimWithReceipts));
    }

    function _claimOf(bytes32 claimId) internal view returns (Claim memory) {
        return abi.decode(bareClaims[claimId], (Claim));
    }

    function _useStreamOf(bytes32 jobId) internal {
        (streamKey, streamId) = (streamKeys[jobId], jobs.getJob(jobId).streamId);
    }

    function _removeOpenClaim(bytes32 claimId) internal {
        uint256 i;
        while (openIds[i] != claimId) ++i;
        openIds[i] = openIds[openIds.length - 1];
        openIds.pop();
        --openClaimCount[_claimOf(claimId).jobId];
        _recordFine(claimId);
    }

    /// @dev Records that the claim is final: its fine is in the broadcaster's deposit or in the job's reserve again, or the
    /// broadcaster has paid the fine.
    function _recordFine(bytes32 claimId) private {
        uint256 fine = fineOf[claimId];
        finesHeld -= fine;
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        if (status.brokenInputs == 0) return;
        if (fine > 0) _countOutcome("inputFine");
        if (status.state != IClaimsTypes.State.Paid) return;
        finesEarned += fine * bonding.parameters().finderFee / 1_000_000;
        feesRefunded += status.fees * status.brokenInputMs / _claimOf(claimId).durationMs;
    }

    function _disclosureFor(ClaimWithReceipts memory claimed, uint256 index) internal view returns (Disclosure memory) {
        bytes32 previous = claimed.claim.previousClaimId;
        if (index > 0 || previous == 0) return _disclosureOf(claimed, index);
        return _disclosureAfter(_storedClaim(previous), claimed);
    }

    /// @dev Builds the next claim under an Assignment, and the call data of `claimWork` for this claim.
    function _buildClaimCall(bytes32 jobId, WorkAssignment memory workAssignment)
        internal
        returns (ClaimWithReceipts memory claimed, bytes memory data)
    {
        _useStreamOf(jobId);
        Claim memory claim = Claim(
            jobId, workAssignment.transcoder, vm.addr(RENDITION_KEY), workAssignment.from, 0, new Range[](0), 0, 0
        );
        IClaimsTypes.Progress memory progress =
            claims.getAssignment(jobId, workAssignment.transcoder, claim.renditionKey, workAssignment.from);
        if (progress.lastClaimPrefix == 0) {
            claim.ranges = _randomRanges(workAssignment.from);
            claimed = _buildClaim(claim, _noReceipts());
        } else {
            claimed = _buildNextClaim(
                _storedClaim(idWithPrefix[progress.lastClaimPrefix]),
                _randomRanges(uint64(progress.lastSequenceNumber) + 1)
            );
        }
        string memory name = _nameOf(workAssignment.transcoder);
        bytes memory acceptance = progress.shown ? bytes("") : _signAcceptance(jobId, name, workAssignment.from);
        bytes memory assignment = progress.shown ? bytes("") : _signAssignment(jobId, name, workAssignment.from);
        data = abi.encodeCall(claims.claimWork, (claimed.claim, workAssignment.from, acceptance, assignment));
    }

    /// @dev The number after the last claimed segment of an Assignment. If the Assignment has no claim, returns the
    /// number of the Assignment's second segment.
    function _nextUnclaimed(bytes32 jobId, WorkAssignment memory workAssignment) internal view returns (uint64) {
        IClaimsTypes.Progress memory progress =
            claims.getAssignment(jobId, workAssignment.transcoder, vm.addr(RENDITION_KEY), workAssignment.from);
        return progress.lastClaimPrefix == 0 ? workAssignment.from + 1 : uint64(progress.lastSequenceNumber) + 1;
    }

    function _discloseChallenged(bytes32 claimId, ClaimWithReceipts memory claimed, uint256 deadline) private {
        _useStreamOf(claimed.claim.jobId);
        uint64[] memory numbers = challengesOf[claimId];
        for (uint256 i; i < numbers.length; ++i) {
            Disclosure memory disclosure = _disclosureFor(claimed, _indexOf(claimed, numbers[i]));
            bytes memory data = abi.encodeCall(claims.verify, (claimed.claim, disclosure));
            bytes4 expectedError;
            if (vm.getBlockNumber() >= deadline) expectedError = IClaimsTypes.TooLate.selector;
            else if (i < claims.getClaim(claimId).requested) expectedError = IClaimsTypes.AlreadyRequested.selector;
            if (expectedError != 0) {
                _assertRefused(_randomActor(), address(claims), data, expectedError);
                continue;
            }
            // Some transcoders disclose only some of their challenged segments.
            if (i > 0 && _randomBelow(12) == 0) return;
            vm.prank(claimed.claim.transcoder);
            claims.verify(claimed.claim, disclosure);
            _countOutcome("verify");
        }
    }

    /// @dev Returns the latest Assignment of a job, or sometimes a new Assignment.
    function _currentOrNextAssignment(bytes32 jobId) private returns (WorkAssignment memory workAssignment) {
        uint256 count = workAssignments[jobId].length;
        if (count > 0 && _randomBelow(4) > 0) return workAssignments[jobId][count - 1];
        address[] memory drawn = jobs.candidates(jobId);
        if (drawn.length == 0) return workAssignment;
        uint64 from =
            count == 0 ? 0 : _nextUnclaimed(jobId, workAssignments[jobId][count - 1]) + uint64(_randomBelow(2));
        return WorkAssignment(drawn[_randomBelow(drawn.length)], from);
    }

    function _recordAssignment(bytes32 jobId, WorkAssignment memory workAssignment) private {
        WorkAssignment[] storage list = workAssignments[jobId];
        if (list.length == 0 || list[list.length - 1].from < workAssignment.from) list.push(workAssignment);
    }

    /// @dev The fees of a claim, and the error with which the claim must fail. The error is zero if the claim must
    /// succeed.
    function _expectedFees(Claim memory claim) private view returns (uint256 fees, bytes4 expectedError) {
        IJobsManager.Job memory job_ = jobs.getJob(claim.jobId);
        fees = job_.pricePerUnit * job_.unitsPerSecond * claim.durationMs / 1_000;
        uint256 passedMs = (vm.getBlockTimestamp() - job_.jobTime) * 1_000 + 60_000;
        uint256 claimedMs =
            claims.getAssignment(claim.jobId, claim.transcoder, claim.renditionKey, claim.fromSequence).claimedMs;
        (uint256 ownStake,) = bonding.selfStakeOf(claim.transcoder);
        if (expelledFrom[claim.jobId][claim.transcoder]) {
            expectedError = IClaimsTypes.Expelled.selector;
        } else if (vm.getBlockNumber() >= job_.claimDeadline) {
            expectedError = IJobsManager.ClaimDeadlinePassed.selector;
        } else if (fees > _payableTo(claim.transcoder, claim.jobId, job_.broadcaster)) {
            expectedError = IJobsManager.InsufficientDeposit.selector;
        } else if (claim.durationMs + claimedMs > passedMs) {
            expectedError = IClaimsTypes.DurationOutOfBounds.selector;
        } else if (ownStake < _parametersOf(claim.jobId).minSelfStake) {
            expectedError = IClaimsTypes.InsufficientClaimStake.selector;
        }
    }

    /// @dev The fine that must be reserved for a claim: the job's percentage of the fees, or zero if the wei of
    /// `_payableTo` do not cover both the fees and the fine.
    function _expectedFine(Claim memory claim, uint256 fees) private view returns (uint256 fine) {
        fine = fees * inputFinePercents[claim.jobId] / 100;
        address payer = jobs.getJob(claim.jobId).broadcaster;
        if (fees + fine > _payableTo(claim.transcoder, claim.jobId, payer)) fine = 0;
    }

    /// @dev The wei from which a claim of the transcoder can be paid.
    function _payableTo(address transcoder, bytes32 jobId, address jobBroadcaster) private view returns (uint256) {
        return jobs.reserveOf(jobId, transcoder) + jobs.getBroadcaster(jobBroadcaster).deposit;
    }

    function _randomRanges(uint64 from) private returns (Range[] memory ranges) {
        uint64 last = from + uint64(_randomBelow(3));
        if (_randomBelow(3) > 0) return _range(from, last);
        ranges = new Range[](2);
        (ranges[0], ranges[1]) = (Range(from, last), Range(last + 2, last + 2 + uint64(_randomBelow(2))));
    }
}
