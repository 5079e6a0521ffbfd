// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVerifier} from "./IVerifier.sol";

/// @notice Passes the verdicts of one account to the ClaimsManager. This account, the verifier, must have bonded enough stake to itself.
/// The verifier of a BondedVerifier never changes. To change the verifier, the owner of the ClaimsManager sets another BondedVerifier.
/// @dev The verifier finds its requests by the event VerificationRequested of the ClaimsManager.
interface IBondedVerifier is IVerifier {
    /// @notice Thrown when the caller is not the verifier.
    error NotVerifier(address caller, address verifier);
    /// @notice Thrown when the verifier has bonded less than `verifierBond` to itself. `bonded` is the verifier's own stake.
    error InsufficientBond(address verifier, uint256 bonded, uint256 required);

    /// @notice Gives the verdict on a segment of a claim, which the ClaimsManager records in the same call. The verdict is final. Only for the
    /// verifier, and only before the verdict deadline of the claim. Unavailable is accepted only after the verification period.
    function report(bytes32 claimId, uint64 sequenceNumber, Verdict verdict) external;

    function verifier() external view returns (address);

    /// @notice Stake that the verifier must have bonded to itself in the BondingManager, in units of 10^-18 LPT. The stake of
    /// delegators does not count.
    function verifierBond() external view returns (uint256);
}
