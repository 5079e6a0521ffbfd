// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The contract that decides whether a segment was transcoded with the recipe. Whitepaper, "A Note On Truebit".
/// @dev The ClaimsManager asks for verdicts. It asks when the fees of a claim are distributed or the claim expires, and in `recordVerdict`.
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

    /// @notice Announces a disclosed segment of a claim. The claim and the sequence number together identify the request. The
    /// ClaimsManager gives this call 200,000 gas. If the call fails, and the segment gets no verdict, the segment counts as valid. So a
    /// verifier must accept all requests of the ClaimsManager.
    /// @dev The ClaimsManager has already checked signatures, Merkle proofs, duration and quantisers. The event VerificationRequested
    /// contains the hashes of the input and of the outputs. The job's event NewJob contains the stream and the options.
    /// @param receiptHash Hash of the segment's TranscodeReceipt, which commits to the input and to the outputs.
    function request(bytes32 claimId, bytes32 jobId, uint64 sequenceNumber, bytes32 receiptHash) external;

    /// @notice The verdict on a requested segment. A verdict never changes. The ClaimsManager gives this call 100,000 gas. If the call fails,
    /// this counts as if the verifier had refused the request.
    /// @return verdict None while there is no verdict.
    /// @return finder The account that found the fault, and gets the FinderFee of the slash; zero if no account gets it.
    function verdictOf(bytes32 claimId, uint64 sequenceNumber) external view returns (Verdict verdict, address finder);

    /// @notice Whether a requested segment without a verdict will get one. As long as this is true, the claim does not expire.
    function isPending(bytes32 claimId, uint64 sequenceNumber) external view returns (bool);

    /// @notice After the request, a segment can become Invalid or Unavailable for at most this number of blocks. The slashing period of a
    /// claim is at least as long, so the stake of the transcoder stays slashable. Zero: the verifier keeps the deadlines of each claim.
    function verdictBlocks() external view returns (uint256);
}
