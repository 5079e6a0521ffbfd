// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Weights of numbered places, with their sums. Each node of the tree has four children, whose sums share a storage
/// word. A change of one weight writes one word per level, and a draw reads one word per level. So the gas of both grows
/// with the logarithm of the number of places.
library SumTree {
    struct Tree {
        /// @dev Four sums of 64 bits per word. The lowest level is level 0: word `w` has the weights of the places `4 * w` to
        /// `4 * w + 3`. On each higher level, word `w` has the sums of the words `4 * w` to `4 * w + 3` of the level below.
        mapping(uint256 levelAndWord => uint256) words;
    }

    uint256 private constant SUM = type(uint64).max;

    /// @notice Sets the weight of a place. The sum of all weights must stay below 2^64.
    /// @param top The level of the root. The tree has 4^(`top` + 1) places.
    function set(Tree storage tree, uint256 top, uint256 place, uint256 weight) internal {
        for (uint256 level; level <= top; ++level) {
            uint256 shift = place % 4 * 64;
            place /= 4;
            uint256 word = tree.words[_key(level, place)];
            uint256 changed = word & ~(SUM << shift) | weight << shift;
            if (changed == word) return;
            tree.words[_key(level, place)] = changed;
            weight = _sumOf(changed);
        }
    }

    /// @notice Adds a level above the root, for four times as many places. Must run before the first use of the new places.
    /// @param top The level of the old root.
    function grow(Tree storage tree, uint256 top) internal {
        tree.words[_key(top + 1, 0)] = total(tree, top);
    }

    function total(Tree storage tree, uint256 top) internal view returns (uint256) {
        return _sumOf(tree.words[_key(top, 0)]);
    }

    /// @notice Draws a place. The chance of each place is proportional to its weight. The total must not be zero. When
    /// an amount of weight is added or removed, the limits between the places move by at most this amount. So a small
    /// change of weight changes the result of few seeds. If the draw used a remainder instead of a product, each change
    /// of weight would give almost every seed a new result.
    function draw(Tree storage tree, uint256 top, bytes32 seed) internal view returns (uint256 place) {
        return find(tree, top, (uint256(seed) >> 64) * total(tree, top) >> 192);
    }

    /// @notice The first place for which the sum of all weights, from place 0 to this place, is above `point`.
    /// @param point Must be below the total.
    function find(Tree storage tree, uint256 top, uint256 point) internal view returns (uint256 place) {
        for (uint256 level = top + 1; level > 0; --level) {
            uint256 word = tree.words[_key(level - 1, place)];
            place *= 4;
            while (point >= word & SUM) {
                point -= word & SUM;
                word >>= 64;
                ++place;
            }
        }
    }

    function _sumOf(uint256 word) private pure returns (uint256) {
        return (word & SUM) + (word >> 64 & SUM) + (word >> 128 & SUM) + (word >> 192);
    }

    function _key(uint256 level, uint256 word) private pure returns (uint256) {
        return level << 128 | word;
    }
}
