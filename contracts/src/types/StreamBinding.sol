// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StreamId} from "./StreamId.sol";
import {digestOf, signerOf} from "./signature.sol";

/// @notice The stream key lets this wallet, and no other, post jobs for its stream. Signed by the origin.
struct StreamBinding {
    StreamId streamId;
    address broadcaster;
}

using {hash, recover} for StreamBinding global;

bytes32 constant STREAM_BINDING_TYPEHASH = keccak256("StreamBinding(bytes32 streamId,address broadcaster)");

/// @notice EIP-712 digest: what is signed.
function hash(StreamBinding memory self, bytes32 domainSeparator) pure returns (bytes32) {
    bytes32 structHash = keccak256(abi.encode(STREAM_BINDING_TYPEHASH, self.streamId, self.broadcaster));
    return digestOf(structHash, domainSeparator);
}

/// @notice Who signed this; the zero address when `signature` is none.
function recover(StreamBinding memory self, bytes32 domainSeparator, bytes memory signature) pure returns (address) {
    return signerOf(self.hash(domainSeparator), signature);
}
