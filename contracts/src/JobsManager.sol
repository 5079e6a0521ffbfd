// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBondingManager} from "./interfaces/IBondingManager.sol";
import {IJobsManager} from "./interfaces/IJobsManager.sol";
import {IRandomness} from "./interfaces/IRandomness.sol";
import {Deposits} from "./jobs/Deposits.sol";
import {Parameters as Bounds} from "./libraries/Parameters.sol";
import {DrawnList, MAX_DRAWN, drawnListOf} from "./types/DrawnList.sol";
import {StreamBinding} from "./types/StreamBinding.sol";
import {StreamEnd} from "./types/StreamEnd.sol";
import {StreamId} from "./types/StreamId.sol";
import {TranscodingOptions} from "./types/TranscodingOptions.sol";

/// @dev See IJobsManager.
contract JobsManager is Deposits, EIP712 {
    using SafeCast for uint256;

    struct StreamRecord {
        address broadcaster;
        uint24 jobCount;
        bool closed;
        uint64 lastSequenceNumber;
    }

    struct JobRecord {
        StreamId streamId;
        bytes32 optionsHash;
        uint64 pricePerUnit;
        uint64 unitsPerSecond;
        uint128 reserve;
        uint48 jobBlock;
        uint48 endBlock;
        uint32 jobTime;
        DrawnList drawn;
    }

    IRandomness public immutable randomness;
    address public immutable claimsManager;
    uint256 private immutable CLAIM_INTERVAL_SECONDS;
    uint256 private immutable CLAIM_DEADLINE_BLOCKS;
    uint256 private immutable MAX_JOB_BLOCKS;
    uint256 private immutable CANDIDATE_COUNT;

    mapping(StreamId => StreamRecord) private streams;
    mapping(bytes32 jobId => JobRecord) private jobs;

    constructor(
        IBondingManager bondingManager_,
        IRandomness randomness_,
        address claimsManager_,
        Parameters memory values
    ) Deposits(bondingManager_) EIP712("Livepeer", "1") {
        randomness = randomness_;
        claimsManager = claimsManager_;
        CLAIM_INTERVAL_SECONDS = Bounds.bounded("claimIntervalSeconds", values.claimIntervalSeconds, 10, 7 days);
        // What is claimed after the end must still meet its lottery's block hash, and the stake that answers for it.
        uint256 stakeStays = bondingManager_.minUnbondingBlocks();
        uint256 hashStays = randomness_.reach();
        uint256 latestDeadline = stakeStays < hashStays ? stakeStays : hashStays;
        CLAIM_DEADLINE_BLOCKS = Bounds.bounded("claimDeadlineBlocks", values.claimDeadlineBlocks, 10, latestDeadline);
        MAX_JOB_BLOCKS = Bounds.bounded("maxJobBlocks", values.maxJobBlocks, 10, 10_000_000);
        CANDIDATE_COUNT = Bounds.bounded("candidateCount", values.candidateCount, 1, MAX_DRAWN);
    }

    modifier onlyClaimsManager() {
        if (msg.sender != claimsManager) revert NotClaimsManager(msg.sender);
        _;
    }

    /// @inheritdoc IJobsManager
    function job(
        StreamId streamId,
        TranscodingOptions memory options,
        uint256 pricePerUnit,
        uint256 endBlock,
        bytes calldata streamKeySignature
    ) external payable returns (bytes32 jobId) {
        requireOrigin(streamId, StreamBinding(streamId, msg.sender).recover(_domainSeparatorV4(), streamKeySignature));
        if (pricePerUnit > type(uint64).max) revert PriceOutOfBounds(pricePerUnit, type(uint64).max);
        requireEndBlock(endBlock);
        options.validate();
        jobId = nextJob(streamId);
        if (msg.value > 0) credit(msg.sender, msg.value);
        JobRecord storage record = jobs[jobId];
        uint256 unitsPerSecond = options.unitsPerSecond();
        (record.streamId, record.optionsHash) = (streamId, options.hash());
        (record.pricePerUnit, record.unitsPerSecond) = (uint64(pricePerUnit), unitsPerSecond.toUint64());
        record.reserve = setAside(msg.sender, pricePerUnit * unitsPerSecond * CLAIM_INTERVAL_SECONDS);
        (record.jobBlock, record.endBlock, record.jobTime) =
        (uint48(block.number), uint48(endBlock), uint32(block.timestamp));
        emit NewJob(jobId, streamId, msg.sender, options, pricePerUnit, unitsPerSecond, record.reserve, endBlock);
    }

    /// @inheritdoc IJobsManager
    function endJob(bytes32 jobId) external {
        JobRecord storage record = known(jobId);
        address broadcaster = streams[record.streamId].broadcaster;
        if (msg.sender != broadcaster) revert NotBroadcaster(msg.sender, broadcaster);
        end(jobId, record);
    }

    /// @inheritdoc IJobsManager
    function endJob(bytes32 jobId, uint64 lastSequenceNumber, bytes calldata streamEndSignature) external {
        JobRecord storage record = known(jobId);
        StreamId streamId = record.streamId;
        StreamEnd memory word = StreamEnd(streamId, lastSequenceNumber);
        requireOrigin(streamId, word.recover(_domainSeparatorV4(), streamEndSignature));
        end(jobId, record);
        (streams[streamId].closed, streams[streamId].lastSequenceNumber) = (true, lastSequenceNumber);
        emit StreamEnded(streamId, lastSequenceNumber);
    }

    /// @inheritdoc IJobsManager
    function drawCandidates(bytes32 jobId) external returns (address[] memory candidates_) {
        JobRecord storage record = known(jobId);
        // Two parties that record the same draw in one block both succeed.
        if (record.drawn.isRecorded()) return candidates(jobId);
        uint24[] memory numbers;
        (numbers, candidates_) = draw(jobId, record);
        record.drawn = drawnListOf(numbers);
        emit CandidatesDrawn(jobId, candidates_);
    }

    /// @inheritdoc IJobsManager
    function releaseReserve(bytes32 jobId) external {
        if (release(jobId) == 0) revert NothingReserved(jobId);
    }

    /// @inheritdoc IJobsManager
    function escrow(bytes32 jobId, uint256 durationMs)
        external
        onlyClaimsManager
        returns (uint256 fees, uint256 jobTime)
    {
        JobRecord storage record = known(jobId);
        uint256 deadline = record.endBlock + CLAIM_DEADLINE_BLOCKS;
        if (block.number >= deadline) revert ClaimDeadlinePassed(jobId, deadline);
        fees = uint256(record.pricePerUnit) * record.unitsPerSecond * durationMs / 1_000;
        address broadcaster = streams[record.streamId].broadcaster;
        uint128 fromReserve = spend(broadcaster, fees, record.reserve);
        if (fromReserve > 0) record.reserve -= fromReserve;
        emit Escrow(jobId, broadcaster, fees);
        return (fees, record.jobTime);
    }

    /// @inheritdoc IJobsManager
    function returnEscrow(bytes32 jobId, uint256 amount) external onlyClaimsManager {
        address broadcaster = streams[jobs[jobId].streamId].broadcaster;
        refund(broadcaster, amount);
        emit EscrowReturned(jobId, broadcaster, amount);
    }

    /// @inheritdoc IJobsManager
    function earn(bytes32 jobId, address transcoder, uint256 amount) external onlyClaimsManager {
        earned[transcoder] += bondingManager.creditFees(transcoder, amount);
        emit FeesEarned(jobId, transcoder, amount);
    }

    /// @inheritdoc IJobsManager
    function isCandidate(bytes32 jobId, address transcoder) external view returns (bool) {
        DrawnList drawn = known(jobId).drawn;
        uint256 count = drawn.isRecorded() ? drawn.length() : 0;
        for (uint256 i; i < count; ++i) {
            if (bondingManager.transcoderOf(drawn.at(i)) == transcoder) return true;
        }
        return false;
    }

    /// @inheritdoc IJobsManager
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc IJobsManager
    function candidates(bytes32 jobId) public view returns (address[] memory candidates_) {
        JobRecord storage record = known(jobId);
        DrawnList drawn = record.drawn;
        if (!drawn.isRecorded()) {
            (, candidates_) = draw(jobId, record);
            return candidates_;
        }
        candidates_ = new address[](drawn.length());
        for (uint256 i; i < candidates_.length; ++i) {
            candidates_[i] = bondingManager.transcoderOf(drawn.at(i));
        }
    }

    /// @inheritdoc IJobsManager
    function getJob(bytes32 jobId) external view returns (Job memory) {
        JobRecord memory record = known(jobId);
        return Job({
            streamId: record.streamId,
            broadcaster: streams[record.streamId].broadcaster,
            optionsHash: record.optionsHash,
            pricePerUnit: record.pricePerUnit,
            unitsPerSecond: record.unitsPerSecond,
            reserve: record.reserve,
            jobBlock: record.jobBlock,
            endBlock: record.endBlock,
            jobTime: record.jobTime,
            drawn: record.drawn.isRecorded()
        });
    }

    /// @inheritdoc IJobsManager
    function latestJob(StreamId streamId) external view returns (bytes32) {
        uint256 count = streams[streamId].jobCount;
        if (count == 0) revert UnknownStream(streamId);
        return idOf(streamId, count - 1);
    }

    /// @inheritdoc IJobsManager
    function jobCount(StreamId streamId) external view returns (uint256) {
        return streams[streamId].jobCount;
    }

    /// @inheritdoc IJobsManager
    function getStream(StreamId streamId) external view returns (Stream memory) {
        StreamRecord memory stream = streams[streamId];
        return Stream(stream.broadcaster, stream.jobCount, stream.closed, stream.lastSequenceNumber);
    }

    /// @inheritdoc IJobsManager
    function parameters() external view returns (Parameters memory) {
        return Parameters(CLAIM_INTERVAL_SECONDS, CLAIM_DEADLINE_BLOCKS, MAX_JOB_BLOCKS, CANDIDATE_COUNT);
    }

    function release(bytes32 jobId) internal override returns (uint128 amount) {
        JobRecord storage record = known(jobId);
        uint256 releaseBlock = record.endBlock + CLAIM_DEADLINE_BLOCKS;
        if (block.number < releaseBlock) revert ReserveLocked(jobId, releaseBlock);
        amount = record.reserve;
        if (amount == 0) return 0;
        record.reserve = 0;
        address broadcaster = streams[record.streamId].broadcaster;
        giveBack(broadcaster, amount);
        emit ReserveReleased(jobId, broadcaster, amount);
    }

    /// @dev Counts one more job of the stream, by the caller; its first job binds the stream to him.
    function nextJob(StreamId streamId) private returns (bytes32) {
        StreamRecord storage stream = streams[streamId];
        (address broadcaster, uint24 count) = (stream.broadcaster, stream.jobCount);
        if (count == 0) {
            stream.broadcaster = msg.sender;
        } else {
            if (broadcaster != msg.sender) revert StreamTaken(streamId, broadcaster);
            if (stream.closed) revert StreamClosed(streamId, stream.lastSequenceNumber);
            bytes32 previous = idOf(streamId, count - 1);
            uint256 endBlock = jobs[previous].endBlock;
            if (block.number < endBlock) revert JobActive(previous, endBlock);
        }
        stream.jobCount = count + 1;
        return idOf(streamId, count);
    }

    function end(bytes32 jobId, JobRecord storage record) private {
        if (block.number >= record.endBlock) revert JobOver(jobId, record.endBlock);
        record.endBlock = uint48(block.number);
        emit JobEnded(jobId, record.streamId, block.number);
    }

    /// @dev By the hash of the block after the job's, which nobody knew when the pool of the job's block was settled.
    function draw(bytes32 jobId, JobRecord storage record) private view returns (uint24[] memory, address[] memory) {
        uint256 jobBlock = record.jobBlock;
        if (block.number < jobBlock + 2) revert NotYetDrawable(jobId, jobBlock + 2);
        bytes32 seed = keccak256(abi.encode(randomness.hashOf(jobBlock + 1), jobId));
        return bondingManager.draw(seed, jobBlock, record.pricePerUnit, CANDIDATE_COUNT);
    }

    function known(bytes32 jobId) private view returns (JobRecord storage record) {
        record = jobs[jobId];
        if (record.jobBlock == 0) revert UnknownJob(jobId);
    }

    function idOf(StreamId streamId, uint256 number) private pure returns (bytes32) {
        return keccak256(abi.encode(streamId, number));
    }

    function requireEndBlock(uint256 endBlock) private view {
        (uint256 earliest, uint256 latest) = (block.number + 1, block.number + MAX_JOB_BLOCKS);
        if (endBlock < earliest || endBlock > latest) revert EndBlockOutOfBounds(endBlock, earliest, latest);
    }

    /// @dev No signature recovers to the zero address, which must not pass as the origin of a stream.
    function requireOrigin(StreamId streamId, address signer) private pure {
        address origin = streamId.origin();
        if (signer != origin || signer == address(0)) revert WrongSigner(origin, signer);
    }
}
