// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../src/libraries/MerkleTree.sol";
import {Node} from "../../src/types/Disclosure.sol";
import {Vectors} from "../Vectors.sol";

contract MerkleTreeTest is Vectors {
    function setUp() public {
        open("MerkleTree");
    }

    function test_verify_acceptsVectors() public view {
        for (uint256 i; i < count("cases"); ++i) {
            vm.assertTrue(holds(i, number(i, "index"), word(i, "receiptHash"), number(i, "durationMs"), siblings(i)));
        }
    }

    function test_fuzz_verify_rejectsForeignReceipt(bytes32 foreign) public view {
        vm.assume(foreign != word(2, "receiptHash"));
        vm.assertFalse(holds(2, 2, foreign, number(2, "durationMs"), siblings(2)));
    }

    function test_fuzz_verify_rejectsOtherIndex(uint256 index) public view {
        vm.assume(index != number(2, "index"));
        vm.assertFalse(holds(2, index, word(2, "receiptHash"), number(2, "durationMs"), siblings(2)));
    }

    function test_fuzz_verify_rejectsOtherDuration(uint64 durationMs) public view {
        vm.assume(durationMs != number(2, "durationMs"));
        vm.assertFalse(holds(2, 2, word(2, "receiptHash"), durationMs, siblings(2)));
    }

    function test_fuzz_verify_rejectsOtherTotal(uint64 durationMs) public view {
        Node memory root = rootOf(2);
        vm.assume(durationMs != root.durationMs);
        root.durationMs = durationMs;
        vm.assertFalse(MerkleTree.verify(root, 3, 2, word(2, "receiptHash"), number(2, "durationMs"), siblings(2)));
    }

    function test_verify_rejectsPadding() public view {
        Node[] memory path = siblings(2);
        vm.assertEq(path[0].hash, 0);
        uint256 durationMs = number(2, "durationMs");
        path[0] = Node(MerkleTree.leaf(2, word(2, "receiptHash"), durationMs), uint64(durationMs));
        vm.assertFalse(holds(2, 3, 0, 0, path));
    }

    function test_fuzz_verify_rejectsShorterOrLongerPath(Node[] memory path) public view {
        vm.assume(path.length != 2);
        vm.assertFalse(holds(2, 2, word(2, "receiptHash"), number(2, "durationMs"), path));
    }

    /// @dev However a tree is made, a receipt that can be proven leaves at most the longest segment for each other one.
    function test_fuzz_verify_boundsWhatIsNotProven(uint64 padded, uint64 siblingMs, uint64 pairMs) public pure {
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
        // Five receipts: one beside it, two beside these, one and three of padding beside those.
        bool fits = path[0].durationMs <= 6_000 && path[1].durationMs <= 12_000 && path[2].durationMs <= 6_000;
        bool proven = MerkleTree.verify(Node(hash, sum), 5, 0, receiptHash, durationMs, path);
        vm.assertTrue(proven == fits);
        if (proven) vm.assertLe(sum, durationMs + 4 * MerkleTree.MAX_DURATION_MS, "more than the others can have");
    }

    function test_verify_allowsPaddingNoDuration() public pure {
        Node[] memory path = new Node[](2);
        path[0] = Node(0, 1);
        path[1] = Node(keccak256("1"), 4_000);
        bytes32 hash = MerkleTree.leaf(2, 0, 2_000);
        hash = MerkleTree.parent(hash, 2_000, 0, 1);
        hash = MerkleTree.parent(path[1].hash, 4_000, hash, 2_001);
        vm.assertFalse(MerkleTree.verify(Node(hash, 6_001), 3, 2, 0, 2_000, path));
    }

    function holds(uint256 i, uint256 index, bytes32 receiptHash, uint256 durationMs, Node[] memory path)
        private
        view
        returns (bool)
    {
        return MerkleTree.verify(rootOf(i), number(i, "count"), index, receiptHash, durationMs, path);
    }

    /// @dev Every vector proves its last receipt.
    function rootOf(uint256 i) private view returns (Node memory) {
        return Node(word(i, "root.hash"), uint64(number(i, "root.durationMs")));
    }

    function siblings(uint256 i) private view returns (Node[] memory path) {
        bytes32[] memory hashes = words(i, "siblingHashes");
        uint256[] memory durations = numbers(i, "siblingDurationsMs");
        path = new Node[](hashes.length);
        for (uint256 level; level < hashes.length; ++level) {
            path[level] = Node(hashes[level], uint64(durations[level]));
        }
    }
}
