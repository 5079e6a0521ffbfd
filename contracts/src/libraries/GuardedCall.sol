// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../interfaces/IClaimsTypes.sol";

/// @notice Calls a contract that may fail in any way. The caller of the transaction cannot cause the failure by sending
/// too little gas.
library GuardedCall {
    /// @dev Gas that the caller needs besides the gas of the called contract: 2,600 to reach a cold account, and the rest
    /// for the instructions around the call.
    uint256 private constant OVERHEAD = 5_000;

    /// @notice Calls `target` with exactly `stipend` gas, and ignores the result. Reverts if the remaining gas does not
    /// suffice for this. The EVM passes at most 63 / 64 of the remaining gas to the called contract (EIP-150).
    /// @return succeeded False if the called contract reverted, used up its gas, or has no code.
    function tryCall(address target, bytes memory data, uint256 stipend) internal returns (bool succeeded) {
        _requireGas(stipend);
        // The result is not copied, because the called contract could make the copy arbitrarily expensive.
        assembly ("memory-safe") {
            succeeded := call(stipend, target, 0, add(data, 0x20), mload(data), 0, 0)
            // A call of an address without code succeeds.
            succeeded := and(succeeded, gt(extcodesize(target), 0))
        }
    }

    /// @notice Reads at most two words from `target`, with exactly `stipend` gas. Reverts if the remaining gas does not suffice for this.
    /// @return succeeded False if the called contract reverted, used up its gas, returned no word, or has no code.
    /// @return first Zero after a failure.
    /// @return second Zero after a failure, or if the called contract returned only one word.
    function tryRead(address target, bytes memory data, uint256 stipend)
        internal
        view
        returns (bool succeeded, uint256 first, uint256 second)
    {
        _requireGas(stipend);
        assembly ("memory-safe") {
            mstore(0x20, 0)
            succeeded := staticcall(stipend, target, add(data, 0x20), mload(data), 0, 0x40)
            succeeded := and(succeeded, gt(returndatasize(), 0x1f))
            first := mul(succeeded, mload(0))
            second := mul(succeeded, mload(0x20))
        }
    }

    function _requireGas(uint256 stipend) private view {
        uint256 required = stipend + stipend / 63 + OVERHEAD;
        if (gasleft() < required) revert IClaimsTypes.TooLittleGas(gasleft(), required);
    }
}
