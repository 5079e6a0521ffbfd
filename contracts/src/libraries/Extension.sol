// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The rest of a contract that is larger than one may be: another contract's code, run on the caller's storage.
library Extension {
    /// @notice Answers the present call with `code`. Ends the call.
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
