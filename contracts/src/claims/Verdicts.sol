// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVerifier} from "../interfaces/IVerifier.sol";
import {GuardedCall} from "../libraries/GuardedCall.sol";
import {Lottery} from "../libraries/Lottery.sol";
import {SegmentRanges} from "../libraries/SegmentRanges.sol";
import {VerdictHistory} from "../libraries/VerdictHistory.sol";
import {Claim} from "../types/Claim.sol";
import {Claims} from "./Claims.sol";

/// @notice Asks the verifier of a claim for verdicts, records them, and lets them have their effects: the refund of the claim, and the slash
/// of its transcoder.
abstract contract Verdicts is Claims {
    using SegmentRanges for *;
    using VerdictHistory for VerdictHistory.History;

    function _verifierOf(ClaimRecord storage record) internal view returns (address) {
        return address(versions[record.termsIndex].verifier);
    }

    /// @dev Asks the verifier of the claim.
    /// @return answered False if the verifier's contract fails, or gives a number that is no verdict.
    function _verdictOf(bytes32 claimId, uint64 sequenceNumber)
        internal
        view
        returns (bool answered, IVerifier.Verdict verdict, address finder)
    {
        bytes memory call_ = abi.encodeCall(IVerifier.verdictOf, (claimId, sequenceNumber));
        uint256 number;
        uint256 account;
        (answered, number, account) = GuardedCall.tryRead(_verifierOf(claims[claimId]), call_, VERDICT_GAS);
        if (number > uint256(type(IVerifier.Verdict).max)) return (false, IVerifier.Verdict.None, address(0));
        (verdict, finder) = (IVerifier.Verdict(number), address(uint160(account)));
    }

    function _isPending(bytes32 claimId, uint64 sequenceNumber) internal view returns (bool) {
        bytes memory call_ = abi.encodeCall(IVerifier.isPending, (claimId, sequenceNumber));
        (, uint256 answer,) = GuardedCall.tryRead(_verifierOf(claims[claimId]), call_, VERDICT_GAS);
        return answer != 0;
    }

    /// @dev Records all verdicts on the challenged segments that the verifier has given, and that are not recorded yet.
    /// @return drawn The challenged segments.
    function _recordVerdicts(bytes32 claimId, Claim memory claim, ClaimRecord storage record)
        internal
        returns (uint64[] memory drawn)
    {
        uint256 rate = versions[record.termsIndex].verificationRate;
        drawn = Lottery.drawChallenges(claimId, seals[claimId].blockHash, claim.ranges, claim.ranges.count(), rate);
        for (uint256 i; i < drawn.length; ++i) {
            RequestRecord storage request = requests[claimId][drawn[i]];
            if (request.transcoder == address(0) || request.verdict != IVerifier.Verdict.None) continue;
            (bool answered, IVerifier.Verdict verdict, address finder) = _verdictOf(claimId, drawn[i]);
            if (verdict != IVerifier.Verdict.None) {
                _recordVerdict(claimId, drawn[i], verdict, finder);
            } else if (!answered && !request.isRefused) {
                (request.isRefused, record.refused) = (true, record.refused + 1);
                emit RequestRefused(claimId, claim.jobId, _verifierOf(record), drawn[i]);
            }
        }
    }

    /// @dev The request exists, and has no recorded verdict.
    function _recordVerdict(bytes32 claimId, uint64 sequenceNumber, IVerifier.Verdict verdict, address finder)
        internal
    {
        RequestRecord memory request = requests[claimId][sequenceNumber];
        ClaimRecord storage record = claims[claimId];
        bytes32 jobId = seals[claimId].jobId;
        requests[claimId][sequenceNumber].verdict = verdict;
        if (request.isRefused) --record.refused;
        emit VerdictReported(claimId, jobId, sequenceNumber, verdict);
        if (verdict == IVerifier.Verdict.Valid) {
            ++record.passed;
        } else if (verdict == IVerifier.Verdict.InputInvalid) {
            BrokenInputs storage broken = brokenInputs[claimId];
            (broken.count, broken.durationMs) = (broken.count + 1, broken.durationMs + request.durationMs);
        } else if (record.state == State.Open) {
            Reason reason = verdict == IVerifier.Verdict.Invalid ? Reason.Invalid : Reason.Unavailable;
            _refundClaim(claimId, jobId, request.transcoder, record, reason);
        }
        // The contract records the verdict even if an earlier verdict has refunded the claim. Without this record, a
        // transcoder could avoid the slash for a false segment by first getting the verdict Unavailable for another
        // segment.
        if (verdict != IVerifier.Verdict.InputInvalid) {
            _judgeTranscoder(claimId, jobId, request.transcoder, record, verdict, finder);
        }
    }

    /// @dev Adds the verdict to the transcoder's history. If the verdict is a failure, slashes the transcoder, unless the verdict is
    /// Unavailable, and the failures are within the threshold: also an honest transcoder can be unreachable, but it never delivers false work.
    function _judgeTranscoder(
        bytes32 claimId,
        bytes32 jobId,
        address transcoder,
        ClaimRecord storage record,
        IVerifier.Verdict verdict,
        address finder
    ) private {
        histories[transcoder].add(verdict != IVerifier.Verdict.Valid);
        if (verdict == IVerifier.Verdict.Valid) return;
        // Later, the transcoder can have withdrawn the stake that backed the claim, and only its delegators would lose.
        if (block.number >= record.claimBlock + bondingManager.minUnbondingBlocks()) return;
        Terms storage values = versions[record.termsIndex];
        if (verdict == IVerifier.Verdict.Invalid) {
            uint256 share = values.failedVerificationSlashAmount;
            _slashForClaim(claimId, jobId, transcoder, Offence.FailedVerification, share, finder);
            return;
        }
        (uint256 failures, uint256 verdicts) = histories[transcoder].failuresWithin(values.verificationWindow);
        if (failures * MILLION <= values.verificationFailureThreshold * verdicts) {
            emit FailureForgiven(claimId, jobId, transcoder, failures, verdicts);
        } else {
            uint256 share = values.missedVerificationSlashAmount;
            _slashForClaim(claimId, jobId, transcoder, Offence.MissedVerification, share, finder);
        }
    }

    /// @dev Slashes the transcoder and expels it from the job. Returns false if the transcoder was already slashed for an
    /// offence in this job, by this claim or by another claim.
    function _slashForClaim(
        bytes32 claimId,
        bytes32 jobId,
        address transcoder,
        Offence offence,
        uint256 share,
        address finder
    ) internal returns (bool) {
        if (expelled[jobId][transcoder]) return false;
        ClaimRecord storage record = claims[claimId];
        (expelled[jobId][transcoder], record.isSlashed) = (true, true);
        handovers[jobId].hasExpelled = true;
        uint256 amount = bondingManager.slash(transcoder, share, record.ownPart, record.claimBlock, finder);
        emit ClaimSlashed(claimId, jobId, transcoder, offence, amount);
        return true;
    }

    /// @dev The broadcaster gets back the fees. If a segment has the verdict InputInvalid, the common pool gets the whole fine: a
    /// transcoder that loses its claim gets no part of the fine. Otherwise the broadcaster also gets back the fine.
    function _refundClaim(bytes32 claimId, bytes32 jobId, address transcoder, ClaimRecord storage record, Reason reason)
        internal
    {
        record.state = State.Refunded;
        (uint256 fees, bool holdsFine) = (record.fees, record.holdsFine);
        emit ClaimRefunded(claimId, jobId, transcoder, fees, reason);
        bool isDue = holdsFine && brokenInputs[claimId].count > 0;
        jobsManager.returnEscrow(jobId, fees, holdsFine && !isDue);
        if (isDue) jobsManager.payFine(jobId, fees, address(0));
    }
}
