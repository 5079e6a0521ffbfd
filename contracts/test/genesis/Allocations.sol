// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AllocationTree} from "../../src/libraries/AllocationTree.sol";
import {Protocol} from "../Protocol.sol";

/// @notice Lists of allocations for tests, and their trees.
abstract contract Allocations is Protocol {
    function _accountAt(uint256 index) internal pure returns (address) {
        return address(bytes20(keccak256(abi.encode("allocation", index))));
    }

    /// @dev Each amount is different, and no amount is a round number.
    function _amountAt(uint256 index) internal pure returns (uint256) {
        return 1 ether + 7_919 * index + 1;
    }

    function _sumOf(uint256 count) internal pure returns (uint256 sum) {
        for (uint256 i; i < count; ++i) {
            sum += _amountAt(i);
        }
    }

    /// @dev All levels of the tree, from the leaves to the root.
    function _treeOf(uint256 count) internal pure returns (bytes32[][] memory levels) {
        (uint256 width, uint256 depth) = (1, 0);
        while (width < count) (width, depth) = (2 * width, depth + 1);
        levels = new bytes32[][](depth + 1);
        levels[0] = new bytes32[](width);
        for (uint256 i; i < count; ++i) {
            levels[0][i] = AllocationTree.leaf(i, _accountAt(i), _amountAt(i));
        }
        for (uint256 level = 1; level <= depth; ++level) {
            levels[level] = new bytes32[](width >> level);
            for (uint256 i; i < width >> level; ++i) {
                levels[level][i] = keccak256(abi.encodePacked(levels[level - 1][2 * i], levels[level - 1][2 * i + 1]));
            }
        }
    }

    function _rootOf(bytes32[][] memory levels) internal pure returns (bytes32) {
        return levels[levels.length - 1][0];
    }

    function _siblingsOf(bytes32[][] memory levels, uint256 index) internal pure returns (bytes32[] memory siblings) {
        siblings = new bytes32[](levels.length - 1);
        for (uint256 level; level < siblings.length; ++level) {
            siblings[level] = levels[level][index >> level ^ 1];
        }
    }
}
