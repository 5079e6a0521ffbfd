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
        uint256 required = stipend + stipend / 63 + OVERHEAD;
        if (gasleft() < required) revert IClaimsTypes.TooLittleGas(gasleft(), required);
        // The result is not copied, because the called contract could make the copy arbitrarily expensive.
        assembly ("memory-safe") {
            succeeded := call(stipend, target, 0, add(data, 0x20), mload(data), 0, 0)
            // A call of an address without code succeeds.
            succeeded := and(succeeded, gt(extcodesize(target), 0))
        }
    }
}
