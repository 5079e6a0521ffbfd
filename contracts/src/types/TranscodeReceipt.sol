// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";
import {StreamId} from "./StreamId.sol";
import {digestOf, signerOf} from "./signature.sol";

/// @notice A receipt for one transcoded segment, signed by the rendition key. A claim's tree contains the hash of the
/// receipt. Whitepaper, step 9.
struct TranscodeReceipt {
    bytes32 jobId;
    StreamId streamId;
    uint64 sequenceNumber;
    /// @dev Data hash of the input payload.
    bytes32 dataHash;
    /// @dev Hash of the outputs of all renditions.
    bytes32 transcodedDataHash;
    /// @dev The broadcaster's signature of the input Segment.
    bytes broadcasterSignature;
}

using {hash, recover} for TranscodeReceipt global;

bytes32 constant TRANSCODE_RECEIPT_TYPEHASH = keccak256(
    "TranscodeReceipt(bytes32 jobId,bytes32 streamId,uint64 sequenceNumber,bytes32 dataHash,bytes32 transcodedDataHash,bytes broadcasterSignature)"
);

/// @notice The EIP-712 digest that is signed.
function hash(TranscodeReceipt memory self, bytes32 domainSeparator) pure returns (bytes32) {
    bytes32 structHash = EfficientHashLib.hash(
        TRANSCODE_RECEIPT_TYPEHASH,
        self.jobId,
        StreamId.unwrap(self.streamId),
        bytes32(uint256(self.sequenceNumber)),
        self.dataHash,
        self.transcodedDataHash,
        keccak256(self.broadcasterSignature)
    );
    return digestOf(structHash, domainSeparator);
}

/// @notice The signer; the zero address when `signature` is malformed.
function recover(TranscodeReceipt memory self, bytes32 domainSeparator, bytes memory signature) pure returns (address) {
    return signerOf(self.hash(domainSeparator), signature);
}
