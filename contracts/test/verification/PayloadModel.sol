// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Payload} from "../../src/types/Payload.sol";
import {Test} from "../Test.sol";

/// @notice Trees of payloads, and proofs of their chunks, as contracts/protocol/PayloadTree.ts builds them.
abstract contract PayloadModel is Test {
    /// @dev Levels from the leaves to the root.
    function _treeOf(bytes memory data) internal pure returns (bytes32[][] memory levels) {
        uint256 depth;
        while (32 << depth < data.length) ++depth;
        levels = new bytes32[][](depth + 1);
        levels[0] = new bytes32[](1 << depth);
        for (uint256 i; i < data.length; ++i) {
            levels[0][i / 32] |= bytes32(uint256(uint8(data[i])) << 248 - 8 * (i % 32));
        }
        for (uint256 level = 1; level <= depth; ++level) {
            levels[level] = new bytes32[](1 << depth - level);
            for (uint256 i; i < levels[level].length; ++i) {
                levels[level][i] = keccak256(abi.encode(levels[level - 1][2 * i], levels[level - 1][2 * i + 1]));
            }
        }
    }

    function _payloadOf(bytes memory data) internal pure returns (Payload memory) {
        bytes32[][] memory levels = _treeOf(data);
        return Payload(levels[levels.length - 1][0], uint64(data.length));
    }

    /// @dev The bytes of a chunk.
    function _chunkOf(bytes memory data, uint256 index) internal pure returns (bytes memory chunk) {
        uint256 end = (index + 1) * 4_096;
        if (end > data.length) end = data.length;
        chunk = new bytes(end - index * 4_096);
        for (uint256 i; i < chunk.length; ++i) {
            chunk[i] = data[index * 4_096 + i];
        }
    }

    /// @dev The siblings of a chunk that contain more than padding.
    function _siblingsOf(bytes memory data, uint256 index) internal pure returns (bytes32[] memory siblings) {
        bytes32[][] memory levels = _treeOf(data);
        uint256 count;
        bytes32[] memory found = new bytes32[](levels.length);
        for (uint256 level = 7; level + 1 < levels.length; ++level) {
            uint256 sibling = index >> (level - 7) ^ 1;
            if (sibling * (32 << level) < data.length) found[count++] = levels[level][sibling];
        }
        siblings = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            siblings[i] = found[i];
        }
    }

    /// @dev Bytes of which none is zero.
    function _bytes(uint256 length, uint256 seed) internal pure returns (bytes memory data) {
        data = new bytes(length);
        for (uint256 i; i < length; ++i) {
            data[i] = bytes1(uint8(1 + (seed + i * 31) % 255));
        }
    }
}
