// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Attestation} from "../../src/types/Attestation.sol";
import {Claim} from "../../src/types/Claim.sol";
import {ReceiptProof} from "../../src/types/Disclosure.sol";
import {transcodedDataHashOf} from "../../src/types/Output.sol";
import {Verifiers} from "./Verifiers.sol";

/// @notice Acts as the verifier, as callers that distribute fees, and as finders. Computes in a model of its own which
/// offences lead to a slash.
abstract contract SettlementHandler is Verifiers {
    uint256 private constant MILLION = 1_000_000;
    uint256 private constant REMEMBERED = 240;

    mapping(address transcoder => bool[]) private failures;

    /// @dev Usually, no disclosed segment waits for a verdict: so first claims work, and discloses its segments.
    function reportVerdicts(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _claimRandomWork();
        _discloseOpenClaims();
        _judgeOpenClaims();
    }

    function distributeFees(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        if (openIds.length == 0) _settleSomeWork();
        _distributeDueFees();
    }

    /// @dev Does six random steps. A step claims work, discloses segments, reports verdicts or distributes fees.
    function claimAndSettle(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        for (uint256 i; i < 6; ++i) {
            uint256 step = _randomBelow(4);
            if (step == 0) _claimRandomWork();
            else if (step == 1) _discloseOpenClaims();
            else if (step == 2) _judgeOpenClaims();
            else _distributeDueFees();
        }
    }

    /// @dev Claims work, discloses segments and reports verdicts, so that some fees are due.
    function _settleSomeWork() private {
        _claimRandomWork();
        _claimRandomWork();
        _discloseOpenClaims();
        _judgeOpenClaims();
    }

    /// @dev Reports verdicts on most open claims, and on one recent claim, which may already be paid or refunded.
    function _judgeOpenClaims() private {
        if (claimIds.length == 0) return;
        bytes32[] memory ids = openIds;
        for (uint256 i; i < ids.length; ++i) {
            bool late = vm.getBlockNumber() >= claims.getClaim(ids[i]).verdictDeadline;
            if (late ? _randomBelow(32) == 0 : _randomBelow(4) > 0) _judgeClaim(ids[i]);
        }
        _judgeClaim(_randomRecent(claimIds));
    }

    /// @dev Reports one random verdict on all disclosed segments of a claim.
    function _judgeClaim(bytes32 claimId) private {
        IVerifier.Verdict verdict = _randomVerdict(claimId);
        uint64[] memory numbers = challengesOf[claimId];
        address transcoder = _claimOf(claimId).transcoder;
        // Random verdicts alone would hardly ever be forgiven.
        if (_isForgivable(claimId, transcoder)) verdict = IVerifier.Verdict.Unavailable;
        for (uint256 i; i < numbers.length; ++i) {
            IClaimsTypes.RequestStatus memory request = claims.getRequest(claimId, numbers[i]);
            if (request.verifier == address(0)) continue;
            if (request.verdict == IVerifier.Verdict.None) _reportOrRefuse(claimId, transcoder, numbers[i], verdict);
            else _assertVerdictRefused(claimId, numbers[i], verdict, IClaimsTypes.WrongVerdict.selector);
        }
    }

    /// @dev Distributes the fees of all claims whose fees are due.
    function _distributeDueFees() private {
        Claim[] memory due = new Claim[](openIds.length);
        uint256 count;
        for (uint256 i; i < due.length; ++i) {
            IClaimsTypes.Status memory status = claims.getClaim(openIds[i]);
            Claim memory claim = _claimOf(openIds[i]);
            // Void claims are always due: they are refunded. A claim is void if its transcoder is expelled from the
            // job, or has forfeited the claim.
            bool refunds = _isVoid(claim, status.claimBlock);
            if (refunds) feesRefunded += status.fees;
            if (refunds) _countOutcome("refundExpelled");
            bool isAccepted = _isAccepted(openIds[i], status);
            if (!refunds && isAccepted && status.refused > 0) _countOutcome("paidAfterRefusal");
            if (refunds || isAccepted) due[count++] = claim;
        }
        if (count == 0) return;
        assembly ("memory-safe") {
            mstore(due, count)
        }
        if (count == 1) claims.distributeFees(due[0]);
        else claims.distributeFees(due);
        for (uint256 i; i < count; ++i) {
            _removeOpenClaim(due[i].id());
        }
        _countOutcome(count == 1 ? bytes32("distributeFees") : bytes32("distributeFeesOfSeveral"));
    }

    function expire(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        if (openIds.length == 0) _claimRandomWork();
        bytes32[] memory ids = openIds;
        uint256 chosen = ids.length == 0 ? 0 : _randomBelow(ids.length);
        for (uint256 i; i < ids.length; ++i) {
            if (i == chosen || vm.getBlockNumber() >= claims.getClaim(ids[i]).verdictDeadline) _expireClaim(ids[i]);
        }
    }

    function _expireClaim(bytes32 claimId) private {
        Claim memory claim = _claimOf(claimId);
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        bytes memory data = abi.encodeCall(claims.expire, (claim));
        if (_isVoid(claim, status.claimBlock)) {
            _callAsFinder(claim.transcoder, address(claims), data);
            _recordRefund(claimId, status.fees);
            return _countOutcome("refundExpelled");
        }
        bool isDisclosed = status.isSealed && status.requested == status.challenged;
        uint256 deadline = isDisclosed ? status.verdictDeadline : status.verificationDeadline;
        bool due = isDisclosed && _hasOnlyRefused(claimId, status);
        if (due || vm.getBlockNumber() < deadline) {
            _assertRefused(_randomActor(), address(claims), data, IClaimsTypes.NotExpired.selector);
            if (due || _randomBelow(4) > 0) return;
        }
        _passUntilBlock(_randomBelow(4) == 0 ? status.verdictDeadline : deadline);
        bool late = vm.getBlockNumber() >= status.verdictDeadline;
        _callAsFinder(claim.transcoder, address(claims), data);
        _removeOpenClaim(claimId);
        feesRefunded += status.fees;
        if (isDisclosed) return _countOutcome("expire");
        if (late) return _countOutcome("expireMissedLate");
        _recordClaimSlash(claimId, claim.transcoder, _parametersOf(claim.jobId).missedVerificationSlashAmount);
        _countOutcome("expireMissed");
    }

    /// @dev Reports two receipts that contradict each other, or makes a report that the contract must refuse.
    function slashEquivocation(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        if (openIds.length == 0) _claimRandomWork();
        if (claimIds.length == 0) return;
        bytes32 claimId = _randomRecent(claimIds);
        for (uint256 i; i < 4 && vm.getBlockNumber() >= claims.getClaim(claimId).verdictDeadline; ++i) {
            claimId = _randomRecent(claimIds);
        }
        ClaimWithReceipts memory claimed = _storedClaim(claimId);
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        ReceiptProof memory proof = claimed.receipts[_randomBelow(claimed.receipts.length)];
        uint256 choice = _randomBelow(4);
        bytes4 expectedError;
        if (vm.getBlockNumber() >= status.verdictDeadline) {
            expectedError = IClaimsTypes.TooLate.selector;
        } else if (choice == 0) {
            expectedError = IClaimsTypes.SameOutputs.selector;
        } else if (choice == 1) {
            expectedError = IClaimsTypes.WrongSigner.selector;
        } else if (expelledFrom[claimed.claim.jobId][claimed.claim.transcoder]) {
            expectedError = IClaimsTypes.AlreadySlashed.selector;
        }
        _useStreamOf(claimed.claim.jobId);
        Attestation memory one = _attestation(proof);
        if (choice > 0) proof.outputs[0].dataHash = "another";
        _signReceipt(claimed.claim.jobId, proof, choice == 1 ? RENDITION_KEY + 1 : RENDITION_KEY);
        bytes memory data = abi.encodeCall(
            claims.slashEquivocation, (claimed.claim, proof.sequenceNumber, proof.dataHash, one, _attestation(proof))
        );
        if (expectedError != 0) return _assertRefused(_randomActor(), address(claims), data, expectedError);
        _callAsFinder(claimed.claim.transcoder, address(claims), data);
        _recordClaimSlash(claimId, claimed.claim.transcoder, _parametersOf(claimed.claim.jobId).equivocationSlashAmount);
        if (status.state == IClaimsTypes.State.Open) _recordRefund(claimId, status.fees);
        _countOutcome("slashEquivocation");
    }

    function _reportOrRefuse(bytes32 claimId, address transcoder, uint64 number, IVerifier.Verdict verdict) private {
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        bool early = vm.getBlockNumber() < status.verificationDeadline;
        if (early && verdict == IVerifier.Verdict.Unavailable) {
            _assertVerdictRefused(claimId, number, verdict, IClaimsTypes.TooEarly.selector);
            _passUntilBlock(status.verificationDeadline);
        }
        if (vm.getBlockNumber() >= status.verdictDeadline) {
            return _assertVerdictRefused(claimId, number, verdict, IClaimsTypes.TooLate.selector);
        }
        _reportThrough(claimId, number, verdict);
        _countVerdict(claimId, verdict);
        bool refunds = verdict == IVerifier.Verdict.Invalid || verdict == IVerifier.Verdict.Unavailable;
        if (status.state == IClaimsTypes.State.Open && refunds) _recordRefund(claimId, status.fees);
        if (verdict != IVerifier.Verdict.InputInvalid) _recordVerdict(claimId, transcoder, verdict);
    }

    function _recordRefund(bytes32 claimId, uint256 fees) private {
        _removeOpenClaim(claimId);
        feesRefunded += fees;
    }

    /// @dev Records the verdict. Also records a slash if the verdict is Invalid, or if it is Unavailable and the failures in the window then
    /// exceed the threshold.
    function _recordVerdict(bytes32 claimId, address transcoder, IVerifier.Verdict verdict) private {
        bool[] storage past = failures[transcoder];
        past.push(verdict != IVerifier.Verdict.Valid);
        if (verdict == IVerifier.Verdict.Valid) return;
        IClaimsTypes.Parameters memory values = _parametersOf(_claimOf(claimId).jobId);
        if (verdict == IVerifier.Verdict.Invalid) {
            return _recordClaimSlash(claimId, transcoder, values.failedVerificationSlashAmount);
        }
        if (_isForgiven(past, values)) return _countOutcome("forgiven");
        _recordClaimSlash(claimId, transcoder, values.missedVerificationSlashAmount);
    }

    /// @dev Whether the failures in the window are within the threshold.
    function _isForgiven(bool[] storage past, IClaimsTypes.Parameters memory values) private view returns (bool) {
        (uint256 failed, uint256 count) = (0, past.length < REMEMBERED ? past.length : REMEMBERED);
        if (count > values.verificationWindow) count = values.verificationWindow;
        for (uint256 i; i < count; ++i) {
            if (past[past.length - 1 - i]) ++failed;
        }
        return failed * MILLION <= values.verificationFailureThreshold * count;
    }

    /// @dev Whether the contract would forgive one more segment of the claim that is Unavailable.
    function _isForgivable(bytes32 claimId, address transcoder) private returns (bool forgivable) {
        bool[] storage past = failures[transcoder];
        past.push(true);
        forgivable = _isForgiven(past, _parametersOf(_claimOf(claimId).jobId));
        past.pop();
    }

    /// @dev A transcoder is slashed at most once in a job.
    function _recordClaimSlash(bytes32 claimId, address transcoder, uint256 share) private {
        bytes32 jobId = _claimOf(claimId).jobId;
        if (expelledFrom[jobId][transcoder]) return;
        expelledFrom[jobId][transcoder] = true;
        _recordWorkSlash(claimId, transcoder, share);
        _countOutcome("expelled");
    }

    function _attestation(ReceiptProof memory proof) private pure returns (Attestation memory) {
        return Attestation(transcodedDataHashOf(proof.outputs), proof.broadcasterSignature, proof.receiptSignature);
    }
}
