// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";

/// @notice What the data hash of a payload commits to. See contracts/protocol/PayloadTree.ts.
struct Payload {
    /// @dev Root of the payload's tree, whose leaves have 32 bytes.
    bytes32 root;
    /// @dev In bytes.
    uint64 length;
}

using {dataHash, hasChunk, verifyChunk} for Payload global;

/// @dev A chunk is a subtree of this depth: 128 leaves.
uint256 constant CHUNK_DEPTH = 7;
uint256 constant CHUNK_BYTES = 4_096;

function dataHash(Payload memory self) pure returns (bytes32) {
    return keccak256(abi.encodePacked(self.length, self.root));
}

function hasChunk(Payload memory self, uint256 index) pure returns (bool) {
    return index * CHUNK_BYTES < self.length;
}

/// @notice Whether the payload, which has a chunk at this index, has these bytes there.
/// @param data The whole chunk. The last chunk ends with the payload.
/// @param siblings From the chunk up to the root, without the siblings that contain only padding. So padding that is not zero never passes.
function verifyChunk(Payload memory self, uint256 index, bytes calldata data, bytes32[] calldata siblings)
    pure
    returns (bool)
{
    uint256 length = self.length;
    if (data.length != FixedPointMathLib.min(CHUNK_BYTES, length - index * CHUNK_BYTES)) return false;
    uint256 depth = length <= 32 ? 0 : FixedPointMathLib.log2Up((length + 31) / 32);
    bytes32 node = _chunkRoot(data, FixedPointMathLib.min(depth, CHUNK_DEPTH));
    uint256 used;
    if (depth > CHUNK_DEPTH) (node, used) = _rootFrom(node, index, depth - CHUNK_DEPTH, length, siblings);
    return node == self.root && used == siblings.length;
}

/// @dev The root above a chunk, and the number of siblings that are not only padding. Returns zero if there are too few siblings.
/// @param levels Number of levels above the chunk.
function _rootFrom(bytes32 node, uint256 index, uint256 levels, uint256 length, bytes32[] calldata siblings)
    pure
    returns (bytes32, uint256 used)
{
    uint256 chunks = (length + CHUNK_BYTES - 1) / CHUNK_BYTES;
    bytes32 zeros = _zeroChunkRoot();
    for (uint256 level; level < levels; ++level) {
        uint256 place = index >> level;
        if (place & 1 == 0 && (place + 1) << level >= chunks) {
            node = EfficientHashLib.hash(node, zeros);
        } else {
            if (used == siblings.length) return (0, 0);
            bytes32 sibling = siblings[used++];
            node = place & 1 == 0 ? EfficientHashLib.hash(node, sibling) : EfficientHashLib.hash(sibling, node);
        }
        zeros = EfficientHashLib.hash(zeros, zeros);
    }
    return (node, used);
}

function _zeroChunkRoot() pure returns (bytes32 zeros) {
    for (uint256 level; level < CHUNK_DEPTH; ++level) {
        zeros = EfficientHashLib.hash(zeros, zeros);
    }
}

/// @dev The root of the tree of this depth that begins with `data`, and has zeros behind it.
function _chunkRoot(bytes calldata data, uint256 depth) pure returns (bytes32 root) {
    bytes memory nodes = new bytes(32 << depth);
    // The two children of a node are beside each other in the memory, so nothing must be copied to hash them.
    assembly ("memory-safe") {
        let start := add(nodes, 0x20)
        calldatacopy(start, data.offset, data.length)
        for { let count := shr(1, shl(depth, 1)) } count { count := shr(1, count) } {
            for { let i := 0 } lt(i, count) { i := add(i, 1) } {
                mstore(add(start, shl(5, i)), keccak256(add(start, shl(6, i)), 0x40))
            }
        }
        root := mload(start)
    }
}
