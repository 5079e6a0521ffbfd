// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";
import {Node} from "../types/Disclosure.sol";

/// @notice The Merkle tree of a claim's receipts. Every node also contains the duration of the segments below the node.
/// Empty leaves pad the tree to a power of two. In a pair, the node with the lower index comes first.
/// @dev The duration of a node is at most MAX_DURATION_MS for each segment below the node, and zero for padding. So the
/// root's duration exceeds the true duration by at most MAX_DURATION_MS for each leaf that the transcoder cannot prove.
/// Therefore a transcoder gains at most as much by a false duration as by claiming segments that it did not transcode,
/// and the risk of a slash is at least the same.
library MerkleTree {
    uint256 internal constant MAX_DURATION_MS = 6_000;

    /// @notice A leaf is hashed twice, because an inner node must not pass as a leaf. A leaf contains its index,
    /// because a receipt must not count twice.
    function leaf(uint256 index, bytes32 receiptHash, uint256 durationMs) internal pure returns (bytes32) {
        return EfficientHashLib.hash(EfficientHashLib.hash(bytes32(index), receiptHash, bytes32(durationMs)));
    }

    /// @notice Whether `receiptHash`, for a segment of `durationMs`, is the receipt at `index` of `count` receipts
    /// under `root`.
    /// @param root Hash of the root, and the duration of all segments.
    /// @param siblings Sibling nodes from the leaf up to the root.
    function verify(
        Node memory root,
        uint256 count,
        uint256 index,
        bytes32 receiptHash,
        uint256 durationMs,
        Node[] memory siblings
    ) internal pure returns (bool) {
        if (index >= count || siblings.length != Math.log2(count, Math.Rounding.Ceil)) return false;
        bytes32 node = leaf(index, receiptHash, durationMs);
        for (uint256 level; level < siblings.length; ++level) {
            Node memory sibling = siblings[level];
            uint256 place = index >> level;
            // No product and no sum can overflow: a claim has at most 2,048 receipts, so a path has at most 11 levels.
            unchecked {
                if (sibling.durationMs > MAX_DURATION_MS * _leavesBelow(place ^ 1, level, count)) return false;
                node = place & 1 == 1
                    ? parent(sibling.hash, sibling.durationMs, node, durationMs)
                    : parent(node, durationMs, sibling.hash, sibling.durationMs);
                durationMs += sibling.durationMs;
            }
        }
        return node == root.hash && durationMs == root.durationMs;
    }

    function parent(bytes32 left, uint256 leftMs, bytes32 right, uint256 rightMs) internal pure returns (bytes32) {
        return EfficientHashLib.hash(left, bytes32(leftMs), right, bytes32(rightMs));
    }

    /// @dev Number of receipts, without padding, below the node at `place` in `level`.
    function _leavesBelow(uint256 place, uint256 level, uint256 count) private pure returns (uint256) {
        uint256 start = place << level;
        if (start >= count) return 0;
        uint256 width = 1 << level;
        unchecked {
            return count - start < width ? count - start : width;
        }
    }
}
