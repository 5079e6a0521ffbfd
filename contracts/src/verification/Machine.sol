// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMachine} from "../interfaces/IMachine.sol";
import {MachineState} from "../types/MachineState.sol";
import {Status} from "../types/Status.sol";
import {Arithmetic} from "./Arithmetic.sol";
import {Instruction} from "./Instruction.sol";
import {MachineMemory} from "./MachineMemory.sol";

/// @dev See IMachine. relay/src/judge/Interpreter.ts makes the same steps. A trap changes only the status, so pc stays at the instruction
/// that trapped. Both proofs are proofs of the memory before the step, so they can be proofs of the same leaf.
contract Machine is IMachine {
    using Instruction for uint256;

    /// @inheritdoc IMachine
    function step(MachineState calldata state, bytes32[25] calldata fetched, bytes32[25] calldata accessed)
        external
        pure
        returns (bytes32 next)
    {
        MachineState memory machine = state;
        if (machine.status == Status.Running) machine.status = _execute(machine, fetched, accessed);
        return machine.hash();
    }

    function _execute(MachineState memory machine, bytes32[25] calldata fetched, bytes32[25] calldata accessed)
        private
        pure
        returns (Status)
    {
        uint256 pc = machine.pc();
        if (pc & 3 != 0) return Status.Misaligned;
        if (pc >= MachineMemory.SIZE) return Status.OutsideMemory;
        uint256 word = MachineMemory.read(fetched, machine.memoryRoot, pc, 4);
        uint256 opcode = word.opcode();
        if (opcode == Instruction.LOAD) return _load(machine, word, accessed);
        if (opcode == Instruction.STORE) return _store(machine, word, accessed);
        if (opcode == Instruction.BRANCH) return _branch(machine, word);
        unchecked {
            if (opcode == Instruction.JAL) return _jump(machine, word, pc + word.immediateJ());
            if (opcode == Instruction.JALR && word.funct3() == 0) {
                return _jump(machine, word, machine.x(word.rs1()) + word.immediateI() & ~uint256(1));
            }
        }
        if (word == Instruction.ECALL) return Status.Exited;
        if (word == Instruction.EBREAK) return Status.Breakpoint;
        (bool isKnown, uint256 result) = _compute(machine, word, opcode);
        return isKnown ? _set(machine, word, result) : Status.UnknownInstruction;
    }

    /// @dev The instructions that only set a register.
    function _compute(MachineState memory machine, uint256 word, uint256 opcode)
        private
        pure
        returns (bool isKnown, uint256 result)
    {
        uint256 kind = word.funct3();
        uint256 a = machine.x(word.rs1());
        if (opcode == Instruction.IMMEDIATE) {
            return Arithmetic.ofImmediate(kind, word.funct7(), a, word.immediateI());
        }
        if (opcode == Instruction.REGISTER) {
            return Arithmetic.ofRegisters(kind, word.funct7(), a, machine.x(word.rs2()));
        }
        if (opcode == Instruction.LUI) return (true, word.immediateU());
        unchecked {
            if (opcode == Instruction.AUIPC) return (true, machine.pc() + word.immediateU());
        }
        // The machine has one processor, and fetches each instruction from the memory. So FENCE and FENCE.I have nothing to do. Their
        // result is the register that they would set, as it is.
        if (opcode == Instruction.FENCE) return (kind <= 1, machine.x(word.rd()));
        // The machine has no control and status registers: each of them reads as 0, and ignores what is written to it, because the start
        // code of Debian's C library sets some of them.
        if (opcode == Instruction.SYSTEM) return (kind & 3 != 0, 0);
    }

    function _load(MachineState memory machine, uint256 word, bytes32[25] calldata accessed)
        private
        pure
        returns (Status)
    {
        uint256 kind = word.funct3();
        if (kind == 3 || kind > 5) return Status.UnknownInstruction;
        uint256 size = 1 << (kind & 3);
        (uint256 at, Status fault) = _address(machine, word, word.immediateI(), size);
        if (fault != Status.Running) return fault;
        uint256 value = MachineMemory.read(accessed, machine.memoryRoot, at, size);
        // LB and LH extend the sign.
        if (kind == 0) value = uint256(int256(int8(uint8(value))));
        else if (kind == 1) value = uint256(int256(int16(uint16(value))));
        return _set(machine, word, value);
    }

    function _store(MachineState memory machine, uint256 word, bytes32[25] calldata accessed)
        private
        pure
        returns (Status)
    {
        uint256 kind = word.funct3();
        if (kind > 2) return Status.UnknownInstruction;
        uint256 size = 1 << kind;
        (uint256 at, Status fault) = _address(machine, word, word.immediateS(), size);
        if (fault != Status.Running) return fault;
        machine.memoryRoot = MachineMemory.write(accessed, machine.memoryRoot, at, size, machine.x(word.rs2()));
        return _next(machine);
    }

    /// @dev `fault` is Running if the address is valid.
    function _address(MachineState memory machine, uint256 word, uint256 offset, uint256 size)
        private
        pure
        returns (uint256 at, Status fault)
    {
        unchecked {
            at = uint32(machine.x(word.rs1()) + offset);
            if (at & size - 1 != 0) return (at, Status.Misaligned);
        }
        if (at >= MachineMemory.SIZE) return (at, Status.OutsideMemory);
    }

    function _branch(MachineState memory machine, uint256 word) private pure returns (Status) {
        (bool isKnown, bool isTaken) = Arithmetic.isTaken(word.funct3(), machine.x(word.rs1()), machine.x(word.rs2()));
        if (!isKnown) return Status.UnknownInstruction;
        if (!isTaken) return _next(machine);
        unchecked {
            uint256 target = machine.pc() + word.immediateB();
            if (target & 3 != 0) return Status.Misaligned;
            machine.setPc(target);
        }
        return Status.Running;
    }

    function _jump(MachineState memory machine, uint256 word, uint256 target) private pure returns (Status) {
        if (target & 3 != 0) return Status.Misaligned;
        _set(machine, word, machine.pc() + 4);
        machine.setPc(target);
        return Status.Running;
    }

    function _set(MachineState memory machine, uint256 word, uint256 result) private pure returns (Status) {
        machine.setX(word.rd(), result);
        return _next(machine);
    }

    function _next(MachineState memory machine) private pure returns (Status) {
        machine.setPc(machine.pc() + 4);
        return Status.Running;
    }
}
