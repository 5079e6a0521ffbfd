// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The instructions that compute a register from two operands. Operands have 32 bits. Of a result, only the lowest 32 bits count.
/// `isKnown` is false if there is no such instruction. See relay/src/judge/arithmetic.ts.
library Arithmetic {
    /// @dev `funct7` of the instructions that subtract or shift in copies of the sign.
    uint256 private constant ALTERNATIVE = 0x20;
    uint256 private constant MULTIPLICATION = 0x01;

    /// @notice An instruction with two registers.
    function ofRegisters(uint256 kind, uint256 funct7, uint256 a, uint256 b)
        internal
        pure
        returns (bool isKnown, uint256 result)
    {
        if (funct7 == 0) return (true, _base(kind, a, b));
        if (funct7 == MULTIPLICATION) return (true, _product(kind, a, b));
        if (funct7 != ALTERNATIVE) return (false, 0);
        unchecked {
            if (kind == 0) return (true, a - b);
        }
        if (kind == 5) return (true, _shiftSigned(a, b));
    }

    /// @notice An instruction with a register and an immediate. In a shift, the immediate has a `funct7` and the distance.
    function ofImmediate(uint256 kind, uint256 funct7, uint256 a, uint256 immediate)
        internal
        pure
        returns (bool isKnown, uint256 result)
    {
        bool isShift = kind == 1 || kind == 5;
        if (!isShift || funct7 == 0) return (true, _base(kind, a, uint32(immediate)));
        if (kind == 5 && funct7 == ALTERNATIVE) return (true, _shiftSigned(a, immediate));
    }

    /// @notice Whether a branch is taken.
    function isTaken(uint256 kind, uint256 a, uint256 b) internal pure returns (bool isKnown, bool result) {
        if (kind == 2 || kind == 3) return (false, false);
        if (kind < 2) result = a == b;
        else result = kind < 6 ? _signed(a) < _signed(b) : a < b;
        // An odd kind is the opposite of the kind before it.
        return (true, result != (kind & 1 == 1));
    }

    function _base(uint256 kind, uint256 a, uint256 b) private pure returns (uint256) {
        unchecked {
            if (kind == 0) return a + b;
        }
        if (kind == 1) return a << (b & 31);
        if (kind == 2) return _signed(a) < _signed(b) ? 1 : 0;
        if (kind == 3) return a < b ? 1 : 0;
        if (kind == 4) return a ^ b;
        if (kind == 5) return a >> (b & 31);
        return kind == 6 ? a | b : a & b;
    }

    /// @dev The extension M. A division never traps: by zero, it has fixed results, and −2^31 ÷ −1 gives −2^31, remainder 0.
    function _product(uint256 kind, uint256 a, uint256 b) private pure returns (uint256) {
        unchecked {
            if (kind == 0) return a * b;
            if (kind == 1) return uint256(_signed(a) * _signed(b)) >> 32;
            if (kind == 2) return uint256(_signed(a) * int256(b)) >> 32;
            if (kind == 3) return a * b >> 32;
            bool isRemainder = kind >= 6;
            if (b == 0) return isRemainder ? a : type(uint256).max;
            if (kind == 4) return uint256(_signed(a) / _signed(b));
            if (kind == 5) return a / b;
            return kind == 6 ? uint256(_signed(a) % _signed(b)) : a % b;
        }
    }

    function _shiftSigned(uint256 a, uint256 distance) private pure returns (uint256) {
        return uint256(_signed(a) >> (distance & 31));
    }

    function _signed(uint256 value) private pure returns (int256) {
        return int32(uint32(value));
    }
}
