import type { Mutant } from './Mutant'

/** Faults in the step of the machine. */
export const machineMutants: readonly Mutant[] = [
  {
    name: 'a halted machine goes on',
    file: 'verification/Machine.sol',
    text: 'if (machine.status == Status.Running) machine.status',
    replacement: 'machine.status',
  },
  {
    name: 'the last word of the memory is not executed',
    file: 'verification/Machine.sol',
    text: 'if (pc >= MachineMemory.SIZE)',
    replacement: 'if (pc >= MachineMemory.SIZE - 4)',
  },
  {
    name: 'jalr keeps the lowest bit of its target',
    file: 'verification/Machine.sol',
    text: ' & ~uint256(1)',
    replacement: '',
  },
  {
    name: 'a load of a signed byte does not extend the sign',
    file: 'verification/Machine.sol',
    text: 'int256(int8(uint8(value)))',
    replacement: 'int256(uint256(uint8(value)))',
  },
  {
    name: 'a store does not check its proof',
    file: 'verification/MachineMemory.sol',
    text: 'revert IMachine.WrongProof(at);\n        uint256 shift',
    replacement: '{}\n        uint256 shift',
  },
  {
    name: 'a store writes too many bytes',
    file: 'verification/MachineMemory.sol',
    text: '(1 << 8 * size) - 1',
    replacement: 'size * 0 + type(uint32).max',
  },
  {
    name: 'x0 can be set',
    file: 'types/MachineState.sol',
    text: 'if (index != 0) _set',
    replacement: '_set',
  },
  {
    name: 'a division by zero gives zero',
    file: 'verification/Arithmetic.sol',
    text: 'isRemainder ? a : type(uint256).max',
    replacement: 'isRemainder ? a : 0',
  },
  {
    name: 'mulhsu takes its second operand as signed',
    file: 'verification/Arithmetic.sol',
    text: '_signed(a) * int256(b)',
    replacement: '_signed(a) * _signed(b) + 0',
  },
]
