// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PayloadTree} from "../../src/libraries/PayloadTree.sol";
import {Vectors} from "../Vectors.sol";

contract PayloadTreeTest is Vectors {
    function setUp() public {
        _loadVectors("PayloadTree");
    }

    function test_dataHash_matchesVectors() public view {
        for (uint256 i; i < _count("cases"); ++i) {
            vm.assertEq(PayloadTree.dataHash(_bytesAt(i, "data")), _bytes32At(i, "dataHash"));
        }
    }

    function test_verify_acceptsVectors() public view {
        for (uint256 i; i < _count("cases"); ++i) {
            (uint256 length, uint256 index) = (_uintAt(i, "length"), _uintAt(i, "index"));
            vm.assertTrue(
                PayloadTree.verify(
                    _bytes32At(i, "dataHash"), length, index, _bytes32At(i, "leaf"), _bytes32ArrayAt(i, "proof")
                )
            );
        }
    }

    function test_verify_rejectsInnerNodeAsLeaf() public pure {
        bytes memory payload = new bytes(128);
        bytes32 inner = keccak256(new bytes(64));
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = inner;
        vm.assertFalse(PayloadTree.verify(PayloadTree.dataHash(payload), 128, 0, inner, proof));
    }

    function test_verify_rejectsPaddingAndOverlongLength() public pure {
        bytes32 dataHash = PayloadTree.dataHash(new bytes(65));
        bytes32[] memory proof = new bytes32[](2);
        proof[1] = keccak256(new bytes(64));
        vm.assertTrue(PayloadTree.verify(dataHash, 65, 2, 0, proof));
        vm.assertFalse(PayloadTree.verify(dataHash, 65, 3, 0, proof));
        vm.assertFalse(PayloadTree.verify(dataHash, (1 << 64) + 65, 2, 0, proof));
    }

    function test_fuzz_verify_rejectsOtherLeafIndexOrLength(bytes32 leaf, uint256 index, uint256 length) public view {
        uint256 i = 8;
        (bytes32 dataHash, bytes32[] memory proof) = (_bytes32At(i, "dataHash"), _bytes32ArrayAt(i, "proof"));
        vm.assume(leaf != _bytes32At(i, "leaf"));
        vm.assertFalse(PayloadTree.verify(dataHash, _uintAt(i, "length"), _uintAt(i, "index"), leaf, proof));
        vm.assume(index != _uintAt(i, "index"));
        vm.assertFalse(PayloadTree.verify(dataHash, _uintAt(i, "length"), index, _bytes32At(i, "leaf"), proof));
        vm.assume(length != _uintAt(i, "length"));
        vm.assertFalse(PayloadTree.verify(dataHash, length, _uintAt(i, "index"), _bytes32At(i, "leaf"), proof));
    }

    function test_fuzz_dataHash_bindsEveryByteAndTheLength(bytes memory payload, uint256 at) public pure {
        vm.assume(payload.length > 0);
        bytes32 before = PayloadTree.dataHash(payload);
        vm.assertNotEq(PayloadTree.dataHash(bytes.concat(payload, hex"00")), before);
        at = _bound(at, 0, payload.length - 1);
        payload[at] ^= 0x01;
        vm.assertNotEq(PayloadTree.dataHash(payload), before);
    }
}
