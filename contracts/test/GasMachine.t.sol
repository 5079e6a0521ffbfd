// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMachine} from "../src/interfaces/IMachine.sol";
import {MachineState} from "../src/types/MachineState.sol";
import {Machine} from "../src/verification/Machine.sol";
import {Test} from "./Test.sol";

/// @notice Measures the gas of the most expensive steps as whole transactions. No byte of the witness is zero, so its calldata costs the
/// most.
/// forge-config: default.isolate = true
contract GasMachineTest is Test {
    IMachine private machine;
    MachineState private state;
    bytes32[25] private fetched;
    bytes32[25] private accessed;

    uint256 private constant PC = 0x01020304;
    uint256 private constant ADDRESS = 0x11121314;

    function setUp() public {
        machine = new Machine();
    }

    function test_gas_addition() public {
        // add x5, x6, x7
        _measure(0x007302b3, "addition");
    }

    function test_gas_division() public {
        // div x5, x6, x7
        _measure(0x027342b3, "division");
    }

    function test_gas_load() public {
        // lh x5, 2(x10)
        _measure(0x00251283, "load of a halfword");
    }

    function test_gas_store() public {
        // sh x7, 2(x10)
        _measure(0x00751123, "store of a halfword");
    }

    function _measure(uint32 word, string memory name) private {
        _prepare(word);
        // Forge measures a call of a pure function without the cost of a transaction, so this is a call that could change the state.
        (bool isDone,) = address(machine).call(abi.encodeCall(IMachine.step, (state, fetched, accessed)));
        vm.assertTrue(isDone);
        uint256 gasUsed = vm.snapshotGasLastCall("one step of the machine", name);
        vm.assertLe(gasUsed, 120_000, name);
    }

    /// @dev The two leaves are in different halves of the memory. So all siblings below the halves can have any values.
    function _prepare(uint32 word) private {
        for (uint256 level; level < 24; ++level) {
            fetched[level] = keccak256(abi.encode("fetched", level));
            accessed[level] = keccak256(abi.encode("accessed", level));
        }
        uint256 shift = 224 - 8 * (PC & 31);
        uint256 reversed =
            uint256(word) << 24 & 0xff000000 | uint256(word) << 8 & 0xff0000 | word >> 8 & 0xff00 | word >> 24;
        fetched[0] = bytes32(uint256(fetched[0]) & ~(uint256(type(uint32).max) << shift) | reversed << shift);
        fetched[24] = _half(accessed, ADDRESS >> 5);
        accessed[24] = _half(fetched, PC >> 5);
        state.memoryRoot = keccak256(abi.encode(accessed[24], fetched[24]));
        for (uint256 i; i < 4; ++i) {
            state.registers[i] = uint256(keccak256(abi.encode("registers", i)));
        }
        state.registers[0] = state.registers[0] << 32 >> 32 | PC << 224;
        state.registers[1] = state.registers[1] & ~(uint256(type(uint32).max) << 160) | ADDRESS << 160;
    }

    function _half(bytes32[25] storage proof, uint256 place) private view returns (bytes32 node) {
        node = proof[0];
        for (uint256 level = 1; level < 24; ++level) {
            node =
                place & 1 == 0 ? keccak256(abi.encode(node, proof[level])) : keccak256(abi.encode(proof[level], node));
            place >>= 1;
        }
    }
}
