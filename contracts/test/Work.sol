// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../src/interfaces/IClaimsTypes.sol";
import {IVerifier} from "../src/interfaces/IVerifier.sol";
import {MerkleTree} from "../src/libraries/MerkleTree.sol";
import {QuantiserRule} from "../src/libraries/QuantiserRule.sol";
import {SegmentRanges} from "../src/libraries/SegmentRanges.sol";
import {Acceptance} from "../src/types/Acceptance.sol";
import {Assignment} from "../src/types/Assignment.sol";
import {Claim, Range, requestIdOf} from "../src/types/Claim.sol";
import {Disclosure, Node, ReceiptProof} from "../src/types/Disclosure.sol";
import {Output, transcodedDataHashOf} from "../src/types/Output.sol";
import {Segment} from "../src/types/Segment.sol";
import {TranscodeReceipt} from "../src/types/TranscodeReceipt.sol";
import {Protocol} from "./Protocol.sol";

/// @notice Honest work on a job, claimed and disclosed. A test spoils what it is about.
abstract contract Work is Protocol {
    using SegmentRanges for Range[];

    uint256 internal constant RENDITION_KEY = 0x4E4D;
    string internal constant ANNA = "anna";

    uint256 internal streamKey = STREAM_KEY;

    /// @dev A claim with all that it commits to.
    struct Bundle {
        Claim claim;
        ReceiptProof[] work;
    }

    function range(uint64 first, uint64 last) internal pure returns (Range[] memory ranges) {
        ranges = new Range[](1);
        ranges[0] = Range(first, last);
    }

    /// @dev The first claim of ANNA under her Assignment from 0 on.
    function bundle(bytes32 jobId, Range[] memory ranges) internal view returns (Bundle memory) {
        return bundle(Claim(jobId, signatory(ANNA), vm.addr(RENDITION_KEY), 0, 0, ranges, 0, 0), none());
    }

    function none() internal pure returns (ReceiptProof[] memory) {
        return new ReceiptProof[](0);
    }

    /// @dev The claim that follows `previous`.
    function bundleAfter(Bundle memory previous, Range[] memory ranges) internal view returns (Bundle memory) {
        Claim memory claim = previous.claim;
        ReceiptProof[] memory preceding = new ReceiptProof[](1);
        preceding[0] = previous.work[previous.work.length - 1];
        return bundle(
            Claim(claim.jobId, claim.transcoder, claim.renditionKey, claim.fromSequence, claim.id(), ranges, 0, 0),
            preceding
        );
    }

    /// @dev Fills a claim in with receipts for its ranges.
    function bundle(Claim memory claim, ReceiptProof[] memory preceding) internal view returns (Bundle memory) {
        ReceiptProof[] memory work = new ReceiptProof[](claim.ranges.count());
        uint256 index;
        for (uint256 i; i < claim.ranges.length; ++i) {
            for (uint64 number = claim.ranges[i].first; number <= claim.ranges[i].last; ++number) {
                work[index] = receipt(claim.jobId, number, preceding);
                preceding = new ReceiptProof[](1);
                preceding[0] = work[index++];
            }
        }
        return commit(claim, work);
    }

    /// @dev Signs the receipts, and commits the claim to them as they are.
    function commit(Claim memory claim, ReceiptProof[] memory work) internal view returns (Bundle memory) {
        Node[] memory leaves = new Node[](work.length);
        claim.durationMs = 0;
        for (uint256 i; i < work.length; ++i) {
            leaves[i] = leafOf(claim, work[i], i);
            claim.durationMs += work[i].durationMs;
        }
        Node[][] memory levels = treeOf(leaves);
        claim.merkleRoot = levels[levels.length - 1][0].hash;
        for (uint256 i; i < work.length; ++i) {
            work[i].siblings = new Node[](levels.length - 1);
            for (uint256 level; level < levels.length - 1; ++level) {
                work[i].siblings[level] = levels[level][(i >> level) ^ 1];
            }
        }
        return Bundle(claim, work);
    }

    function receipt(bytes32 jobId, uint64 number, ReceiptProof[] memory preceding)
        internal
        view
        returns (ReceiptProof memory proof)
    {
        proof.sequenceNumber = number;
        proof.startTimeMs = 1_790_000_000_000 + number * 2_000;
        proof.durationMs = 1_900 + uint32(number % 3) * 100;
        proof.dataHash = keccak256(abi.encode("input", number));
        proof.outputs = new Output[](ladder().renditions.length);
        for (uint256 i; i < proof.outputs.length; ++i) {
            uint256 bitrate = ladder().renditions[i].bitrate;
            uint256 qp = QuantiserRule.qp0(ladder(), i);
            if (preceding.length == 1) {
                Output memory output = preceding[0].outputs[i];
                uint256 target = QuantiserRule.targetBits(bitrate, preceding[0].durationMs);
                qp = QuantiserRule.nextQp(output.qp, output.bits, target);
            }
            bytes32 hash = keccak256(abi.encode(jobId, number, i));
            // More than the target, so that the quantisers rise.
            uint32 bits = uint32(2 * bitrate + uint256(hash) % (2 * bitrate));
            proof.outputs[i] = Output(hash, keccak256(abi.encode(hash)), uint8(qp), bits);
        }
        sign(jobId, proof, RENDITION_KEY);
    }

    /// @dev Both signatures, anew.
    function sign(bytes32 jobId, ReceiptProof memory proof, uint256 renditionKey) internal view {
        Segment memory segment =
            Segment(streamId, proof.sequenceNumber, proof.startTimeMs, proof.durationMs, proof.dataHash);
        proof.broadcasterSignature = signed(streamKey, segment.hash(domainSeparator()));
        proof.receiptSignature = signed(renditionKey, receiptHashOf(jobId, proof));
    }

    function receiptHashOf(bytes32 jobId, ReceiptProof memory proof) internal view returns (bytes32) {
        return TranscodeReceipt(
                jobId,
                streamId,
                proof.sequenceNumber,
                proof.dataHash,
                transcodedDataHashOf(proof.outputs),
                proof.broadcasterSignature
            ).hash(domainSeparator());
    }

    function leafOf(Claim memory claim, ReceiptProof memory proof, uint256 index) private view returns (Node memory) {
        bytes32 receiptHash = receiptHashOf(claim.jobId, proof);
        return Node(MerkleTree.leaf(index, receiptHash, proof.durationMs), proof.durationMs);
    }

    function treeOf(Node[] memory leaves) internal pure returns (Node[][] memory levels) {
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

    /// @dev Of the segment at `index`, whose preceding receipt is in the same claim, or is none.
    function disclosureOf(Bundle memory claimed, uint256 index) internal pure returns (Disclosure memory) {
        ReceiptProof[] memory preceding = new ReceiptProof[](index == 0 ? 0 : 1);
        if (index > 0) preceding[0] = claimed.work[index - 1];
        return Disclosure(ladder(), claimed.work[index], preceding, new Claim[](0));
    }

    /// @dev Of the first segment of a claim that goes on from `previous`.
    function disclosureAfter(Bundle memory previous, Bundle memory claimed) internal pure returns (Disclosure memory) {
        ReceiptProof[] memory preceding = new ReceiptProof[](1);
        preceding[0] = previous.work[previous.work.length - 1];
        Claim[] memory previousClaim = new Claim[](1);
        previousClaim[0] = previous.claim;
        return Disclosure(ladder(), claimed.work[0], preceding, previousClaim);
    }

    function acceptance(bytes32 jobId, string memory name, uint64 from) internal view returns (bytes memory) {
        Acceptance memory word = Acceptance(jobId, streamId, vm.addr(RENDITION_KEY), from);
        return signed(keyOf(name), word.hash(domainSeparator()));
    }

    function assignmentTo(bytes32 jobId, string memory name, uint64 from) internal view returns (Assignment memory) {
        return Assignment(jobId, streamId, signatory(name), vm.addr(RENDITION_KEY), from);
    }

    function assignment(bytes32 jobId, string memory name, uint64 from) internal view returns (bytes memory) {
        return signed(streamKey, assignmentTo(jobId, name, from).hash(domainSeparator()));
    }

    /// @dev By the claim's transcoder, who is ANNA, with both signatures.
    function claimWork(Claim memory claim) internal returns (bytes32) {
        bytes memory accepted = acceptance(claim.jobId, ANNA, claim.fromSequence);
        bytes memory assigned = assignment(claim.jobId, ANNA, claim.fromSequence);
        vm.prank(claim.transcoder);
        return claims.claimWork(claim, claim.fromSequence, accepted, assigned);
    }

    /// @dev Takes the next hash as it comes, and decides the lottery.
    function seal(Claim memory claim) internal returns (uint64[] memory) {
        mine(2);
        return claims.sealChallenges(claim);
    }

    function indexOf(Bundle memory claimed, uint256 sequenceNumber) internal pure returns (uint256 index) {
        (, index) = claimed.claim.ranges.indexOf(sequenceNumber);
    }

    function report(bytes32 claimId, uint256 sequenceNumber, IVerifier.Verdict verdict) internal {
        vm.prank(person("verifier"));
        verifier.report(requestIdOf(claimId, sequenceNumber), verdict);
    }

    /// @dev A job under way for a quarter of an hour: the job of the broadcaster with ANNA drawn and recorded.
    function drawnJob() internal returns (bytes32 jobId) {
        join(signatory(ANNA), 1_000 ether, PRICE);
        mine(1);
        jobId = post();
        mine(2);
        jobs.drawCandidates(jobId);
        vm.warp(vm.getBlockTimestamp() + 900);
    }

    function verifyEvery(uint256 rate) internal {
        IClaimsTypes.Parameters memory values = claimParameters();
        values.verificationRate = rate;
        claims.setParameters(values);
    }

    /// @dev An honest claim of segments 0 to `last`, sealed.
    function sealedClaim(bytes32 jobId, uint64 last) internal returns (Bundle memory claimed, uint64[] memory drawn) {
        claimed = bundle(jobId, range(0, last));
        claimWork(claimed.claim);
        drawn = seal(claimed.claim);
    }

    function feesOf(uint256 durationMs) internal pure returns (uint256) {
        return PRICE * ladder().unitsPerSecond() * durationMs / 1_000;
    }
}
