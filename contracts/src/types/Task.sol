// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {ITask} from "../interfaces/ITask.sol";
import {Tree32} from "../libraries/Tree32.sol";
import {MachineState} from "./MachineState.sol";

/// @notice The question of a dispute: which result does this program give for these inputs and options? See relay/src/judge/Task.ts.
struct Task {
    /// @dev Root of the first part of the memory before the first step. The program starts at address 0.
    bytes32 program;
    Input[2] inputs;
    /// @dev At most 30 words.
    bytes32[] options;
}

/// @notice A payload. Zeros if there is none.
struct Input {
    /// @dev Root of the payload tree.
    bytes32 root;
    /// @dev In bytes.
    uint64 length;
}

using {firstState} for Task global;

/// @dev Before the first step, the memory begins with four parts of 2^24 bytes: the program, the words (lengths of the inputs, then options),
/// and the two inputs. All other bytes are zero. So each part is a tree of the memory. See decisions/064.
uint256 constant PART_DEPTH = 19;
uint256 constant MEMORY_DEPTH = 24;
/// @dev As many as a payload may have. The court must decide about a longer payload without a game.
uint256 constant MAX_INPUT_BYTES = 2 ** 24;

/// @notice The hash of the machine's state before the first step. All registers and pc are 0.
function firstState(Task calldata task) pure returns (bytes32) {
    bytes32[32] memory words;
    for (uint256 i; i < 2; ++i) {
        words[i] = bytes32(uint256(task.inputs[i].length));
    }
    if (task.options.length > 30) revert ITask.TooManyOptions(task.options.length);
    for (uint256 i; i < task.options.length; ++i) {
        words[2 + i] = task.options[i];
    }
    bytes32[24] memory zeros;
    for (uint256 level = 1; level < MEMORY_DEPTH; ++level) {
        zeros[level] = EfficientHashLib.hash(zeros[level - 1], zeros[level - 1]);
    }
    bytes32 parts = EfficientHashLib.hash(
        EfficientHashLib.hash(task.program, _raise(Tree32.rootOf(words), 5, PART_DEPTH, zeros)),
        EfficientHashLib.hash(_input(task.inputs[0], zeros), _input(task.inputs[1], zeros))
    );
    MachineState memory state;
    state.memoryRoot = _raise(parts, PART_DEPTH + 2, MEMORY_DEPTH, zeros);
    return state.hash();
}

/// @dev The length gives the depth of the payload's tree, which is the leftmost tree of this depth in its part.
function _input(Input calldata input, bytes32[24] memory zeros) pure returns (bytes32) {
    uint256 length = input.length;
    if (length > MAX_INPUT_BYTES) revert ITask.InputTooLong(length);
    return _raise(input.root, length <= 32 ? 0 : FixedPointMathLib.log2Up((length + 31) / 32), PART_DEPTH, zeros);
}

/// @dev The root of the tree of depth `to` that begins with the tree of depth `from` with root `node`, and has zeros behind it.
/// @param zeros For each depth, the root of a tree of zeros.
function _raise(bytes32 node, uint256 from, uint256 to, bytes32[24] memory zeros) pure returns (bytes32) {
    for (uint256 level = from; level < to; ++level) {
        node = EfficientHashLib.hash(node, zeros[level]);
    }
    return node;
}
