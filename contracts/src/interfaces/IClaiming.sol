// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assignment} from "../types/Assignment.sol";
import {Claim} from "../types/Claim.sol";
import {Disclosure} from "../types/Disclosure.sol";
import {IClaimsTypes} from "./IClaimsTypes.sol";
import {IVerifier} from "./IVerifier.sol";

/// @notice Actions of a transcoder: to show its Assignment, to claim its work, and to disclose challenged segments. The owner sets the
/// verifier and the parameters.
interface IClaiming is IClaimsTypes {
    /// @notice Records an Assignment. Any account with both signatures may call this function. After the call, other
    /// transcoders whose Assignments begin earlier can claim only segments before this Assignment's `fromSequence`.
    /// Existing claims stay valid.
    /// @param acceptedFrom `fromSequence` of the Acceptance. Must not be above the Assignment's `fromSequence`.
    /// @param acceptanceSignature Signature of the Acceptance by the drawn transcoder.
    /// @param assignmentSignature Signature of the Assignment by the stream key.
    function showAssignment(
        Assignment memory assignment,
        uint64 acceptedFrom,
        bytes calldata acceptanceSignature,
        bytes calldata assignmentSignature
    ) external;

    /// @notice Claims segments that the caller transcoded under an Assignment, and moves their fees from the
    /// broadcaster into escrow. If the Assignment is already recorded, the function does not read `acceptedFrom` and
    /// the signatures. Only for the claim's transcoder. Reverts if the transcoder was expelled from the job.
    /// @return claimId `id()` of the claim.
    function claimWork(
        Claim memory claim,
        uint64 acceptedFrom,
        bytes calldata acceptanceSignature,
        bytes calldata assignmentSignature
    ) external returns (bytes32 claimId);

    /// @notice Discloses a challenged segment. The contract checks the disclosure and requests a verdict from the verifier. The segment
    /// counts as disclosed even if the verifier's contract fails. The gas limit of the transaction must be at least 210,000 above the gas
    /// that the transaction uses, because the contract reserves a fixed amount of gas for the verifier.
    function verify(Claim memory claim, Disclosure memory disclosure) external;

    /// @notice Sets the verifier of the claims of all jobs that are posted in later blocks. Only for the owner.
    function setVerifier(IVerifier verifier_) external;

    /// @notice Sets the parameters of the claims of all jobs that are posted in later blocks. Only for the owner.
    function setParameters(Parameters calldata values) external;

    /// @notice The state of the claims under the Assignment with these fields.
    function getAssignment(bytes32 jobId, address transcoder, address renditionKey, uint64 fromSequence)
        external
        view
        returns (Progress memory);

    /// @notice The first sequence number above `fromSequence` at which a recorded Assignment to another transcoder
    /// begins; the largest uint64 when there is none.
    function handoverAfter(bytes32 jobId, address transcoder, uint64 fromSequence) external view returns (uint64);

    function isClaimed(bytes32 jobId, uint64 sequenceNumber) external view returns (bool);
    function parameters() external view returns (Parameters memory);
    function verifier() external view returns (IVerifier);

    /// @notice The largest sum of a verification period and its slashing period that was ever set, in blocks. An old
    /// job keeps its periods, so the stake that backs its claims must stay slashable for this long.
    function longestClaimBlocks() external view returns (uint256);
}
