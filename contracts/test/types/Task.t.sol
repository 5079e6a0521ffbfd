// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Input, Task} from "../../src/types/Task.sol";
import {Vectors} from "../Vectors.sol";

contract TaskTest is Vectors {
    function setUp() public {
        _loadVectors("Task");
    }

    function test_firstState_matchesVectors() public view {
        vm.assertGe(_count("tasks"), 6, "the vectors have few tasks");
        for (uint256 i; i < _count("tasks"); ++i) {
            Task memory task;
            task.program = vm.parseJsonBytes32(json, _path("tasks", i, "program"));
            bytes32[] memory roots = vm.parseJsonBytes32Array(json, _path("tasks", i, "roots"));
            uint256[] memory lengths = vm.parseJsonUintArray(json, _path("tasks", i, "lengths"));
            for (uint256 k; k < 2; ++k) {
                task.inputs[k] = Input(roots[k], uint64(lengths[k]));
            }
            task.options = vm.parseJsonBytes32Array(json, _path("tasks", i, "options"));
            vm.assertEq(this.firstStateOf(task), vm.parseJsonBytes32(json, _path("tasks", i, "first")));
        }
    }

    function firstStateOf(Task calldata task) external pure returns (bytes32) {
        return task.firstState();
    }
}
