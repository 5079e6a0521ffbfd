// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVerifier} from "./IVerifier.sol";

/// @notice One appointed verifier that answers with stake of its own.
interface IBondedVerifier is IVerifier {
    /// @notice Emitted when a verdict is asked for.
    event Requested(
        bytes32 indexed requestId, bytes32 indexed jobId, address indexed transcoder, IVerifier.Request request
    );
    /// @notice Emitted when the owner appoints another verifier.
    event VerifierAppointed(address indexed verifier);

    /// @notice Thrown when somebody else than the ClaimsManager asks.
    error NotClaimsManager(address caller);
    /// @notice Thrown when somebody else than the appointed verifier reports.
    error NotVerifier(address caller, address verifier);
    /// @notice Thrown when the verifier has less stake bonded than it must have.
    error InsufficientBond(address verifier, uint256 bonded, uint256 required);

    /// @notice Appoints the only one that may report.
    function appoint(address verifier_) external;

    /// @notice Gives the verdict on a request, at once and for good.
    function report(bytes32 requestId, Verdict verdict) external;

    function verifier() external view returns (address);

    /// @notice Stake that the verifier must have bonded in the BondingManager, in units of 10^-18 LPT.
    function verifierBond() external view returns (uint256);
}
