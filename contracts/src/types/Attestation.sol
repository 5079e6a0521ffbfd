// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StreamId} from "./StreamId.sol";
import {TranscodeReceipt} from "./TranscodeReceipt.sol";
import {signerOf} from "./signature.sol";

/// @notice What a TranscodeReceipt says of a segment that is known, and its signature: enough to show that it was signed.
struct Attestation {
    bytes32 transcodedDataHash;
    /// @dev As it stands in the receipt.
    bytes broadcasterSignature;
    /// @dev Of the TranscodeReceipt, by the rendition key.
    bytes receiptSignature;
}

using {recover} for Attestation global;

/// @notice Who signed the receipt for this input; the zero address when `receiptSignature` is none.
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
