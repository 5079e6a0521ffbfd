// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The fields of an instruction of RV32IM. The names are the names in the RISC-V manual. An immediate is negative in two's
/// complement: a sum with it is right in its lowest 32 bits.
library Instruction {
    uint256 internal constant LOAD = 0x03;
    uint256 internal constant FENCE = 0x0f;
    uint256 internal constant IMMEDIATE = 0x13;
    uint256 internal constant AUIPC = 0x17;
    uint256 internal constant STORE = 0x23;
    uint256 internal constant REGISTER = 0x33;
    uint256 internal constant LUI = 0x37;
    uint256 internal constant BRANCH = 0x63;
    uint256 internal constant JALR = 0x67;
    uint256 internal constant JAL = 0x6f;
    uint256 internal constant SYSTEM = 0x73;

    /// @dev The instructions that have no operands.
    uint256 internal constant ECALL = 0x00000073;
    uint256 internal constant EBREAK = 0x00100073;

    function opcode(uint256 word) internal pure returns (uint256) {
        return word & 0x7f;
    }

    function rd(uint256 word) internal pure returns (uint256) {
        return word >> 7 & 31;
    }

    function funct3(uint256 word) internal pure returns (uint256) {
        return word >> 12 & 7;
    }

    function rs1(uint256 word) internal pure returns (uint256) {
        return word >> 15 & 31;
    }

    function rs2(uint256 word) internal pure returns (uint256) {
        return word >> 20 & 31;
    }

    function funct7(uint256 word) internal pure returns (uint256) {
        return word >> 25;
    }

    function immediateI(uint256 word) internal pure returns (uint256) {
        return _highest(word, 20);
    }

    function immediateS(uint256 word) internal pure returns (uint256) {
        return _highest(word, 25) << 5 | word >> 7 & 31;
    }

    function immediateB(uint256 word) internal pure returns (uint256) {
        return _highest(word, 31) << 12 | word << 4 & 0x800 | word >> 20 & 0x7e0 | word >> 7 & 0x1e;
    }

    function immediateU(uint256 word) internal pure returns (uint256) {
        return word & 0xfffff000;
    }

    function immediateJ(uint256 word) internal pure returns (uint256) {
        return _highest(word, 31) << 20 | word & 0xff000 | word >> 9 & 0x800 | word >> 20 & 0x7fe;
    }

    /// @dev The bits of the instruction from bit `first` to bit 31, with their sign.
    function _highest(uint256 word, uint256 first) private pure returns (uint256) {
        return uint256(int256(int32(uint32(word)) >> first));
    }
}
