// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assignment} from "../types/Assignment.sol";
import {Claim} from "../types/Claim.sol";
import {Disclosure} from "../types/Disclosure.sol";
import {IClaimsTypes} from "./IClaimsTypes.sol";
import {IVerifier} from "./IVerifier.sol";

/// @notice What a transcoder says of its work: that it was given it, that it did it, and how.
interface IClaiming is IClaimsTypes {
    /// @notice Shows that work was handed over, by whoever has the signatures. From here on nobody can claim it under an
    /// Assignment that begins earlier. Claims that are made already stand.
    /// @param acceptedFrom `fromSequence` of the Acceptance, not after that of the Assignment.
    /// @param acceptanceSignature By the transcoder that was drawn.
    /// @param assignmentSignature By the stream's origin.
    function showAssignment(
        Assignment memory assignment,
        uint64 acceptedFrom,
        bytes calldata acceptanceSignature,
        bytes calldata assignmentSignature
    ) external;

    /// @notice Claims work that was given to the caller by the Assignment. Its fees go from the broadcaster into escrow.
    /// Signatures are looked at where the Assignment was not yet shown.
    /// @return claimId See Claim.
    function claimWork(
        Claim memory claim,
        uint64 acceptedFrom,
        bytes calldata acceptanceSignature,
        bytes calldata assignmentSignature
    ) external returns (bytes32 claimId);

    /// @notice Discloses a challenged segment, checks all that the chain can check, and asks the verifier for the rest.
    function verify(Claim memory claim, Disclosure memory disclosure) external;

    /// @notice Seats the verifier of requests to come. By the owner.
    function setVerifier(IVerifier verifier_) external;

    /// @notice Changes the parameters of claims to come. By the owner.
    function setParameters(Parameters calldata values) external;

    /// @notice What was claimed under the Assignment with these fields.
    function getAssignment(bytes32 jobId, address transcoder, address renditionKey, uint64 fromSequence)
        external
        view
        returns (Progress memory);

    /// @notice First number that a later Assignment than the transcoder's from `fromSequence` on is known to give to another;
    /// the largest uint64 when none is known.
    function handoverAfter(bytes32 jobId, address transcoder, uint64 fromSequence) external view returns (uint64);

    function isClaimed(bytes32 jobId, uint64 sequenceNumber) external view returns (bool);
    function parameters() external view returns (Parameters memory);
    function verifier() external view returns (IVerifier);
}
