// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondedVerifier} from "../interfaces/IBondedVerifier.sol";
import {IBondingManager} from "../interfaces/IBondingManager.sol";
import {IClaimsManager} from "../interfaces/IClaimsManager.sol";
import {Parameters} from "../libraries/Parameters.sol";

/// @dev See IBondedVerifier. Later, a jury that votes with commit and reveal will replace this contract.
contract BondedVerifier is IBondedVerifier {
    IClaimsManager public immutable claimsManager;
    IBondingManager public immutable bondingManager;
    address public immutable verifier;
    uint256 public immutable verifierBond;

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
    function request(bytes32 claimId, bytes32 jobId, uint64 sequenceNumber, bytes32 receiptHash) external {}

    /// @inheritdoc IBondedVerifier
    function report(bytes32 claimId, uint64 sequenceNumber, Verdict verdict) external {
        if (msg.sender != verifier) revert NotVerifier(msg.sender, verifier);
        // Delegated stake does not count, because it does not belong to the verifier.
        (uint256 bonded,) = bondingManager.selfStakeOf(msg.sender);
        if (bonded < verifierBond) revert InsufficientBond(msg.sender, bonded, verifierBond);
        claimsManager.report(claimId, sequenceNumber, verdict);
    }
}
