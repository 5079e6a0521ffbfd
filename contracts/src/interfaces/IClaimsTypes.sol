// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim} from "../types/Claim.sol";
import {IVerifier} from "./IVerifier.sol";

/// @notice Types, events and errors of the ClaimsManager.
interface IClaimsTypes {
    struct Parameters {
        /// @dev On average, one segment in `verificationRate` is verified.
        uint256 verificationRate;
        /// @dev Blocks after a claim in which the transcoder must disclose the challenged segments.
        uint256 verificationPeriodBlocks;
        /// @dev Blocks after the verification period in which a verdict can still be reported.
        uint256 slashingPeriodBlocks;
        /// @dev Shares of a transcoder's stake, in parts per million: for a segment that does not follow from the
        /// recipe, for a segment that the transcoder does not disclose or serve, and for two receipts that contradict
        /// each other.
        uint256 failedVerificationSlashAmount;
        uint256 missedVerificationSlashAmount;
        uint256 equivocationSlashAmount;
        /// @dev Share of a transcoder's last `verificationWindow` verdicts that may be failures without a slash, in
        /// parts per million. A forgiven failure still refunds the claim.
        uint256 verificationFailureThreshold;
        uint256 verificationWindow;
        /// @dev Stake that the transcoder needs to claim, in units of 10^-18 LPT.
        uint256 minClaimStake;
    }

    enum State {
        None,
        Open,
        Paid,
        Refunded
    }

    /// @notice The reason for a refund to the broadcaster.
    enum Reason {
        /// @dev The outputs of a segment do not follow from the recipe.
        Invalid,
        /// @dev The input of a segment breaks the limits of its job.
        InputInvalid,
        /// @dev The verifier could not get the payloads.
        Unavailable,
        /// @dev The lottery was not sealed, or a challenged segment was not disclosed, in time.
        Missed,
        /// @dev The verifier did not report in time.
        Expired,
        /// @dev The transcoder signed two different receipts for one input.
        Equivocation
    }

    /// @notice The reasons for a slash. Each can slash once per claim.
    enum Offence {
        FailedVerification,
        MissedVerification,
        Equivocation
    }

    struct Status {
        State state;
        /// @dev In wei.
        uint256 fees;
        uint256 claimBlock;
        uint256 verificationDeadline;
        uint256 verdictDeadline;
        uint256 verificationRate;
        uint256 failedVerificationSlashAmount;
        bool isSealed;
        /// @dev Hash of the block that decides the lottery; zero before the claim is sealed.
        bytes32 blockHash;
        /// @dev Numbers of segments that must be verified, that are disclosed, and that have the verdict Valid.
        uint256 challenged;
        uint256 requested;
        uint256 passed;
        /// @dev Whether the transcoder was slashed for this claim.
        bool slashed;
    }

    struct RequestStatus {
        bytes32 claimId;
        bytes32 jobId;
        uint256 sequenceNumber;
        /// @dev The contract that must report the verdict; zero when there is no such request.
        address verifier;
        IVerifier.Verdict verdict;
    }

    /// @notice The state of the claims under one Assignment.
    struct Progress {
        /// @dev Whether the Acceptance and the Assignment are recorded.
        bool shown;
        bytes32 lastClaimId;
        uint256 lastSequenceNumber;
        uint256 claimedMs;
    }

    /// @notice Emitted when an Assignment is recorded, by `showAssignment` or with the first claim.
    event AssignmentShown(
        bytes32 indexed jobId, address indexed transcoder, address renditionKey, uint256 fromSequence
    );
    /// @notice Emitted when a transcoder claims work. The claim's `fees`, in wei, are in escrow.
    event NewClaim(
        bytes32 indexed claimId,
        bytes32 indexed jobId,
        address indexed transcoder,
        Claim claim,
        uint256 segments,
        uint256 fees,
        uint256 verificationDeadline,
        uint256 verdictDeadline
    );
    /// @notice Emitted when the lottery of a claim is decided. `sequenceNumbers` are the challenged segments.
    event ChallengesSealed(bytes32 indexed claimId, bytes32 indexed jobId, bytes32 blockHash, uint64[] sequenceNumbers);
    /// @notice Emitted when a challenged segment is disclosed and passes all checks of the contract.
    event VerificationRequested(
        bytes32 indexed claimId,
        bytes32 indexed jobId,
        bytes32 indexed requestId,
        uint256 sequenceNumber,
        address verifier
    );
    /// @notice Emitted when the verifier reports its verdict.
    event VerdictReported(
        bytes32 indexed claimId,
        bytes32 indexed jobId,
        bytes32 indexed requestId,
        uint256 sequenceNumber,
        IVerifier.Verdict verdict
    );
    /// @notice Emitted when a claim's fees, in wei, are credited to its transcoder.
    event FeesDistributed(bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, uint256 fees);
    /// @notice Emitted when a claim's fees, in wei, return to the broadcaster.
    event ClaimRefunded(
        bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, uint256 fees, Reason reason
    );
    /// @notice Emitted when a transcoder is slashed for a claim. `amount` is in units of 10^-18 LPT. Moved stake pays
    /// later and is not included.
    event ClaimSlashed(
        bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, Offence offence, uint256 amount
    );
    /// @notice Emitted when a failure is within the threshold and is not slashed. Of the transcoder's last `verdicts`
    /// verdicts, `failures` were failures.
    event FailureForgiven(
        bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, uint256 failures, uint256 verdicts
    );
    /// @notice Emitted when the owner sets another verifier for new requests. Open requests keep their verifier.
    event VerifierUpdate(address indexed verifier);
    /// @notice Emitted when the owner sets the parameters of new claims. Existing claims keep their parameters.
    event ParametersUpdate(Parameters parameters);

    /// @notice Thrown when the caller is not the claim's transcoder.
    error NotTranscoder(address caller, address transcoder);
    /// @notice Thrown when the transcoder was not drawn for the job.
    error NotDrawn(bytes32 jobId, address transcoder);
    /// @notice Thrown when the expected account did not sign. `signer` is zero when the signature is malformed.
    error WrongSigner(address expected, address signer);
    /// @notice Thrown when an Assignment begins before the transcoder's Acceptance, or names another stream than the
    /// job's stream.
    error WrongAssignment(bytes32 jobId, uint256 fromSequence, uint256 acceptedFrom);
    /// @notice Thrown when this Assignment is already recorded.
    error AlreadyShown(bytes32 jobId, address transcoder, uint256 fromSequence);
    /// @notice Thrown when a claim does not name the last claim under its Assignment.
    error WrongPreviousClaim(bytes32 expected, bytes32 actual);
    /// @notice Thrown when a range ends before it begins, or begins before `min`. `min` follows the previous range or the
    /// last claim under this Assignment, or is the Assignment's first sequence number.
    error RangeOutOfOrder(uint256 index, uint256 first, uint256 last, uint256 min);
    /// @notice Thrown when a claim has no segment, or too many segments.
    error SegmentCountOutOfBounds(uint256 count, uint256 min, uint256 max);
    /// @notice Thrown when a claim of this job already contains the segment.
    error AlreadyClaimed(uint256 sequenceNumber);
    /// @notice Thrown when the claim contains segments from `fromSequence` on, which a later Assignment gives to
    /// another transcoder.
    error AssignedToSuccessor(uint256 fromSequence);
    /// @notice Thrown when a claim's duration is longer than its segments can be, or longer than the time since the job
    /// began.
    error DurationOutOfBounds(uint256 durationMs, uint256 max);
    /// @notice Thrown when the transcoder has less stake than `minClaimStake`.
    error InsufficientClaimStake(uint256 stake, uint256 required);
    /// @notice Thrown when the claim is not open, or does not exist.
    error WrongState(bytes32 claimId, State state);
    /// @notice Thrown when the lottery is already decided.
    error AlreadySealed(bytes32 claimId);
    /// @notice Thrown when the claim is sealed before block `atBlock`. The block hash that decides the lottery is not
    /// known before.
    error NotYetSealable(bytes32 claimId, uint256 atBlock);
    /// @notice Thrown when the lottery is not decided.
    error NotSealed(bytes32 claimId);
    /// @notice Thrown when the deadline has passed.
    error TooLate(bytes32 claimId, uint256 deadline);
    /// @notice Thrown when the segment is not in the claim, or the lottery did not select it.
    error NotChallenged(bytes32 claimId, uint256 sequenceNumber);
    /// @notice Thrown when this segment is already disclosed.
    error AlreadyRequested(bytes32 claimId, uint256 sequenceNumber);
    /// @notice Thrown when the disclosed options are not the job's options.
    error WrongOptions(bytes32 expected, bytes32 actual);
    /// @notice Thrown when the preceding receipt is missing, is not allowed, or is not for segment `expected`.
    error WrongPreceding(uint256 sequenceNumber, uint256 expected);
    /// @notice Thrown when a receipt with this duration is not at its index in the claim's tree.
    error NotInTree(uint256 sequenceNumber);
    /// @notice Thrown when a receipt does not have one output per rendition of the job.
    error WrongOutputCount(uint256 count, uint256 expected);
    /// @notice Thrown when a quantiser does not follow from the preceding receipt.
    error WrongQp(uint256 sequenceNumber, uint256 rendition, uint256 qp, uint256 expected);
    /// @notice Thrown when the request does not exist.
    error UnknownRequest(bytes32 requestId);
    /// @notice Thrown when the caller is not the verifier of the request.
    error NotVerifier(address caller, address verifier);
    /// @notice Thrown when the reported verdict is None, or when the request already has a verdict.
    error WrongVerdict(bytes32 requestId, IVerifier.Verdict recorded, IVerifier.Verdict verdict);
    /// @notice Thrown when the verifier reports Unavailable before `atBlock`. Until then the transcoder may still serve
    /// the payloads.
    error TooEarly(bytes32 claimId, uint256 atBlock);
    /// @notice Thrown when the segment is not in the claim.
    error NotInClaim(bytes32 claimId, uint256 sequenceNumber);
    /// @notice Thrown when both receipts have the same outputs.
    error SameOutputs(bytes32 transcodedDataHash);
    /// @notice Thrown when the transcoder was already slashed for this offence in this claim.
    error AlreadySlashed(bytes32 claimId, Offence offence);
    /// @notice Thrown when not all challenged segments have the verdict Valid.
    error NotVerified(bytes32 claimId, uint256 challenged, uint256 passed);
    /// @notice Thrown when the claim can still be paid: at least until block `deadline`, or at once if `deadline` is
    /// zero.
    error NotExpired(bytes32 claimId, uint256 deadline);
}
