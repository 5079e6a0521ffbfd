// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim} from "../types/Claim.sol";
import {IVerifier} from "./IVerifier.sol";

/// @notice What the ClaimsManager speaks of, tells, and refuses.
interface IClaimsTypes {
    struct Parameters {
        /// @dev One segment in so many is verified.
        uint256 verificationRate;
        /// @dev Blocks after a claim in which its challenged segments must be disclosed.
        uint256 verificationPeriodBlocks;
        /// @dev Blocks after the verification period in which verdicts count.
        uint256 slashingPeriodBlocks;
        /// @dev Shares of a transcoder's stake, in parts per million: for a segment that is not by the recipe, for one that is
        /// not shown, and for two receipts that contradict each other.
        uint256 failedVerificationSlashAmount;
        uint256 missedVerificationSlashAmount;
        uint256 equivocationSlashAmount;
        /// @dev Share of a transcoder's last `verificationWindow` verdicts that may fail unpunished, in parts per million. A
        /// forgiven failure still costs the fees.
        uint256 verificationFailureThreshold;
        uint256 verificationWindow;
        /// @dev Stake that must be bonded to claim, in units of 10^-18 LPT.
        uint256 minClaimStake;
    }

    enum State {
        None,
        Open,
        Paid,
        Refunded
    }

    /// @notice Why the broadcaster got his fees back.
    enum Reason {
        /// @dev A segment was not transcoded by the recipe.
        Invalid,
        /// @dev An input breaks the limits of its job.
        InputInvalid,
        /// @dev The verifier could not get the payloads.
        Unavailable,
        /// @dev The lottery was not sealed, or a challenged segment not disclosed, in time.
        Missed,
        /// @dev The verifier said nothing in time.
        Expired,
        /// @dev Its transcoder signed two receipts for one input.
        Equivocation
    }

    /// @notice What stake is slashed for, each once per claim.
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
        /// @dev That decided the lottery; zero before it is sealed.
        bytes32 blockHash;
        /// @dev Segments that must be verified, that are disclosed, and that are found valid.
        uint256 challenged;
        uint256 requested;
        uint256 passed;
        /// @dev Whether stake was slashed for this claim.
        bool slashed;
    }

    struct RequestStatus {
        bytes32 claimId;
        bytes32 jobId;
        uint256 sequenceNumber;
        /// @dev The contract that was asked; zero when none was.
        address verifier;
        IVerifier.Verdict verdict;
    }

    /// @notice What was claimed under one Assignment.
    struct Progress {
        /// @dev Whether Acceptance and Assignment were shown.
        bool shown;
        bytes32 lastClaimId;
        uint256 lastSequenceNumber;
        uint256 claimedMs;
    }

    /// @notice Emitted when an Assignment is first shown, by itself or with a claim.
    event AssignmentShown(
        bytes32 indexed jobId, address indexed transcoder, address renditionKey, uint256 fromSequence
    );
    /// @notice Emitted when work is claimed; its fees, in wei, are in escrow.
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
    /// @notice Emitted when it is decided which segments are verified.
    event ChallengesSealed(bytes32 indexed claimId, bytes32 indexed jobId, bytes32 blockHash, uint64[] sequenceNumbers);
    /// @notice Emitted when a challenged segment is disclosed and holds as far as the chain can tell.
    event VerificationRequested(
        bytes32 indexed claimId,
        bytes32 indexed jobId,
        bytes32 indexed requestId,
        uint256 sequenceNumber,
        address verifier
    );
    /// @notice Emitted when the verifier has given its verdict.
    event VerdictReported(
        bytes32 indexed claimId,
        bytes32 indexed jobId,
        bytes32 indexed requestId,
        uint256 sequenceNumber,
        IVerifier.Verdict verdict
    );
    /// @notice Emitted when a claim's fees, in wei, become its transcoder's.
    event FeesDistributed(bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, uint256 fees);
    /// @notice Emitted when a claim's fees, in wei, return to the broadcaster.
    event ClaimRefunded(
        bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, uint256 fees, Reason reason
    );
    /// @notice Emitted when stake is slashed for a claim; `amount` is in units of 10^-18 LPT, without what moved stake will owe.
    event ClaimSlashed(
        bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, Offence offence, uint256 amount
    );
    /// @notice Emitted when a failure is within the threshold: of the transcoder's last `verdicts`, so many were failures.
    event FailureForgiven(
        bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, uint256 failures, uint256 verdicts
    );
    /// @notice Emitted when the owner seats another verifier; open requests stay with the one that they were made to.
    event VerifierUpdate(address indexed verifier);
    /// @notice Emitted when the owner changes the parameters; claims keep those of their creation.
    event ParametersUpdate(Parameters parameters);

    /// @notice Thrown when somebody else than its transcoder makes a claim.
    error NotTranscoder(address caller, address transcoder);
    /// @notice Thrown when the transcoder was not drawn for the job, or the draw is not recorded.
    error NotDrawn(bytes32 jobId, address transcoder);
    /// @notice Thrown when a signature is not by whom it must be; `signer` is zero when it is no signature.
    error WrongSigner(address expected, address signer);
    /// @notice Thrown when an Assignment begins before what the transcoder accepted, or names another stream than the job.
    error WrongAssignment(bytes32 jobId, uint256 fromSequence, uint256 acceptedFrom);
    /// @notice Thrown when this Assignment was shown before.
    error AlreadyShown(bytes32 jobId, address transcoder, uint256 fromSequence);
    /// @notice Thrown when a claim does not go on from the one before under its Assignment.
    error WrongPreviousClaim(bytes32 expected, bytes32 actual);
    /// @notice Thrown when a range ends before it begins, or begins before `min`: within the range before, within what was
    /// claimed under this Assignment, or before the Assignment.
    error RangeOutOfOrder(uint256 index, uint256 first, uint256 last, uint256 min);
    /// @notice Thrown when a claim has no segment, or too many.
    error SegmentCountOutOfBounds(uint256 count, uint256 min, uint256 max);
    /// @notice Thrown when somebody has claimed this segment of the job.
    error AlreadyClaimed(uint256 sequenceNumber);
    /// @notice Thrown when a later Assignment gives the segments from here on to a successor.
    error AssignedToSuccessor(uint256 fromSequence);
    /// @notice Thrown when a claim's duration is more than its segments can have, or than has passed since the job began.
    error DurationOutOfBounds(uint256 durationMs, uint256 max);
    /// @notice Thrown when too little stake answers for the claim.
    error InsufficientClaimStake(uint256 stake, uint256 required);
    /// @notice Thrown when the same work was claimed, or there is no such claim.
    error WrongState(bytes32 claimId, State state);
    /// @notice Thrown when the lottery is decided.
    error AlreadySealed(bytes32 claimId);
    /// @notice Thrown when the lottery's block is not over before `atBlock`.
    error NotYetSealable(bytes32 claimId, uint256 atBlock);
    /// @notice Thrown when the lottery is not decided.
    error NotSealed(bytes32 claimId);
    /// @notice Thrown when the deadline has passed.
    error TooLate(bytes32 claimId, uint256 deadline);
    /// @notice Thrown when the segment is not in the claim, or was not drawn for verification.
    error NotChallenged(bytes32 claimId, uint256 sequenceNumber);
    /// @notice Thrown when this segment is disclosed already.
    error AlreadyRequested(bytes32 claimId, uint256 sequenceNumber);
    /// @notice Thrown when the options are not those of the job.
    error WrongOptions(bytes32 expected, bytes32 actual);
    /// @notice Thrown when the preceding receipt is missing, needless, or for another segment than `expected`.
    error WrongPreceding(uint256 sequenceNumber, uint256 expected);
    /// @notice Thrown when a receipt with this duration is not at its place in the claim's tree.
    error NotInTree(uint256 sequenceNumber);
    /// @notice Thrown when a receipt has another number of outputs than the job has renditions.
    error WrongOutputCount(uint256 count, uint256 expected);
    /// @notice Thrown when a quantiser does not follow from the preceding receipt.
    error WrongQp(uint256 sequenceNumber, uint256 rendition, uint256 qp, uint256 expected);
    /// @notice Thrown when there is no such request.
    error UnknownRequest(bytes32 requestId);
    /// @notice Thrown when somebody else than the verifier that was asked reports.
    error NotVerifier(address caller, address verifier);
    /// @notice Thrown when a verdict is none, or comes after another.
    error WrongVerdict(bytes32 requestId, IVerifier.Verdict recorded, IVerifier.Verdict verdict);
    /// @notice Thrown when a verdict comes that can only be given from `atBlock` on: until then payloads may still appear.
    error TooEarly(bytes32 claimId, uint256 atBlock);
    /// @notice Thrown when the segment is not in the claim.
    error NotInClaim(bytes32 claimId, uint256 sequenceNumber);
    /// @notice Thrown when two receipts say the same.
    error SameOutputs(bytes32 transcodedDataHash);
    /// @notice Thrown when the claim was slashed for this.
    error AlreadySlashed(bytes32 claimId, Offence offence);
    /// @notice Thrown when challenged segments are not, or not yet, found valid.
    error NotVerified(bytes32 claimId, uint256 challenged, uint256 passed);
    /// @notice Thrown when the claim can still be paid, at least until `deadline`; zero when it can be paid now.
    error NotExpired(bytes32 claimId, uint256 deadline);
}
