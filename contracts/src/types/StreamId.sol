// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice 32 bytes: 20-byte origin (the address of the key that signs the stream's segments) ‖ 12-byte nonce. This key
/// is the stream key, or the rendition key if the stream is a rendition.
type StreamId is bytes32;

using {origin, equals as ==} for StreamId global;

/// @notice The address of the key that signs the stream's segments.
function origin(StreamId streamId) pure returns (address) {
    return address(bytes20(StreamId.unwrap(streamId)));
}

function equals(StreamId a, StreamId b) pure returns (bool) {
    return StreamId.unwrap(a) == StreamId.unwrap(b);
}

/// @notice StreamId of rendition `index` of a job's stream. A rendition is a stream of its own, signed by
/// `renditionKey`.
function renditionOf(bytes32 jobId, StreamId streamId, uint256 index, address renditionKey) pure returns (StreamId) {
    bytes12 nonce = bytes12(keccak256(abi.encode(jobId, streamId, index)));
    return StreamId.wrap(bytes32(abi.encodePacked(renditionKey, nonce)));
}
