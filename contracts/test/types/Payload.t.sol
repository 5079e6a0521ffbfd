// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Payload} from "../../src/types/Payload.sol";
import {Vectors} from "../Vectors.sol";
import {PayloadModel} from "../verification/PayloadModel.sol";

contract PayloadTest is PayloadModel, Vectors {
    function test_payloads_matchVectors() public {
        _loadVectors("PayloadTree");
        for (uint256 i; i < _count("cases"); ++i) {
            Payload memory payload = Payload(_bytes32At(i, "root"), uint64(_uintAt(i, "length")));
            vm.assertEq(payload.dataHash(), _bytes32At(i, "dataHash"));
            bytes memory data = _bytesAt(i, "data");
            for (uint256 chunk; payload.hasChunk(chunk); ++chunk) {
                vm.assertTrue(this.verifyChunk(payload, chunk, _chunkOf(data, chunk), _siblingsOf(data, chunk)));
            }
        }
    }

    /// forge-config: default.fuzz.runs = 32
    /// forge-config: long.fuzz.runs = 200
    function test_fuzz_verifyChunk_acceptsEachChunkOfEachPayload(uint256 length, uint256 seed) public view {
        length = _bound(length, 1, 20_000);
        bytes memory data = _bytes(length, seed % 1_000);
        uint256 index = seed % ((length + 4_095) / 4_096);
        Payload memory payload = _payloadOf(data);
        vm.assertTrue(payload.hasChunk(index));
        vm.assertTrue(this.verifyChunk(payload, index, _chunkOf(data, index), _siblingsOf(data, index)));
    }

    /// forge-config: default.fuzz.runs = 32
    /// forge-config: long.fuzz.runs = 200
    function test_fuzz_verifyChunk_rejectsAnotherByte(uint256 length, uint256 seed) public view {
        length = _bound(length, 1, 20_000);
        bytes memory data = _bytes(length, seed % 1_000);
        uint256 index = seed % ((length + 4_095) / 4_096);
        Payload memory payload = _payloadOf(data);
        bytes32[] memory siblings = _siblingsOf(data, index);
        bytes memory chunk = _chunkOf(data, index);
        chunk[seed % chunk.length] ^= 0x01;
        vm.assertFalse(this.verifyChunk(payload, index, chunk, siblings));
    }

    function test_verifyChunk_withWrongLength_fails() public view {
        bytes memory data = _bytes(5_000, 0);
        Payload memory payload = _payloadOf(data);
        bytes32[] memory siblings = _siblingsOf(data, 1);
        bytes memory chunk = _chunkOf(data, 1);
        vm.assertTrue(this.verifyChunk(payload, 1, chunk, siblings));
        vm.assertFalse(this.verifyChunk(payload, 1, abi.encodePacked(chunk, hex"00"), siblings));
        vm.assertFalse(this.verifyChunk(payload, 1, _bytes(903, 1), siblings));
    }

    function test_verifyChunk_withWrongSiblingCount_fails() public view {
        bytes memory data = _bytes(5_000, 0);
        Payload memory payload = _payloadOf(data);
        bytes memory chunk = _chunkOf(data, 0);
        vm.assertTrue(this.verifyChunk(payload, 0, chunk, _siblingsOf(data, 0)));
        vm.assertFalse(this.verifyChunk(payload, 0, chunk, new bytes32[](0)));
        bytes32[] memory more = new bytes32[](2);
        more[0] = _siblingsOf(data, 0)[0];
        vm.assertFalse(this.verifyChunk(payload, 0, chunk, more));
    }

    /// @dev The tree has something behind the end of the payload. So nobody could publish the last chunk.
    function test_verifyChunk_withPaddingThatIsNotZero_fails() public view {
        bytes memory whole = _bytes(3 * 4_096 + 1, 0);
        bytes32[][] memory levels = _treeOf(whole);
        // 9,000 bytes have three chunks. The fourth chunk should be padding.
        Payload memory payload = Payload(levels[levels.length - 1][0], 9_000);
        bytes memory chunk = new bytes(9_000 - 8_192);
        vm.assertFalse(this.verifyChunk(payload, 2, chunk, _siblingsOf(whole, 2)));
    }

    function test_hasChunk_ofEmptyPayload_isFalse() public pure {
        vm.assertFalse(Payload(0, 0).hasChunk(0));
        vm.assertTrue(Payload(0, 4_096).hasChunk(0));
        vm.assertFalse(Payload(0, 4_096).hasChunk(1));
    }

    function verifyChunk(Payload memory payload, uint256 index, bytes calldata data, bytes32[] calldata siblings)
        external
        pure
        returns (bool)
    {
        return payload.verifyChunk(index, data, siblings);
    }
}
