// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVerifier} from "./IVerifier.sol";

/// @notice A verifier contract with one appointed verifier, which must have stake bonded.
interface IBondedVerifier is IVerifier {
    /// @notice Emitted when the ClaimsManager requests a verdict.
    event Requested(
        bytes32 indexed requestId, bytes32 indexed jobId, address indexed transcoder, IVerifier.Request request
    );
    /// @notice Emitted when the owner appoints another verifier.
    event VerifierAppointed(address indexed verifier);

    /// @notice Thrown when the caller is not the ClaimsManager.
    error NotClaimsManager(address caller);
    /// @notice Thrown when the caller is not the appointed verifier.
    error NotVerifier(address caller, address verifier);
    /// @notice Thrown when the verifier has less stake bonded than `verifierBond`.
    error InsufficientBond(address verifier, uint256 bonded, uint256 required);

    /// @notice Appoints the only account that may report verdicts.
    function appoint(address verifier_) external;

    /// @notice Reports the verdict on a request. The verdict is final.
    function report(bytes32 requestId, Verdict verdict) external;

    function verifier() external view returns (address);

    /// @notice Stake that the verifier must have bonded in the BondingManager, in units of 10^-18 LPT.
    function verifierBond() external view returns (uint256);
}
