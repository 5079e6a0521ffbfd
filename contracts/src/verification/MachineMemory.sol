// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";
import {IMachine} from "../interfaces/IMachine.sol";

/// @notice The memory of a machine, as a keccak tree of depth 24 whose leaves have 32 bytes. It is the same tree as the tree of a payload.
/// @dev Each function gets a proof: the leaf, then its siblings from the leaf up to the root. An address must be a multiple of the number of
/// bytes at this address, so the bytes are in one leaf. In a leaf, the byte with the lowest address has the highest bits.
library MachineMemory {
    uint256 internal constant SIZE = 2 ** 29;
    uint256 private constant DEPTH = 24;

    /// @notice The bytes at `at`, as a number whose lowest byte comes first. Reverts if the proof does not lead to `root`.
    function read(bytes32[25] calldata proof, bytes32 root, uint256 at, uint256 size) internal pure returns (uint256) {
        if (_rootOf(proof, proof[0], at) != root) revert IMachine.WrongProof(at);
        return _reversed(uint32(uint256(proof[0]) >> _shift(at, size)), size);
    }

    /// @notice The root after the lowest bytes of `value` were written to `at`. Reverts if the proof does not lead to `root`.
    function write(bytes32[25] calldata proof, bytes32 root, uint256 at, uint256 size, uint256 value)
        internal
        pure
        returns (bytes32)
    {
        if (_rootOf(proof, proof[0], at) != root) revert IMachine.WrongProof(at);
        uint256 shift = _shift(at, size);
        uint256 mask = (1 << 8 * size) - 1;
        uint256 leaf = uint256(proof[0]) & ~(mask << shift) | _reversed(value & mask, size) << shift;
        return _rootOf(proof, bytes32(leaf), at);
    }

    /// @dev The root of the tree that has `leaf` at `at`.
    function _rootOf(bytes32[25] calldata proof, bytes32 leaf, uint256 at) private pure returns (bytes32 node) {
        node = leaf;
        uint256 place = at >> 5;
        unchecked {
            for (uint256 level = 1; level <= DEPTH; ++level) {
                node = place & 1 == 0
                    ? EfficientHashLib.hash(node, proof[level])
                    : EfficientHashLib.hash(proof[level], node);
                place >>= 1;
            }
        }
    }

    /// @dev The number of bits after the bytes in their leaf.
    function _shift(uint256 at, uint256 size) private pure returns (uint256) {
        unchecked {
            return 256 - 8 * ((at & 31) + size);
        }
    }

    /// @dev The lowest 1, 2 or 4 bytes of `value` in reverse order. `value` has at most 32 bits.
    function _reversed(uint256 value, uint256 size) private pure returns (uint256) {
        unchecked {
            value = value << 24 & 0xff000000 | value << 8 & 0xff0000 | value >> 8 & 0xff00 | value >> 24;
            return value >> 32 - 8 * size;
        }
    }
}
