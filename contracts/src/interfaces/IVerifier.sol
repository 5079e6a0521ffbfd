// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Output} from "../types/Output.sol";
import {StreamId} from "../types/StreamId.sol";

/// @notice Seat of whoever says whether a segment was transcoded by the recipe. Whitepaper, "A Note On Truebit".
/// @dev It answers by IClaimsManager.report, in a later transaction.
interface IVerifier {
    enum Verdict {
        None,
        /// @dev The recipe gives these outputs from this input.
        Valid,
        /// @dev It gives others.
        Invalid,
        /// @dev The input breaks the limits of its job, so that nobody can be held to its outputs.
        InputInvalid,
        /// @dev The payloads could not be had from the transcoder.
        Unavailable
    }

    /// @dev Signatures, Merkle proofs, duration and quantisers hold: ClaimsManager has checked them.
    struct Request {
        bytes32 claimId;
        bytes32 jobId;
        /// @dev The source stream.
        StreamId streamId;
        address transcoder;
        uint64 sequenceNumber;
        uint32 durationMs;
        /// @dev Of the input payload.
        bytes32 dataHash;
        /// @dev Of the TranscodingOptions, which the job's event carries.
        bytes32 optionsHash;
        /// @dev From the highest rendition down.
        Output[] outputs;
    }

    /// @notice Asks for a verdict.
    function request(bytes32 requestId, Request calldata request_) external;
}
