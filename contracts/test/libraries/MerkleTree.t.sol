// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../src/libraries/MerkleTree.sol";
import {Node} from "../../src/types/Disclosure.sol";
import {Vectors} from "../Vectors.sol";

contract MerkleTreeTest is Vectors {
    function setUp() public {
        _loadVectors("MerkleTree");
    }

    function test_verify_acceptsVectors() public view {
        for (uint256 i; i < _count("cases"); ++i) {
            vm.assertTrue(
                _verifyCase(
                    i, _uintAt(i, "index"), _bytes32At(i, "receiptHash"), _uintAt(i, "durationMs"), _siblingsOfCase(i)
                )
            );
        }
    }

    function test_fuzz_verify_rejectsForeignReceipt(bytes32 foreign) public view {
        vm.assume(foreign != _bytes32At(2, "receiptHash"));
        vm.assertFalse(_verifyCase(2, 2, foreign, _uintAt(2, "durationMs"), _siblingsOfCase(2)));
    }

    function test_fuzz_verify_rejectsOtherIndex(uint256 index) public view {
        vm.assume(index != _uintAt(2, "index"));
        vm.assertFalse(
            _verifyCase(2, index, _bytes32At(2, "receiptHash"), _uintAt(2, "durationMs"), _siblingsOfCase(2))
        );
    }

    function test_fuzz_verify_rejectsOtherDuration(uint64 durationMs) public view {
        vm.assume(durationMs != _uintAt(2, "durationMs"));
        vm.assertFalse(_verifyCase(2, 2, _bytes32At(2, "receiptHash"), durationMs, _siblingsOfCase(2)));
    }

    function test_fuzz_verify_rejectsOtherTotalDuration(uint64 durationMs) public view {
        Node memory root = _rootOfCase(2);
        vm.assume(durationMs != root.durationMs);
        root.durationMs = durationMs;
        vm.assertFalse(
            MerkleTree.verify(root, 3, 2, _bytes32At(2, "receiptHash"), _uintAt(2, "durationMs"), _siblingsOfCase(2))
        );
    }

    function test_verify_rejectsPadding() public view {
        Node[] memory path = _siblingsOfCase(2);
        vm.assertEq(path[0].hash, 0);
        uint256 durationMs = _uintAt(2, "durationMs");
        path[0] = Node(MerkleTree.leaf(2, _bytes32At(2, "receiptHash"), durationMs), uint64(durationMs));
        vm.assertFalse(_verifyCase(2, 3, 0, 0, path));
    }

    /// @dev The transcoder builds the tree, so it can put a leaf with a false index into the tree.
    function test_verify_ofIndexAfterLastReceipt_returnsFalse() public pure {
        (uint64 durationMs, bytes32 receiptHash) = (2_000, keccak256("receipt"));
        Node memory root = Node(MerkleTree.leaf(1, receiptHash, durationMs), durationMs);
        vm.assertFalse(MerkleTree.verify(root, 1, 1, receiptHash, durationMs, new Node[](0)));
        root.hash = MerkleTree.leaf(0, receiptHash, durationMs);
        vm.assertTrue(MerkleTree.verify(root, 1, 0, receiptHash, durationMs, new Node[](0)));
    }

    function test_fuzz_verify_rejectsPathOfOtherLength(Node[] memory path) public view {
        vm.assume(path.length != 2);
        vm.assertFalse(_verifyCase(2, 2, _bytes32At(2, "receiptHash"), _uintAt(2, "durationMs"), path));
    }

    /// @dev If one receipt of a tree can be proven, the mean duration of the other leaves is at most the longest
    /// duration of a segment.
    function test_fuzz_verify_boundsDurationOfOtherLeaves(uint64 padded, uint64 siblingMs, uint64 pairMs) public pure {
        (uint64 durationMs, bytes32 receiptHash) = (2_000, keccak256("receipt"));
        Node[] memory path = new Node[](3);
        path[0] = Node(keccak256("0"), siblingMs % 8_000);
        path[1] = Node(keccak256("1"), pairMs % 14_000);
        path[2] = Node(keccak256("2"), padded % 3 == 0 ? 0 : padded % 9_000);
        bytes32 hash = MerkleTree.leaf(0, receiptHash, durationMs);
        uint64 sum = durationMs;
        for (uint256 i; i < 3; ++i) {
            hash = MerkleTree.parent(hash, sum, path[i].hash, path[i].durationMs);
            sum += path[i].durationMs;
        }
        // The tree has five receipts and three leaves of padding. The first sibling has one receipt, the second sibling
        // has two receipts, and the third sibling has one receipt and the padding.
        bool fits = path[0].durationMs <= 6_000 && path[1].durationMs <= 12_000 && path[2].durationMs <= 6_000;
        bool proven = MerkleTree.verify(Node(hash, sum), 5, 0, receiptHash, durationMs, path);
        vm.assertTrue(proven == fits);
        if (proven) {
            vm.assertLe(
                sum,
                durationMs + 4 * MerkleTree.MAX_DURATION_MS,
                "the other leaves have a longer duration than the limit"
            );
        }
    }

    function test_verify_rejectsPaddingWithDuration() public pure {
        Node[] memory path = new Node[](2);
        path[0] = Node(0, 1);
        path[1] = Node(keccak256("1"), 4_000);
        bytes32 hash = MerkleTree.leaf(2, 0, 2_000);
        hash = MerkleTree.parent(hash, 2_000, 0, 1);
        hash = MerkleTree.parent(path[1].hash, 4_000, hash, 2_001);
        vm.assertFalse(MerkleTree.verify(Node(hash, 6_001), 3, 2, 0, 2_000, path));
    }

    function _verifyCase(uint256 i, uint256 index, bytes32 receiptHash, uint256 durationMs, Node[] memory path)
        private
        view
        returns (bool)
    {
        return MerkleTree.verify(_rootOfCase(i), _uintAt(i, "count"), index, receiptHash, durationMs, path);
    }

    /// @dev The root in case `i` of the vectors.
    function _rootOfCase(uint256 i) private view returns (Node memory) {
        return Node(_bytes32At(i, "root.hash"), uint64(_uintAt(i, "root.durationMs")));
    }

    function _siblingsOfCase(uint256 i) private view returns (Node[] memory path) {
        bytes32[] memory hashes = _bytes32ArrayAt(i, "siblingHashes");
        uint256[] memory durations = _uintArrayAt(i, "siblingDurationsMs");
        path = new Node[](hashes.length);
        for (uint256 level; level < hashes.length; ++level) {
            path[level] = Node(hashes[level], uint64(durations[level]));
        }
    }
}
