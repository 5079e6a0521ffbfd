// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";

/// @notice The Merkle tree of the allocations that can be claimed. Empty leaves pad the tree to a power of two. In a pair, the
/// node with the lower index comes first.
library AllocationTree {
    /// @notice A leaf is hashed twice, because an inner node must not pass as a leaf. A leaf contains its index, so one proof
    /// is valid for one index only.
    function leaf(uint256 index, address account, uint256 amount) internal pure returns (bytes32) {
        return EfficientHashLib.hash(
            EfficientHashLib.hash(bytes32(index), bytes32(uint256(uint160(account))), bytes32(amount))
        );
    }

    /// @notice Whether the tree with this `root` and `count` allocations has the allocation at `index`.
    /// @param siblings From the leaf up to the root.
    function verify(
        bytes32 root,
        uint256 count,
        uint256 index,
        address account,
        uint256 amount,
        bytes32[] calldata siblings
    ) internal pure returns (bool) {
        if (index >= count || siblings.length != Math.log2(count, Math.Rounding.Ceil)) return false;
        bytes32 node = leaf(index, account, amount);
        for (uint256 level; level < siblings.length; ++level) {
            node = index >> level & 1 == 0
                ? EfficientHashLib.hash(node, siblings[level])
                : EfficientHashLib.hash(siblings[level], node);
        }
        return node == root;
    }
}
