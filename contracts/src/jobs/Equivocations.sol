// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IJobsManager} from "../interfaces/IJobsManager.sol";
import {Segment} from "../types/Segment.sol";
import {StreamId} from "../types/StreamId.sol";
import {JobRecords} from "./JobRecords.sol";

/// @notice The release of a job's reserve, and the fine that the broadcaster pays from the reserve if the stream key
/// signed two different segments with the same sequence number.
abstract contract Equivocations is JobRecords {
    /// @dev The fine that is due when the job's reserve is released.
    struct Equivocation {
        address finder;
        uint24 share;
        uint24 finderFee;
    }

    mapping(bytes32 jobId => Equivocation) private equivocations;

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
        equivocations[jobId] = Equivocation(msg.sender, _equivocationShareOf(jobs[jobId].jobBlock), _finderFee());
        emit BroadcasterEquivocated(jobId, streamId, one.sequenceNumber, msg.sender);
    }

    /// @inheritdoc IJobsManager
    function releaseReserve(bytes32 jobId) external {
        if (_releaseReserve(jobId) == 0) revert NothingReserved(jobId);
    }

    function _releaseReserve(bytes32 jobId) internal override returns (uint256 amount) {
        JobRecord storage record = _requireJob(jobId);
        uint256 releaseBlock = _claimDeadline(record);
        if (block.number < releaseBlock) revert ReserveLocked(jobId, releaseBlock);
        amount = record.reserve;
        if (amount == 0) return 0;
        record.reserve = 0;
        address broadcaster = _broadcasterOf(record);
        Equivocation memory equivocation = equivocations[jobId];
        uint256 fine = amount * equivocation.share / MILLION;
        if (fine > 0) {
            emit EquivocationFine(jobId, broadcaster, fine, equivocation.finder);
            uint256 fee = fine * equivocation.finderFee / MILLION;
            _fine(broadcaster, fine, fee);
            _refund(equivocation.finder, fee, 0);
        }
        _unreserve(broadcaster, amount - fine);
        emit ReserveReleased(jobId, broadcaster, amount - fine);
    }
}
