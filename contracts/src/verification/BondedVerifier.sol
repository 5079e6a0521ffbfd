// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondedVerifier} from "../interfaces/IBondedVerifier.sol";
import {IBondingManager} from "../interfaces/IBondingManager.sol";
import {IClaimsManager} from "../interfaces/IClaimsManager.sol";
import {IClaimsTypes} from "../interfaces/IClaimsTypes.sol";
import {IVerifier} from "../interfaces/IVerifier.sol";
import {Parameters} from "../libraries/Parameters.sol";
import {segmentIdOf} from "../types/DisclosedWork.sol";

/// @dev See IBondedVerifier. The Court will replace this contract.
contract BondedVerifier is IBondedVerifier {
    IClaimsManager public immutable claimsManager;
    IBondingManager public immutable bondingManager;
    address public immutable verifier;
    uint256 public immutable verifierBond;

    /// @dev The verdict of the present transaction. The ClaimsManager records it in the same transaction.
    bytes32 private transient reportedSegment;
    Verdict private transient reportedVerdict;

    /// @param verifierBond_ In units of 10^-18 LPT.
    constructor(
        IClaimsManager claimsManager_,
        IBondingManager bondingManager_,
        address verifier_,
        uint256 verifierBond_
    ) {
        (claimsManager, bondingManager, verifier) = (claimsManager_, bondingManager_, verifier_);
        verifierBond = Parameters.bounded("verifierBond", verifierBond_, 1, type(uint96).max);
    }

    /// @dev Accepts every request, and stores nothing. So it does not matter which account calls this function.
    function request(bytes32 claimId, bytes32 jobId, uint64 sequenceNumber, bytes32 receiptHash) external virtual {}

    /// @inheritdoc IBondedVerifier
    function report(bytes32 claimId, uint64 sequenceNumber, Verdict verdict) external {
        if (msg.sender != verifier) revert NotVerifier(msg.sender, verifier);
        // Delegated stake does not count, because it does not belong to the verifier.
        (uint256 bonded,) = bondingManager.selfStakeOf(msg.sender);
        if (bonded < verifierBond) revert InsufficientBond(msg.sender, bonded, verifierBond);
        (reportedSegment, reportedVerdict) = (segmentIdOf(claimId, sequenceNumber), verdict);
        claimsManager.recordVerdict(claimId, sequenceNumber);
        _requireInTime(claimId, verdict);
    }

    /// @inheritdoc IVerifier
    function verdictOf(bytes32 claimId, uint64 sequenceNumber) external view returns (Verdict verdict, address finder) {
        if (segmentIdOf(claimId, sequenceNumber) == reportedSegment) return (reportedVerdict, address(0));
        return (claimsManager.getRequest(claimId, sequenceNumber).verdict, address(0));
    }

    /// @dev Without a verdict before the verdict deadline, the claim expires.
    function isPending(bytes32, uint64) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IVerifier
    function verdictBlocks() external pure returns (uint256) {
        return 0;
    }

    /// @dev A receipt states that the transcoder has the input, so the transcoder must serve the input too. But it may serve the payloads as
    /// late as the last block before the verification deadline.
    function _requireInTime(bytes32 claimId, Verdict verdict) private view {
        IClaimsTypes.Status memory status = claimsManager.getClaim(claimId);
        if (block.number >= status.verdictDeadline) revert IClaimsTypes.TooLate(claimId, status.verdictDeadline);
        if (verdict == Verdict.Unavailable && block.number < status.verificationDeadline) {
            revert IClaimsTypes.TooEarly(claimId, status.verificationDeadline);
        }
    }
}
