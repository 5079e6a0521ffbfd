// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StreamId} from "./StreamId.sol";
import {digestOf, signerOf} from "./signature.sol";

/// @notice One transcoded segment, attested by the rendition key. A claim's tree holds its hash. Whitepaper, step 9.
struct TranscodeReceipt {
    bytes32 jobId;
    StreamId streamId;
    uint64 sequenceNumber;
    /// @dev Of the input payload.
    bytes32 dataHash;
    /// @dev Over the renditions.
    bytes32 transcodedDataHash;
    /// @dev Of the Segment that was transcoded.
    bytes broadcasterSignature;
}

using {hash, recover} for TranscodeReceipt global;

bytes32 constant TRANSCODE_RECEIPT_TYPEHASH = keccak256(
    "TranscodeReceipt(bytes32 jobId,bytes32 streamId,uint64 sequenceNumber,bytes32 dataHash,bytes32 transcodedDataHash,bytes broadcasterSignature)"
);

/// @notice EIP-712 digest: what is signed.
function hash(TranscodeReceipt memory self, bytes32 domainSeparator) pure returns (bytes32) {
    bytes32 structHash = keccak256(
        abi.encode(
            TRANSCODE_RECEIPT_TYPEHASH,
            self.jobId,
            self.streamId,
            self.sequenceNumber,
            self.dataHash,
            self.transcodedDataHash,
            keccak256(self.broadcasterSignature)
        )
    );
    return digestOf(structHash, domainSeparator);
}

/// @notice Who signed this; the zero address when `signature` is none.
function recover(TranscodeReceipt memory self, bytes32 domainSeparator, bytes memory signature) pure returns (address) {
    return signerOf(self.hash(domainSeparator), signature);
}
