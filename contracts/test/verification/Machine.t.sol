// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMachine} from "../../src/interfaces/IMachine.sol";
import {MachineState} from "../../src/types/MachineState.sol";
import {Status} from "../../src/types/Status.sol";
import {Machine} from "../../src/verification/Machine.sol";
import {MemoryModel} from "./MemoryModel.sol";

contract MachineTest is MemoryModel {
    IMachine private machine;

    uint256 private constant PC = 0x1000;
    uint256 private constant A0 = 10;
    uint256 private constant A1 = 11;
    uint256 private constant A2 = 12;
    uint256 private constant MEMORY = 2 ** 29;

    function setUp() public {
        machine = new Machine();
        _loadVectors("Machine");
        _clear();
    }

    /// @dev relay/src/judge/vectors.test.ts says what a row contains.
    function test_step_matchesVectors() public {
        uint256[] memory rows = vm.parseJsonUintArray(json, ".rows");
        uint256 address_ = vm.parseJsonUint(json, ".before.address");
        uint256 rd = vm.parseJsonUint(json, ".before.rd");
        vm.assertEq(vm.parseJsonUint(json, ".before.pc"), PC);
        vm.assertGe(rows.length, 8 * 700, "the vectors have few rows");
        for (uint256 i; i < rows.length; i += 8) {
            delete state;
            _store(PC, rows[i]);
            _store(address_, rows[i + 3]);
            _set(0, PC);
            _set(A0, rows[i + 1]);
            _set(A1, rows[i + 2]);
            _set(A2, rd);
            bytes32 next = _stepOf(uint32(rows[i]));
            _set(0, rows[i + 5]);
            _set(A2, rows[i + 6]);
            _store(address_, rows[i + 7]);
            state.status = Status(rows[i + 4]);
            vm.assertEq(next, _hash(), vm.toString(i / 8));
        }
    }

    function test_step_withProofs_matchesVectors() public view {
        for (uint256 i; i < _count("steps"); ++i) {
            MachineState memory before;
            before.memoryRoot = vm.parseJsonBytes32(json, _path("steps", i, "memoryRoot"));
            bytes32[] memory registers = vm.parseJsonBytes32Array(json, _path("steps", i, "registers"));
            for (uint256 k; k < 4; ++k) {
                before.registers[k] = uint256(registers[k]);
            }
            before.status = Status(vm.parseJsonUint(json, _path("steps", i, "status")));
            bytes32 next = machine.step(before, _proofAt(i, "fetched"), _proofAt(i, "accessed"));
            vm.assertEq(next, vm.parseJsonBytes32(json, _path("steps", i, "next")));
        }
    }

    function test_step_ofHaltedMachine_changesNothing() public {
        for (uint256 status = 1; status <= uint256(type(Status).max); ++status) {
            state.status = Status(status);
            vm.assertEq(_stepWithoutProof(), _hash());
        }
    }

    function test_step_atMisalignedPc_halts() public {
        for (uint256 pc = 1; pc <= 3; ++pc) {
            _set(0, pc);
            bytes32 next = _stepWithoutProof();
            state.status = Status.Misaligned;
            vm.assertEq(next, _hash());
            state.status = Status.Running;
        }
    }

    function test_step_atPcBeyondMemory_halts() public {
        uint256[2] memory pcs = [MEMORY, 0xfffffffc];
        for (uint256 i; i < pcs.length; ++i) {
            _set(0, pcs[i]);
            bytes32 next = _stepWithoutProof();
            state.status = Status.OutsideMemory;
            vm.assertEq(next, _hash());
            state.status = Status.Running;
        }
    }

    function test_step_atLastWord_goesOnBehindMemory() public {
        _set(0, MEMORY - 4);
        _store(MEMORY - 4, _addi(A2, 0, 5));
        bytes32 next = _step(0);
        _set(0, MEMORY);
        _set(A2, 5);
        vm.assertEq(next, _hash());
    }

    /// @dev The leaf of the instruction is also the leaf that it changes: sw a1, 4(a0), at a0.
    function test_step_storeIntoLeafOfInstruction_keepsInstruction() public {
        uint256 word = _sw(A0, A1, 4);
        _store(PC, word);
        _store(PC + 8, 0x11223344);
        _set(0, PC);
        _set(A0, PC);
        _set(A1, 0xcafef00d);
        bytes32 next = _step(PC + 4);
        _store(PC + 4, 0xcafef00d);
        _set(0, PC + 4);
        vm.assertEq(next, _hash());
    }

    /// @dev An instruction can replace itself. The next step executes the new instruction.
    function test_step_storeOverInstruction_replacesIt() public {
        _store(PC, _sw(A0, A1, 0));
        _set(0, PC);
        _set(A0, PC);
        _set(A1, _addi(A2, 0, 7));
        bytes32 next = _step(PC);
        _store(PC, _addi(A2, 0, 7));
        _set(0, PC + 4);
        vm.assertEq(next, _hash());
    }

    /// @dev Any word as an instruction, any registers, and memory with any content at the address that the instruction accesses.
    function test_fuzz_step_withProofs_neverReverts(uint32 word, uint32 a, uint32 b, uint32 datum) public {
        word = word & 0xfff07fff | uint32(A0) << 15;
        _store(PC, word);
        _set(0, PC);
        _set(A0, a);
        _set(word >> 20 & 31 == 0 ? A1 : word >> 20 & 31, b);
        uint256 at = _accessed(word) & ~uint256(3);
        if (at < MEMORY && at != PC) _store(at, datum);
        vm.assertNotEq(_stepOf(word), bytes32(0));
    }

    function test_fuzz_step_withWrongProofOfInstruction_reverts(uint8 node, bytes32 other) public {
        _store(PC, _addi(A2, 0, 5));
        _set(0, PC);
        bytes32[25] memory proof = _prove(PC);
        node = uint8(_bound(node, 0, 24));
        vm.assume(proof[node] != other);
        proof[node] = other;
        vm.expectRevert(abi.encodeWithSelector(IMachine.WrongProof.selector, PC));
        machine.step(state, proof, proof);
    }

    function test_fuzz_step_withWrongProofOfDatum_reverts(bool isLoad, uint8 node, bytes32 other) public {
        uint256 at = 0x2000;
        _store(PC, isLoad ? _lw(A2, A0, 4) : _sw(A0, A1, 4));
        _store(at, 0x11223344);
        _set(0, PC);
        _set(A0, at);
        bytes32[25] memory proof = _prove(at);
        node = uint8(_bound(node, 0, 24));
        vm.assume(proof[node] != other);
        proof[node] = other;
        vm.expectRevert(abi.encodeWithSelector(IMachine.WrongProof.selector, at + 4));
        machine.step(state, _prove(PC), proof);
    }

    function test_step_withProofOfAnotherLeaf_reverts() public {
        _store(PC, _lw(A2, A0, 0));
        _set(0, PC);
        _set(A0, 0x2000);
        vm.expectRevert(abi.encodeWithSelector(IMachine.WrongProof.selector, 0x2000));
        machine.step(state, _prove(PC), _prove(PC));
    }

    /// @dev Proves the datum that the instruction `word` accesses.
    function _stepOf(uint32 word) private view returns (bytes32) {
        uint256 at = _accessed(word);
        return _step(at < MEMORY ? at : 0);
    }

    function _step(uint256 accessed) private view returns (bytes32) {
        uint256 pc = state.registers[0] >> 224;
        return machine.step(state, _prove(pc), _prove(accessed));
    }

    function _stepWithoutProof() private view returns (bytes32) {
        bytes32[25] memory nothing;
        return machine.step(state, nothing, nothing);
    }

    /// @dev The address that a load or store accesses, if its register is a0.
    function _accessed(uint32 word) private view returns (uint256) {
        int256 offset = word & 0x7f == 0x23
            ? int256(int32(word) >> 25) * 32 + int256(uint256(word >> 7 & 31))
            : int256(int32(word) >> 20);
        uint256 base = uint32(state.registers[A0 / 8] >> 224 - 32 * (A0 % 8));
        return uint32(uint256(int256(base) + offset));
    }

    function _proofAt(uint256 i, string memory field) private view returns (bytes32[25] memory proof) {
        bytes32[] memory nodes = vm.parseJsonBytes32Array(json, _path("steps", i, field));
        vm.assertEq(nodes.length, 25);
        for (uint256 k; k < 25; ++k) {
            proof[k] = nodes[k];
        }
    }

    function _addi(uint256 rd, uint256 rs1, uint256 immediate) private pure returns (uint32) {
        return uint32(immediate << 20 | rs1 << 15 | rd << 7 | 0x13);
    }

    function _lw(uint256 rd, uint256 rs1, uint256 immediate) private pure returns (uint32) {
        return uint32(immediate << 20 | rs1 << 15 | 2 << 12 | rd << 7 | 0x03);
    }

    /// @dev `immediate` is below 32.
    function _sw(uint256 rs1, uint256 rs2, uint256 immediate) private pure returns (uint32) {
        return uint32(rs2 << 20 | rs1 << 15 | 2 << 12 | immediate << 7 | 0x23);
    }
}
