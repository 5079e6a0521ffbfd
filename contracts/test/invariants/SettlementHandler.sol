// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Attestation} from "../../src/types/Attestation.sol";
import {Claim, requestIdOf} from "../../src/types/Claim.sol";
import {ReceiptProof} from "../../src/types/Disclosure.sol";
import {transcodedDataHashOf} from "../../src/types/Output.sol";
import {ClaimHandler} from "./ClaimHandler.sol";

/// @notice Plays a verifier that says anything, whoever has fees distributed, and finders. It knows by itself what each verdict
/// must cost.
abstract contract SettlementHandler is ClaimHandler {
    uint256 private constant MILLION = 1_000_000;
    uint256 private constant REMEMBERED = 240;

    uint256 internal feesRefunded;
    mapping(address transcoder => bool[]) private failures;
    mapping(bytes32 claimId => mapping(IClaimsTypes.Offence => bool)) private slashedFor;

    function report(uint256 seed, uint256 salt) external played(seed, salt) {
        judgeWhatIsOpen();
    }

    function distributeFees(uint256 seed, uint256 salt) external played(seed, salt) {
        payWhatIsDue();
    }

    /// @dev Several steps on the way from the work to the fees.
    function work(uint256 seed, uint256 salt) external played(seed, salt) {
        for (uint256 i; i < 6; ++i) {
            uint256 step = below(4);
            if (step == 0) claimSomething();
            else if (step == 1) showWhatIsOpen();
            else if (step == 2) judgeWhatIsOpen();
            else payWhatIsDue();
        }
    }

    /// @dev And of what is not, one.
    function judgeWhatIsOpen() private {
        if (claimIds.length == 0) return;
        bytes32[] memory ids = openIds;
        for (uint256 i; i < ids.length; ++i) {
            bool late = vm.getBlockNumber() >= claims.getClaim(ids[i]).verdictDeadline;
            if (late ? below(32) == 0 : below(4) > 0) judge(ids[i]);
        }
        judge(recent(claimIds));
    }

    /// @dev Mostly Valid; else one of the other three for all.
    function judge(bytes32 claimId) private {
        IVerifier.Verdict verdict = IVerifier.Verdict.Valid;
        uint256 dice = below(24);
        if (dice < 2) verdict = IVerifier.Verdict.Invalid;
        else if (dice < 3) verdict = IVerifier.Verdict.InputInvalid;
        else if (dice < 5) verdict = IVerifier.Verdict.Unavailable;
        uint64[] memory numbers = challengesOf[claimId];
        address transcoder = stored(claimId).claim.transcoder;
        for (uint256 i; i < numbers.length; ++i) {
            IClaimsTypes.RequestStatus memory asked = claims.getRequest(requestIdOf(claimId, numbers[i]));
            if (asked.verifier == address(0)) continue;
            if (asked.verdict == IVerifier.Verdict.None) giveVerdict(claimId, transcoder, numbers[i], verdict);
            else refuseVerdict(claimId, numbers[i], verdict, IClaimsTypes.WrongVerdict.selector);
        }
    }

    /// @dev Of all claims that are due.
    function payWhatIsDue() private {
        Claim[] memory due = new Claim[](openIds.length);
        uint256 count;
        for (uint256 i; i < due.length; ++i) {
            IClaimsTypes.Status memory status = claims.getClaim(openIds[i]);
            if (status.isSealed && status.passed == status.challenged) due[count++] = stored(openIds[i]).claim;
        }
        if (count == 0) return;
        assembly ("memory-safe") {
            mstore(due, count)
        }
        if (count == 1) claims.distributeFees(due[0]);
        else claims.distributeFees(due);
        for (uint256 i; i < count; ++i) {
            remove(due[i].id());
        }
        did(count == 1 ? bytes32("distributeFees") : bytes32("distributeFeesOfSeveral"));
    }

    function expire(uint256 seed, uint256 salt) external played(seed, salt) {
        bytes32[] memory ids = openIds;
        uint256 chosen = ids.length == 0 ? 0 : below(ids.length);
        for (uint256 i; i < ids.length; ++i) {
            if (i == chosen || vm.getBlockNumber() >= claims.getClaim(ids[i]).verdictDeadline) expire(ids[i]);
        }
    }

    function expire(bytes32 claimId) private {
        Claim memory claim = stored(claimId).claim;
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        bool isDisclosed = status.isSealed && status.requested == status.challenged;
        uint256 deadline = isDisclosed ? status.verdictDeadline : status.verificationDeadline;
        bool due = isDisclosed && status.passed == status.challenged;
        if (due || vm.getBlockNumber() < deadline) {
            bytes memory data = abi.encodeCall(claims.expire, (claim));
            refused(finder, address(claims), data, IClaimsTypes.NotExpired.selector);
            if (due || below(4) > 0) return;
        }
        passUntil(below(4) == 0 ? status.verdictDeadline : deadline);
        bool late = vm.getBlockNumber() >= status.verdictDeadline;
        vm.prank(finder);
        claims.expire(claim);
        remove(claimId);
        feesRefunded += status.fees;
        if (isDisclosed) return did("expire");
        if (late) return did("expireMissedLate");
        IClaimsTypes.Offence offence = IClaimsTypes.Offence.MissedVerification;
        slashFor(claimId, claim.transcoder, offence, termsOf[claimId].missedVerificationSlashAmount);
        did("expireMissed");
    }

    /// @dev Two receipts for one input, or what somebody takes for that.
    function slashEquivocation(uint256 seed, uint256 salt) external played(seed, salt) {
        if (claimIds.length == 0) return;
        bytes32 claimId = recent(claimIds);
        Bundle memory claimed = stored(claimId);
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        IClaimsTypes.Offence offence = IClaimsTypes.Offence.Equivocation;
        ReceiptProof memory proof = claimed.work[below(claimed.work.length)];
        uint256 way = below(4);
        bytes4 why;
        if (vm.getBlockNumber() >= status.verdictDeadline) why = IClaimsTypes.TooLate.selector;
        else if (way == 0) why = IClaimsTypes.SameOutputs.selector;
        else if (way == 1) why = IClaimsTypes.WrongSigner.selector;
        else if (slashedFor[claimId][offence]) why = IClaimsTypes.AlreadySlashed.selector;
        useStreamOf(claimed.claim.jobId);
        Attestation memory one = attestation(proof);
        if (way > 0) proof.outputs[0].dataHash = "another";
        sign(claimed.claim.jobId, proof, way == 1 ? RENDITION_KEY + 1 : RENDITION_KEY);
        bytes memory data = abi.encodeCall(
            claims.slashEquivocation, (claimed.claim, proof.sequenceNumber, proof.dataHash, one, attestation(proof))
        );
        if (why != 0) return refused(finder, address(claims), data, why);
        vm.prank(finder);
        (bool succeeded,) = address(claims).call(data);
        vm.assertTrue(succeeded);
        slashFor(claimId, claimed.claim.transcoder, offence, termsOf[claimId].equivocationSlashAmount);
        if (status.state == IClaimsTypes.State.Open) refund(claimId, status.fees);
        did("slashEquivocation");
    }

    function giveVerdict(bytes32 claimId, address transcoder, uint64 number, IVerifier.Verdict verdict) private {
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        bool early = vm.getBlockNumber() < status.verificationDeadline;
        if (early && verdict == IVerifier.Verdict.Unavailable) {
            refuseVerdict(claimId, number, verdict, IClaimsTypes.TooEarly.selector);
            passUntil(status.verificationDeadline);
        }
        if (vm.getBlockNumber() >= status.verdictDeadline) {
            return refuseVerdict(claimId, number, verdict, IClaimsTypes.TooLate.selector);
        }
        report(claimId, number, verdict);
        did(bytes32(abi.encodePacked("verdict", vm.toString(uint256(verdict)))));
        if (status.state == IClaimsTypes.State.Open && verdict != IVerifier.Verdict.Valid) {
            refund(claimId, status.fees);
        }
        if (verdict != IVerifier.Verdict.InputInvalid) judge(claimId, transcoder, verdict);
    }

    function refuseVerdict(bytes32 claimId, uint64 number, IVerifier.Verdict verdict, bytes4 why) private {
        bytes memory data = abi.encodeCall(verifier.report, (requestIdOf(claimId, number), verdict));
        refused(person("verifier"), address(verifier), data, why);
    }

    function refund(bytes32 claimId, uint256 fees) private {
        remove(claimId);
        feesRefunded += fees;
    }

    /// @dev One failure in so many is forgiven.
    function judge(bytes32 claimId, address transcoder, IVerifier.Verdict verdict) private {
        bool[] storage past = failures[transcoder];
        past.push(verdict != IVerifier.Verdict.Valid);
        if (verdict == IVerifier.Verdict.Valid) return;
        IClaimsTypes.Parameters memory values = termsOf[claimId];
        (uint256 failed, uint256 count) = (0, past.length < REMEMBERED ? past.length : REMEMBERED);
        if (count > values.verificationWindow) count = values.verificationWindow;
        for (uint256 i; i < count; ++i) {
            if (past[past.length - 1 - i]) ++failed;
        }
        if (failed * MILLION <= values.verificationFailureThreshold * count) return did("forgiven");
        if (verdict == IVerifier.Verdict.Invalid) {
            IClaimsTypes.Offence offence = IClaimsTypes.Offence.FailedVerification;
            slashFor(claimId, transcoder, offence, values.failedVerificationSlashAmount);
        } else {
            IClaimsTypes.Offence offence = IClaimsTypes.Offence.MissedVerification;
            slashFor(claimId, transcoder, offence, values.missedVerificationSlashAmount);
        }
    }

    /// @dev Once per claim and offence.
    function slashFor(bytes32 claimId, address transcoder, IClaimsTypes.Offence offence, uint256 share) private {
        if (slashedFor[claimId][offence]) return;
        slashedFor[claimId][offence] = true;
        punish(transcoder, share, rounds.currentRound());
    }

    function attestation(ReceiptProof memory proof) private pure returns (Attestation memory) {
        return Attestation(transcodedDataHashOf(proof.outputs), proof.broadcasterSignature, proof.receiptSignature);
    }
}
