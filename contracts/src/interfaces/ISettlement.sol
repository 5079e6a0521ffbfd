// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Attestation} from "../types/Attestation.sol";
import {Claim} from "../types/Claim.sol";
import {IClaimsTypes} from "./IClaimsTypes.sol";
import {IVerifier} from "./IVerifier.sol";

/// @notice What becomes of a claim: what of it is checked, what is found, and what is paid, refunded and slashed.
interface ISettlement is IClaimsTypes {
    /// @notice Decides, by the hash of the block after the claim's, which of its segments are verified. Anybody may, from
    /// two blocks after the claim on.
    /// @return sequenceNumbers May be none: then the fees are due.
    function sealChallenges(Claim memory claim) external returns (uint64[] memory sequenceNumbers);

    /// @notice Takes a verdict from the verifier that was asked. The first that is not Valid refunds the claim. Invalid, and
    /// Unavailable, which counts only when the verification period is over, slash the transcoder, each once per claim, unless
    /// its failures are within the threshold. InputInvalid slashes nobody.
    function report(bytes32 requestId, IVerifier.Verdict verdict) external;

    /// @notice Credits the fees of a claim whose challenged segments are all valid to its transcoder. Anybody may. Whitepaper,
    /// `DistributeFees()`.
    function distributeFees(Claim memory claim) external;

    /// @notice The same for several claims, all or none. Those that are paid already are passed over.
    function distributeFees(Claim[] memory claims_) external;

    /// @notice Refunds a claim that was not verified in time. Anybody may. When its transcoder has missed to seal or to disclose, and
    /// the slashing period lasts, it is slashed, with the FinderFee to the caller.
    function expire(Claim memory claim) external;

    /// @notice Slashes a transcoder that signed different outputs for one input of a segment that it claimed, with the FinderFee to
    /// the caller, and refunds the claim if it is open. Anybody may, until the claim's last deadline.
    function slashEquivocation(
        Claim memory claim,
        uint64 sequenceNumber,
        bytes32 dataHash,
        Attestation memory one,
        Attestation memory other
    ) external;

    function getClaim(bytes32 claimId) external view returns (Status memory);
    function getRequest(bytes32 requestId) external view returns (RequestStatus memory);

    /// @notice Of a transcoder's last verdicts, at most `verificationWindow`: how many there are, and how many were failures.
    function verificationsOf(address transcoder) external view returns (uint256 failures, uint256 verdicts);
}
