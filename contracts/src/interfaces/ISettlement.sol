// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Attestation} from "../types/Attestation.sol";
import {Claim} from "../types/Claim.sol";
import {IClaimsTypes} from "./IClaimsTypes.sol";

/// @notice Decides which segments of a claim are verified, whether the claim is paid or refunded, and whether its
/// transcoder is slashed.
interface ISettlement is IClaimsTypes {
    /// @notice Selects the segments of a claim that must be verified. The hash of the block after the claim's block
    /// decides the selection. Any account may call this function, from two blocks after the claim until the verification deadline.
    /// @return sequenceNumbers The selected segments. If there are none, `distributeFees` can pay the fees immediately.
    function sealChallenges(Claim memory claim) external returns (uint64[] memory sequenceNumbers);

    /// @notice Records the verdict of the claim's verifier on a disclosed segment. Reverts if the verifier has none. The verdicts Invalid and
    /// Unavailable refund the claim if it is open. They also slash the transcoder, unless it was already slashed in the job, or the verdict is
    /// Unavailable and the failures are within the threshold, or the stake that backed the claim can be withdrawn again. The first slash in a
    /// job expels the transcoder from the job. The finder that the verifier names gets the FinderFee. InputInvalid is the broadcaster's fault:
    /// this segment is not paid, and the broadcaster pays the claim's fine. Any account may call this function. `distributeFees` and `expire` record the verdicts that are still missing.
    function recordVerdict(bytes32 claimId, uint64 sequenceNumber) external;

    /// @notice Credits a claim's fees to its transcoder, if each challenged segment has the verdict Valid or
    /// InputInvalid. The fees of segments with the verdict InputInvalid return to the broadcaster. If there is such a
    /// segment, the broadcaster pays the claim's fine, and the transcoder, which disclosed the segment, gets the
    /// FinderFee of the fine. Otherwise the fine returns to the job's reserve. From the claim's verdict deadline on, a
    /// segment without a verdict also counts as valid if the verifier's contract refused its request, or fails when it is asked for the verdict.
    /// If the transcoder was expelled from the job, if slashes have made the claim void, or if a challenged segment is Invalid or Unavailable,
    /// refunds the claim instead. Any account may call this function. Whitepaper, `DistributeFees()`.
    function distributeFees(Claim memory claim) external;

    /// @notice Pays or refunds several claims, as `distributeFees` does with one claim. Skips claims that are already paid
    /// or refunded. Reverts if one of the other claims can be neither paid nor refunded.
    function distributeFees(Claim[] memory claims_) external;

    /// @notice Refunds a claim that was not verified in time. If the claim was not sealed or a challenged segment was not
    /// disclosed, and if the slashing period has not passed, the transcoder is also slashed, and the caller gets the
    /// FinderFee. If the transcoder was expelled from the job, or if slashes have made the claim void, the function only
    /// refunds the claim, without waiting for a deadline. A claim whose challenged segments are all disclosed does not expire as long as the
    /// verifier will give a verdict on one of them. Any account may call this function.
    function expire(Claim memory claim) external;

    /// @notice Slashes a transcoder that signed two receipts with different outputs for the same input. The input's
    /// segment must be in the claim. The caller gets the FinderFee. Refunds the claim if it is open. Any account may
    /// call this function, before the claim's verdict deadline.
    function slashEquivocation(
        Claim memory claim,
        uint64 sequenceNumber,
        bytes32 dataHash,
        Attestation memory one,
        Attestation memory other
    ) external;

    /// @notice Whether the transcoder was slashed for an offence in the job. All offences of a transcoder in one job together lead to at
    /// most one slash. After this slash, the transcoder cannot claim in this job, and its open claims of this job can only be refunded, by
    /// `distributeFees` or by `expire`, without waiting for a deadline.
    function isExpelled(bytes32 jobId, address transcoder) external view returns (bool);

    function getClaim(bytes32 claimId) external view returns (Status memory);
    /// @notice The request for the verdict on a segment of a claim.
    function getRequest(bytes32 claimId, uint64 sequenceNumber) external view returns (RequestStatus memory);

    /// @notice Counts a transcoder's last `verificationWindow` verdicts, or all verdicts if there are fewer, and the failures
    /// among them.
    /// @return failures Number of failures among the counted verdicts.
    /// @return verdicts Number of counted verdicts.
    function verificationsOf(address transcoder) external view returns (uint256 failures, uint256 verdicts);
}
