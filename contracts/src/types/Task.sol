// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {ITask} from "../interfaces/ITask.sol";
import {Tree32} from "../libraries/Tree32.sol";
import {MachineState} from "./MachineState.sol";

/// @notice A program and what it reads. See relay/src/judge/Task.ts.
struct Task {
    /// @dev Root of the lower half of the memory, 2^28 bytes, before the first step. The program starts at address 0.
    bytes32 program;
    Input[3] inputs;
    /// @dev At most 29 words.
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

/// @dev The upper half of the memory has four equal parts: the words (lengths of the inputs, then options), and the three inputs. The depth
/// is the depth of the tree of a part, which has 2^26 bytes.
uint256 constant PART_DEPTH = 21;
uint256 constant MAX_INPUT_BYTES = 2 ** 26;

/// @notice The hash of the machine's state before the first step. All registers and pc are 0.
function firstState(Task calldata task) pure returns (bytes32) {
    bytes32[32] memory words;
    for (uint256 i; i < 3; ++i) {
        words[i] = bytes32(uint256(task.inputs[i].length));
    }
    if (task.options.length > 29) revert ITask.TooManyOptions(task.options.length);
    for (uint256 i; i < task.options.length; ++i) {
        words[3 + i] = task.options[i];
    }
    bytes32[21] memory zeros;
    for (uint256 level = 1; level < PART_DEPTH; ++level) {
        zeros[level] = EfficientHashLib.hash(zeros[level - 1], zeros[level - 1]);
    }
    MachineState memory state;
    state.memoryRoot = EfficientHashLib.hash(
        task.program,
        EfficientHashLib.hash(
            EfficientHashLib.hash(_part(Tree32.rootOf(words), 5, zeros), _input(task.inputs[0], zeros)),
            EfficientHashLib.hash(_input(task.inputs[1], zeros), _input(task.inputs[2], zeros))
        )
    );
    return state.hash();
}

/// @dev The length gives the depth of the payload's tree, which is the leftmost tree of this depth in its part.
function _input(Input calldata input, bytes32[21] memory zeros) pure returns (bytes32) {
    uint256 length = input.length;
    if (length > MAX_INPUT_BYTES) revert ITask.InputTooLong(length);
    return _part(input.root, length <= 32 ? 0 : FixedPointMathLib.log2Up((length + 31) / 32), zeros);
}

/// @dev The root of a part that begins with a tree of this depth, and has zeros behind it.
/// @param zeros For each depth, the root of a tree of zeros.
function _part(bytes32 node, uint256 depth, bytes32[21] memory zeros) pure returns (bytes32) {
    for (uint256 level = depth; level < PART_DEPTH; ++level) {
        node = EfficientHashLib.hash(node, zeros[level]);
    }
    return node;
}
