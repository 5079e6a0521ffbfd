// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";

/// @notice A keccak tree with 32 leaves of 32 bytes. The depth is fixed, so an inner node cannot pass as a leaf.
library Tree32 {
    /// @dev Overwrites `nodes`. In assembly, because the two children of a node are beside each other in the memory, so nothing must be copied
    /// to hash them: this saves a tenth of the gas of a dispute.
    function rootOf(bytes32[32] memory nodes) internal pure returns (bytes32 root) {
        assembly ("memory-safe") {
            for { let count := 16 } count { count := shr(1, count) } {
                for { let i := 0 } lt(i, count) { i := add(i, 1) } {
                    mstore(add(nodes, shl(5, i)), keccak256(add(nodes, shl(6, i)), 0x40))
                }
            }
            root := mload(nodes)
        }
    }

    /// @notice The root of the tree that has `leaf` at `index`, which must be below 32.
    /// @param siblings From the leaf up to the root.
    function rootFrom(bytes32 leaf, uint256 index, bytes32[5] calldata siblings) internal pure returns (bytes32 node) {
        node = leaf;
        for (uint256 level; level < 5; ++level) {
            node = index >> level & 1 == 0
                ? EfficientHashLib.hash(node, siblings[level])
                : EfficientHashLib.hash(siblings[level], node);
        }
    }
}
