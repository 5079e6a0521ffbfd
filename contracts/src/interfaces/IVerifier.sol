// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The contract that decides whether a segment was transcoded with the recipe. Whitepaper, "A Note On Truebit".
/// @dev The verifier reports each verdict with IClaimsManager.report, in a later transaction.
interface IVerifier {
    enum Verdict {
        None,
        /// @dev The outputs follow from the input by the recipe.
        Valid,
        /// @dev The outputs do not follow from the input by the recipe.
        Invalid,
        /// @dev The input breaks the limits of its job, so the recipe defines no outputs. Only the stream key can have
        /// signed the input, so the broadcaster pays a fine.
        InputInvalid,
        /// @dev The verifier could not get the payloads from the transcoder or another candidate.
        Unavailable
    }

    /// @notice Requests a verdict on one segment of a claim. The claim and the sequence number together identify the request. The
    /// ClaimsManager gives this call 200,000 gas. If the call fails, and the segment gets no verdict, the segment counts as valid. So a
    /// verifier must accept all requests of the ClaimsManager.
    /// @dev The ClaimsManager has already checked signatures, Merkle proofs, duration and quantisers. The event VerificationRequested
    /// contains the hashes of the input and of the outputs. The job's event NewJob contains the stream and the options.
    /// @param receiptHash Hash of the segment's TranscodeReceipt, which commits to the input and to the outputs.
    function request(bytes32 claimId, bytes32 jobId, uint64 sequenceNumber, bytes32 receiptHash) external;
}
