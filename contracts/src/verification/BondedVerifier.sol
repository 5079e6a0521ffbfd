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

    function request(bytes32 requestId, Request calldata request_) external {
        if (msg.sender != address(claimsManager)) revert NotClaimsManager(msg.sender);
        emit Requested(requestId, request_.jobId, request_.transcoder, request_);
    }

    /// @inheritdoc IBondedVerifier
    function report(bytes32 requestId, Verdict verdict) external {
        if (msg.sender != verifier) revert NotVerifier(msg.sender, verifier);
        // Delegated stake does not count, because its owners do not lose it when the verifier reports a false verdict.
        (uint256 bonded,) = bondingManager.selfStakeOf(msg.sender);
        if (bonded < verifierBond) revert InsufficientBond(msg.sender, bonded, verifierBond);
        claimsManager.report(requestId, verdict);
    }
}
