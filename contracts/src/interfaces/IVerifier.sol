// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Output} from "../types/Output.sol";
import {StreamId} from "../types/StreamId.sol";

/// @notice The contract that decides whether a segment was transcoded by the recipe. Whitepaper, "A Note On Truebit".
/// @dev It answers by calling IClaimsManager.report in a later transaction.
interface IVerifier {
    enum Verdict {
        None,
        /// @dev The outputs follow from the input by the recipe.
        Valid,
        /// @dev The recipe gives other outputs.
        Invalid,
        /// @dev The input breaks the limits of its job, so the recipe defines no outputs.
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
        /// @dev Hash of the TranscodingOptions. The job's event contains the options.
        bytes32 optionsHash;
        /// @dev From the highest rendition down.
        Output[] outputs;
    }

    /// @notice Requests a verdict.
    function request(bytes32 requestId, Request calldata request_) external;
}
