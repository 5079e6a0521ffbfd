// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StreamId} from "./StreamId.sol";
import {digestOf, signerOf} from "./signature.sol";

/// @notice Closes a stream after segment `lastSequenceNumber`. A closed stream gets no more segments and no more jobs.
/// Signed by the stream key.
struct StreamEnd {
    StreamId streamId;
    uint64 lastSequenceNumber;
}

using {hash, recover} for StreamEnd global;

bytes32 constant STREAM_END_TYPEHASH = keccak256("StreamEnd(bytes32 streamId,uint64 lastSequenceNumber)");

/// @notice The EIP-712 digest that is signed.
function hash(StreamEnd memory self, bytes32 domainSeparator) pure returns (bytes32) {
    bytes32 structHash = keccak256(abi.encode(STREAM_END_TYPEHASH, self.streamId, self.lastSequenceNumber));
    return digestOf(structHash, domainSeparator);
}

/// @notice The signer; the zero address when `signature` is malformed.
function recover(StreamEnd memory self, bytes32 domainSeparator, bytes memory signature) pure returns (address) {
    return signerOf(self.hash(domainSeparator), signature);
}
