// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Where to reach a node: its address → the URI that it serves at.
interface IServiceRegistry {
    /// @notice Emitted when a node sets, changes or (empty) removes its URI.
    event ServiceURIUpdate(address indexed node, string serviceURI);

    /// @notice Thrown when a URI has more bytes than a reader has to expect.
    error ServiceURITooLong(uint256 length, uint256 max);

    /// @notice Sets the caller's URI. Readers check it: anybody may write anything about himself.
    function setServiceURI(string calldata serviceURI) external;

    /// @notice The URI of `node`, empty when it has none.
    function getServiceURI(address node) external view returns (string memory);
}
