// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The tree of a claim over its receipts. Zero-padded to a power of two; pairs are ordered by index.
library MerkleTree {
    /// @notice Double-hashed, so that no inner node passes as a leaf; bound to its index, so that no receipt counts twice.
    function leaf(uint256 index, bytes32 receiptHash) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(index, receiptHash))));
    }

    /// @notice Whether `receiptHash` is the receipt at `index` under `root`.
    /// @param siblings Nodes from the leaf up to the root.
    function verify(bytes32 root, uint256 index, bytes32 receiptHash, bytes32[] memory siblings)
        internal
        pure
        returns (bool)
    {
        // A shift by 256 or more gives zero, so that no path is too long to be compared with its index.
        if (index >> siblings.length != 0) return false;
        bytes32 node = leaf(index, receiptHash);
        for (uint256 i; i < siblings.length; ++i) {
            bool right = (index >> i) & 1 == 1;
            node = keccak256(right ? abi.encodePacked(siblings[i], node) : abi.encodePacked(node, siblings[i]));
        }
        return node == root;
    }
}
