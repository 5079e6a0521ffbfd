// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Runs the code of another contract on the storage of the present contract. A contract needs this if its code would
/// exceed the size limit.
library Extension {
    /// @notice Forwards the present call to `code` with delegatecall, and ends the present call with the result or the
    /// error of `code`.
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
