// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim} from "../types/Claim.sol";
import {Output} from "../types/Output.sol";
import {IVerifier} from "./IVerifier.sol";

/// @notice Types, events and errors of the ClaimsManager.
interface IClaimsTypes {
    struct Parameters {
        /// @dev On average, one segment in every `verificationRate` segments is verified.
        uint256 verificationRate;
        /// @dev Length of the verification period in blocks. The period begins with the claim. In this period, the
        /// transcoder must disclose the challenged segments.
        uint256 verificationPeriodBlocks;
        /// @dev Length of the slashing period in blocks. The period follows the verification period. In this period,
        /// verdicts can still be given. At least the `verdictBlocks` of the verifier.
        uint256 slashingPeriodBlocks;
        /// @dev Share of the stake that is slashed for a segment whose outputs do not follow from the recipe, in parts
        /// per million.
        uint256 failedVerificationSlashAmount;
        /// @dev Share of the stake that is slashed for a claim that is not sealed in time, or for a segment that the
        /// transcoder does not disclose or serve, in parts per million.
        uint256 missedVerificationSlashAmount;
        /// @dev Share of the stake that is slashed for two receipts that contradict each other, in parts per million.
        uint256 equivocationSlashAmount;
        /// @dev Share of a transcoder's last `verificationWindow` verdicts that may be failures, in parts per million, so that a segment with
        /// the verdict Unavailable leads to no slash. A forgiven failure still refunds the claim. Invalid is never forgiven.
        uint256 verificationFailureThreshold;
        uint256 verificationWindow;
        /// @dev Stake that a transcoder must have bonded to itself when it claims, in units of 10^-18 LPT.
        uint256 minSelfStake;
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
        /// @dev The verifier could not get the payloads.
        Unavailable,
        /// @dev The claim was not sealed in time, or a challenged segment was not disclosed in time.
        Missed,
        /// @dev The verifier gave no verdict in time.
        Expired,
        /// @dev The transcoder signed two different receipts for one input.
        Equivocation,
        /// @dev The transcoder was slashed for an offence in another claim of the job, or slashes have made the claim
        /// void.
        Expelled
    }

    /// @notice The reasons for a slash. A transcoder is slashed at most once in a job, for the first reported offence that is
    /// not forgiven.
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
        /// @dev Number of segments that the lottery selected.
        uint256 challenged;
        /// @dev Number of selected segments that are disclosed.
        uint256 requested;
        /// @dev Number of selected segments that have the verdict Valid or InputInvalid.
        uint256 passed;
        /// @dev Number of selected segments that are disclosed, that have no verdict, and whose request the verifier's
        /// contract refused, or for which it failed when it was asked for the verdict.
        uint256 refused;
        /// @dev Whether the transcoder was slashed for this claim.
        bool slashed;
        /// @dev Number of selected segments that have the verdict InputInvalid, and their duration. These segments are
        /// not paid.
        uint256 brokenInputs;
        uint256 brokenInputMs;
    }

    struct RequestStatus {
        /// @dev The transcoder of the claim; zero when the request does not exist.
        address transcoder;
        uint16 durationMs;
        /// @dev The contract that gives the verdict; zero when the request does not exist.
        address verifier;
        IVerifier.Verdict verdict;
    }

    /// @notice The state of the claims under one Assignment.
    struct Progress {
        /// @dev Whether the Acceptance and the Assignment are recorded.
        bool shown;
        /// @dev The leading bytes of the id of the last claim; zero before the first claim.
        bytes18 lastClaimPrefix;
        uint256 lastSequenceNumber;
        uint256 claimedMs;
    }

    /// @notice Emitted when an Assignment is recorded, by `showAssignment` or with the first claim.
    event AssignmentShown(
        bytes32 indexed jobId, address indexed transcoder, address renditionKey, uint256 fromSequence
    );
    /// @notice Emitted when a transcoder claims work. The claim's `fees` are in escrow, and the broadcaster's `fine`
    /// stays reserved until the claim is paid or refunded. Both amounts are in wei.
    event NewClaim(
        bytes32 indexed claimId,
        bytes32 indexed jobId,
        address indexed transcoder,
        Claim claim,
        uint256 segments,
        uint256 fees,
        uint256 fine,
        uint256 verificationDeadline,
        uint256 verdictDeadline
    );
    /// @notice Emitted when `sealChallenges` decides the lottery of a claim. `sequenceNumbers` are the challenged
    /// segments.
    event ChallengesSealed(bytes32 indexed claimId, bytes32 indexed jobId, bytes32 blockHash, uint64[] sequenceNumbers);
    /// @notice Emitted when a challenged segment is disclosed and passes all checks of the contract. The verifier finds its
    /// requests by this event. So a transcoder cannot hide a disclosure from the verifier.
    /// @param dataHash Data hash of the input payload.
    /// @param outputs One output per rendition, from the highest rendition down.
    event VerificationRequested(
        bytes32 indexed claimId,
        bytes32 indexed jobId,
        address indexed verifier,
        uint64 sequenceNumber,
        bytes32 dataHash,
        Output[] outputs
    );
    /// @notice Emitted when the verifier's contract fails to accept the request, after VerificationRequested, or when it fails to answer whether it
    /// has a verdict. If this segment gets no verdict, it counts as valid from the claim's verdict deadline on.
    event RequestRefused(
        bytes32 indexed claimId, bytes32 indexed jobId, address indexed verifier, uint256 sequenceNumber
    );
    /// @notice Emitted when a verdict of the verifier is recorded.
    event VerdictReported(
        bytes32 indexed claimId, bytes32 indexed jobId, uint256 sequenceNumber, IVerifier.Verdict verdict
    );
    /// @notice Emitted when a claim's fees, in wei, are credited to its transcoder: the fees of all its segments, except the
    /// segments with the verdict InputInvalid.
    event FeesDistributed(bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, uint256 fees);
    /// @notice Emitted when a claim's fees, in wei, return to the broadcaster.
    event ClaimRefunded(
        bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, uint256 fees, Reason reason
    );
    /// @notice Emitted when a transcoder is slashed for a claim, and is expelled from the claim's job. `amount` is in units
    /// of 10^-18 LPT. Locks and moved stake of delegators are reduced later, and are not included.
    event ClaimSlashed(
        bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, Offence offence, uint256 amount
    );
    /// @notice Emitted when a transcoder is not slashed for a failure, because its failures are within the threshold.
    /// Of the transcoder's last `verdicts` verdicts, `failures` are failures.
    event FailureForgiven(
        bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, uint256 failures, uint256 verdicts
    );
    /// @notice Emitted when the owner sets the verifier of the claims of all jobs that are posted in later blocks. The
    /// claims of earlier jobs keep their verifier.
    event VerifierUpdate(address indexed verifier);
    /// @notice Emitted when the owner sets the parameters of the claims of all jobs that are posted in later blocks. The
    /// claims of earlier jobs keep their parameters.
    event ParametersUpdate(Parameters parameters);

    /// @notice Thrown when the caller is not the claim's transcoder.
    error NotTranscoder(address caller, address transcoder);
    /// @notice Thrown when the transcoder was not drawn for the job.
    error NotDrawn(bytes32 jobId, address transcoder);
    /// @notice Thrown when the expected account did not sign. `signer` is zero when the signature is malformed.
    error WrongSigner(address expected, address signer);
    /// @notice Thrown when an Assignment's `fromSequence` is lower than the transcoder's `acceptedFrom`, or when the
    /// Assignment names a stream that is not the job's stream.
    error WrongAssignment(bytes32 jobId, uint256 fromSequence, uint256 acceptedFrom);
    /// @notice Thrown when this Assignment is already recorded.
    error AlreadyShown(bytes32 jobId, address transcoder, uint256 fromSequence);
    /// @notice Thrown when the job already has `max` recorded Assignments to this transcoder. Assignments from segment 0 do
    /// not count.
    error TooManyAssignments(address transcoder, uint256 max);
    /// @notice Thrown when a claim does not name the last claim under its Assignment, or when a disclosure does not
    /// contain the previous claim that it needs. When a claim is refused, only the 18 leading bytes of `expected` are known,
    /// and the other bytes are zero.
    error WrongPreviousClaim(bytes32 expected, bytes32 actual);
    /// @notice Thrown when a range ends before it begins, or begins before `min`. `min` is the number after the
    /// previous range, the number after the last claim under the Assignment, or the Assignment's `fromSequence`.
    error RangeOutOfOrder(uint256 index, uint256 first, uint256 last, uint256 min);
    /// @notice Thrown when a claim has no segment, or too many segments.
    error SegmentCountOutOfBounds(uint256 count, uint256 min, uint256 max);
    /// @notice Thrown when a claim has more ranges than the limit. Each range costs storage.
    error TooManyRanges(uint256 count, uint256 max);
    /// @notice Thrown when a claim of this job already contains the segment.
    error AlreadyClaimed(uint256 sequenceNumber);
    /// @notice Thrown when the claim contains a segment at or after `fromSequence`. A later Assignment gives these
    /// segments to another transcoder.
    error AssignedToSuccessor(uint256 fromSequence);
    /// @notice Thrown when a claim's duration is too long for its number of segments, or when the claims under its
    /// Assignment together are too long for the time since the job's block.
    error DurationOutOfBounds(uint256 durationMs, uint256 max);
    /// @notice Thrown when the transcoder has bonded less than `minSelfStake` to itself.
    error InsufficientClaimStake(uint256 stake, uint256 required);
    /// @notice Thrown when the claim is not open, or does not exist.
    error WrongState(bytes32 claimId, State state);
    /// @notice Thrown when the claim is already sealed: its lottery is decided.
    error AlreadySealed(bytes32 claimId);
    /// @notice Thrown when the claim is sealed before block `atBlock`. Before that block, the hash that decides the
    /// lottery is not known.
    error NotYetSealable(bytes32 claimId, uint256 atBlock);
    /// @notice Thrown when the claim is not sealed: its lottery is not yet decided.
    error NotSealed(bytes32 claimId);
    /// @notice Thrown when the call comes in block `deadline` or later.
    error TooLate(bytes32 claimId, uint256 deadline);
    /// @notice Thrown when the segment is not in the claim, or the lottery did not select it.
    error NotChallenged(bytes32 claimId, uint256 sequenceNumber);
    /// @notice Thrown when this segment is already disclosed.
    error AlreadyRequested(bytes32 claimId, uint256 sequenceNumber);
    /// @notice Thrown when the disclosed options are not the job's options.
    error WrongOptions(bytes32 expected, bytes32 actual);
    /// @notice Thrown when a disclosure does not contain the receipt of segment `expected` as the preceding receipt.
    /// Also thrown when the first segment under an Assignment is disclosed with a preceding receipt; then `expected` is
    /// zero.
    error WrongPreceding(uint256 sequenceNumber, uint256 expected);
    /// @notice Thrown when the Merkle proof does not show the receipt, with its duration, at the segment's index in the
    /// claim's tree.
    error NotInTree(uint256 sequenceNumber);
    /// @notice Thrown when a receipt does not have one output per rendition of the job.
    error WrongOutputCount(uint256 count, uint256 expected);
    /// @notice Thrown when a quantiser is not the number that follows from the options and the preceding receipt.
    error WrongQp(uint256 sequenceNumber, uint256 rendition, uint256 qp, uint256 expected);
    /// @notice Thrown when the request does not exist.
    error UnknownRequest(bytes32 claimId, uint256 sequenceNumber);
    /// @notice Thrown when the verifier has no verdict, or when the request already has a recorded verdict.
    error WrongVerdict(bytes32 claimId, uint256 sequenceNumber, IVerifier.Verdict recorded, IVerifier.Verdict verdict);
    /// @notice Thrown when the verdict Unavailable is reported before `atBlock`. Before that block, the transcoder may
    /// still serve the payloads. Also thrown when fees are distributed before `atBlock`, the claim's verdict deadline,
    /// although a segment whose request the verifier refused has no verdict.
    error TooEarly(bytes32 claimId, uint256 atBlock);
    /// @notice Thrown when too little gas is left to call the verifier. Send the transaction with more gas.
    error TooLittleGas(uint256 left, uint256 required);
    /// @notice Thrown when the contract is no verifier: it does not answer what its `verdictBlocks` are.
    error NoVerifier(address account);
    /// @notice Thrown when the segment is not in the claim.
    error NotInClaim(bytes32 claimId, uint256 sequenceNumber);
    /// @notice Thrown by `slashEquivocation` when the two receipts have the same outputs.
    error SameOutputs(bytes32 transcodedDataHash);
    /// @notice Thrown when the transcoder was already slashed for an offence in this job.
    error AlreadySlashed(bytes32 jobId, address transcoder);
    /// @notice Thrown when a transcoder that was slashed for an offence in this job claims work of the job, or when an
    /// Assignment of the job to this transcoder is shown.
    error Expelled(bytes32 jobId, address transcoder);
    /// @notice Thrown when not all challenged segments have the verdict Valid or InputInvalid; `passed` of them have
    /// one of these verdicts. A segment whose request the verifier refused needs no verdict.
    error NotVerified(bytes32 claimId, uint256 challenged, uint256 passed);
    /// @notice Thrown when a claim cannot expire, because the verifier will give a verdict on this segment.
    error VerdictPending(bytes32 claimId, uint256 sequenceNumber);
    /// @notice Thrown when a claim cannot expire yet. The claim can expire in block `deadline` at the earliest. If
    /// `deadline` is zero, each challenged segment has the verdict Valid or InputInvalid, or the verifier refused its
    /// request. Then the claim never expires: `distributeFees` can pay its fees, at the latest from the verdict
    /// deadline on.
    error NotExpired(bytes32 claimId, uint256 deadline);
}
