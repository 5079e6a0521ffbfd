// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StreamId} from "./StreamId.sol";
import {TranscodeReceipt} from "./TranscodeReceipt.sol";
import {signerOf} from "./signature.sol";

/// @notice The signature of a TranscodeReceipt, and the fields of the receipt that do not identify the segment. With
/// the other fields of the receipt, an Attestation proves that the rendition key signed the receipt.
struct Attestation {
    bytes32 transcodedDataHash;
    /// @dev The broadcaster's signature of the input Segment.
    bytes broadcasterSignature;
    /// @dev Signature of the TranscodeReceipt by the rendition key.
    bytes receiptSignature;
}

using {recover} for Attestation global;

/// @notice The signer of the receipt for this input; the zero address when `receiptSignature` is malformed.
function recover(
    Attestation memory self,
    bytes32 jobId,
    StreamId streamId,
    uint64 sequenceNumber,
    bytes32 dataHash,
    bytes32 domainSeparator
) pure returns (address) {
    TranscodeReceipt memory receipt = TranscodeReceipt({
        jobId: jobId,
        streamId: streamId,
        sequenceNumber: sequenceNumber,
        dataHash: dataHash,
        transcodedDataHash: self.transcodedDataHash,
        broadcasterSignature: self.broadcasterSignature
    });
    return signerOf(receipt.hash(domainSeparator), self.receiptSignature);
}
