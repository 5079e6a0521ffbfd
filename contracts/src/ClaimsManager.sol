// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Assignments} from "./claims/Assignments.sol";
import {ClaimTerms} from "./claims/ClaimTerms.sol";
import {IBondingManager} from "./interfaces/IBondingManager.sol";
import {IClaimsManager} from "./interfaces/IClaimsManager.sol";
import {IJobsManager} from "./interfaces/IJobsManager.sol";
import {IRandomness} from "./interfaces/IRandomness.sol";
import {IVerifier} from "./interfaces/IVerifier.sol";
import {DisclosureRules} from "./libraries/DisclosureRules.sol";
import {Lottery} from "./libraries/Lottery.sol";
import {MerkleTree} from "./libraries/MerkleTree.sol";
import {SegmentRanges} from "./libraries/SegmentRanges.sol";
import {Claim, requestIdOf} from "./types/Claim.sol";
import {Disclosure} from "./types/Disclosure.sol";

/// @dev See IClaimsManager. It holds no wei: they stay in the JobsManager until somebody withdraws them.
contract ClaimsManager is Assignments {
    using DisclosureRules for Disclosure;
    using SafeCast for uint256;
    using SegmentRanges for *;

    /// @dev Two slots, because every claim pays for them.
    struct ClaimRecord {
        address transcoder;
        uint96 fees;
        uint48 claimBlock;
        uint32 verificationPeriodBlocks;
        uint32 slashingPeriodBlocks;
        uint32 verificationRate;
        uint24 failedVerificationSlashAmount;
        State state;
        bool isSealed;
        bool slashed;
        uint16 challenged;
        uint16 requested;
        uint16 passed;
    }

    struct RequestRecord {
        address verifier;
        uint64 sequenceNumber;
        IVerifier.Verdict verdict;
        bytes32 claimId;
    }

    /// @dev What verdicts on several segments have in common.
    struct Seal {
        bytes32 blockHash;
        bytes32 jobId;
    }

    /// @dev Clocks differ, and a stream may begin a little before its job is in a block.
    uint256 private constant SPARE_MS = 60_000;

    mapping(bytes32 claimId => ClaimRecord) private claims;
    mapping(bytes32 claimId => Seal) private seals;
    mapping(bytes32 requestId => RequestRecord) private requests;
    mapping(bytes32 jobId => SegmentRanges.Set) private claimed;

    constructor(
        IBondingManager bondingManager_,
        IJobsManager jobsManager_,
        IRandomness randomness_,
        IVerifier verifier_,
        Parameters memory values
    ) ClaimTerms(bondingManager_, jobsManager_, randomness_, verifier_, values) {}

    /// @inheritdoc IClaimsManager
    function claimWork(
        Claim memory claim,
        uint64 acceptedFrom,
        bytes calldata acceptanceSignature,
        bytes calldata assignmentSignature
    ) external returns (bytes32 claimId) {
        if (msg.sender != claim.transcoder) {
            revert NotTranscoder(msg.sender, claim.transcoder);
        }
        Work storage work = workUnder(claim, acceptedFrom, acceptanceSignature, assignmentSignature);
        claimId = claim.id();
        uint256 segments = take(claim, claimId, work);
        uint256 fees = charge(claim, work, segments);
        open(claimId, claim, segments, fees);
    }

    /// @inheritdoc IClaimsManager
    function sealChallenges(Claim memory claim) external returns (uint64[] memory sequenceNumbers) {
        bytes32 claimId = claim.id();
        ClaimRecord storage record = opened(claimId);
        if (record.isSealed) revert AlreadySealed(claimId);
        requireBefore(claimId, verificationDeadline(record));
        uint256 atBlock = record.claimBlock + 2;
        if (block.number < atBlock) revert NotYetSealable(claimId, atBlock);
        bytes32 blockHash = randomness.hashOf(atBlock - 1);
        seals[claimId] = Seal(blockHash, claim.jobId);
        sequenceNumbers =
            Lottery.challenged(claimId, blockHash, claim.ranges, claim.ranges.count(), record.verificationRate);
        (record.isSealed, record.challenged) = (true, uint16(sequenceNumbers.length));
        emit ChallengesSealed(claimId, claim.jobId, blockHash, sequenceNumbers);
    }

    /// @inheritdoc IClaimsManager
    function verify(Claim memory claim, Disclosure memory disclosure) external {
        bytes32 claimId = claim.id();
        uint64 sequenceNumber = disclosure.segment.sequenceNumber;
        ClaimRecord storage record = opened(claimId);
        requireBefore(claimId, verificationDeadline(record));
        uint256 index = challengedIndex(claim, claimId, record, sequenceNumber);
        RequestRecord storage asked = requests[requestIdOf(claimId, sequenceNumber)];
        if (asked.verifier != address(0)) revert AlreadyRequested(claimId, sequenceNumber);
        IJobsManager.Job memory job = jobsManager.getJob(claim.jobId);
        bytes32 optionsHash = disclosure.options.hash();
        if (optionsHash != job.optionsHash) revert WrongOptions(job.optionsHash, optionsHash);
        disclosure.check(claim, index, job.streamId, jobsManager.domainSeparator());
        ++record.requested;
        (asked.verifier, asked.sequenceNumber, asked.claimId) = (address(verifier), sequenceNumber, claimId);
        ask(claimId, claim, disclosure, job);
    }

    /// @inheritdoc IClaimsManager
    function report(bytes32 requestId, IVerifier.Verdict verdict) external {
        RequestRecord storage asked = requests[requestId];
        if (asked.verifier == address(0)) revert UnknownRequest(requestId);
        if (msg.sender != asked.verifier) revert NotVerifier(msg.sender, asked.verifier);
        if (verdict == IVerifier.Verdict.None || asked.verdict != IVerifier.Verdict.None) {
            revert WrongVerdict(requestId, asked.verdict, verdict);
        }
        bytes32 claimId = asked.claimId;
        bytes32 jobId = seals[claimId].jobId;
        ClaimRecord storage record = claims[claimId];
        requireBefore(claimId, verdictDeadline(record));
        asked.verdict = verdict;
        emit VerdictReported(claimId, jobId, requestId, asked.sequenceNumber, verdict);
        if (verdict == IVerifier.Verdict.Valid) {
            ++record.passed;
            return;
        }
        if (record.state == State.Open) {
            // None and Valid come before the verdicts that are reasons, in the same order.
            refund(claimId, jobId, record, Reason(uint8(verdict) - uint8(IVerifier.Verdict.Invalid)));
        }
        // Also after another verdict has refunded the claim: nobody hides a false segment behind a missing one.
        if (verdict == IVerifier.Verdict.Invalid && !record.slashed) {
            record.slashed = true;
            bondingManager.slash(record.transcoder, record.failedVerificationSlashAmount);
        }
    }

    /// @inheritdoc IClaimsManager
    function distributeFees(Claim memory claim) external {
        bytes32 claimId = claim.id();
        ClaimRecord storage record = opened(claimId);
        if (!record.isSealed) revert NotSealed(claimId);
        if (record.passed < record.challenged) revert NotVerified(claimId, record.challenged, record.passed);
        record.state = State.Paid;
        emit FeesDistributed(claimId, claim.jobId, record.transcoder, record.fees);
        jobsManager.earn(claim.jobId, record.transcoder, record.fees);
    }

    /// @inheritdoc IClaimsManager
    function expire(Claim memory claim) external {
        bytes32 claimId = claim.id();
        ClaimRecord storage record = opened(claimId);
        bool disclosed = record.isSealed && record.requested == record.challenged;
        if (disclosed && record.passed == record.challenged) revert NotExpired(claimId, 0);
        uint256 deadline = disclosed ? verdictDeadline(record) : verificationDeadline(record);
        if (block.number < deadline) revert NotExpired(claimId, deadline);
        refund(claimId, claim.jobId, record, disclosed ? Reason.Expired : Reason.Missed);
    }

    /// @inheritdoc IClaimsManager
    function getClaim(bytes32 claimId) external view returns (Status memory) {
        ClaimRecord storage record = claims[claimId];
        return Status({
            state: record.state,
            transcoder: record.transcoder,
            fees: record.fees,
            claimBlock: record.claimBlock,
            verificationDeadline: verificationDeadline(record),
            verdictDeadline: verdictDeadline(record),
            verificationRate: record.verificationRate,
            failedVerificationSlashAmount: record.failedVerificationSlashAmount,
            isSealed: record.isSealed,
            blockHash: seals[claimId].blockHash,
            challenged: record.challenged,
            requested: record.requested,
            passed: record.passed,
            slashed: record.slashed
        });
    }

    /// @inheritdoc IClaimsManager
    function getRequest(bytes32 requestId) external view returns (RequestStatus memory) {
        RequestRecord memory asked = requests[requestId];
        bytes32 jobId = seals[asked.claimId].jobId;
        return RequestStatus(asked.claimId, jobId, asked.sequenceNumber, asked.verifier, asked.verdict);
    }

    /// @inheritdoc IClaimsManager
    function isClaimed(bytes32 jobId, uint64 sequenceNumber) external view returns (bool) {
        return claimed[jobId].has(sequenceNumber);
    }

    /// @dev Nobody else, and he not before, has claimed these segments, and nobody else was given them.
    function take(Claim memory claim, bytes32 claimId, Work storage work) private returns (uint256 segments) {
        bytes32 lastClaimId = work.lastClaimId;
        if (claim.previousClaimId != lastClaimId) revert WrongPreviousClaim(lastClaimId, claim.previousClaimId);
        segments = claim.ranges.count(lastClaimId == 0 ? claim.fromSequence : uint256(work.lastSequenceNumber) + 1);
        uint64 last = claim.ranges.last();
        uint64 successor = successorOf(claim);
        if (last >= successor) revert AssignedOnward(successor);
        claimed[claim.jobId].add(claim.ranges);
        (work.lastClaimId, work.lastSequenceNumber) = (claimId, last);
    }

    /// @dev Takes the fees of a duration that its segments, and the time since the job began, can hold.
    function charge(Claim memory claim, Work storage work, uint256 segments) private returns (uint256 fees) {
        uint64 durationMs = claim.durationMs;
        uint256 max = segments * MerkleTree.MAX_DURATION_MS;
        if (durationMs > max) revert DurationOutOfBounds(durationMs, max);
        uint256 jobTime;
        (fees, jobTime) = jobsManager.escrow(claim.jobId, durationMs);
        max = (block.timestamp - jobTime) * 1_000 + SPARE_MS - work.claimedMs;
        if (durationMs > max) revert DurationOutOfBounds(durationMs, max);
        work.claimedMs += durationMs;
    }

    function open(bytes32 claimId, Claim memory claim, uint256 segments, uint256 fees) private {
        Terms memory values = terms;
        uint256 stake = bondingManager.stakeOf(msg.sender);
        if (stake < values.minClaimStake) revert InsufficientClaimStake(stake, values.minClaimStake);
        ClaimRecord storage record = claims[claimId];
        (record.transcoder, record.fees) = (msg.sender, fees.toUint96());
        (record.state, record.claimBlock) = (State.Open, uint48(block.number));
        record.verificationPeriodBlocks = values.verificationPeriodBlocks;
        record.slashingPeriodBlocks = values.slashingPeriodBlocks;
        record.verificationRate = values.verificationRate;
        record.failedVerificationSlashAmount = values.failedVerificationSlashAmount;
        uint256 deadline = verificationDeadline(record);
        emit NewClaim(
            claimId, claim.jobId, msg.sender, claim, segments, fees, deadline, deadline + values.slashingPeriodBlocks
        );
    }

    /// @dev The request is on record before the verifier is called, and nothing follows the call.
    function ask(bytes32 claimId, Claim memory claim, Disclosure memory disclosure, IJobsManager.Job memory job)
        private
    {
        uint64 sequenceNumber = disclosure.segment.sequenceNumber;
        bytes32 requestId = requestIdOf(claimId, sequenceNumber);
        emit VerificationRequested(claimId, claim.jobId, requestId, sequenceNumber, address(verifier));
        verifier.request(
            requestId,
            IVerifier.Request({
                claimId: claimId,
                jobId: claim.jobId,
                streamId: job.streamId,
                transcoder: claim.transcoder,
                sequenceNumber: sequenceNumber,
                durationMs: disclosure.segment.durationMs,
                dataHash: disclosure.segment.dataHash,
                optionsHash: job.optionsHash,
                outputs: disclosure.segment.outputs
            })
        );
    }

    function refund(bytes32 claimId, bytes32 jobId, ClaimRecord storage record, Reason reason) private {
        record.state = State.Refunded;
        emit ClaimRefunded(claimId, jobId, record.transcoder, record.fees, reason);
        jobsManager.returnEscrow(jobId, record.fees);
    }

    function challengedIndex(Claim memory claim, bytes32 claimId, ClaimRecord storage record, uint256 sequenceNumber)
        private
        view
        returns (uint256 index)
    {
        if (!record.isSealed) revert NotSealed(claimId);
        bool found;
        (found, index) = claim.ranges.indexOf(sequenceNumber);
        bool drawn = Lottery.isChallenged(claimId, seals[claimId].blockHash, sequenceNumber, record.verificationRate);
        if (!found || !drawn) revert NotChallenged(claimId, sequenceNumber);
    }

    function opened(bytes32 claimId) private view returns (ClaimRecord storage record) {
        record = claims[claimId];
        if (record.state != State.Open) revert WrongState(claimId, record.state);
    }

    function requireBefore(bytes32 claimId, uint256 deadline) private view {
        if (block.number >= deadline) revert TooLate(claimId, deadline);
    }

    function verificationDeadline(ClaimRecord storage record) private view returns (uint256) {
        return uint256(record.claimBlock) + record.verificationPeriodBlocks;
    }

    function verdictDeadline(ClaimRecord storage record) private view returns (uint256) {
        return verificationDeadline(record) + record.slashingPeriodBlocks;
    }
}
