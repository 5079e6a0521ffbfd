// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Binary keccak Merkle tree over a payload in 32-byte leaves. Zeros pad the tree to a power of two. For a
/// payload of 4 KiB, the root is the root of a Swarm BMT chunk. An empty payload has one zero leaf.
/// @dev Leaves are not hashed. An inner node cannot pass as a leaf, because the data hash contains the payload's
/// length, and the length determines the depth.
library PayloadTree {
    /// @notice `keccak256(uint64 length ‖ root)`, which identifies a payload.
    function dataHash(bytes memory data) internal pure returns (bytes32) {
        uint256 count = _leafCount(data.length);
        bytes32[] memory nodes = new bytes32[](1 << _depthOf(data.length));
        for (uint256 i; i < count; ++i) {
            nodes[i] = _leafAt(data, i);
        }
        for (uint256 width = nodes.length / 2; width > 0; width /= 2) {
            for (uint256 i; i < width; ++i) {
                nodes[i] = keccak256(abi.encodePacked(nodes[2 * i], nodes[2 * i + 1]));
            }
        }
        return _withLength(data.length, nodes[0]);
    }

    /// @notice Whether `leaf` is leaf number `index` of the payload with `length` bytes and hash `dataHash_`.
    /// @param proof Sibling nodes from the leaf up to the root.
    function verify(bytes32 dataHash_, uint256 length, uint256 index, bytes32 leaf, bytes32[] memory proof)
        internal
        pure
        returns (bool)
    {
        if (length > type(uint64).max || index >= _leafCount(length) || proof.length != _depthOf(length)) {
            return false;
        }
        bytes32 node = leaf;
        for (uint256 i; i < proof.length; ++i) {
            bool right = (index >> i) & 1 == 1;
            node = keccak256(right ? abi.encodePacked(proof[i], node) : abi.encodePacked(node, proof[i]));
        }
        return _withLength(length, node) == dataHash_;
    }

    function _withLength(uint256 length, bytes32 root) private pure returns (bytes32) {
        // forge-lint: disable-next-line(unsafe-typecast)
        return keccak256(abi.encodePacked(uint64(length), root));
    }

    /// @dev Number of leaves with data; at least one.
    function _leafCount(uint256 length) private pure returns (uint256) {
        return length == 0 ? 1 : (length - 1) / 32 + 1;
    }

    function _depthOf(uint256 length) private pure returns (uint256 depth) {
        for (uint256 count = _leafCount(length); (1 << depth) < count;) {
            ++depth;
        }
    }

    /// @dev Sets the bytes after the end of `data` to zero, because the memory after `data` can have other content.
    function _leafAt(bytes memory data, uint256 index) private pure returns (bytes32 leaf) {
        uint256 offset = index * 32;
        if (offset >= data.length) return 0;
        uint256 left = data.length - offset;
        assembly ("memory-safe") {
            leaf := mload(add(add(data, 32), offset))
        }
        if (left < 32) leaf &= ~bytes32(type(uint256).max >> (8 * left));
    }
}
