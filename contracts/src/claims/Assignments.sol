// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaiming} from "../interfaces/IClaiming.sol";
import {DisclosureRules} from "../libraries/DisclosureRules.sol";
import {Handovers} from "../libraries/Handovers.sol";
import {Acceptance} from "../types/Acceptance.sol";
import {Assignment} from "../types/Assignment.sol";
import {Claim} from "../types/Claim.sol";
import {StreamId} from "../types/StreamId.sol";
import {Claims} from "./Claims.sol";

/// @notice The recorded Assignments, the progress of the claims under each Assignment, and the handovers between
/// Assignments.
abstract contract Assignments is Claims, IClaiming {
    using Handovers for Handovers.List;

    /// @dev The record must fit into one slot, because every claim pays the gas for changing it.
    struct ProgressRecord {
        /// @dev The leading bytes of the id of the last claim; zero before the first claim. With about 2^72 hashes, a
        /// transcoder could make two claims with the same leading bytes. The transcoder would then gain only the choice between two
        /// receipts as the preceding receipt of one segment.
        bytes18 lastClaimPrefix;
        uint64 lastSequenceNumber;
        uint40 claimedMs;
        bool shown;
    }

    mapping(bytes32 assignmentId => ProgressRecord) private progresses;

    /// @inheritdoc IClaiming
    function showAssignment(
        Assignment memory assignment,
        uint64 acceptedFrom,
        bytes calldata acceptanceSignature,
        bytes calldata assignmentSignature
    ) external {
        bytes32 assignmentId = _assignmentIdOf(
            assignment.jobId, assignment.transcoder, assignment.renditionKey, assignment.fromSequence
        );
        if (progresses[assignmentId].shown) {
            revert AlreadyShown(assignment.jobId, assignment.transcoder, assignment.fromSequence);
        }
        _requireNotExpelled(assignment.jobId, assignment.transcoder);
        (StreamId streamId, bytes32 separator) = _admit(assignment.jobId, assignment.transcoder);
        if (!(assignment.streamId == streamId)) {
            revert WrongAssignment(assignment.jobId, assignment.fromSequence, acceptedFrom);
        }
        _showAssignment(
            progresses[assignmentId], assignment, separator, acceptedFrom, acceptanceSignature, assignmentSignature
        );
    }

    /// @inheritdoc IClaiming
    function getAssignment(bytes32 jobId, address transcoder, address renditionKey, uint64 fromSequence)
        external
        view
        returns (Progress memory)
    {
        ProgressRecord memory progress = progresses[_assignmentIdOf(jobId, transcoder, renditionKey, fromSequence)];
        return Progress(progress.shown, progress.lastClaimPrefix, progress.lastSequenceNumber, progress.claimedMs);
    }

    /// @inheritdoc IClaiming
    function handoverAfter(bytes32 jobId, address transcoder, uint64 fromSequence) external view returns (uint64) {
        return handovers[jobId].next(fromSequence, transcoder);
    }

    /// @dev The progress of the claims under the claim's Assignment. Records the Assignment if it is not yet recorded.
    function _progressUnder(
        Claim memory claim,
        uint64 acceptedFrom,
        bytes calldata acceptanceSignature,
        bytes calldata assignmentSignature
    ) internal returns (ProgressRecord storage progress) {
        progress = progresses[_assignmentIdOf(claim.jobId, claim.transcoder, claim.renditionKey, claim.fromSequence)];
        if (progress.shown) return progress;
        (StreamId streamId, bytes32 separator) = _admit(claim.jobId, claim.transcoder);
        Assignment memory assignment = Assignment({
            jobId: claim.jobId,
            streamId: streamId,
            transcoder: claim.transcoder,
            renditionKey: claim.renditionKey,
            fromSequence: claim.fromSequence
        });
        _showAssignment(progress, assignment, separator, acceptedFrom, acceptanceSignature, assignmentSignature);
    }

    /// @dev The first sequence number that a later Assignment gives to another transcoder; the largest uint64 when
    /// there is none.
    function _successorStart(Claim memory claim) internal view returns (uint64) {
        return handovers[claim.jobId].next(claim.fromSequence, claim.transcoder);
    }

    /// @dev Reverts unless the transcoder was drawn for the job.
    function _admit(bytes32 jobId, address transcoder) private returns (StreamId streamId, bytes32 separator) {
        bool drawn;
        (drawn, streamId, separator) = jobsManager.admit(jobId, transcoder);
        if (!drawn) revert NotDrawn(jobId, transcoder);
    }

    /// @dev Records the Assignment. Reverts unless the transcoder accepted the job, and the stream key assigned the job to
    /// the transcoder. The caller must call `_admit` before.
    function _showAssignment(
        ProgressRecord storage progress,
        Assignment memory assignment,
        bytes32 separator,
        uint64 acceptedFrom,
        bytes calldata acceptanceSignature,
        bytes calldata assignmentSignature
    ) private {
        (bytes32 jobId, address transcoder) = (assignment.jobId, assignment.transcoder);
        if (acceptedFrom > assignment.fromSequence) {
            revert WrongAssignment(jobId, assignment.fromSequence, acceptedFrom);
        }
        Acceptance memory acceptance = Acceptance(jobId, assignment.streamId, assignment.renditionKey, acceptedFrom);
        DisclosureRules.requireSigner(transcoder, acceptance.recover(separator, acceptanceSignature));
        address origin = assignment.streamId.origin();
        DisclosureRules.requireSigner(origin, assignment.recover(separator, assignmentSignature));
        progress.shown = true;
        handovers[jobId].add(assignment.fromSequence, transcoder);
        emit AssignmentShown(jobId, transcoder, assignment.renditionKey, assignment.fromSequence);
    }

    function _assignmentIdOf(bytes32 jobId, address transcoder, address renditionKey, uint64 fromSequence)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(jobId, transcoder, renditionKey, fromSequence));
    }
}
