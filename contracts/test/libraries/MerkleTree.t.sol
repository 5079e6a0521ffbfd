// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../src/libraries/MerkleTree.sol";
import {Vectors} from "../Vectors.sol";

contract MerkleTreeTest is Vectors {
    function setUp() public {
        open("MerkleTree");
    }

    function test_verify_acceptsVectors() public view {
        for (uint256 i; i < count("cases"); ++i) {
            vm.assertTrue(MerkleTree.verify(word(i, "root"), number(i, "index"), receipt(i), words(i, "siblings")));
        }
    }

    function test_fuzz_verify_rejectsForeignReceipt(bytes32 foreign) public view {
        vm.assume(foreign != receipt(2));
        vm.assertFalse(MerkleTree.verify(word(2, "root"), number(2, "index"), foreign, words(2, "siblings")));
    }

    function test_fuzz_verify_rejectsOtherIndex(uint256 index) public view {
        vm.assume(index != number(2, "index"));
        vm.assertFalse(MerkleTree.verify(word(2, "root"), index, receipt(2), words(2, "siblings")));
    }

    function test_verify_rejectsPadding() public view {
        bytes32[] memory siblings = words(2, "siblings");
        vm.assertEq(siblings[0], 0);
        siblings[0] = MerkleTree.leaf(2, receipt(2));
        vm.assertFalse(MerkleTree.verify(word(2, "root"), 3, 0, siblings));
    }

    function test_fuzz_verify_rejectsShorterOrLongerPath(bytes32[] memory siblings) public view {
        vm.assume(siblings.length != 2);
        vm.assertFalse(MerkleTree.verify(word(2, "root"), number(2, "index"), receipt(2), siblings));
    }

    /// @dev Every vector proves its last receipt.
    function receipt(uint256 i) private view returns (bytes32) {
        bytes32[] memory hashes = words(i, "receiptHashes");
        return hashes[hashes.length - 1];
    }
}
