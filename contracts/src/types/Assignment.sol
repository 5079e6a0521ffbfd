// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StreamId} from "./StreamId.sol";
import {digestOf, signerOf} from "./signature.sol";

/// @notice The broadcaster assigns the job's segments, from `fromSequence` until the next Assignment begins, to
/// `transcoder`. Signed by the stream key.
struct Assignment {
    bytes32 jobId;
    StreamId streamId;
    address transcoder;
    address renditionKey;
    uint64 fromSequence;
}

using {hash, recover} for Assignment global;

bytes32 constant ASSIGNMENT_TYPEHASH =
    keccak256("Assignment(bytes32 jobId,bytes32 streamId,address transcoder,address renditionKey,uint64 fromSequence)");

/// @notice The EIP-712 digest that is signed.
function hash(Assignment memory self, bytes32 domainSeparator) pure returns (bytes32) {
    bytes32 structHash = keccak256(
        abi.encode(
            ASSIGNMENT_TYPEHASH, self.jobId, self.streamId, self.transcoder, self.renditionKey, self.fromSequence
        )
    );
    return digestOf(structHash, domainSeparator);
}

/// @notice The signer; the zero address when `signature` is malformed.
function recover(Assignment memory self, bytes32 domainSeparator, bytes memory signature) pure returns (address) {
    return signerOf(self.hash(domainSeparator), signature);
}
