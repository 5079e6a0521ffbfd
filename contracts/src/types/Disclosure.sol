// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim} from "./Claim.sol";
import {Output} from "./Output.sol";
import {TranscodingOptions} from "./TranscodingOptions.sol";

/// @notice A node of a claim's tree: its hash, and the duration of the segments below the node.
struct Node {
    bytes32 hash;
    uint64 durationMs;
}

/// @notice One receipt of a claim, with the fields of its segment, and the proof that the claim's tree contains the
/// receipt.
struct ReceiptProof {
    uint64 sequenceNumber;
    uint64 startTimeMs;
    uint32 durationMs;
    /// @dev Data hash of the input payload.
    bytes32 dataHash;
    /// @dev Signature of the Segment by the stream key.
    bytes broadcasterSignature;
    Output[] outputs;
    /// @dev Signature of the TranscodeReceipt by the rendition key.
    bytes receiptSignature;
    /// @dev Sibling nodes from the leaf up to the root.
    Node[] siblings;
}

/// @notice The data of a challenged segment that its transcoder discloses. Whitepaper, "End Job", step 13.
struct Disclosure {
    /// @dev The job's options. The JobsManager stores only their hash.
    TranscodingOptions options;
    ReceiptProof segment;
    /// @dev The receipt before `segment` under the same Assignment, as one item; empty for the first receipt.
    ReceiptProof[] preceding;
    /// @dev If the previous claim contains the preceding receipt: the previous claim, as one item. Otherwise empty.
    Claim[] previousClaim;
}
