// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";
import {Status} from "./Status.sol";

/// @notice The state of a machine between two steps. See relay/src/judge/State.ts.
struct MachineState {
    /// @dev Root of the memory's keccak tree, whose leaves are the words of 32 bytes.
    bytes32 memoryRoot;
    /// @dev pc, x1, x2, … x31, with 32 bits each. The first is in the highest bits. pc has the place of x0, which is always 0.
    uint256[4] registers;
    Status status;
}

using {hash, result, pc, setPc, x, setX} for MachineState global;

/// @notice The hash that the parties of a dispute compare.
function hash(MachineState memory state) pure returns (bytes32) {
    uint256[4] memory registers = state.registers;
    return EfficientHashLib.hash(
        uint256(state.memoryRoot), registers[0], registers[1], registers[2], registers[3], uint256(state.status)
    );
}

/// @notice What the program gives in this state: the status times 2^32, and, if the program exited, plus a0.
function result(MachineState memory state) pure returns (uint256) {
    return uint256(state.status) << 32 | (state.status == Status.Exited ? state.x(10) : 0);
}

function pc(MachineState memory state) pure returns (uint256) {
    return state.registers[0] >> 224;
}

function setPc(MachineState memory state, uint256 value) pure {
    _set(state, 0, value);
}

function x(MachineState memory state, uint256 index) pure returns (uint256) {
    return index == 0 ? 0 : uint32(state.registers[index >> 3] >> _shift(index));
}

/// @dev Uses the lowest 32 bits of `value`. A value for x0 is ignored.
function setX(MachineState memory state, uint256 index, uint256 value) pure {
    if (index != 0) _set(state, index, value);
}

function _set(MachineState memory state, uint256 place, uint256 value) pure {
    uint256 word = state.registers[place >> 3];
    uint256 shift = _shift(place);
    state.registers[place >> 3] = word & ~(uint256(type(uint32).max) << shift) | uint256(uint32(value)) << shift;
}

function _shift(uint256 place) pure returns (uint256) {
    unchecked {
        return 224 - 32 * (place & 7);
    }
}
