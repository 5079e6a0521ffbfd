// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Several actions in one transaction.
interface IBatches {
    /// @notice Approves `amount` of the token with the caller's signature, then bonds `amount` to `to`.
    function bondWithPermit(uint256 amount, address to, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Executes several calls in one transaction. Accepts no wei.
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results);
}
