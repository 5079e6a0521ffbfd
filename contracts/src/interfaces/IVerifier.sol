// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Output} from "../types/Output.sol";
import {StreamId} from "../types/StreamId.sol";

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
        /// @dev The verifier could not get the payloads from the transcoder.
        Unavailable
    }

    /// @dev The ClaimsManager has already checked signatures, Merkle proofs, duration and quantisers.
    struct Request {
        bytes32 claimId;
        bytes32 jobId;
        /// @dev The source stream.
        StreamId streamId;
        address transcoder;
        uint64 sequenceNumber;
        uint32 durationMs;
        /// @dev Data hash of the input payload.
        bytes32 dataHash;
        /// @dev Hash of the TranscodingOptions. The job's event NewJob contains the options.
        bytes32 optionsHash;
        /// @dev One output per rendition, from the highest rendition down.
        Output[] outputs;
    }

    /// @notice Requests a verdict. Only for the ClaimsManager, which gives this call 200,000 gas. If the call fails, and
    /// no verdict comes, the segment counts as valid. So a verifier must accept all requests of the ClaimsManager.
    function request(bytes32 requestId, Request calldata request_) external;
}
