// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MachineState} from "../types/MachineState.sol";

/// @notice Makes one step of a machine that runs RV32IM. The parties of a dispute search for the first step about which they differ, and
/// this contract decides this step. The machine has 2^29 bytes of memory, no system calls, and no control and status registers. See
/// decisions/060.
interface IMachine {
    /// @notice Thrown when a proof does not lead to the memory root of the state. `address_` is the address of the instruction or datum.
    error WrongProof(uint256 address_);

    /// @notice The hash of the state after the step that follows `state`. A trap halts the machine, and never reverts. If the machine is
    /// halted, its state stays the same. Reverts only if a proof that the step needs is wrong.
    /// @param fetched The leaf of the memory tree that contains the instruction, then its 24 siblings, from the leaf up to the root.
    /// @param accessed The same for the leaf that the instruction loads from, or stores to. Ignored if it accesses no datum.
    function step(MachineState calldata state, bytes32[25] calldata fetched, bytes32[25] calldata accessed)
        external
        pure
        returns (bytes32 next);
}
