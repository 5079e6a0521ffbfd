// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StreamId} from "./StreamId.sol";
import {digestOf, signerOf} from "./signature.sol";

/// @notice Allows the wallet `broadcaster` to post jobs for the stream. Signed by the stream key.
struct StreamBinding {
    StreamId streamId;
    address broadcaster;
}

using {hash, recover} for StreamBinding global;

bytes32 constant STREAM_BINDING_TYPEHASH = keccak256("StreamBinding(bytes32 streamId,address broadcaster)");

/// @notice The EIP-712 digest that is signed.
function hash(StreamBinding memory self, bytes32 domainSeparator) pure returns (bytes32) {
    bytes32 structHash = keccak256(abi.encode(STREAM_BINDING_TYPEHASH, self.streamId, self.broadcaster));
    return digestOf(structHash, domainSeparator);
}

/// @notice The signer; the zero address when `signature` is malformed.
function recover(StreamBinding memory self, bytes32 domainSeparator, bytes memory signature) pure returns (address) {
    return signerOf(self.hash(domainSeparator), signature);
}
