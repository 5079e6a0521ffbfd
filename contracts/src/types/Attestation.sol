// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StreamId} from "./StreamId.sol";
import {TranscodeReceipt} from "./TranscodeReceipt.sol";
import {signerOf} from "./signature.sol";

/// @notice The part of a TranscodeReceipt that the caller does not know from the segment, and its signature. Proves
/// that the receipt was signed.
struct Attestation {
    bytes32 transcodedDataHash;
    /// @dev As in the receipt.
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
