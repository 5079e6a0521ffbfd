// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim} from "./Claim.sol";
import {Output} from "./Output.sol";
import {TranscodingOptions} from "./TranscodingOptions.sol";

/// @notice A node of a claim's tree: its hash, and the duration of the segments below it.
struct Node {
    bytes32 hash;
    uint64 durationMs;
}

/// @notice One receipt of a claim in full, with the segment that it is for, and its place in the claim's tree.
struct ReceiptProof {
    uint64 sequenceNumber;
    uint64 startTimeMs;
    uint32 durationMs;
    /// @dev Of the input payload.
    bytes32 dataHash;
    /// @dev Of the Segment, by the stream's origin.
    bytes broadcasterSignature;
    Output[] outputs;
    /// @dev Of the TranscodeReceipt, by the rendition key.
    bytes receiptSignature;
    /// @dev Nodes from the leaf up to the root.
    Node[] siblings;
}

/// @notice What a transcoder shows of a challenged segment. Whitepaper, "End Job", step 13.
struct Disclosure {
    /// @dev Of the job, which keeps their hash.
    TranscodingOptions options;
    ReceiptProof segment;
    /// @dev The receipt before it under the same Assignment; none for the first.
    ReceiptProof[] preceding;
    /// @dev The claim that the preceding receipt is in, when that is the previous one; else none.
    Claim[] previousClaim;
}
