// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claims} from "./claims/Claims.sol";
import {ClaimTerms} from "./claims/ClaimTerms.sol";
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

/// @dev See ISettlement. It is the code that the ClaimsManager runs on its own storage; by itself it holds nothing.
contract ClaimsSettlement is Claims, ISettlement {
    using SegmentRanges for *;
    using VerdictHistory for VerdictHistory.History;

    constructor(IBondingManager bondingManager_, IJobsManager jobsManager_, IRandomness randomness_)
        ClaimTerms(bondingManager_, jobsManager_, randomness_)
    {}

    /// @inheritdoc ISettlement
    function sealChallenges(Claim memory claim) external returns (uint64[] memory sequenceNumbers) {
        bytes32 claimId = claim.id();
        ClaimRecord storage record = opened(claimId);
        if (record.isSealed) revert AlreadySealed(claimId);
        requireBefore(claimId, verificationDeadline(record));
        uint256 atBlock = uint256(record.claimBlock) + 2;
        if (block.number < atBlock) revert NotYetSealable(claimId, atBlock);
        bytes32 blockHash = randomness.hashOf(atBlock - 1);
        seals[claimId] = Seal(blockHash, claim.jobId);
        uint256 rate = terms[record.version].verificationRate;
        sequenceNumbers = Lottery.challenged(claimId, blockHash, claim.ranges, claim.ranges.count(), rate);
        // At most SegmentRanges.MAX_SEGMENTS.
        (record.isSealed, record.challenged) = (true, uint16(sequenceNumbers.length));
        emit ChallengesSealed(claimId, claim.jobId, blockHash, sequenceNumbers);
    }

    /// @inheritdoc ISettlement
    function report(bytes32 requestId, IVerifier.Verdict verdict) external {
        RequestRecord memory asked = requests[requestId];
        if (asked.verifier == 0) revert UnknownRequest(requestId);
        address by = address(verifiers[asked.verifier]);
        if (msg.sender != by) revert NotVerifier(msg.sender, by);
        if (verdict == IVerifier.Verdict.None || asked.verdict != IVerifier.Verdict.None) {
            revert WrongVerdict(requestId, asked.verdict, verdict);
        }
        (bytes32 claimId, bytes32 jobId) = (asked.claimId, seals[asked.claimId].jobId);
        ClaimRecord storage record = claims[claimId];
        requireBefore(claimId, verdictDeadline(record));
        // A receipt asserts that its transcoder has the input. Until the period is over it may still show it.
        if (verdict == IVerifier.Verdict.Unavailable && block.number < verificationDeadline(record)) {
            revert TooEarly(claimId, verificationDeadline(record));
        }
        requests[requestId].verdict = verdict;
        emit VerdictReported(claimId, jobId, requestId, asked.sequenceNumber, verdict);
        if (verdict == IVerifier.Verdict.Valid) {
            ++record.passed;
        } else if (record.state == State.Open) {
            // None and Valid come before the verdicts that are reasons, in the same order.
            Reason reason = Reason(uint8(verdict) - uint8(IVerifier.Verdict.Invalid));
            refund(claimId, jobId, asked.transcoder, record, reason);
        }
        // Also after another verdict has refunded the claim: nobody hides a false segment behind a missing one.
        if (verdict != IVerifier.Verdict.InputInvalid) judge(claimId, jobId, asked.transcoder, record, verdict);
    }

    /// @inheritdoc ISettlement
    function distributeFees(Claim memory claim) public {
        bytes32 claimId = claim.id();
        ClaimRecord storage record = opened(claimId);
        if (!record.isSealed) revert NotSealed(claimId);
        if (record.passed < record.challenged) revert NotVerified(claimId, record.challenged, record.passed);
        record.state = State.Paid;
        emit FeesDistributed(claimId, claim.jobId, claim.transcoder, record.fees);
        jobsManager.earn(claim.jobId, claim.transcoder, record.fees, claim.durationMs);
    }

    /// @inheritdoc ISettlement
    function distributeFees(Claim[] memory claims_) external {
        for (uint256 i; i < claims_.length; ++i) {
            // Anybody may have come first.
            if (claims[claims_[i].id()].state != State.Paid) distributeFees(claims_[i]);
        }
    }

    /// @inheritdoc ISettlement
    function expire(Claim memory claim) external {
        bytes32 claimId = claim.id();
        ClaimRecord storage record = opened(claimId);
        bool disclosed = record.isSealed && record.requested == record.challenged;
        if (disclosed && record.passed == record.challenged) revert NotExpired(claimId, 0);
        uint256 last = verdictDeadline(record);
        uint256 deadline = disclosed ? last : verificationDeadline(record);
        if (block.number < deadline) revert NotExpired(claimId, deadline);
        refund(claimId, claim.jobId, claim.transcoder, record, disclosed ? Reason.Expired : Reason.Missed);
        if (disclosed || block.number >= last) return;
        uint256 share = terms[record.version].missedVerificationSlashAmount;
        slash(claimId, claim.jobId, claim.transcoder, Offence.MissedVerification, share, msg.sender);
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
        requireBefore(claimId, verdictDeadline(record));
        (bool found,) = claim.ranges.indexOf(sequenceNumber);
        if (!found) revert NotInClaim(claimId, sequenceNumber);
        if (one.transcodedDataHash == other.transcodedDataHash) revert SameOutputs(one.transcodedDataHash);
        (StreamId streamId,, bytes32 separator) = jobsManager.basis(claim.jobId);
        address signer = one.recover(claim.jobId, streamId, sequenceNumber, dataHash, separator);
        DisclosureRules.requireSigner(claim.renditionKey, signer);
        signer = other.recover(claim.jobId, streamId, sequenceNumber, dataHash, separator);
        DisclosureRules.requireSigner(claim.renditionKey, signer);
        uint256 share = terms[record.version].equivocationSlashAmount;
        if (!slash(claimId, claim.jobId, claim.transcoder, Offence.Equivocation, share, msg.sender)) {
            revert AlreadySlashed(claimId, Offence.Equivocation);
        }
        if (record.state == State.Open) {
            refund(claimId, claim.jobId, claim.transcoder, record, Reason.Equivocation);
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
            verificationDeadline: verificationDeadline(record),
            verdictDeadline: verdictDeadline(record),
            verificationRate: terms[record.version].verificationRate,
            failedVerificationSlashAmount: terms[record.version].failedVerificationSlashAmount,
            isSealed: record.isSealed,
            blockHash: seals[claimId].blockHash,
            challenged: record.challenged,
            requested: record.requested,
            passed: record.passed,
            slashed: record.slashedFor != 0
        });
    }

    /// @inheritdoc ISettlement
    function getRequest(bytes32 requestId) external view returns (RequestStatus memory) {
        RequestRecord memory asked = requests[requestId];
        bytes32 jobId = seals[asked.claimId].jobId;
        address by = address(verifiers[asked.verifier]);
        return RequestStatus(asked.claimId, jobId, asked.sequenceNumber, by, asked.verdict);
    }

    /// @inheritdoc ISettlement
    function verificationsOf(address transcoder) external view returns (uint256 failures, uint256 verdicts) {
        return histories[transcoder].among(terms[terms.length - 1].verificationWindow);
    }

    /// @dev Remembers a verdict on a transcoder's work, and slashes for a failure that is not forgiven.
    function judge(
        bytes32 claimId,
        bytes32 jobId,
        address transcoder,
        ClaimRecord storage record,
        IVerifier.Verdict verdict
    ) private {
        histories[transcoder].add(verdict != IVerifier.Verdict.Valid);
        if (verdict == IVerifier.Verdict.Valid) return;
        Terms storage values = terms[record.version];
        (uint256 failures, uint256 verdicts) = histories[transcoder].among(values.verificationWindow);
        if (failures * MILLION <= values.verificationFailureThreshold * verdicts) {
            emit FailureForgiven(claimId, jobId, transcoder, failures, verdicts);
        } else if (verdict == IVerifier.Verdict.Invalid) {
            uint256 share = values.failedVerificationSlashAmount;
            slash(claimId, jobId, transcoder, Offence.FailedVerification, share, address(0));
        } else {
            uint256 share = values.missedVerificationSlashAmount;
            slash(claimId, jobId, transcoder, Offence.MissedVerification, share, address(0));
        }
    }

    /// @dev Once per claim and offence. The remainder of the finder's fee goes to the common pool.
    function slash(bytes32 claimId, bytes32 jobId, address transcoder, Offence offence, uint256 share, address finder)
        private
        returns (bool)
    {
        ClaimRecord storage record = claims[claimId];
        uint8 bit = uint8(1 << uint8(offence));
        if (record.slashedFor & bit != 0) return false;
        record.slashedFor |= bit;
        emit ClaimSlashed(claimId, jobId, transcoder, offence, bondingManager.slash(transcoder, share, finder));
        return true;
    }

    function refund(bytes32 claimId, bytes32 jobId, address transcoder, ClaimRecord storage record, Reason reason)
        private
    {
        record.state = State.Refunded;
        emit ClaimRefunded(claimId, jobId, transcoder, record.fees, reason);
        jobsManager.returnEscrow(jobId, record.fees);
    }
}
