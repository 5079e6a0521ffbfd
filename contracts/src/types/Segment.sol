// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";
import {StreamId} from "./StreamId.sol";
import {digestOf, signerOf} from "./signature.sol";

/// @notice A time-sliced chunk of a stream, signed by the key whose address is the origin of the StreamId (see
/// StreamId.sol). Whitepaper, "Video Segments".
struct Segment {
    StreamId streamId;
    /// @dev Position in the stream. The first segment has number 0.
    uint64 sequenceNumber;
    uint64 startTimeMs;
    uint32 durationMs;
    /// @dev Data hash of the payload. See contracts/protocol/PayloadTree.ts.
    bytes32 dataHash;
}

using {hash, recover} for Segment global;

bytes32 constant SEGMENT_TYPEHASH =
    keccak256("Segment(bytes32 streamId,uint64 sequenceNumber,uint64 startTimeMs,uint32 durationMs,bytes32 dataHash)");

/// @notice The EIP-712 digest that is signed.
function hash(Segment memory self, bytes32 domainSeparator) pure returns (bytes32) {
    bytes32 structHash = EfficientHashLib.hash(
        SEGMENT_TYPEHASH,
        StreamId.unwrap(self.streamId),
        bytes32(uint256(self.sequenceNumber)),
        bytes32(uint256(self.startTimeMs)),
        bytes32(uint256(self.durationMs)),
        self.dataHash
    );
    return digestOf(structHash, domainSeparator);
}

/// @notice The signer; the zero address when `signature` is malformed.
function recover(Segment memory self, bytes32 domainSeparator, bytes memory signature) pure returns (address) {
    return signerOf(self.hash(domainSeparator), signature);
}
