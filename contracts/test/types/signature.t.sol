// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {signerOf} from "../../src/types/signature.sol";
import {Test} from "../Test.sol";

contract SignatureTest is Test {
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function test_fuzz_signerOf_recoversSigner(uint256 key, bytes32 digest) public pure {
        key = _bound(key, 1, ORDER - 1);
        vm.assertEq(signerOf(digest, _sign(key, digest)), vm.addr(key));
    }

    function test_fuzz_signerOf_withHighS_returnsZero(uint256 key, bytes32 digest) public pure {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_bound(key, 1, ORDER - 1), digest);
        bytes memory twin = abi.encodePacked(r, bytes32(ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        vm.assertEq(signerOf(digest, twin), address(0));
    }

    function test_fuzz_signerOf_withOtherLength_returnsZero(bytes memory signature, bytes32 digest) public pure {
        vm.assume(signature.length != 65);
        vm.assertEq(signerOf(digest, signature), address(0));
    }

    function test_fuzz_signerOf_neverReverts(bytes32 r, bytes32 s, uint8 v, bytes32 digest) public pure {
        signerOf(digest, abi.encodePacked(r, s, v));
    }
}
