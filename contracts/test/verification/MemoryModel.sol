// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MachineState} from "../../src/types/MachineState.sol";
import {Vectors} from "../Vectors.sol";

/// @notice The memory of a machine with few leaves that are not zero, and the state that has this memory.
abstract contract MemoryModel is Vectors {
    uint256 private constant DEPTH = 24;
    bytes32[25] private zeros;
    mapping(uint256 place => uint256 leaf) private leaves;
    uint256[] private places;
    MachineState internal state;

    function _clear() internal {
        for (uint256 level = 1; level <= DEPTH; ++level) {
            zeros[level] = keccak256(abi.encode(zeros[level - 1], zeros[level - 1]));
        }
        while (places.length > 0) {
            delete leaves[places[places.length - 1]];
            places.pop();
        }
        delete state;
        _store(0, 0);
    }

    /// @dev Stores a word at a multiple of 4. The lowest byte comes first.
    function _store(uint256 at, uint256 word) internal {
        uint256 place = at >> 5;
        bool isNew = true;
        for (uint256 i; i < places.length; ++i) {
            if (places[i] == place) isNew = false;
        }
        if (isNew) places.push(place);
        for (uint256 i; i < 4; ++i) {
            uint256 shift = 248 - 8 * ((at & 31) + i);
            leaves[place] = leaves[place] & ~(uint256(0xff) << shift) | (word >> 8 * i & 0xff) << shift;
        }
        state.memoryRoot = _node(DEPTH, 0);
    }

    function _prove(uint256 at) internal view returns (bytes32[25] memory proof) {
        uint256 place = at >> 5;
        proof[0] = bytes32(leaves[place]);
        for (uint256 level; level < DEPTH; ++level) {
            proof[level + 1] = _node(level, place >> level ^ 1);
        }
    }

    /// @dev A register of `state`. Register 0 is pc.
    function _set(uint256 register, uint256 value) internal {
        uint256 shift = 224 - 32 * (register % 8);
        uint256 word = state.registers[register / 8];
        state.registers[register / 8] = word & ~(uint256(type(uint32).max) << shift) | value << shift;
    }

    function _hash() internal view returns (bytes32) {
        return keccak256(abi.encode(state.memoryRoot, state.registers, uint256(state.status)));
    }

    function _node(uint256 level, uint256 index) private view returns (bytes32) {
        if (level == 0) return bytes32(leaves[index]);
        for (uint256 i; i < places.length; ++i) {
            if (places[i] >> level == index) {
                return keccak256(abi.encode(_node(level - 1, 2 * index), _node(level - 1, 2 * index + 1)));
            }
        }
        return zeros[level];
    }
}
