// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The URI at which each node can be reached.
interface IServiceRegistry {
    /// @notice Emitted when a node sets its URI. With an empty URI, the node removes its previous URI.
    event ServiceURIUpdate(address indexed node, string serviceURI);

    /// @notice Thrown when a URI is longer than `max` bytes.
    error ServiceURITooLong(uint256 length, uint256 max);

    /// @notice Sets the caller's URI. Readers must check the URI, because a node can set any text.
    function setServiceURI(string calldata serviceURI) external;

    /// @notice The URI of `node`; empty when the node has no URI.
    function getServiceURI(address node) external view returns (string memory);
}
