// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IBondingManager} from "./interfaces/IBondingManager.sol";
import {IClaimsManager} from "./interfaces/IClaimsManager.sol";
import {IJobsManager} from "./interfaces/IJobsManager.sol";
import {IRandomness} from "./interfaces/IRandomness.sol";
import {Deposits} from "./jobs/Deposits.sol";
import {Parameters as Bounds} from "./libraries/Parameters.sol";
import {DrawnList, MAX_DRAWN, drawnListOf} from "./types/DrawnList.sol";
import {MAX_PRICE_PER_UNIT} from "./types/SeatTerms.sol";
import {Segment} from "./types/Segment.sol";
import {StreamBinding} from "./types/StreamBinding.sol";
import {StreamEnd} from "./types/StreamEnd.sol";
import {StreamId} from "./types/StreamId.sol";
import {TranscodingOptions} from "./types/TranscodingOptions.sol";

/// @dev See IJobsManager.
contract JobsManager is Deposits, EIP712, Ownable {
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
        uint48 pricePerUnit;
        uint64 unitsPerSecond;
        uint104 reserve;
        uint8 candidateCount;
        /// @dev Seconds of the job's verified work that already count for the CompetitivenessTolerance.
        uint32 countedSeconds;
        // -- slot
        uint40 jobBlock;
        uint40 endBlock;
        uint32 jobTime;
        uint16 claimDeadlineBlocks;
        DrawnList drawn;
    }

    struct Terms {
        uint32 claimIntervalSeconds;
        uint16 claimDeadlineBlocks;
        uint32 maxJobBlocks;
        uint8 candidateCount;
        uint24 equivocationSlashAmount;
    }

    /// @dev The fine that is due if the stream's origin signed two different segments with the same sequence number.
    /// The broadcaster pays the fine when the job's reserve is released.
    struct Equivocation {
        address finder;
        uint24 share;
        uint24 finderFee;
    }

    uint256 private constant MILLION = 1_000_000;

    IRandomness public immutable randomness;
    address public immutable claimsManager;

    Terms private terms;
    mapping(StreamId => StreamRecord) private streams;
    mapping(bytes32 jobId => JobRecord) private jobs;
    mapping(bytes32 jobId => Equivocation) private equivocations;

    constructor(
        address owner_,
        IBondingManager bondingManager_,
        IRandomness randomness_,
        address claimsManager_,
        Parameters memory values
    ) Deposits(bondingManager_) EIP712("Livepeer", "1") Ownable(owner_) {
        (randomness, claimsManager) = (randomness_, claimsManager_);
        _setTerms(values);
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
        _requireOrigin(streamId, StreamBinding(streamId, msg.sender).recover(_domainSeparatorV4(), streamKeySignature));
        if (pricePerUnit > MAX_PRICE_PER_UNIT) revert PriceOutOfBounds(pricePerUnit, MAX_PRICE_PER_UNIT);
        _requireEndBlock(endBlock);
        options.validate();
        jobId = _nextJobId(streamId);
        if (msg.value > 0) _credit(msg.sender, msg.value);
        JobRecord storage record = jobs[jobId];
        Terms memory values = terms;
        uint256 unitsPerSecond = options.unitsPerSecond();
        (record.streamId, record.optionsHash) = (streamId, options.hash());
        (record.pricePerUnit, record.unitsPerSecond) = (uint48(pricePerUnit), unitsPerSecond.toUint64());
        record.reserve = _reserve(msg.sender, pricePerUnit * unitsPerSecond * values.claimIntervalSeconds);
        (record.candidateCount, record.claimDeadlineBlocks) = (values.candidateCount, values.claimDeadlineBlocks);
        (record.jobBlock, record.endBlock, record.jobTime) =
        (uint40(block.number), uint40(endBlock), uint32(block.timestamp));
        emit NewJob(jobId, streamId, msg.sender, options, pricePerUnit, unitsPerSecond, record.reserve, endBlock);
    }

    /// @inheritdoc IJobsManager
    function endJob(bytes32 jobId) external {
        JobRecord storage record = _requireJob(jobId);
        address broadcaster = streams[record.streamId].broadcaster;
        if (msg.sender != broadcaster) revert NotBroadcaster(msg.sender, broadcaster);
        _endJob(jobId, record);
    }

    /// @inheritdoc IJobsManager
    function endJob(bytes32 jobId, uint64 lastSequenceNumber, bytes calldata streamEndSignature) external {
        JobRecord storage record = _requireJob(jobId);
        StreamId streamId = record.streamId;
        StreamEnd memory streamEnd = StreamEnd(streamId, lastSequenceNumber);
        _requireOrigin(streamId, streamEnd.recover(_domainSeparatorV4(), streamEndSignature));
        _endJob(jobId, record);
        (streams[streamId].closed, streams[streamId].lastSequenceNumber) = (true, lastSequenceNumber);
        emit StreamEnded(streamId, lastSequenceNumber);
    }

    /// @inheritdoc IJobsManager
    function endJob(bytes32 jobId, address renditionKey, uint64 fromSequence) external {
        JobRecord storage record = _requireJob(jobId);
        IClaimsManager claims = IClaimsManager(claimsManager);
        bool shown = claims.getAssignment(jobId, msg.sender, renditionKey, fromSequence).shown;
        if (!shown || claims.handoverAfter(jobId, msg.sender, fromSequence) != type(uint64).max) {
            revert NotAssigned(jobId, msg.sender);
        }
        _endJob(jobId, record);
    }

    /// @inheritdoc IJobsManager
    function reportEquivocation(
        bytes32 jobId,
        Segment memory one,
        bytes calldata signatureOfOne,
        Segment memory other,
        bytes calldata signatureOfOther
    ) external {
        StreamId streamId = _requireJob(jobId).streamId;
        if (jobs[jobId].reserve == 0) revert NothingReserved(jobId);
        if (equivocations[jobId].finder != address(0)) revert AlreadyReported(jobId, equivocations[jobId].finder);
        bytes32 separator = _domainSeparatorV4();
        bytes32 hash = one.hash(separator);
        bool contradict = one.sequenceNumber == other.sequenceNumber && hash != other.hash(separator);
        if (!contradict || !(one.streamId == streamId) || !(other.streamId == streamId)) revert NoEquivocation(jobId);
        _requireOrigin(streamId, one.recover(separator, signatureOfOne));
        _requireOrigin(streamId, other.recover(separator, signatureOfOther));
        uint24 fee = uint24(bondingManager.parameters().finderFee);
        equivocations[jobId] = Equivocation(msg.sender, terms.equivocationSlashAmount, fee);
        emit BroadcasterEquivocated(jobId, streamId, one.sequenceNumber, msg.sender);
    }

    /// @inheritdoc IJobsManager
    function drawCandidates(bytes32 jobId) external returns (address[] memory candidates_) {
        JobRecord storage record = _requireJob(jobId);
        // Does not revert if the draw is already recorded, because two callers may record the same draw in the same
        // block.
        return record.drawn.isRecorded() ? candidates(jobId) : _recordDraw(jobId, record);
    }

    /// @inheritdoc IJobsManager
    function admit(bytes32 jobId, address transcoder) external returns (bool) {
        JobRecord storage record = _requireJob(jobId);
        if (record.drawn.isRecorded()) return record.drawn.has(bondingManager.numberOf(transcoder));
        address[] memory drawn = _recordDraw(jobId, record);
        for (uint256 i; i < drawn.length; ++i) {
            if (drawn[i] == transcoder) return true;
        }
        return false;
    }

    /// @inheritdoc IJobsManager
    function releaseReserve(bytes32 jobId) external {
        if (_releaseReserve(jobId) == 0) revert NothingReserved(jobId);
    }

    /// @inheritdoc IJobsManager
    function escrow(bytes32 jobId, uint256 durationMs)
        external
        onlyClaimsManager
        returns (uint256 fees, uint256 jobTime)
    {
        JobRecord storage record = _requireJob(jobId);
        uint256 deadline = _claimDeadline(record);
        if (block.number >= deadline) revert ClaimDeadlinePassed(jobId, deadline);
        fees = uint256(record.pricePerUnit) * record.unitsPerSecond * durationMs / 1_000;
        address broadcaster = streams[record.streamId].broadcaster;
        uint104 fromReserve = _spend(broadcaster, fees, record.reserve);
        if (fromReserve > 0) record.reserve -= fromReserve;
        emit Escrow(jobId, broadcaster, fees);
        return (fees, record.jobTime);
    }

    /// @inheritdoc IJobsManager
    function returnEscrow(bytes32 jobId, uint256 amount) external onlyClaimsManager {
        address broadcaster = streams[jobs[jobId].streamId].broadcaster;
        _refund(broadcaster, amount);
        emit EscrowReturned(jobId, broadcaster, amount);
    }

    /// @inheritdoc IJobsManager
    function earn(bytes32 jobId, address transcoder, uint256 amount, uint256 durationMs) external onlyClaimsManager {
        earned[transcoder] += bondingManager.creditFees(transcoder, amount, _countWork(jobs[jobId], durationMs));
        emit FeesEarned(jobId, transcoder, amount);
    }

    /// @inheritdoc IJobsManager
    function setParameters(Parameters calldata values) external onlyOwner {
        _setTerms(values);
        // Unbonding stake must stay in the BondingManager until the last possible verdict on the work that the stake
        // backs.
        bondingManager.requireUnbondingBlocks();
    }

    /// @inheritdoc IJobsManager
    function basis(bytes32 jobId) external view returns (StreamId streamId, bytes32 optionsHash, bytes32 separator) {
        JobRecord storage record = _requireJob(jobId);
        return (record.streamId, record.optionsHash, _domainSeparatorV4());
    }

    /// @inheritdoc IJobsManager
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc IJobsManager
    function candidates(bytes32 jobId) public view returns (address[] memory candidates_) {
        JobRecord storage record = _requireJob(jobId);
        DrawnList drawn = record.drawn;
        if (!drawn.isRecorded()) {
            (, candidates_,) = _draw(jobId, record);
            return candidates_;
        }
        candidates_ = new address[](drawn.length());
        for (uint256 i; i < candidates_.length; ++i) {
            candidates_[i] = bondingManager.transcoderOf(drawn.at(i));
        }
    }

    /// @inheritdoc IJobsManager
    function getJob(bytes32 jobId) external view returns (Job memory) {
        JobRecord memory record = _requireJob(jobId);
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
            claimDeadline: uint256(record.endBlock) + record.claimDeadlineBlocks,
            drawn: record.drawn.isRecorded(),
            contested: record.drawn.contested()
        });
    }

    /// @inheritdoc IJobsManager
    function latestJob(StreamId streamId) external view returns (bytes32) {
        uint256 count = streams[streamId].jobCount;
        if (count == 0) revert UnknownStream(streamId);
        return _jobIdOf(streamId, count - 1);
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
        Terms memory values = terms;
        return Parameters({
            claimIntervalSeconds: values.claimIntervalSeconds,
            claimDeadlineBlocks: values.claimDeadlineBlocks,
            maxJobBlocks: values.maxJobBlocks,
            candidateCount: values.candidateCount,
            equivocationSlashAmount: values.equivocationSlashAmount
        });
    }

    function _releaseReserve(bytes32 jobId) internal override returns (uint256 amount) {
        JobRecord storage record = _requireJob(jobId);
        uint256 releaseBlock = _claimDeadline(record);
        if (block.number < releaseBlock) revert ReserveLocked(jobId, releaseBlock);
        amount = record.reserve;
        if (amount == 0) return 0;
        record.reserve = 0;
        address broadcaster = streams[record.streamId].broadcaster;
        Equivocation memory equivocation = equivocations[jobId];
        uint256 fine = amount * equivocation.share / MILLION;
        if (fine > 0) {
            emit EquivocationFine(jobId, broadcaster, fine, equivocation.finder);
            _fine(broadcaster, fine, equivocation.finder, fine * equivocation.finderFee / MILLION);
        }
        _unreserve(broadcaster, amount - fine);
        emit ReserveReleased(jobId, broadcaster, amount - fine);
    }

    /// @dev Work counts only if the transcoders that could be drawn held at least half of the active stake. Otherwise a
    /// transcoder could post jobs for which no other transcoder can be drawn. The counted time is at most the time
    /// since the job's block.
    /// @return work In units.
    function _countWork(JobRecord storage record, uint256 durationMs) private returns (uint256 work) {
        if (!record.drawn.contested()) return 0;
        uint256 counted = record.countedSeconds;
        uint256 left = block.timestamp - record.jobTime - counted;
        uint256 more = FixedPointMathLib.min(durationMs / 1_000, left);
        record.countedSeconds = uint32(counted + more);
        return record.unitsPerSecond * more;
    }

    function _setTerms(Parameters memory values) private {
        Bounds.bounded("claimIntervalSeconds", values.claimIntervalSeconds, 10, 7 days);
        // At the claim deadline of the shortest job, the hash that decides the draw must still be available, and the
        // stake that backs the work must still be in the BondingManager.
        uint256 latest = FixedPointMathLib.min(bondingManager.minUnbondingBlocks(), randomness.reach());
        latest = FixedPointMathLib.min(latest, type(uint16).max);
        Bounds.bounded("claimDeadlineBlocks", values.claimDeadlineBlocks, 10, latest);
        Bounds.bounded("maxJobBlocks", values.maxJobBlocks, 10, 10_000_000);
        Bounds.bounded("candidateCount", values.candidateCount, 1, MAX_DRAWN);
        Bounds.bounded("equivocationSlashAmount", values.equivocationSlashAmount, 0, MILLION);
        terms = Terms({
            claimIntervalSeconds: uint32(values.claimIntervalSeconds),
            claimDeadlineBlocks: uint16(values.claimDeadlineBlocks),
            maxJobBlocks: uint32(values.maxJobBlocks),
            candidateCount: uint8(values.candidateCount),
            equivocationSlashAmount: uint24(values.equivocationSlashAmount)
        });
        emit ParametersUpdate(values);
    }

    function _claimDeadline(JobRecord storage record) private view returns (uint256) {
        return uint256(record.endBlock) + record.claimDeadlineBlocks;
    }

    /// @dev Adds a job of the caller to the stream. The first job binds the stream to the caller.
    function _nextJobId(StreamId streamId) private returns (bytes32) {
        StreamRecord storage stream = streams[streamId];
        (address broadcaster, uint24 count) = (stream.broadcaster, stream.jobCount);
        if (count == 0) {
            stream.broadcaster = msg.sender;
        } else {
            if (broadcaster != msg.sender) revert StreamTaken(streamId, broadcaster);
            if (stream.closed) revert StreamClosed(streamId, stream.lastSequenceNumber);
            bytes32 previous = _jobIdOf(streamId, count - 1);
            uint256 endBlock = jobs[previous].endBlock;
            if (block.number < endBlock) revert JobActive(previous, endBlock);
        }
        stream.jobCount = count + 1;
        return _jobIdOf(streamId, count);
    }

    function _endJob(bytes32 jobId, JobRecord storage record) private {
        if (block.number >= record.endBlock) revert JobOver(jobId, record.endBlock);
        record.endBlock = uint40(block.number);
        emit JobEnded(jobId, record.streamId, block.number);
    }

    function _recordDraw(bytes32 jobId, JobRecord storage record) private returns (address[] memory candidates_) {
        uint24[] memory numbers;
        bool contested;
        (numbers, candidates_, contested) = _draw(jobId, record);
        record.drawn = drawnListOf(numbers, contested);
        emit CandidatesDrawn(jobId, candidates_);
    }

    /// @dev The hash of the block after the job's block decides the draw. This hash was not known when the job's block
    /// fixed which transcoders can be drawn.
    function _draw(bytes32 jobId, JobRecord storage record)
        private
        view
        returns (uint24[] memory, address[] memory, bool)
    {
        uint256 jobBlock = record.jobBlock;
        if (block.number < jobBlock + 2) revert NotYetDrawable(jobId, jobBlock + 2);
        bytes32 seed = keccak256(abi.encode(randomness.hashOf(jobBlock + 1), jobId));
        return bondingManager.draw(seed, jobBlock, record.pricePerUnit, record.candidateCount);
    }

    function _requireJob(bytes32 jobId) private view returns (JobRecord storage record) {
        record = jobs[jobId];
        if (record.jobBlock == 0) revert UnknownJob(jobId);
    }

    function _jobIdOf(StreamId streamId, uint256 number) private pure returns (bytes32) {
        return keccak256(abi.encode(streamId, number));
    }

    function _requireEndBlock(uint256 endBlock) private view {
        (uint256 earliest, uint256 latest) = (block.number + 1, block.number + terms.maxJobBlocks);
        if (endBlock < earliest || endBlock > latest) revert EndBlockOutOfBounds(endBlock, earliest, latest);
    }

    /// @dev A malformed signature recovers to the zero address, which must not pass as a stream's origin.
    function _requireOrigin(StreamId streamId, address signer) private pure {
        address origin = streamId.origin();
        if (signer != origin || signer == address(0)) revert WrongSigner(origin, signer);
    }
}
