// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsManager} from "../interfaces/IClaimsManager.sol";
import {DisclosureRules} from "../libraries/DisclosureRules.sol";
import {Handovers} from "../libraries/Handovers.sol";
import {Acceptance} from "../types/Acceptance.sol";
import {Assignment} from "../types/Assignment.sol";
import {Claim} from "../types/Claim.sol";
import {StreamId} from "../types/StreamId.sol";
import {ClaimTerms} from "./ClaimTerms.sol";

/// @notice Assignments that were shown, what was claimed under each, and where one ends another.
abstract contract Assignments is ClaimTerms {
    using Handovers for Handovers.List;

    struct Work {
        bytes32 lastClaimId;
        uint64 lastSequenceNumber;
        uint64 claimedMs;
        bool shown;
    }

    mapping(bytes32 assignmentId => Work) private works;
    mapping(bytes32 jobId => Handovers.List) private handovers;

    /// @inheritdoc IClaimsManager
    function showAssignment(
        Assignment memory assignment,
        uint64 acceptedFrom,
        bytes calldata acceptanceSignature,
        bytes calldata assignmentSignature
    ) external {
        bytes32 assignmentId = idOf(
            assignment.jobId, assignment.transcoder, assignment.renditionKey, assignment.fromSequence
        );
        if (works[assignmentId].shown) {
            revert AlreadyShown(assignment.jobId, assignment.transcoder, assignment.fromSequence);
        }
        show(works[assignmentId], assignment, acceptedFrom, acceptanceSignature, assignmentSignature);
    }

    /// @inheritdoc IClaimsManager
    function getAssignment(bytes32 jobId, address transcoder, address renditionKey, uint64 fromSequence)
        external
        view
        returns (Progress memory)
    {
        Work memory work = works[idOf(jobId, transcoder, renditionKey, fromSequence)];
        return Progress(work.shown, work.lastClaimId, work.lastSequenceNumber, work.claimedMs);
    }

    /// @inheritdoc IClaimsManager
    function handoverAfter(bytes32 jobId, uint64 fromSequence) external view returns (uint64) {
        return handovers[jobId].next(fromSequence);
    }

    /// @dev What was claimed under the claim's Assignment, which is shown with the first claim.
    function workUnder(
        Claim memory claim,
        uint64 acceptedFrom,
        bytes calldata acceptanceSignature,
        bytes calldata assignmentSignature
    ) internal returns (Work storage work) {
        work = works[idOf(claim.jobId, claim.transcoder, claim.renditionKey, claim.fromSequence)];
        if (work.shown) return work;
        Assignment memory assignment = Assignment({
            jobId: claim.jobId,
            streamId: jobsManager.getJob(claim.jobId).streamId,
            transcoder: claim.transcoder,
            renditionKey: claim.renditionKey,
            fromSequence: claim.fromSequence
        });
        show(work, assignment, acceptedFrom, acceptanceSignature, assignmentSignature);
    }

    /// @dev The first number that a successor of this claim's Assignment was given.
    function successorOf(Claim memory claim) internal view returns (uint64) {
        return handovers[claim.jobId].next(claim.fromSequence);
    }

    /// @dev Both sides agreed on the transcoder, who was drawn.
    function show(
        Work storage work,
        Assignment memory assignment,
        uint64 acceptedFrom,
        bytes calldata acceptanceSignature,
        bytes calldata assignmentSignature
    ) private {
        (bytes32 jobId, address transcoder) = (assignment.jobId, assignment.transcoder);
        StreamId streamId = jobsManager.getJob(jobId).streamId;
        if (acceptedFrom > assignment.fromSequence || !(assignment.streamId == streamId)) {
            revert WrongAssignment(jobId, assignment.fromSequence, acceptedFrom);
        }
        Acceptance memory acceptance = Acceptance(jobId, streamId, assignment.renditionKey, acceptedFrom);
        bytes32 domainSeparator = jobsManager.domainSeparator();
        DisclosureRules.requireSigner(transcoder, acceptance.recover(domainSeparator, acceptanceSignature));
        DisclosureRules.requireSigner(streamId.origin(), assignment.recover(domainSeparator, assignmentSignature));
        if (!jobsManager.isCandidate(jobId, transcoder)) revert NotDrawn(jobId, transcoder);
        work.shown = true;
        handovers[jobId].add(assignment.fromSequence);
        emit AssignmentShown(jobId, transcoder, assignment.renditionKey, assignment.fromSequence);
    }

    function idOf(bytes32 jobId, address transcoder, address renditionKey, uint64 fromSequence)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(jobId, transcoder, renditionKey, fromSequence));
    }
}
