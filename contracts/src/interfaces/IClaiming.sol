// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assignment} from "../types/Assignment.sol";
import {Claim} from "../types/Claim.sol";
import {Disclosure} from "../types/Disclosure.sol";
import {IClaimsTypes} from "./IClaimsTypes.sol";
import {IVerifier} from "./IVerifier.sol";

/// @notice Actions of a transcoder: it shows its Assignment, claims its work, and discloses challenged segments.
interface IClaiming is IClaimsTypes {
    /// @notice Records an Assignment. Anyone with both signatures may call it. From now on, another transcoder cannot
    /// claim segments from this Assignment's `fromSequence` on under an Assignment that begins earlier. Existing claims
    /// stay valid.
    /// @param acceptedFrom `fromSequence` of the Acceptance. It may not be after the Assignment's `fromSequence`.
    /// @param acceptanceSignature Signature of the Acceptance by the drawn transcoder.
    /// @param assignmentSignature Signature of the Assignment by the stream's origin.
    function showAssignment(
        Assignment memory assignment,
        uint64 acceptedFrom,
        bytes calldata acceptanceSignature,
        bytes calldata assignmentSignature
    ) external;

    /// @notice Claims segments that the caller transcoded under an Assignment, and moves their fees from the
    /// broadcaster into escrow. The signatures are needed only for the first claim under an Assignment that is not yet
    /// recorded.
    /// @return claimId See Claim.
    function claimWork(
        Claim memory claim,
        uint64 acceptedFrom,
        bytes calldata acceptanceSignature,
        bytes calldata assignmentSignature
    ) external returns (bytes32 claimId);

    /// @notice Discloses a challenged segment. The contract checks the disclosure and requests a verdict from the
    /// verifier.
    function verify(Claim memory claim, Disclosure memory disclosure) external;

    /// @notice Sets the verifier of new requests. Only for the owner.
    function setVerifier(IVerifier verifier_) external;

    /// @notice Sets the parameters of new claims. Only for the owner.
    function setParameters(Parameters calldata values) external;

    /// @notice The state of the claims under the Assignment with these fields.
    function getAssignment(bytes32 jobId, address transcoder, address renditionKey, uint64 fromSequence)
        external
        view
        returns (Progress memory);

    /// @notice The first sequence number after `fromSequence` from which a recorded Assignment gives the work to
    /// another transcoder; the largest uint64 when there is none.
    function handoverAfter(bytes32 jobId, address transcoder, uint64 fromSequence) external view returns (uint64);

    function isClaimed(bytes32 jobId, uint64 sequenceNumber) external view returns (bool);
    function parameters() external view returns (Parameters memory);
    function verifier() external view returns (IVerifier);
}
