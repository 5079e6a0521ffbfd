// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Whether a machine runs, and if not, why it halted. A halted machine never changes again.
/// @dev relay/src/judge/Status.ts has the same values.
enum Status {
    Running,
    /// @dev The program executed ECALL. Its result is in the register a0.
    Exited,
    /// @dev The program executed EBREAK.
    Breakpoint,
    UnknownInstruction,
    /// @dev An instruction or a datum is at an address that is not a multiple of its size, or a jump goes to such an address.
    Misaligned,
    /// @dev An instruction or a datum is at an address beyond the memory.
    OutsideMemory
}
