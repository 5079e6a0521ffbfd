// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICommonPool} from "./ICommonPool.sol";
import {Segment} from "../types/Segment.sol";
import {DrawnList} from "../types/DrawnList.sol";
import {StreamId} from "../types/StreamId.sol";
import {TranscodingOptions} from "../types/TranscodingOptions.sol";

/// @notice Deposits of broadcasters, their jobs, and the transcoders drawn for the jobs. Whitepaper, "Broadcast +
/// Transcoding Job".
interface IJobsManager is ICommonPool {
    struct Parameters {
        /// @dev For each of `candidateCount` candidates, a job reserves the price of this many seconds of work, and the
        /// fine for this work.
        uint256 claimIntervalSeconds;
        /// @dev After the end of a job, its work can still be claimed for this number of blocks.
        uint256 claimDeadlineBlocks;
        /// @dev The longest duration of a job, in blocks.
        uint256 maxJobBlocks;
        /// @dev The maximum number of transcoders drawn for a job. A job reserves an equal part for each of them.
        uint256 candidateCount;
        /// @dev Share of a job's unspent reserve that the broadcaster loses if the stream key signed two different
        /// segments with the same sequence number, in parts per million.
        uint256 equivocationSlashAmount;
        /// @dev Fine that stays reserved for each claim (if the broadcaster's wei cover it) until the claim is paid or
        /// refunded, in percent of the claim's fees. The broadcaster pays the fine if a segment of the claim has the verdict InputInvalid.
        uint256 inputFinePercent;
    }

    struct Broadcaster {
        /// @dev Free deposit in wei. It can be withdrawn, reserved for a job, or spent on a claim.
        uint256 deposit;
        /// @dev Sum of the reserves of the broadcaster's jobs, and of the fines of open claims, in wei.
        uint256 reserved;
    }

    struct Stream {
        /// @dev The wallet that posts the stream's jobs.
        address broadcaster;
        uint256 jobCount;
        /// @dev Whether a StreamEnd closed the stream.
        bool closed;
        /// @dev `lastSequenceNumber` of the StreamEnd; zero when the stream is not closed.
        uint256 lastSequenceNumber;
    }

    struct Job {
        StreamId streamId;
        address broadcaster;
        /// @dev Hash of the TranscodingOptions. The event NewJob contains the options.
        bytes32 optionsHash;
        /// @dev The price that the broadcaster pays, in wei per unit.
        uint256 pricePerUnit;
        uint256 unitsPerSecond;
        /// @dev The unspent amount that is reserved for the job, for all its transcoders together, plus the fines that
        /// came back from paid claims. In wei.
        uint256 reserve;
        /// @dev Block in which the job was posted.
        uint256 jobBlock;
        /// @dev The first block in which the job has ended.
        uint256 endBlock;
        /// @dev Unix time of `jobBlock`, in seconds.
        uint256 jobTime;
        /// @dev First block in which the job's work can no longer be claimed. From this block on, the job's reserve can
        /// be released.
        uint256 claimDeadline;
        /// @dev Whether the draw is recorded.
        bool drawn;
        /// @dev Whether the transcoders that could be drawn held about half of the active stake or more. `ICandidates.draw` has
        /// the exact rule. If false, the job's work does not count for the CompetitivenessTolerance.
        bool contested;
        /// @dev The job's `inputFinePercent`. A later change of the parameter does not change this number.
        uint256 inputFinePercent;
    }

    /// @notice Emitted when wei are added to a broadcaster's deposit.
    event Deposit(address indexed broadcaster, uint256 amount);
    /// @notice Emitted when a broadcaster withdraws free deposit.
    event Withdrawal(address indexed broadcaster, uint256 amount);
    /// @notice Emitted when a broadcaster posts a job.
    event NewJob(
        bytes32 indexed jobId,
        StreamId indexed streamId,
        address indexed broadcaster,
        TranscodingOptions options,
        uint256 pricePerUnit,
        uint256 unitsPerSecond,
        uint256 reserve,
        uint256 endBlock
    );
    /// @notice Emitted when the draw is recorded. `candidates` returns the accounts of the list. The list is empty when no
    /// transcoder was available at the job's price.
    event CandidatesDrawn(bytes32 indexed jobId, DrawnList list);
    /// @notice Emitted when a job ends before its planned end block.
    event JobEnded(bytes32 indexed jobId, StreamId indexed streamId, uint256 endBlock);
    /// @notice Emitted when a StreamEnd closes the stream.
    event StreamEnded(StreamId indexed streamId, uint256 lastSequenceNumber);
    /// @notice Emitted when a job's unspent reserve returns to the broadcaster's deposit.
    event ReserveReleased(bytes32 indexed jobId, address indexed broadcaster, uint256 amount);
    /// @notice Emitted when the fees and the fine of a refunded claim, or the fees of segments with the verdict InputInvalid,
    /// return to the broadcaster's deposit.
    event EscrowReturned(bytes32 indexed jobId, address indexed broadcaster, uint256 amount);
    /// @notice Emitted when a claim's fees are credited to its transcoder.
    event FeesEarned(bytes32 indexed jobId, address indexed transcoder, uint256 amount);
    /// @notice Emitted when `finder` proves that the stream key signed two different segments with the same sequence
    /// number. The broadcaster pays the fine when the job's reserve is released. At that time no more claims are
    /// possible, so the fine takes no fees from a claim.
    event BroadcasterEquivocated(
        bytes32 indexed jobId, StreamId indexed streamId, uint256 sequenceNumber, address finder
    );
    /// @notice Emitted when the broadcaster pays the fine, in wei. A part of the fine is added to the finder's deposit,
    /// and the common pool gets the rest.
    event EquivocationFine(bytes32 indexed jobId, address indexed broadcaster, uint256 amount, address finder);
    /// @notice Emitted when the broadcaster pays the fine of a claim, in wei, because a segment of the claim has the verdict
    /// InputInvalid. A part of the fine is added to the finder's earnings, and the common pool gets the rest. `finder` is the
    /// claim's transcoder, which disclosed the segment; zero if the claim is refunded.
    event InputFine(bytes32 indexed jobId, address indexed broadcaster, uint256 amount, address finder);
    /// @notice Emitted when the owner sets the parameters of new jobs. Existing jobs keep their parameters.
    event ParametersUpdate(Parameters parameters);
    /// @notice Emitted when an account withdraws the fees that it earned as a transcoder and as a delegator, and its
    /// parts of fines.
    event WithdrawFees(address indexed transcoder, uint256 amount);

    /// @notice Thrown when the free deposit does not cover a withdrawal or a job's reserve, or when the free deposit and
    /// the transcoder's part of the reserve together do not cover the fees of a claim. Both values are in wei.
    error InsufficientDeposit(uint256 required, uint256 available);
    /// @notice Thrown when the amount of a deposit or withdrawal is zero.
    error ZeroAmount();
    /// @notice Thrown when the receiver does not accept the wei.
    error TransferFailed(address to, uint256 amount);
    /// @notice Thrown when the stream key, whose address is `origin`, did not sign. `signer` is zero when the signature
    /// is malformed.
    error WrongSigner(address origin, address signer);
    /// @notice Thrown when another wallet has already posted a job for the stream.
    error StreamTaken(StreamId streamId, address broadcaster);
    /// @notice Thrown when a StreamEnd has closed the stream.
    error StreamClosed(StreamId streamId, uint256 lastSequenceNumber);
    /// @notice Thrown when the stream's previous job has not ended.
    error JobActive(bytes32 jobId, uint256 endBlock);
    /// @notice Thrown when the job has already ended.
    error JobOver(bytes32 jobId, uint256 endBlock);
    /// @notice Thrown when a price is above `max`, the largest price that can be stored.
    error PriceOutOfBounds(uint256 pricePerUnit, uint256 max);
    /// @notice Thrown when a job's end block is below `min` or above `max`.
    error EndBlockOutOfBounds(uint256 endBlock, uint256 min, uint256 max);
    /// @notice Thrown when the job does not exist.
    error UnknownJob(bytes32 jobId);
    /// @notice Thrown when the stream has no job.
    error UnknownStream(StreamId streamId);
    /// @notice Thrown by `endJob(jobId)` when the caller is not the job's broadcaster.
    error NotBroadcaster(address caller, address broadcaster);
    /// @notice Thrown when no recorded Assignment gives the job to the account, when a later recorded Assignment gives the
    /// job to another transcoder, or when the account was expelled from the job.
    error NotAssigned(bytes32 jobId, address account);
    /// @notice Thrown when two segments do not contradict each other, or do not belong to the job's stream.
    error NoEquivocation(bytes32 jobId);
    /// @notice Thrown when an equivocation in this job was already reported.
    error AlreadyReported(bytes32 jobId, address finder);
    /// @notice Thrown when candidates are drawn before block `atBlock`. Before that block, the hash that decides the
    /// draw is not known.
    error NotYetDrawable(bytes32 jobId, uint256 atBlock);
    /// @notice Thrown when a reserve is released before block `atBlock`. Before that block, claims can spend the
    /// reserve.
    error ReserveLocked(bytes32 jobId, uint256 atBlock);
    /// @notice Thrown when the job has no reserve.
    error NothingReserved(bytes32 jobId);
    /// @notice Thrown when work is claimed in block `deadline` or later.
    error ClaimDeadlinePassed(bytes32 jobId, uint256 deadline);
    /// @notice Thrown when the caller is not the ClaimsManager.
    error NotClaimsManager(address caller);

    /// @notice Adds the sent wei to the caller's deposit.
    function deposit() external payable;

    /// @notice Sends free deposit to the caller. `amount` is in wei.
    function withdraw(uint256 amount) external;

    /// @notice Releases the reserves of these jobs, then sends all free deposit of the caller to the caller. Skips
    /// reserves that are already released.
    function withdrawAll(bytes32[] calldata jobIds) external;

    /// @notice Posts a transcoding job. First adds the sent wei to the caller's deposit. Then reserves from the
    /// deposit the price of `claimIntervalSeconds` of work and the fine for this work, `candidateCount` times: one part for
    /// each candidate.
    /// @param pricePerUnit The price that the broadcaster pays, in wei per unit. One second of work has
    /// `options.unitsPerSecond()` units.
    /// @param endBlock The first block in which the job has ended.
    /// @param streamKeySignature Signature of StreamBinding(streamId, caller) by the stream key.
    /// @return jobId `keccak256(abi.encode(streamId, number of earlier jobs of this stream))`. The jobId does not
    /// depend on the block.
    function job(
        StreamId streamId,
        TranscodingOptions memory options,
        uint256 pricePerUnit,
        uint256 endBlock,
        bytes calldata streamKeySignature
    ) external payable returns (bytes32 jobId);

    /// @notice Ends a job. Only for the job's broadcaster, who can then post another job for the stream.
    function endJob(bytes32 jobId) external;

    /// @notice Ends the job and closes its stream. Any account with the StreamEnd may call this function.
    /// @param streamEndSignature Signature of StreamEnd(streamId, lastSequenceNumber) by the stream key.
    function endJob(bytes32 jobId, uint64 lastSequenceNumber, bytes calldata streamEndSignature) external;

    /// @notice Ends a job. Only for a transcoder with a recorded Assignment, if no later recorded Assignment gives the
    /// job to another transcoder. The transcoder calls this function to stop its work. The broadcaster can then post
    /// another job for the stream.
    function endJob(bytes32 jobId, address renditionKey, uint64 fromSequence) external;

    /// @notice Reports that the stream key signed two different segments with the same sequence number. When the job's
    /// reserve is released, the broadcaster loses a share of the reserve, and the caller gets the FinderFee of this
    /// share. Possible once per job, while the job has a reserve.
    function reportEquivocation(
        bytes32 jobId,
        Segment memory one,
        bytes calldata signatureOfOne,
        Segment memory other,
        bytes calldata signatureOfOther
    ) external;

    /// @notice Records the draw, because the block hash that decides the draw does not stay available. Any account may
    /// call this function. The result does not depend on the caller or on the block of the call.
    /// @return candidates_ In order of priority.
    function drawCandidates(bytes32 jobId) external returns (address[] memory candidates_);

    /// @notice Whether a transcoder was drawn for the job. Records the draw if it is not yet recorded. So a claim needs
    /// no earlier transaction that records the draw.
    /// @return drawn Whether the transcoder was drawn.
    /// @return streamId The stream of the job.
    /// @return separator The EIP-712 domain separator of all signatures.
    function admit(bytes32 jobId, address transcoder)
        external
        returns (bool drawn, StreamId streamId, bytes32 separator);

    /// @notice Returns a job's unspent reserve, minus a fine for an equivocation, to the broadcaster's deposit. Reverts while the job's
    /// work can still be claimed.
    function releaseReserve(bytes32 jobId) external;

    /// @notice Moves the fees of `durationMs` of work into escrow for a claim of `transcoder`, and reserves the
    /// broadcaster's fine for the claim. The wei come first from the broadcaster's free deposit, then from the
    /// transcoder's part of the job's reserve. If both together cover the fees but not the whole fine, the fine is
    /// zero. Only for the ClaimsManager, which ends the escrow with `returnEscrow`, `earn` and `payFine`.
    /// @return fees In wei.
    /// @return fine The fine that is reserved for the claim, in wei.
    /// @return jobTime Unix time of the job's block, in seconds.
    /// @return jobBlock Block in which the job was posted.
    function escrow(bytes32 jobId, address transcoder, uint256 durationMs)
        external
        returns (uint256 fees, uint256 fine, uint256 jobTime, uint256 jobBlock);

    /// @notice Returns fees from escrow to the broadcaster's deposit. Only for the ClaimsManager.
    /// @param withFine Whether `fees` are the fees of a whole claim whose fine is reserved. The fine then also returns
    /// to the deposit.
    function returnEscrow(bytes32 jobId, uint256 fees, bool withFine) external;

    /// @notice Credits a claim's fees from escrow to the transcoder and to its delegators. The transcoder's `feeShare`
    /// decides the delegators' part. Also counts the verified work for the CompetitivenessTolerance. Only for the
    /// ClaimsManager.
    /// @param withFine Whether `fees` are the fees of a whole claim whose fine is reserved. The fine then returns to
    /// the job's reserve.
    function earn(bytes32 jobId, address transcoder, uint256 fees, uint256 durationMs, bool withFine) external;

    /// @notice Takes the fine that is reserved for a claim from the broadcaster. Only for the ClaimsManager.
    /// @param fees The fees of the whole claim.
    /// @param finder Receives the FinderFee of the fine. If it is zero, the common pool gets the whole fine.
    function payFine(bytes32 jobId, uint256 fees, address finder) external;

    /// @notice Sets the parameters of new jobs. Only for the owner.
    function setParameters(Parameters calldata values) external;

    /// @notice Sends to the caller all fees that the caller earned as a transcoder and as a delegator, and its parts of
    /// the fines of claims.
    function withdrawFees() external;

    /// @notice The wei that `withdrawFees` would send to the account now. Does not yet include a delegator's part of
    /// the fees of the current round, except the fees from before a change of its stake in this round.
    function earnings(address account) external view returns (uint256);

    /// @notice The values that a job's claims are checked against: the stream, the hash of the options, and the domain
    /// separator of all signatures.
    function receiptTerms(bytes32 jobId)
        external
        view
        returns (StreamId streamId, bytes32 optionsHash, bytes32 separator);

    /// @notice The EIP-712 domain separator of all signatures of the protocol.
    function domainSeparator() external view returns (bytes32);

    /// @notice The transcoders drawn for the job, in order of priority; empty when no transcoder was available at the
    /// job's price.
    function candidates(bytes32 jobId) external view returns (address[] memory);

    function getJob(bytes32 jobId) external view returns (Job memory);

    /// @notice The unspent part of a job's reserve that only the claims of `transcoder`, which was drawn for the job, can
    /// spend. In wei; zero from the claim deadline on.
    function reserveOf(bytes32 jobId, address transcoder) external view returns (uint256);

    /// @notice The latest job of a stream. A viewer needs this function, because the link to a stream contains only the
    /// streamId.
    function latestJob(StreamId streamId) external view returns (bytes32 jobId);

    /// @notice Number of jobs that the stream has had.
    function jobCount(StreamId streamId) external view returns (uint256);

    /// @notice The largest `claimDeadlineBlocks` that was ever set. An old job keeps its claim deadline.
    function longestClaimDeadlineBlocks() external view returns (uint256);

    function getStream(StreamId streamId) external view returns (Stream memory);
    function getBroadcaster(address broadcaster) external view returns (Broadcaster memory);
    function parameters() external view returns (Parameters memory);
}
