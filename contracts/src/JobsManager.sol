// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IBondingManager} from "./interfaces/IBondingManager.sol";
import {IClaimsManager} from "./interfaces/IClaimsManager.sol";
import {IJobsManager} from "./interfaces/IJobsManager.sol";
import {IRandomness} from "./interfaces/IRandomness.sol";
import {Deposits} from "./jobs/Deposits.sol";
import {Equivocations} from "./jobs/Equivocations.sol";
import {JobTerms} from "./jobs/JobTerms.sol";
import {DrawnList} from "./types/DrawnList.sol";
import {MAX_PRICE_PER_UNIT} from "./types/SeatTerms.sol";
import {StreamBinding} from "./types/StreamBinding.sol";
import {StreamEnd} from "./types/StreamEnd.sol";
import {StreamId} from "./types/StreamId.sol";
import {TranscodingOptions} from "./types/TranscodingOptions.sol";

/// @dev See IJobsManager.
contract JobsManager is Equivocations {
    using SafeCast for uint256;

    address public immutable claimsManager;

    constructor(
        address owner_,
        IBondingManager bondingManager_,
        IRandomness randomness_,
        address claimsManager_,
        Parameters memory values
    ) Deposits(owner_, bondingManager_) JobTerms(randomness_, values) {
        claimsManager = claimsManager_;
    }

    modifier onlyClaimsManager() {
        _requireClaimsManager();
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
        uint256 unitsPerSecond = options.unitsPerSecond();
        JobRecord storage record = jobs[jobId];
        (record.streamId, record.optionsHash) = (streamId, options.hash());
        uint256 reserve = _recordTerms(record, pricePerUnit, unitsPerSecond.toUint40(), endBlock);
        emit NewJob(jobId, streamId, msg.sender, options, pricePerUnit, unitsPerSecond, reserve, endBlock);
    }

    /// @inheritdoc IJobsManager
    function endJob(bytes32 jobId) external {
        JobRecord storage record = _requireJob(jobId);
        address broadcaster = _broadcasterOf(record);
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
        if (
            !shown || claims.isExpelled(jobId, msg.sender)
                || claims.handoverAfter(jobId, msg.sender, fromSequence) != type(uint64).max
        ) {
            revert NotAssigned(jobId, msg.sender);
        }
        _endJob(jobId, record);
    }

    /// @inheritdoc IJobsManager
    function drawCandidates(bytes32 jobId) external returns (address[] memory candidates_) {
        JobRecord storage record = _requireJob(jobId);
        // Does not revert if the draw is already recorded, because two callers may record the same draw in the same
        // block.
        if (!record.drawn.isRecorded()) _recordDraw(jobId, record);
        return candidates(jobId);
    }

    /// @inheritdoc IJobsManager
    function admit(bytes32 jobId, address transcoder)
        external
        returns (bool drawn, StreamId streamId, bytes32 separator)
    {
        JobRecord storage record = _requireJob(jobId);
        DrawnList list = record.drawn;
        if (!list.isRecorded()) list = _recordDraw(jobId, record);
        return (list.has(bondingManager.numberOf(transcoder)), record.streamId, _domainSeparatorV4());
    }

    /// @inheritdoc IJobsManager
    function escrow(bytes32 jobId, address transcoder, uint256 durationMs)
        external
        onlyClaimsManager
        returns (uint256 fees, uint256 fine, uint256 jobTime, uint256 jobBlock)
    {
        JobRecord storage record = _requireJob(jobId);
        uint256 deadline = _claimDeadline(record);
        if (block.number >= deadline) revert ClaimDeadlinePassed(jobId, deadline);
        fees = uint256(record.pricePerUnit) * record.unitsPerSecond * durationMs / 1_000;
        fine = _fineOn(fees, record.inputFinePercent);
        address broadcaster = _broadcasterOf(record);
        uint256 missing = _missingOf(broadcaster, fees + fine);
        if (missing > 0) (fine, missing) = _spendReserve(jobId, record, transcoder, fees, fine, missing);
        _moveToEscrow(broadcaster, fees, fine, missing);
        return (fees, fine, record.jobTime, record.jobBlock);
    }

    /// @inheritdoc IJobsManager
    function returnEscrow(bytes32 jobId, uint256 fees, bool withFine) external onlyClaimsManager {
        JobRecord storage record = jobs[jobId];
        address broadcaster = _broadcasterOf(record);
        uint256 fine = withFine ? _fineOn(fees, record.inputFinePercent) : 0;
        _refund(broadcaster, fees, fine);
        emit EscrowReturned(jobId, broadcaster, fees + fine);
    }

    /// @inheritdoc IJobsManager
    function earn(bytes32 jobId, address transcoder, uint256 fees, uint256 durationMs, bool withFine)
        external
        onlyClaimsManager
    {
        JobRecord storage record = jobs[jobId];
        // The fine returns to the job's reserve. If the draw was contested, this costs little, because `earn` also writes
        // `countedSeconds`, which is in the same slot as `reserve`. To return the fine to the broadcaster's deposit would cost 10,000 gas
        // more.
        if (withFine) record.reserve += uint104(_fineOn(fees, record.inputFinePercent));
        bondingManager.creditFees(transcoder, fees, _countWork(record, durationMs));
        emit FeesEarned(jobId, transcoder, fees);
    }

    /// @inheritdoc IJobsManager
    function payFine(bytes32 jobId, uint256 fees, address finder) external onlyClaimsManager {
        JobRecord storage record = jobs[jobId];
        address broadcaster = _broadcasterOf(record);
        uint256 fine = _fineOn(fees, record.inputFinePercent);
        emit InputFine(jobId, broadcaster, fine, finder);
        uint256 fee = finder == address(0) ? 0 : fine * _finderFee() / MILLION;
        _fine(broadcaster, fine, fee);
        finderFees[finder] += fee;
    }

    /// @inheritdoc IJobsManager
    function candidates(bytes32 jobId) public view returns (address[] memory candidates_) {
        JobRecord storage record = _requireJob(jobId);
        DrawnList drawn = record.drawn;
        if (!drawn.isRecorded()) drawn = _draw(jobId, record);
        candidates_ = new address[](drawn.length());
        for (uint256 i; i < candidates_.length; ++i) {
            candidates_[i] = bondingManager.transcoderOf(drawn.at(i));
        }
    }

    /// @dev Work counts for the CompetitivenessTolerance only if the draw was contested. Without this rule, a transcoder could raise its
    /// counted work by posting jobs for which no other transcoder can be drawn. The counted time of a job is at most the time since the
    /// job's block, and at most 194 days, because the seconds must fit into 24 bits.
    /// @return work In units.
    function _countWork(JobRecord storage record, uint256 durationMs) private returns (uint256 work) {
        if (!record.drawn.contested()) return 0;
        uint256 counted = record.countedSeconds;
        uint256 left = FixedPointMathLib.min(block.timestamp - record.jobTime, type(uint24).max) - counted;
        uint256 more = FixedPointMathLib.min(durationMs / 1_000, left);
        record.countedSeconds = uint24(counted + more);
        return record.unitsPerSecond * more;
    }

    /// @dev Records the terms of the job. Moves the job's reserve out of the free deposit.
    function _recordTerms(JobRecord storage record, uint256 pricePerUnit, uint40 unitsPerSecond, uint256 endBlock)
        private
        returns (uint104 reserve)
    {
        Terms memory values = terms;
        uint256 fees = pricePerUnit * unitsPerSecond * values.claimIntervalSeconds;
        reserve = _reserve(msg.sender, (fees + _fineOn(fees, values.inputFinePercent)) * values.candidateCount);
        (record.pricePerUnit, record.unitsPerSecond, record.reserve) = (uint48(pricePerUnit), unitsPerSecond, reserve);
        // The cast is safe: `claimIntervalSeconds` is at most 7 days.
        record.reservedSeconds = uint24(values.claimIntervalSeconds);
        (record.candidateCount, record.inputFinePercent) = (values.candidateCount, values.inputFinePercent);
        (record.jobBlock, record.endBlock) = (uint40(block.number), uint40(endBlock));
        (record.jobTime, record.claimDeadlineBlocks) = (uint32(block.timestamp), values.claimDeadlineBlocks);
    }

    /// @dev Adds a job of the caller to the stream. The first job binds the stream to the caller.
    function _nextJobId(StreamId streamId) private returns (bytes32) {
        StreamRecord storage stream = streams[streamId];
        (address broadcaster, uint24 count) = (stream.broadcaster, stream.jobCount);
        if (count > 0) {
            if (broadcaster != msg.sender) revert StreamTaken(streamId, broadcaster);
            if (stream.closed) revert StreamClosed(streamId, stream.lastSequenceNumber);
            bytes32 previous = _jobIdOf(streamId, count - 1);
            uint256 endBlock = jobs[previous].endBlock;
            if (block.number < endBlock) revert JobActive(previous, endBlock);
        }
        (stream.broadcaster, stream.jobCount) = (msg.sender, count + 1);
        return _jobIdOf(streamId, count);
    }

    /// @dev `missing` is the part of a claim's fees and fine that the free deposit does not cover. The transcoder's part
    /// of the reserve pays it. If each claim could spend the whole reserve, the broadcaster and
    /// drawn accomplices could spend it before an honest transcoder claims. If the free deposit and the transcoder's
    /// part of the reserve cover the fees but not the fine, the claim has no fine. If the claim reverted in this case,
    /// the broadcaster could prevent a transcoder from claiming.
    /// @return The claim's fine.
    /// @return The amount that was spent.
    function _spendReserve(
        bytes32 jobId,
        JobRecord storage record,
        address transcoder,
        uint256 fees,
        uint256 fine,
        uint256 missing
    ) private returns (uint256, uint256) {
        uint256 part = _reserveOf(jobId, record, transcoder);
        if (missing > part) {
            uint256 available = fees + fine - missing + part;
            if (fees > available) revert InsufficientDeposit(fees, available);
            (fine, missing) = (0, FixedPointMathLib.zeroFloorSub(missing, fine));
        }
        spentReserves[jobId][transcoder] += missing;
        record.reserve -= uint104(missing);
        return (fine, missing);
    }

    /// @dev This check is not in the modifier, because the compiler copies the code of a modifier into each function.
    function _requireClaimsManager() private view {
        if (msg.sender != claimsManager) revert NotClaimsManager(msg.sender);
    }

    function _endJob(bytes32 jobId, JobRecord storage record) private {
        if (block.number >= record.endBlock) revert JobOver(jobId, record.endBlock);
        record.endBlock = uint40(block.number);
        emit JobEnded(jobId, record.streamId, block.number);
    }

    function _recordDraw(bytes32 jobId, JobRecord storage record) private returns (DrawnList drawn) {
        record.drawn = drawn = _draw(jobId, record);
        emit CandidatesDrawn(jobId, drawn);
    }

    /// @dev The hash of the block after the job's block decides the draw. This hash was not known when the job's block
    /// fixed which transcoders can be drawn.
    function _draw(bytes32 jobId, JobRecord storage record) private view returns (DrawnList) {
        uint256 jobBlock = record.jobBlock;
        if (block.number < jobBlock + 2) revert NotYetDrawable(jobId, jobBlock + 2);
        bytes32 seed = keccak256(abi.encode(randomness.hashOf(jobBlock + 1), jobId));
        return bondingManager.draw(seed, jobBlock, record.pricePerUnit, record.candidateCount);
    }

    function _requireEndBlock(uint256 endBlock) private view {
        (uint256 earliest, uint256 latest) = (block.number + 1, block.number + terms.maxJobBlocks);
        if (endBlock < earliest || endBlock > latest) revert EndBlockOutOfBounds(endBlock, earliest, latest);
    }
}
