/**
 * Whether a machine runs, and if not, why it halted. A halted machine never changes again. The numbers are in the state hash:
 * contracts/src/types/Status.sol has the same numbers.
 */
export const Status = {
  Running: 0,
  /** The program executed ECALL. Its result is in the register a0. */
  Exited: 1,
  /** The program executed EBREAK. */
  Breakpoint: 2,
  UnknownInstruction: 3,
  /** An instruction or a datum is at an address that is not a multiple of its size, or a jump goes to such an address. */
  Misaligned: 4,
  /** An instruction or a datum is at an address beyond the memory. */
  OutsideMemory: 5,
} as const

export type Status = (typeof Status)[keyof typeof Status]
