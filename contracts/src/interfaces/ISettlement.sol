// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Attestation} from "../types/Attestation.sol";
import {Claim} from "../types/Claim.sol";
import {IClaimsTypes} from "./IClaimsTypes.sol";
import {IVerifier} from "./IVerifier.sol";

/// @notice Decides each claim: which segments are verified, and whether the claim is paid, refunded or slashed.
interface ISettlement is IClaimsTypes {
    /// @notice Selects the segments of a claim that are verified, by the hash of the block after the claim's block.
    /// Anyone may call it, from two blocks after the claim on.
    /// @return sequenceNumbers Empty if no segment is selected; then the fees can be paid at once.
    function sealChallenges(Claim memory claim) external returns (uint64[] memory sequenceNumbers);

    /// @notice Reports the verdict on a request. Only for the verifier of the request. The first verdict other than
    /// Valid refunds the claim. Invalid and Unavailable slash the transcoder, each once per claim, unless its failures
    /// are within the threshold. Unavailable is accepted only after the verification period. InputInvalid never
    /// slashes.
    function report(bytes32 requestId, IVerifier.Verdict verdict) external;

    /// @notice Credits a claim's fees to its transcoder, if all challenged segments are valid. Anyone may call it.
    /// Whitepaper, `DistributeFees()`.
    function distributeFees(Claim memory claim) external;

    /// @notice The same for several claims; reverts if one of them fails. Claims that are already paid are skipped.
    function distributeFees(Claim[] memory claims_) external;

    /// @notice Refunds a claim that was not verified in time. Anyone may call it. If the transcoder did not seal the
    /// claim or did not disclose a challenged segment, and the slashing period has not passed, the transcoder is
    /// slashed and the caller gets the FinderFee.
    function expire(Claim memory claim) external;

    /// @notice Slashes a transcoder that signed different outputs for one input of a claimed segment. The caller gets
    /// the FinderFee. Refunds the claim if it is open. Anyone may call it, until the claim's verdict deadline.
    function slashEquivocation(
        Claim memory claim,
        uint64 sequenceNumber,
        bytes32 dataHash,
        Attestation memory one,
        Attestation memory other
    ) external;

    function getClaim(bytes32 claimId) external view returns (Status memory);
    function getRequest(bytes32 requestId) external view returns (RequestStatus memory);

    /// @notice Number of failures and number of verdicts among a transcoder's last verdicts, at most
    /// `verificationWindow`.
    function verificationsOf(address transcoder) external view returns (uint256 failures, uint256 verdicts);
}
