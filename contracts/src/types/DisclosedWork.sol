// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Output} from "./Output.sol";
import {Payload} from "./Payload.sol";
import {TranscodeReceipt} from "./TranscodeReceipt.sol";
import {TranscodingOptions} from "./TranscodingOptions.sol";

/// @notice A disclosed segment of a claim, with everything that its receipt commits to. The event VerificationRequested has the outputs.
struct DisclosedWork {
    bytes32 claimId;
    TranscodeReceipt receipt;
    /// @dev From the highest rendition down.
    Output[] outputs;
}

/// @notice What a judgement of one rendition is about: everything that the judged program reads. See decisions/064.
struct Charge {
    DisclosedWork work;
    /// @dev The job's options. The JobsManager stores only their hash.
    TranscodingOptions options;
    /// @dev Index of the rendition, below the number of outputs.
    uint256 rendition;
    Payload source;
    /// @dev The payload of the rendition.
    Payload output;
}

/// @notice A chunk of a payload of a disclosed segment.
struct ChunkId {
    bytes32 claimId;
    uint64 sequenceNumber;
    /// @dev Data hash of the payload.
    bytes32 dataHash;
    /// @dev The payload's first chunk has index 0. A chunk has 4 KiB.
    uint256 index;
}

using {segmentId} for DisclosedWork global;

/// @notice Identifies a segment of a claim.
function segmentIdOf(bytes32 claimId, uint64 sequenceNumber) pure returns (bytes32) {
    return keccak256(abi.encode(claimId, sequenceNumber));
}

function segmentId(DisclosedWork memory self) pure returns (bytes32) {
    return segmentIdOf(self.claimId, self.receipt.sequenceNumber);
}
