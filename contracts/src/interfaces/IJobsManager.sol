// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Segment} from "../types/Segment.sol";
import {StreamId} from "../types/StreamId.sol";
import {TranscodingOptions} from "../types/TranscodingOptions.sol";

/// @notice Deposits of broadcasters, their jobs, and who is drawn to do them. Whitepaper, "Broadcast + Transcoding Job".
interface IJobsManager {
    struct Parameters {
        /// @dev Time of work whose price a job keeps in reserve.
        uint256 claimIntervalSeconds;
        /// @dev Blocks after a job's end in which its work can still be claimed.
        uint256 claimDeadlineBlocks;
        /// @dev The longest that a job may last.
        uint256 maxJobBlocks;
        /// @dev How many transcoders are drawn for a job, in order of priority.
        uint256 candidateCount;
        /// @dev Share of a job's unspent reserve that two segments under one number cost, in parts per million.
        uint256 equivocationSlashAmount;
    }

    struct Broadcaster {
        /// @dev Free: can be withdrawn, or reserved for a job. In wei.
        uint256 deposit;
        /// @dev Held by jobs. In wei.
        uint256 reserved;
    }

    struct Stream {
        /// @dev The wallet that posts the jobs of this stream.
        address broadcaster;
        uint256 jobCount;
        /// @dev Whether a StreamEnd closed it, and with which number.
        bool closed;
        uint256 lastSequenceNumber;
    }

    struct Job {
        StreamId streamId;
        address broadcaster;
        /// @dev Of the TranscodingOptions, which the event carries.
        bytes32 optionsHash;
        /// @dev Offer, in wei.
        uint256 pricePerUnit;
        uint256 unitsPerSecond;
        /// @dev What the job holds, in wei.
        uint256 reserve;
        /// @dev Block in which the job was posted.
        uint256 jobBlock;
        /// @dev First block in which the job is over.
        uint256 endBlock;
        /// @dev Unix time of the block in which the job was posted, in seconds.
        uint256 jobTime;
        /// @dev First block in which its work can no more be claimed, and its reserve be released.
        uint256 claimDeadline;
        /// @dev Whether the draw is recorded.
        bool drawn;
        /// @dev Whether those who could be drawn held at least half of the active stake. Only then its work counts.
        bool contested;
    }

    /// @notice Emitted when wei are added to a broadcaster's deposit.
    event Deposit(address indexed broadcaster, uint256 amount);
    /// @notice Emitted when free deposit leaves the contract.
    event Withdrawal(address indexed broadcaster, uint256 amount);
    /// @notice Emitted when a job is posted.
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
    /// @notice Emitted when the draw is recorded; empty when nobody was available at this price.
    event CandidatesDrawn(bytes32 indexed jobId, address[] candidates);
    /// @notice Emitted when a job ends before its time.
    event JobEnded(bytes32 indexed jobId, StreamId indexed streamId, uint256 endBlock);
    /// @notice Emitted when a StreamEnd closes the stream.
    event StreamEnded(StreamId indexed streamId, uint256 lastSequenceNumber);
    /// @notice Emitted when a job's unspent reserve returns to the deposit.
    event ReserveReleased(bytes32 indexed jobId, address indexed broadcaster, uint256 amount);
    /// @notice Emitted when fees are taken from a broadcaster for a claim.
    event Escrow(bytes32 indexed jobId, address indexed broadcaster, uint256 amount);
    /// @notice Emitted when the fees of a failed or expired claim return to the deposit.
    event EscrowReturned(bytes32 indexed jobId, address indexed broadcaster, uint256 amount);
    /// @notice Emitted when the fees of a claim become its transcoder's.
    event FeesEarned(bytes32 indexed jobId, address indexed transcoder, uint256 amount);
    /// @notice Emitted when it is shown that a broadcaster signed two segments under one number. The fine is due with the
    /// release of the job's reserve, so that it takes nothing from claims.
    event BroadcasterEquivocated(
        bytes32 indexed jobId, StreamId indexed streamId, uint256 sequenceNumber, address finder
    );
    /// @notice Emitted when the fine is taken, in wei. The finder gets his fee of it as deposit, the common pool the rest.
    event EquivocationFine(bytes32 indexed jobId, address indexed broadcaster, uint256 amount, address finder);
    /// @notice Emitted when the owner changes the parameters of jobs to come.
    event ParametersUpdate(Parameters parameters);
    /// @notice Emitted when earned fees leave the contract.
    event WithdrawFees(address indexed transcoder, uint256 amount);

    /// @notice Thrown when the free deposit does not cover a withdrawal or a job's reserve, or, together with the reserve,
    /// a claim. In wei.
    error InsufficientDeposit(uint256 required, uint256 available);
    /// @notice Thrown when nothing is deposited or withdrawn.
    error ZeroAmount();
    /// @notice Thrown when the caller refuses the wei that it withdraws.
    error TransferFailed(address to, uint256 amount);
    /// @notice Thrown when a signature is not by the stream's origin; `signer` is zero when it is no signature.
    error WrongSigner(address origin, address signer);
    /// @notice Thrown when another wallet posts the jobs of this stream.
    error StreamTaken(StreamId streamId, address broadcaster);
    /// @notice Thrown when the stream was closed by a StreamEnd.
    error StreamClosed(StreamId streamId, uint256 lastSequenceNumber);
    /// @notice Thrown when the stream's previous job is not over.
    error JobActive(bytes32 jobId, uint256 endBlock);
    /// @notice Thrown when a job is over already.
    error JobOver(bytes32 jobId, uint256 endBlock);
    /// @notice Thrown when an offer is above what is kept of it.
    error PriceOutOfBounds(uint256 pricePerUnit, uint256 max);
    /// @notice Thrown when a job would end too early or too late.
    error EndBlockOutOfBounds(uint256 endBlock, uint256 min, uint256 max);
    /// @notice Thrown when there is no such job.
    error UnknownJob(bytes32 jobId);
    /// @notice Thrown when the stream never had a job.
    error UnknownStream(StreamId streamId);
    /// @notice Thrown when somebody else than the job's broadcaster ends it without the stream key's word.
    error NotBroadcaster(address caller, address broadcaster);
    /// @notice Thrown when a job is ended by an account to which it is not assigned, or no more.
    error NotAssigned(bytes32 jobId, address account);
    /// @notice Thrown when two segments do not contradict each other, or are of another stream.
    error NoEquivocation(bytes32 jobId);
    /// @notice Thrown when the job is to be fined already.
    error AlreadyReported(bytes32 jobId, address finder);
    /// @notice Thrown when the block that decides the draw is not known before `atBlock`.
    error NotYetDrawable(bytes32 jobId, uint256 atBlock);
    /// @notice Thrown when claims against the reserve are possible before `atBlock`.
    error ReserveLocked(bytes32 jobId, uint256 atBlock);
    /// @notice Thrown when the job holds nothing.
    error NothingReserved(bytes32 jobId);
    /// @notice Thrown when work of this job could only be claimed before `deadline`, a block.
    error ClaimDeadlinePassed(bytes32 jobId, uint256 deadline);
    /// @notice Thrown when somebody else than the ClaimsManager moves fees.
    error NotClaimsManager(address caller);

    /// @notice Adds the wei sent to the caller's deposit.
    function deposit() external payable;

    /// @notice Sends free deposit to the caller, in wei.
    function withdraw(uint256 amount) external;

    /// @notice Releases the reserves of these jobs, of which some may be released already, and sends all of the caller's
    /// free deposit to it.
    function withdrawAll(bytes32[] calldata jobIds) external;

    /// @notice Posts a transcoding job; wei sent along are deposited first. Reserves the price of a claim interval.
    /// @param pricePerUnit The highest accepted, in wei. `unitsPerSecond` of the options units are due per second.
    /// @param endBlock First block in which the job is over.
    /// @param streamKeySignature Of StreamBinding(streamId, caller), by the stream's origin.
    /// @return jobId `keccak256(abi.encode(streamId, jobs of this stream before))`: the same in whichever block it lands.
    function job(
        StreamId streamId,
        TranscodingOptions memory options,
        uint256 pricePerUnit,
        uint256 endBlock,
        bytes calldata streamKeySignature
    ) external payable returns (bytes32 jobId);

    /// @notice Ends the caller's job. The stream can have another.
    function endJob(bytes32 jobId) external;

    /// @notice Ends the job and closes its stream, by whoever has the stream key's word.
    /// @param streamEndSignature Of StreamEnd(streamId, lastSequenceNumber), by the stream's origin.
    function endJob(bytes32 jobId, uint64 lastSequenceNumber, bytes calldata streamEndSignature) external;

    /// @notice Ends the job that is assigned to the caller, by the latest Assignment that was shown: it gives up the work, and the
    /// broadcaster can post another job.
    function endJob(bytes32 jobId, address renditionKey, uint64 fromSequence) external;

    /// @notice Shows two segments that the stream's origin signed under one number. When the job's reserve is released, it loses
    /// a share, of which the caller gets the FinderFee. Once per job, while it holds a reserve.
    function reportEquivocation(
        bytes32 jobId,
        Segment memory one,
        bytes calldata signatureOfOne,
        Segment memory other,
        bytes calldata signatureOfOther
    ) external;

    /// @notice Records the draw, so that it outlives the reach of the randomness. The same by whomever and whenever.
    /// @return candidates_ In order of priority.
    function drawCandidates(bytes32 jobId) external returns (address[] memory candidates_);

    /// @notice Whether a transcoder is among the candidates. Records the draw where it is not, so that a claim that comes soon
    /// needs no other transaction.
    function admit(bytes32 jobId, address transcoder) external returns (bool);

    /// @notice Returns a job's unspent reserve to its broadcaster's deposit, once no claim can come.
    function releaseReserve(bytes32 jobId) external;

    /// @notice Takes the fees of `durationMs` of work, for a claim, from the broadcaster's free deposit, and what is missing
    /// from the job's reserve. By the ClaimsManager, which gives them on by one of the two functions below.
    /// @return fees In wei.
    /// @return jobTime Of the Job.
    function escrow(bytes32 jobId, uint256 durationMs) external returns (uint256 fees, uint256 jobTime);

    /// @notice Returns a claim's fees to the broadcaster's deposit. By the ClaimsManager.
    function returnEscrow(bytes32 jobId, uint256 amount) external;

    /// @notice Makes a claim's fees its transcoder's, and, by its feeShare, its delegators', and counts its verified work. By the
    /// ClaimsManager.
    function earn(bytes32 jobId, address transcoder, uint256 amount, uint256 durationMs) external;

    /// @notice Changes the parameters of jobs to come, and of reports to come of equivocation. By the owner.
    function setParameters(Parameters calldata values) external;

    /// @notice Sends all that the caller has earned to it, as a transcoder and as a delegator.
    function withdrawFees() external;

    /// @notice What a transcoder or delegator has earned and not withdrawn, in wei. A delegator's part of a round's fees
    /// counts from the next round on.
    function earnings(address account) external view returns (uint256);

    /// @notice What claims of a job are checked against: its stream, whose origin signs, its options, and the domain of all
    /// signatures.
    function basis(bytes32 jobId) external view returns (StreamId streamId, bytes32 optionsHash, bytes32 separator);

    /// @notice Of every signature of the protocol.
    function domainSeparator() external view returns (bytes32);

    /// @notice Who may do the job, in order of priority; empty when nobody was available at this price.
    function candidates(bytes32 jobId) external view returns (address[] memory);

    function getJob(bytes32 jobId) external view returns (Job memory);

    /// @notice The stream's job with the highest number: a link names the stream, and this is what it leads to.
    function latestJob(StreamId streamId) external view returns (bytes32 jobId);

    /// @notice Jobs that the stream ever had.
    function jobCount(StreamId streamId) external view returns (uint256);

    /// @notice Fines that are nobody's, in wei.
    function commonPool() external view returns (uint256);

    function getStream(StreamId streamId) external view returns (Stream memory);
    function getBroadcaster(address broadcaster) external view returns (Broadcaster memory);
    function parameters() external view returns (Parameters memory);
}
