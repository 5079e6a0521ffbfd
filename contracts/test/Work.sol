// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../src/interfaces/IClaimsTypes.sol";
import {IVerifier} from "../src/interfaces/IVerifier.sol";
import {MerkleTree} from "../src/libraries/MerkleTree.sol";
import {QuantiserRule} from "../src/libraries/QuantiserRule.sol";
import {SegmentRanges} from "../src/libraries/SegmentRanges.sol";
import {Acceptance} from "../src/types/Acceptance.sol";
import {Assignment} from "../src/types/Assignment.sol";
import {Claim, Range} from "../src/types/Claim.sol";
import {Disclosure, Node, ReceiptProof} from "../src/types/Disclosure.sol";
import {Output, transcodedDataHashOf} from "../src/types/Output.sol";
import {Segment} from "../src/types/Segment.sol";
import {TranscodeReceipt} from "../src/types/TranscodeReceipt.sol";
import {Protocol} from "./Protocol.sol";

/// @notice Builds, claims and discloses the work of an honest transcoder. A test changes one part of this work.
abstract contract Work is Protocol {
    using SegmentRanges for Range[];

    uint256 internal constant RENDITION_KEY = 0x4E4D;
    string internal constant ANNA = "anna";

    uint256 internal streamKey = STREAM_KEY;
    uint256 private stateBeforeJob;

    /// @dev A claim, and the receipts of the segments in it.
    struct ClaimWithReceipts {
        Claim claim;
        ReceiptProof[] receipts;
    }

    function _range(uint64 first, uint64 last) internal pure returns (Range[] memory ranges) {
        ranges = new Range[](1);
        ranges[0] = Range(first, last);
    }

    /// @dev Builds the first claim of ANNA under her Assignment from segment 0.
    function _buildClaim(bytes32 jobId, Range[] memory ranges) internal view returns (ClaimWithReceipts memory) {
        return
            _buildClaim(Claim(jobId, _signingAccount(ANNA), vm.addr(RENDITION_KEY), 0, 0, ranges, 0, 0), _noReceipts());
    }

    function _noReceipts() internal pure returns (ReceiptProof[] memory) {
        return new ReceiptProof[](0);
    }

    /// @dev Builds the claim that follows `previous` under the same Assignment.
    function _buildNextClaim(ClaimWithReceipts memory previous, Range[] memory ranges)
        internal
        view
        returns (ClaimWithReceipts memory)
    {
        Claim memory claim = previous.claim;
        ReceiptProof[] memory preceding = new ReceiptProof[](1);
        preceding[0] = previous.receipts[previous.receipts.length - 1];
        return _buildClaim(
            Claim(claim.jobId, claim.transcoder, claim.renditionKey, claim.fromSequence, claim.id(), ranges, 0, 0),
            preceding
        );
    }

    /// @dev Builds the receipts of the segments in a claim's ranges. `preceding` has the receipt before the first
    /// segment. It is empty for the first claim of an Assignment.
    function _buildClaim(Claim memory claim, ReceiptProof[] memory preceding)
        internal
        view
        returns (ClaimWithReceipts memory)
    {
        ReceiptProof[] memory receipts = new ReceiptProof[](claim.ranges.count());
        uint256 index;
        for (uint256 i; i < claim.ranges.length; ++i) {
            for (uint64 number = claim.ranges[i].first; number <= claim.ranges[i].last; ++number) {
                receipts[index] = _buildReceipt(claim.jobId, number, preceding);
                preceding = new ReceiptProof[](1);
                preceding[0] = receipts[index++];
            }
        }
        return _commitToReceipts(claim, receipts);
    }

    /// @dev Sets the Merkle root and the duration of the claim, and the proofs of the receipts.
    function _commitToReceipts(Claim memory claim, ReceiptProof[] memory receipts)
        internal
        view
        returns (ClaimWithReceipts memory)
    {
        Node[] memory leaves = new Node[](receipts.length);
        claim.durationMs = 0;
        for (uint256 i; i < receipts.length; ++i) {
            leaves[i] = _leafOf(claim, receipts[i], i);
            claim.durationMs += receipts[i].durationMs;
        }
        Node[][] memory levels = _buildTree(leaves);
        claim.merkleRoot = levels[levels.length - 1][0].hash;
        for (uint256 i; i < receipts.length; ++i) {
            receipts[i].siblings = new Node[](levels.length - 1);
            for (uint256 level; level < levels.length - 1; ++level) {
                receipts[i].siblings[level] = levels[level][(i >> level) ^ 1];
            }
        }
        return ClaimWithReceipts(claim, receipts);
    }

    function _buildReceipt(bytes32 jobId, uint64 number, ReceiptProof[] memory preceding)
        internal
        view
        returns (ReceiptProof memory proof)
    {
        proof.sequenceNumber = number;
        proof.startTimeMs = 1_790_000_000_000 + number * 2_000;
        proof.durationMs = 1_900 + uint32(number % 3) * 100;
        proof.dataHash = keccak256(abi.encode("input", number));
        proof.outputs = new Output[](_ladder().renditions.length);
        for (uint256 i; i < proof.outputs.length; ++i) {
            uint256 bitrate = _ladder().renditions[i].bitrate;
            uint256 qp = QuantiserRule.qp0(_ladder(), i);
            if (preceding.length == 1) {
                Output memory output = preceding[0].outputs[i];
                uint256 target = QuantiserRule.targetBits(bitrate, preceding[0].durationMs);
                qp = QuantiserRule.nextQp(output.qp, output.bits, target);
            }
            bytes32 hash = keccak256(abi.encode(jobId, number, i));
            // A segment lasts about 2 s, but it has the bits of 2 s to 4 s at the target bitrate. So the QP usually
            // rises from one segment to the next.
            uint32 bits = uint32(2 * bitrate + uint256(hash) % (2 * bitrate));
            proof.outputs[i] = Output(hash, keccak256(abi.encode(hash)), uint8(qp), bits);
        }
        _signReceipt(jobId, proof, RENDITION_KEY);
    }

    /// @dev Signs the segment with the stream key and the receipt with the rendition key.
    function _signReceipt(bytes32 jobId, ReceiptProof memory proof, uint256 renditionKey) internal view {
        Segment memory segment =
            Segment(streamId, proof.sequenceNumber, proof.startTimeMs, proof.durationMs, proof.dataHash);
        proof.broadcasterSignature = _sign(streamKey, segment.hash(_domainSeparator()));
        proof.receiptSignature = _sign(renditionKey, _receiptHashOf(jobId, proof));
    }

    function _receiptHashOf(bytes32 jobId, ReceiptProof memory proof) internal view returns (bytes32) {
        return TranscodeReceipt(
                jobId,
                streamId,
                proof.sequenceNumber,
                proof.dataHash,
                transcodedDataHashOf(proof.outputs),
                proof.broadcasterSignature
            ).hash(_domainSeparator());
    }

    function _leafOf(Claim memory claim, ReceiptProof memory proof, uint256 index) private view returns (Node memory) {
        bytes32 receiptHash = _receiptHashOf(claim.jobId, proof);
        return Node(MerkleTree.leaf(index, receiptHash, proof.durationMs), proof.durationMs);
    }

    function _buildTree(Node[] memory leaves) internal pure returns (Node[][] memory levels) {
        uint256 depth;
        while (1 << depth < leaves.length) ++depth;
        levels = new Node[][](depth + 1);
        levels[0] = new Node[](1 << depth);
        for (uint256 i; i < leaves.length; ++i) {
            levels[0][i] = leaves[i];
        }
        for (uint256 level = 1; level <= depth; ++level) {
            levels[level] = new Node[](1 << (depth - level));
            for (uint256 i; i < levels[level].length; ++i) {
                Node memory left = levels[level - 1][2 * i];
                Node memory right = levels[level - 1][2 * i + 1];
                levels[level][i] = Node(
                    MerkleTree.parent(left.hash, left.durationMs, right.hash, right.durationMs),
                    left.durationMs + right.durationMs
                );
            }
        }
    }

    /// @dev Returns the disclosure of the segment at `index`. If the segment has a preceding receipt, that receipt is
    /// in the same claim.
    function _disclosureOf(ClaimWithReceipts memory claimed, uint256 index) internal pure returns (Disclosure memory) {
        ReceiptProof[] memory preceding = new ReceiptProof[](index == 0 ? 0 : 1);
        if (index > 0) preceding[0] = claimed.receipts[index - 1];
        return Disclosure(_ladder(), claimed.receipts[index], preceding, new Claim[](0));
    }

    /// @dev Returns the disclosure of the first segment of `claimed`, the claim that follows `previous`.
    function _disclosureAfter(ClaimWithReceipts memory previous, ClaimWithReceipts memory claimed)
        internal
        pure
        returns (Disclosure memory)
    {
        ReceiptProof[] memory preceding = new ReceiptProof[](1);
        preceding[0] = previous.receipts[previous.receipts.length - 1];
        Claim[] memory previousClaim = new Claim[](1);
        previousClaim[0] = previous.claim;
        return Disclosure(_ladder(), claimed.receipts[0], preceding, previousClaim);
    }

    function _signAcceptance(bytes32 jobId, string memory name, uint64 from) internal view returns (bytes memory) {
        Acceptance memory message = Acceptance(jobId, streamId, vm.addr(RENDITION_KEY), from);
        return _sign(_keyOf(name), message.hash(_domainSeparator()));
    }

    function _assignmentTo(bytes32 jobId, string memory name, uint64 from) internal view returns (Assignment memory) {
        return Assignment(jobId, streamId, _signingAccount(name), vm.addr(RENDITION_KEY), from);
    }

    function _signAssignment(bytes32 jobId, string memory name, uint64 from) internal view returns (bytes memory) {
        return _sign(streamKey, _assignmentTo(jobId, name, from).hash(_domainSeparator()));
    }

    /// @dev Submits a claim of ANNA with her Acceptance and Assignment.
    function _claimWork(Claim memory claim) internal returns (bytes32) {
        bytes memory acceptance = _signAcceptance(claim.jobId, ANNA, claim.fromSequence);
        bytes memory assignment = _signAssignment(claim.jobId, ANNA, claim.fromSequence);
        vm.prank(claim.transcoder);
        return claims.claimWork(claim, claim.fromSequence, acceptance, assignment);
    }

    /// @dev Seals the lottery of a claim, with the hash of the block after the claim's block.
    function _sealChallenges(Claim memory claim) internal returns (uint64[] memory) {
        _mine(2);
        return claims.sealChallenges(claim);
    }

    function _indexOf(ClaimWithReceipts memory claimed, uint256 sequenceNumber) internal pure returns (uint256 index) {
        (, index) = claimed.claim.ranges.indexOf(sequenceNumber);
    }

    function _reportVerdict(bytes32 claimId, uint256 sequenceNumber, IVerifier.Verdict verdict) internal {
        vm.prank(_account("verifier"));
        verifier.report(claimId, uint64(sequenceNumber), verdict);
    }

    /// @dev Registers ANNA, posts a job, records the draw of its candidates, and lets 15 minutes pass.
    function _postDrawnJob() internal returns (bytes32 jobId) {
        stateBeforeJob = vm.snapshotState();
        _registerTranscoder(_signingAccount(ANNA), 1_000 ether, PRICE);
        _mine(1);
        jobId = _postJob();
        _mine(2);
        jobs.drawCandidates(jobId);
        vm.warp(vm.getBlockTimestamp() + 900);
    }

    /// @dev Undoes the last call of `_postDrawnJob` and everything after it, and posts the job with another verification rate.
    /// This rate applies to all claims of the job, because a claim keeps the terms of its job.
    function _postDrawnJobAgain(uint256 rate) internal returns (bytes32) {
        vm.revertToState(stateBeforeJob);
        _setVerificationRate(rate);
        return _postDrawnJob();
    }

    function _setVerificationRate(uint256 rate) internal {
        IClaimsTypes.Parameters memory values = _claimsParameters();
        values.verificationRate = rate;
        claims.setParameters(values);
    }

    /// @dev Submits and seals an honest claim of segments 0 to `last`.
    function _claimAndSeal(bytes32 jobId, uint64 last)
        internal
        returns (ClaimWithReceipts memory claimed, uint64[] memory drawn)
    {
        claimed = _buildClaim(jobId, _range(0, last));
        _claimWork(claimed.claim);
        drawn = _sealChallenges(claimed.claim);
    }

    function _feesOf(uint256 durationMs) internal pure returns (uint256) {
        return PRICE * _ladder().unitsPerSecond() * durationMs / 1_000;
    }
}
