// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IJobsManager} from "../interfaces/IJobsManager.sol";
import {DrawnList} from "../types/DrawnList.sol";
import {StreamId} from "../types/StreamId.sol";
import {JobTerms} from "./JobTerms.sol";

/// @notice The streams and their jobs.
abstract contract JobRecords is JobTerms, EIP712 {
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
        uint40 unitsPerSecond;
        /// @dev Seconds of work whose price is reserved for each candidate.
        uint24 reservedSeconds;
        /// @dev The unspent reserve for all transcoders together, and the fines that came back from paid claims.
        uint104 reserve;
        uint8 candidateCount;
        uint8 inputFinePercent;
        /// @dev Seconds of the job's verified work that already count for the CompetitivenessTolerance.
        uint24 countedSeconds;
        // -- slot
        uint40 jobBlock;
        uint40 endBlock;
        uint32 jobTime;
        uint16 claimDeadlineBlocks;
        DrawnList drawn;
    }

    mapping(StreamId => StreamRecord) internal streams;
    mapping(bytes32 jobId => JobRecord) internal jobs;
    /// @dev The part of a job's reserve that was spent on the claims of a transcoder.
    mapping(bytes32 jobId => mapping(address transcoder => uint256)) internal spentReserves;

    constructor() EIP712("Livepeer", "1") {}

    /// @inheritdoc IJobsManager
    function receiptTerms(bytes32 jobId)
        external
        view
        returns (StreamId streamId, bytes32 optionsHash, bytes32 separator)
    {
        JobRecord storage record = jobs[jobId];
        (streamId, optionsHash) = (record.streamId, record.optionsHash);
        // A hash is never zero, so this check does not have to read a third slot of the job.
        if (optionsHash == 0) revert UnknownJob(jobId);
        separator = _domainSeparatorV4();
    }

    /// @inheritdoc IJobsManager
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc IJobsManager
    function getJob(bytes32 jobId) external view returns (Job memory) {
        JobRecord storage record = _requireJob(jobId);
        return Job({
            streamId: record.streamId,
            broadcaster: _broadcasterOf(record),
            optionsHash: record.optionsHash,
            pricePerUnit: record.pricePerUnit,
            unitsPerSecond: record.unitsPerSecond,
            reserve: record.reserve,
            jobBlock: record.jobBlock,
            endBlock: record.endBlock,
            jobTime: record.jobTime,
            claimDeadline: _claimDeadline(record),
            drawn: record.drawn.isRecorded(),
            contested: record.drawn.contested(),
            inputFinePercent: record.inputFinePercent
        });
    }

    /// @inheritdoc IJobsManager
    function reserveOf(bytes32 jobId, address transcoder) external view returns (uint256) {
        JobRecord storage record = _requireJob(jobId);
        return block.number < _claimDeadline(record) ? _reserveOf(jobId, record, transcoder) : 0;
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

    function _requireJob(bytes32 jobId) internal view returns (JobRecord storage record) {
        record = jobs[jobId];
        if (record.jobBlock == 0) revert UnknownJob(jobId);
    }

    function _broadcasterOf(JobRecord storage record) internal view returns (address) {
        return streams[record.streamId].broadcaster;
    }

    function _jobIdOf(StreamId streamId, uint256 number) internal pure returns (bytes32) {
        return keccak256(abi.encode(streamId, number));
    }

    /// @dev The unspent part of the reserve that only the claims of `transcoder` can spend, before the claim deadline.
    function _reserveOf(bytes32 jobId, JobRecord storage record, address transcoder) internal view returns (uint256) {
        uint256 fees = uint256(record.pricePerUnit) * record.unitsPerSecond * record.reservedSeconds;
        return fees + _fineOn(fees, record.inputFinePercent) - spentReserves[jobId][transcoder];
    }

    /// @dev The fine that is reserved for a claim with these fees.
    function _fineOn(uint256 fees, uint256 inputFinePercent) internal pure returns (uint256) {
        return fees * inputFinePercent / 100;
    }

    function _claimDeadline(JobRecord storage record) internal view returns (uint256) {
        return uint256(record.endBlock) + record.claimDeadlineBlocks;
    }

    /// @dev A malformed signature recovers to the zero address, which must not pass as a stream's origin.
    function _requireOrigin(StreamId streamId, address signer) internal pure {
        address origin = streamId.origin();
        if (signer != origin || signer == address(0)) revert WrongSigner(origin, signer);
    }
}
