// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../interfaces/IClaimsTypes.sol";
import {Claim} from "../types/Claim.sol";
import {Disclosure, Node, ReceiptProof} from "../types/Disclosure.sol";
import {transcodedDataHashOf} from "../types/Output.sol";
import {Segment} from "../types/Segment.sol";
import {StreamId} from "../types/StreamId.sol";
import {signerOf} from "../types/signature.sol";
import {TranscodeReceipt} from "../types/TranscodeReceipt.sol";
import {MerkleTree} from "./MerkleTree.sol";
import {QuantiserRule} from "./QuantiserRule.sol";
import {SegmentRanges} from "./SegmentRanges.sol";

/// @notice Checks of a disclosed segment. The verifier checks the payloads: whether they are available, whether the input keeps
/// the limits of its job, and whether the outputs follow from the input.
library DisclosureRules {
    using SegmentRanges for *;

    /// @notice Checks the receipts of the segment and of the preceding segment, and the segment's quantisers. Reverts
    /// if a signature is wrong, if the preceding receipt or the previous claim is missing or wrong, if a receipt is not
    /// in its claim's tree, or if a number of outputs or a quantiser is wrong.
    /// @param index Index of the segment in the claim.
    /// @return receiptHash Hash of the segment's receipt.
    function check(
        Disclosure memory disclosure,
        Claim memory claim,
        uint256 index,
        StreamId streamId,
        bytes32 domainSeparator
    ) internal pure returns (bytes32 receiptHash) {
        receiptHash = _requireReceipt(disclosure.segment, claim, index, streamId, domainSeparator);
        uint256 sequenceNumber = disclosure.segment.sequenceNumber;
        if (index == 0 && claim.previousClaimId == 0) {
            if (disclosure.preceding.length != 0) revert IClaimsTypes.WrongPreceding(sequenceNumber, 0);
        } else {
            Claim memory holder = claim;
            if (index == 0) {
                _requirePreviousClaim(disclosure, claim);
                holder = disclosure.previousClaim[0];
            }
            uint256 expected = index == 0 ? holder.ranges.last() : holder.ranges.preceding(sequenceNumber);
            if (disclosure.preceding.length != 1 || disclosure.preceding[0].sequenceNumber != expected) {
                revert IClaimsTypes.WrongPreceding(sequenceNumber, expected);
            }
            uint256 place = index == 0 ? holder.ranges.count() - 1 : index - 1;
            _requireReceipt(disclosure.preceding[0], holder, place, streamId, domainSeparator);
        }
        _requireQuantisers(disclosure);
    }

    /// @dev Requires that the stream key signed the segment, that the rendition key signed the receipt, and that the
    /// receipt is at `index` in the claim's tree.
    function _requireReceipt(
        ReceiptProof memory proof,
        Claim memory claim,
        uint256 index,
        StreamId streamId,
        bytes32 domainSeparator
    ) private pure returns (bytes32 receiptHash) {
        receiptHash = _requireSignatures(proof, claim, streamId, domainSeparator);
        Node memory root = Node(claim.merkleRoot, claim.durationMs);
        bool holds = proof.durationMs <= MerkleTree.MAX_DURATION_MS
            && MerkleTree.verify(root, claim.ranges.count(), index, receiptHash, proof.durationMs, proof.siblings);
        if (!holds) revert IClaimsTypes.NotInTree(proof.sequenceNumber);
    }

    function _requireSignatures(
        ReceiptProof memory proof,
        Claim memory claim,
        StreamId streamId,
        bytes32 domainSeparator
    ) private pure returns (bytes32 receiptHash) {
        Segment memory segment = Segment(
            streamId, proof.sequenceNumber, proof.startTimeMs, proof.durationMs, proof.dataHash
        );
        requireSigner(streamId.origin(), segment.recover(domainSeparator, proof.broadcasterSignature));
        TranscodeReceipt memory receipt = TranscodeReceipt({
            jobId: claim.jobId,
            streamId: streamId,
            sequenceNumber: proof.sequenceNumber,
            dataHash: proof.dataHash,
            transcodedDataHash: transcodedDataHashOf(proof.outputs),
            broadcasterSignature: proof.broadcasterSignature
        });
        receiptHash = receipt.hash(domainSeparator);
        requireSigner(claim.renditionKey, signerOf(receiptHash, proof.receiptSignature));
    }

    function _requireQuantisers(Disclosure memory disclosure) private pure {
        uint256 count = disclosure.options.renditions.length;
        _requireOutputCount(disclosure.segment, count);
        if (disclosure.preceding.length == 1) _requireOutputCount(disclosure.preceding[0], count);
        for (uint256 i; i < count; ++i) {
            uint256 qp = disclosure.segment.outputs[i].qp;
            uint256 expectedQp = _expectedQp(disclosure, i);
            if (qp != expectedQp) revert IClaimsTypes.WrongQp(disclosure.segment.sequenceNumber, i, qp, expectedQp);
        }
    }

    function _expectedQp(Disclosure memory disclosure, uint256 i) private pure returns (uint256) {
        if (disclosure.preceding.length == 0) return QuantiserRule.qp0(disclosure.options, i);
        ReceiptProof memory preceding = disclosure.preceding[0];
        uint256 bitrate = disclosure.options.renditions[i].bitrate;
        uint256 target = QuantiserRule.targetBits(bitrate, preceding.durationMs);
        return QuantiserRule.nextQp(preceding.outputs[i].qp, preceding.outputs[i].bits, target);
    }

    function _requireOutputCount(ReceiptProof memory proof, uint256 expected) private pure {
        uint256 count = proof.outputs.length;
        if (count != expected) revert IClaimsTypes.WrongOutputCount(count, expected);
    }

    function _requirePreviousClaim(Disclosure memory disclosure, Claim memory claim) private pure {
        bytes32 actual = disclosure.previousClaim.length == 1 ? disclosure.previousClaim[0].id() : bytes32(0);
        if (actual != claim.previousClaimId) revert IClaimsTypes.WrongPreviousClaim(claim.previousClaimId, actual);
    }

    /// @dev A malformed signature recovers to the zero address, which must not pass as an expected signer.
    function requireSigner(address expected, address signer) internal pure {
        if (signer != expected || signer == address(0)) revert IClaimsTypes.WrongSigner(expected, signer);
    }
}
