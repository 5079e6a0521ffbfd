// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClaimTerms} from "./claims/ClaimTerms.sol";
import {Verdicts} from "./claims/Verdicts.sol";
import {IBondingManager} from "./interfaces/IBondingManager.sol";
import {IJobsManager} from "./interfaces/IJobsManager.sol";
import {IRandomness} from "./interfaces/IRandomness.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {IVerifier} from "./interfaces/IVerifier.sol";
import {DisclosureRules} from "./libraries/DisclosureRules.sol";
import {Lottery} from "./libraries/Lottery.sol";
import {SegmentRanges} from "./libraries/SegmentRanges.sol";
import {VerdictHistory} from "./libraries/VerdictHistory.sol";
import {Attestation} from "./types/Attestation.sol";
import {Claim} from "./types/Claim.sol";
import {StreamId} from "./types/StreamId.sol";

/// @dev See ISettlement. The ClaimsManager runs this code with delegatecall, on the ClaimsManager's storage.
/// ClaimsSettlement itself holds no claims.
contract ClaimsSettlement is Verdicts, ISettlement {
    using SegmentRanges for *;
    using VerdictHistory for VerdictHistory.History;

    constructor(address owner_, IBondingManager bondingManager_, IJobsManager jobsManager_, IRandomness randomness_)
        ClaimTerms(owner_, bondingManager_, jobsManager_, randomness_)
    {}

    /// @inheritdoc ISettlement
    function sealChallenges(Claim memory claim) external returns (uint64[] memory sequenceNumbers) {
        bytes32 claimId = claim.id();
        ClaimRecord storage record = _requireOpenClaim(claimId);
        if (_isSealed(record)) revert AlreadySealed(claimId);
        _requireBefore(claimId, _verificationDeadline(record));
        uint256 atBlock = uint256(record.claimBlock) + 2;
        if (block.number < atBlock) revert NotYetSealable(claimId, atBlock);
        bytes32 blockHash = randomness.hashOf(atBlock - 1);
        seals[claimId] = Seal(blockHash, claim.jobId);
        uint256 rate = versions[record.termsIndex].verificationRate;
        sequenceNumbers = Lottery.drawChallenges(claimId, blockHash, claim.ranges, claim.ranges.count(), rate);
        // The cast is safe: the length is at most SegmentRanges.MAX_SEGMENTS.
        record.challenged = uint16(sequenceNumbers.length);
        emit ChallengesSealed(claimId, claim.jobId, blockHash, sequenceNumbers);
    }

    /// @inheritdoc ISettlement
    function recordVerdict(bytes32 claimId, uint64 sequenceNumber) external {
        RequestRecord storage request = requests[claimId][sequenceNumber];
        if (request.transcoder == address(0)) revert UnknownRequest(claimId, sequenceNumber);
        (, IVerifier.Verdict verdict, address finder) = _verdictOf(claimId, sequenceNumber);
        if (verdict == IVerifier.Verdict.None || request.verdict != IVerifier.Verdict.None) {
            revert WrongVerdict(claimId, sequenceNumber, request.verdict, verdict);
        }
        _recordVerdict(claimId, sequenceNumber, verdict, finder);
    }

    /// @inheritdoc ISettlement
    function distributeFees(Claim memory claim) public {
        bytes32 claimId = claim.id();
        ClaimRecord storage record = _requireOpenClaim(claimId);
        if (_refundIfVoid(claimId, claim, record)) return;
        if (!_isSealed(record)) revert NotSealed(claimId);
        if (record.passed < record.challenged) {
            _recordVerdicts(claimId, claim, record);
            if (record.state != State.Open) return;
            _requireNoFailure(claimId, record);
            if (brokenInputs[claimId].count > 0) return _payWithoutBrokenInputs(claimId, claim, record);
        }
        record.state = State.Paid;
        uint256 fees = record.fees;
        emit FeesDistributed(claimId, claim.jobId, claim.transcoder, fees);
        jobsManager.earn(claim.jobId, claim.transcoder, fees, claim.durationMs, record.holdsFine);
    }

    /// @inheritdoc ISettlement
    function distributeFees(Claim[] memory claims_) external {
        for (uint256 i; i < claims_.length; ++i) {
            // Another caller may already have distributed the fees of this claim, or may have refunded the claim. A claim that
            // does not exist makes the call revert.
            State state = claims[claims_[i].id()].state;
            if (state == State.Open || state == State.None) distributeFees(claims_[i]);
        }
    }

    /// @inheritdoc ISettlement
    function expire(Claim memory claim) external {
        bytes32 claimId = claim.id();
        ClaimRecord storage record = _requireOpenClaim(claimId);
        if (_refundIfVoid(claimId, claim, record)) return;
        // Before the claim is sealed, `challenged` is UNSEALED and `requested` is zero.
        if (record.requested == record.challenged) return _expireDisclosed(claimId, claim, record);
        uint256 deadline = _verificationDeadline(record);
        if (block.number < deadline) revert NotExpired(claimId, deadline);
        _refundClaim(claimId, claim.jobId, claim.transcoder, record, Reason.Missed);
        if (block.number >= _verdictDeadline(record)) return;
        uint256 share = versions[record.termsIndex].missedVerificationSlashAmount;
        _slashForClaim(claimId, claim.jobId, claim.transcoder, Offence.MissedVerification, share, msg.sender);
    }

    /// @inheritdoc ISettlement
    function slashEquivocation(
        Claim memory claim,
        uint64 sequenceNumber,
        bytes32 dataHash,
        Attestation memory one,
        Attestation memory other
    ) external {
        bytes32 claimId = claim.id();
        ClaimRecord storage record = claims[claimId];
        if (record.state == State.None) revert WrongState(claimId, State.None);
        _requireBefore(claimId, _verdictDeadline(record));
        (bool found,) = claim.ranges.indexOf(sequenceNumber);
        if (!found) revert NotInClaim(claimId, sequenceNumber);
        if (one.transcodedDataHash == other.transcodedDataHash) revert SameOutputs(one.transcodedDataHash);
        (StreamId streamId,, bytes32 separator) = jobsManager.receiptTerms(claim.jobId);
        address signer = one.recover(claim.jobId, streamId, sequenceNumber, dataHash, separator);
        DisclosureRules.requireSigner(claim.renditionKey, signer);
        signer = other.recover(claim.jobId, streamId, sequenceNumber, dataHash, separator);
        DisclosureRules.requireSigner(claim.renditionKey, signer);
        uint256 share = versions[record.termsIndex].equivocationSlashAmount;
        if (!_slashForClaim(claimId, claim.jobId, claim.transcoder, Offence.Equivocation, share, msg.sender)) {
            revert AlreadySlashed(claim.jobId, claim.transcoder);
        }
        if (record.state == State.Open) {
            _refundClaim(claimId, claim.jobId, claim.transcoder, record, Reason.Equivocation);
        }
    }

    /// @inheritdoc ISettlement
    function getClaim(bytes32 claimId) external view returns (Status memory status) {
        ClaimRecord storage record = claims[claimId];
        if (record.state == State.None) return status;
        return Status({
            state: record.state,
            fees: record.fees,
            claimBlock: record.claimBlock,
            verificationDeadline: _verificationDeadline(record),
            verdictDeadline: _verdictDeadline(record),
            verificationRate: versions[record.termsIndex].verificationRate,
            failedVerificationSlashAmount: versions[record.termsIndex].failedVerificationSlashAmount,
            isSealed: _isSealed(record),
            blockHash: seals[claimId].blockHash,
            challenged: _isSealed(record) ? record.challenged : 0,
            requested: record.requested,
            passed: _passedOf(claimId, record),
            refused: record.refused,
            slashed: record.isSlashed,
            brokenInputs: brokenInputs[claimId].count,
            brokenInputMs: brokenInputs[claimId].durationMs
        });
    }

    /// @inheritdoc ISettlement
    function getRequest(bytes32 claimId, uint64 sequenceNumber) external view returns (RequestStatus memory) {
        RequestRecord memory request = requests[claimId][sequenceNumber];
        address by = request.transcoder == address(0) ? address(0) : _verifierOf(claims[claimId]);
        return RequestStatus(request.transcoder, request.durationMs, by, request.verdict);
    }

    /// @inheritdoc ISettlement
    function isExpelled(bytes32 jobId, address transcoder) external view returns (bool) {
        return expelled[jobId][transcoder];
    }

    /// @inheritdoc ISettlement
    function verificationsOf(address transcoder) external view returns (uint256 failures, uint256 verdicts) {
        return histories[transcoder].failuresWithin(latest.verificationWindow);
    }

    /// @dev Refunds a claim whose challenged segments are all disclosed, if one of them has failed, or has no verdict and will get none.
    function _expireDisclosed(bytes32 claimId, Claim memory claim, ClaimRecord storage record) private {
        uint64[] memory drawn = _recordVerdicts(claimId, claim, record);
        if (record.state != State.Open) return;
        if (_passedOf(claimId, record) + record.refused == record.challenged) revert NotExpired(claimId, 0);
        uint256 deadline = _verdictDeadline(record);
        if (block.number < deadline) revert NotExpired(claimId, deadline);
        for (uint256 i; i < drawn.length; ++i) {
            if (requests[claimId][drawn[i]].verdict != IVerifier.Verdict.None) continue;
            if (_isPending(claimId, drawn[i])) revert VerdictPending(claimId, drawn[i]);
        }
        _refundClaim(claimId, claim.jobId, claim.transcoder, record, Reason.Expired);
    }

    /// @dev The number of challenged segments that have the verdict Valid or InputInvalid.
    function _passedOf(bytes32 claimId, ClaimRecord storage record) private view returns (uint256) {
        return uint256(record.passed) + brokenInputs[claimId].count;
    }

    /// @dev Reverts if a challenged segment has failed or has no verdict. A missing verdict is accepted only if the verifier
    /// refused the request and the verdict deadline has passed. A transcoder cannot make the verifier refuse a request, so the
    /// fees of such a claim are due.
    function _requireNoFailure(bytes32 claimId, ClaimRecord storage record) private view {
        uint256 passed = _passedOf(claimId, record);
        if (passed + record.refused < record.challenged) revert NotVerified(claimId, record.challenged, passed);
        uint256 deadline = _verdictDeadline(record);
        if (passed < record.challenged && block.number < deadline) revert TooEarly(claimId, deadline);
    }

    /// @dev Pays a claim in which one or more segments have the verdict InputInvalid. These segments are not paid and do not count as work.
    /// The fine is paid once, for all these segments together.
    function _payWithoutBrokenInputs(bytes32 claimId, Claim memory claim, ClaimRecord storage record) private {
        record.state = State.Paid;
        (bytes32 jobId, address transcoder, uint256 fees) = (claim.jobId, claim.transcoder, record.fees);
        uint256 brokenMs = brokenInputs[claimId].durationMs;
        // Each segment's duration is proven as a part of the claim's duration, so `brokenMs` is at most the claim's duration. If the
        // claim's duration is zero, its fees are zero.
        uint256 unpaid = fees == 0 ? 0 : fees * brokenMs / claim.durationMs;
        emit FeesDistributed(claimId, jobId, transcoder, fees - unpaid);
        jobsManager.earn(jobId, transcoder, fees - unpaid, claim.durationMs - brokenMs, false);
        jobsManager.returnEscrow(jobId, unpaid, false);
        // The transcoder is the finder, because it disclosed the segments. The caller of `verify` could have copied the
        // disclosure from a pending transaction.
        if (record.holdsFine) jobsManager.payFine(jobId, fees, transcoder);
    }

    /// @dev Refunds the claim if its transcoder was expelled from the job, or if slashes have made the claim void.
    /// Returns whether it has refunded the claim.
    function _refundIfVoid(bytes32 claimId, Claim memory claim, ClaimRecord storage record)
        private
        returns (bool isVoid)
    {
        isVoid = expelled[claim.jobId][claim.transcoder]
            || record.claimBlock <= bondingManager.forfeitBlock(claim.transcoder);
        if (isVoid) _refundClaim(claimId, claim.jobId, claim.transcoder, record, Reason.Expelled);
    }
}
