// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Runs the code of another contract on the caller's storage. For contracts whose code exceeds the size limit.
library Extension {
    /// @notice Forwards the present call to `code` with delegatecall, and returns or reverts with its result. Ends the
    /// call.
    function forward(address code) internal {
        assembly ("memory-safe") {
            calldatacopy(0, 0, calldatasize())
            let done := delegatecall(gas(), code, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(done) { revert(0, returndatasize()) }
            return(0, returndatasize())
        }
    }
}
