// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Assignments} from "./claims/Assignments.sol";
import {ClaimTerms} from "./claims/ClaimTerms.sol";
import {IBondingManager} from "./interfaces/IBondingManager.sol";
import {IClaiming} from "./interfaces/IClaiming.sol";
import {IJobsManager} from "./interfaces/IJobsManager.sol";
import {IRandomness} from "./interfaces/IRandomness.sol";
import {IVerifier} from "./interfaces/IVerifier.sol";
import {DisclosureRules} from "./libraries/DisclosureRules.sol";
import {Extension} from "./libraries/Extension.sol";
import {GuardedCall} from "./libraries/GuardedCall.sol";
import {Lottery} from "./libraries/Lottery.sol";
import {MerkleTree} from "./libraries/MerkleTree.sol";
import {Parameters as Bounds} from "./libraries/Parameters.sol";
import {SegmentRanges} from "./libraries/SegmentRanges.sol";
import {Claim} from "./types/Claim.sol";
import {Disclosure, ReceiptProof} from "./types/Disclosure.sol";
import {StreamId} from "./types/StreamId.sol";

/// @dev See IClaimsManager. This contract contains the functions of IClaiming. For the functions of ISettlement, it
/// runs the code of `settlement` on its own storage. One contract with all this code would exceed the size limit of a
/// contract. The ClaimsManager holds no wei: fees stay in the JobsManager until they are withdrawn.
contract ClaimsManager is Assignments {
    using DisclosureRules for Disclosure;
    using SafeCast for uint256;
    using SegmentRanges for *;

    /// @dev The total duration of all segments that are claimed under an Assignment may exceed the time since the job's
    /// block by at most this time, because clocks differ, and because a stream can begin shortly before its job's block.
    uint256 private constant TOLERANCE_MS = 60_000;

    /// @dev Gas that the verifier gets for a request. A BondedVerifier uses less than 1,000. With the rest, a later
    /// verifier could write a few new storage slots. A verifier that always uses all this gas makes `verify` about
    /// twice as expensive.
    uint256 private constant VERIFIER_GAS = 200_000;

    address public immutable settlement;

    mapping(bytes32 jobId => SegmentRanges.Set) private claimedSegments;

    /// @param settlement_ A ClaimsSettlement with the same BondingManager, JobsManager and randomness.
    constructor(
        address owner_,
        IBondingManager bondingManager_,
        IJobsManager jobsManager_,
        IRandomness randomness_,
        address settlement_,
        IVerifier verifier_,
        Parameters memory values
    ) ClaimTerms(owner_, bondingManager_, jobsManager_, randomness_) {
        Bounds.requireCode(settlement_);
        settlement = settlement_;
        _setVerifier(verifier_);
        _setParameters(values);
    }

    /// @dev A call that sends wei reverts, because this function is not payable.
    fallback() external {
        Extension.forward(settlement);
    }

    /// @inheritdoc IClaiming
    function claimWork(
        Claim memory claim,
        uint64 acceptedFrom,
        bytes calldata acceptanceSignature,
        bytes calldata assignmentSignature
    ) external returns (bytes32 claimId) {
        if (msg.sender != claim.transcoder) {
            revert NotTranscoder(msg.sender, claim.transcoder);
        }
        _requireNotExpelled(claim.jobId, msg.sender);
        ProgressRecord storage progress = _progressUnder(claim, acceptedFrom, acceptanceSignature, assignmentSignature);
        claimId = claim.id();
        uint256 segments = _recordRanges(claim, claimId, progress);
        (uint256 fees, uint256 fine, uint256 jobBlock) = _escrowFees(claim, progress, segments);
        _recordClaim(claimId, claim, segments, fees, fine, jobBlock);
    }

    /// @inheritdoc IClaiming
    function verify(Claim memory claim, Disclosure memory disclosure) external {
        bytes32 claimId = claim.id();
        uint64 sequenceNumber = disclosure.segment.sequenceNumber;
        ClaimRecord storage record = _requireOpenClaim(claimId);
        _requireBefore(claimId, _verificationDeadline(record));
        uint256 index = _challengedIndex(claim, claimId, record, sequenceNumber);
        RequestRecord storage request = requests[claimId][sequenceNumber];
        if (request.transcoder != address(0)) revert AlreadyRequested(claimId, sequenceNumber);
        bytes32 receiptHash = _checkDisclosure(claim, disclosure, index);
        ++record.requested;
        (request.transcoder, request.durationMs) = (claim.transcoder, uint16(disclosure.segment.durationMs));
        _requestVerdict(claimId, claim.jobId, disclosure.segment, receiptHash);
    }

    /// @inheritdoc IClaiming
    function setVerifier(IVerifier verifier_) external onlyOwner {
        // Without code at this address, the segments of all jobs that are posted in later blocks would stay without a verdict.
        Bounds.requireCode(address(verifier_));
        _setVerifier(verifier_);
    }

    /// @inheritdoc IClaiming
    function setParameters(Parameters calldata values) external onlyOwner {
        _setParameters(values);
    }

    /// @inheritdoc IClaiming
    function parameters() external view returns (Parameters memory) {
        Terms memory values = latest;
        return Parameters({
            verificationRate: values.verificationRate,
            verificationPeriodBlocks: values.verificationPeriodBlocks,
            slashingPeriodBlocks: values.slashingPeriodBlocks,
            failedVerificationSlashAmount: values.failedVerificationSlashAmount,
            missedVerificationSlashAmount: values.missedVerificationSlashAmount,
            equivocationSlashAmount: values.equivocationSlashAmount,
            verificationFailureThreshold: values.verificationFailureThreshold,
            verificationWindow: values.verificationWindow,
            minSelfStake: values.minSelfStake
        });
    }

    /// @inheritdoc IClaiming
    function verifier() external view returns (IVerifier) {
        return latest.verifier;
    }

    /// @inheritdoc IClaiming
    function longestClaimBlocks() external view returns (uint256) {
        return longestPeriods;
    }

    /// @inheritdoc IClaiming
    function isClaimed(bytes32 jobId, uint64 sequenceNumber) external view returns (bool) {
        return claimedSegments[jobId].has(sequenceNumber);
    }

    /// @dev Records the segments of the claim. Records the claim as the last claim under its Assignment. Reverts if the claim does not
    /// follow the last claim, if another claim already contains one of the segments, or if a later Assignment gives one of the segments to
    /// another transcoder.
    /// @return segments Number of segments in the ranges.
    function _recordRanges(Claim memory claim, bytes32 claimId, ProgressRecord storage progress)
        private
        returns (uint256 segments)
    {
        (bytes18 lastPrefix, bytes32 previous) = (progress.lastClaimPrefix, claim.previousClaimId);
        bool isFirst = lastPrefix == 0;
        if (isFirst ? previous != 0 : bytes18(previous) != lastPrefix) revert WrongPreviousClaim(lastPrefix, previous);
        segments = claim.ranges.validate(isFirst ? claim.fromSequence : uint256(progress.lastSequenceNumber) + 1);
        uint64 last = claim.ranges.last();
        uint64 successor = _successorStart(claim);
        if (last >= successor) revert AssignedToSuccessor(successor);
        claimedSegments[claim.jobId].record(claim.ranges);
        (progress.lastClaimPrefix, progress.lastSequenceNumber) = (bytes18(claimId), last);
    }

    /// @dev Moves the claim's fees into escrow, and reserves the broadcaster's fine for the claim. Reverts if the
    /// claim's duration is too long for its number of segments, or if the durations of all claims under the Assignment
    /// add up to more than the time since the job's block plus TOLERANCE_MS.
    function _escrowFees(Claim memory claim, ProgressRecord storage progress, uint256 segments)
        private
        returns (uint256 fees, uint256 fine, uint256 jobBlock)
    {
        uint64 durationMs = claim.durationMs;
        uint256 max = segments * MerkleTree.MAX_DURATION_MS;
        if (durationMs > max) revert DurationOutOfBounds(durationMs, max);
        uint256 jobTime;
        (fees, fine, jobTime, jobBlock) = jobsManager.escrow(claim.jobId, claim.transcoder, durationMs);
        uint256 claimedMs = progress.claimedMs;
        max = (block.timestamp - jobTime) * 1_000 + TOLERANCE_MS - claimedMs;
        if (durationMs > max) revert DurationOutOfBounds(durationMs, max);
        progress.claimedMs = (claimedMs + durationMs).toUint40();
    }

    /// @dev The claim keeps the terms that were in force when its job was posted.
    function _recordClaim(
        bytes32 claimId,
        Claim memory claim,
        uint256 segments,
        uint256 fees,
        uint256 fine,
        uint256 jobBlock
    ) private {
        Terms storage values = _termsAt(jobBlock);
        (uint256 stake, uint256 ownPart) = bondingManager.selfStakeOf(msg.sender);
        uint256 required = values.minSelfStake;
        if (stake < required) revert InsufficientClaimStake(stake, required);
        ClaimRecord storage record = claims[claimId];
        (record.fees, record.claimBlock, record.termsIndex) = (fees.toUint88(), uint40(block.number), values.index);
        (record.state, record.holdsFine, record.challenged) = (State.Open, fine > 0, UNSEALED);
        record.ownPart = uint24(ownPart);
        uint256 deadline = block.number + values.verificationPeriodBlocks;
        emit NewClaim(
            claimId,
            claim.jobId,
            msg.sender,
            claim,
            segments,
            fees,
            fine,
            deadline,
            deadline + values.slashingPeriodBlocks
        );
    }

    /// @dev Checks the disclosure, but not whether the outputs follow from the input: only a verifier can check this.
    function _checkDisclosure(Claim memory claim, Disclosure memory disclosure, uint256 index)
        private
        view
        returns (bytes32 receiptHash)
    {
        (StreamId streamId, bytes32 expected, bytes32 separator) = jobsManager.receiptTerms(claim.jobId);
        bytes32 actual = disclosure.options.hash();
        if (actual != expected) revert WrongOptions(expected, actual);
        return disclosure.check(claim, index, streamId, separator);
    }

    /// @dev Calls the verifier of the claim's job. If the call fails, the disclosure counts anyway. So a failure of the
    /// verifier cannot make a transcoder miss its verification. Reentrancy is harmless: `verify` stores the request
    /// before the call. After a failed call, which has changed nothing, `verify` only records the failure.
    function _requestVerdict(bytes32 claimId, bytes32 jobId, ReceiptProof memory segment, bytes32 receiptHash) private {
        ClaimRecord storage record = claims[claimId];
        address by = address(versions[record.termsIndex].verifier);
        uint64 sequenceNumber = segment.sequenceNumber;
        emit VerificationRequested(claimId, jobId, by, sequenceNumber, segment.dataHash, segment.outputs);
        bytes memory call_ = abi.encodeCall(IVerifier.request, (claimId, jobId, sequenceNumber, receiptHash));
        if (GuardedCall.tryCall(by, call_, VERIFIER_GAS)) return;
        (requests[claimId][sequenceNumber].isRefused, record.refused) = (true, record.refused + 1);
        emit RequestRefused(claimId, jobId, by, sequenceNumber);
    }

    function _challengedIndex(Claim memory claim, bytes32 claimId, ClaimRecord storage record, uint256 sequenceNumber)
        private
        view
        returns (uint256 index)
    {
        if (!_isSealed(record)) revert NotSealed(claimId);
        bool found;
        (found, index) = claim.ranges.indexOf(sequenceNumber);
        uint256 rate = versions[record.termsIndex].verificationRate;
        bool drawn = Lottery.isChallenged(claimId, seals[claimId].blockHash, sequenceNumber, rate);
        if (!found || !drawn) revert NotChallenged(claimId, sequenceNumber);
    }
}
