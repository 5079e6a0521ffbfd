// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Weights of places, in memory. A ticket is a random number below `total`. The urn finds the place that a
/// ticket hits. Eight places form a group. At first, the urn has only an upper bound of the weight of each group. A draw
/// loads the places of a group when a ticket hits the group.
/// @dev Four functions are assembly, because the compiled code of the same statements costs several times as much gas.
library Urn {
    uint256 internal constant PER_GROUP = 8;

    struct Weights {
        /// @dev By place. Zero until the group of the place is loaded.
        uint256[] weights;
        /// @dev By group: the sum of its weights; an upper bound until the group is loaded.
        uint256[] sums;
        /// @dev The sum of `sums`.
        uint256 total;
        /// @dev One bit for each group: whether it is loaded.
        uint256 loaded;
        /// @dev Number of groups, without the last group, which has one place.
        uint256 groups;
    }

    /// @notice An empty urn with `groups` groups of eight places, and a last group with one place.
    function create(uint256 groups) internal pure returns (Weights memory urn) {
        unchecked {
            // The arrays have more items than needed, because `_decode` writes eight items at a time, and `_find` reads
            // four.
            (urn.weights, urn.sums) = (new uint256[](PER_GROUP * (groups + 1)), new uint256[](groups + PER_GROUP));
            (urn.groups, urn.loaded) = (groups, 1 << groups);
        }
    }

    /// @notice Sets the upper bounds of eight groups, from group `8 * index` on.
    /// @param codes Eight codes of StakeLine. Before the call, the groups must have no weight.
    function setBounds(Weights memory urn, uint256 index, uint256 codes) internal pure {
        urn.total += _decode(urn.sums, PER_GROUP * index, codes);
    }

    /// @notice Sets the eight weights of a group, and their sum.
    /// @param codes Eight codes of StakeLine. Before the call, the eight places must have no weight.
    function load(Weights memory urn, uint256 group, uint256 codes) internal pure {
        unchecked {
            setSum(urn, group, _decode(urn.weights, PER_GROUP * group, codes));
            urn.loaded |= 1 << group;
        }
    }

    /// @notice Sets the sum of a group, or its upper bound.
    function setSum(Weights memory urn, uint256 group, uint256 sum) internal pure {
        assembly ("memory-safe") {
            let to := add(add(mload(add(urn, 32)), 32), shl(5, group))
            let total := add(urn, 64)
            mstore(total, add(mload(total), sub(sum, mload(to))))
            mstore(to, sum)
        }
    }

    /// @notice Sets the weight of a place in a loaded group.
    function set(Weights memory urn, uint256 place, uint256 weight) internal pure {
        assembly ("memory-safe") {
            let to := add(add(mload(urn), 32), shl(5, place))
            let change := sub(weight, mload(to))
            mstore(to, weight)
            to := add(add(mload(add(urn, 32)), 32), shl(5, shr(3, place)))
            mstore(to, add(mload(to), change))
            to := add(urn, 64)
            mstore(to, add(mload(to), change))
        }
    }

    function isLoaded(Weights memory urn, uint256 group) internal pure returns (bool) {
        return urn.loaded >> group & 1 == 1;
    }

    /// @notice The group that a ticket hits, and the position of the ticket in the group. The ticket must be below `total`.
    function findGroup(Weights memory urn, uint256 ticket) internal pure returns (uint256 group, uint256 position) {
        return _find(urn.sums, 0, ticket);
    }

    /// @notice The place at a position in a loaded group, and the position inside the weight of this place (`rest`). The
    /// argument `position` must be below the sum of the group.
    function findPlace(Weights memory urn, uint256 group, uint256 position)
        internal
        pure
        returns (uint256 place, uint256 rest)
    {
        unchecked {
            return _find(urn.weights, PER_GROUP * group, position);
        }
    }

    /// @dev The first index for which the sum of the items, from `from` to this index, exceeds `position`.
    function _find(uint256[] memory items, uint256 from, uint256 position)
        private
        pure
        returns (uint256 index, uint256 rest)
    {
        assembly ("memory-safe") {
            let first := add(items, 32)
            let at := add(first, shl(5, from))
            for {} 1 { at := add(at, 128) } {
                let four := add(add(mload(at), mload(add(at, 32))), add(mload(add(at, 64)), mload(add(at, 96))))
                if lt(position, four) { break }
                position := sub(position, four)
            }
            let item := mload(at)
            for {} iszero(lt(position, item)) { item := mload(at) } {
                position := sub(position, item)
                at := add(at, 32)
            }
            index := shr(5, sub(at, first))
            rest := position
        }
    }

    /// @dev Writes the weights of eight codes to the items from `from` on. Returns their sum.
    function _decode(uint256[] memory items, uint256 from, uint256 codes) private pure returns (uint256 sum) {
        assembly ("memory-safe") {
            let to := add(add(items, 32), shl(5, from))
            let weight
            weight := shl(and(shr(2, codes), 63), and(codes, 3))
            mstore(to, weight)
            sum := add(sum, weight)
            weight := shl(and(shr(10, codes), 63), and(shr(8, codes), 3))
            mstore(add(to, 32), weight)
            sum := add(sum, weight)
            weight := shl(and(shr(18, codes), 63), and(shr(16, codes), 3))
            mstore(add(to, 64), weight)
            sum := add(sum, weight)
            weight := shl(and(shr(26, codes), 63), and(shr(24, codes), 3))
            mstore(add(to, 96), weight)
            sum := add(sum, weight)
            weight := shl(and(shr(34, codes), 63), and(shr(32, codes), 3))
            mstore(add(to, 128), weight)
            sum := add(sum, weight)
            weight := shl(and(shr(42, codes), 63), and(shr(40, codes), 3))
            mstore(add(to, 160), weight)
            sum := add(sum, weight)
            weight := shl(and(shr(50, codes), 63), and(shr(48, codes), 3))
            mstore(add(to, 192), weight)
            sum := add(sum, weight)
            weight := shl(and(shr(58, codes), 63), and(shr(56, codes), 3))
            mstore(add(to, 224), weight)
            sum := add(sum, weight)
        }
    }
}
