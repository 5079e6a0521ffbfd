// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IServiceRegistry} from "./interfaces/IServiceRegistry.sol";

/// @dev See IServiceRegistry.
contract ServiceRegistry is IServiceRegistry {
    uint256 private constant MAX_LENGTH = 256;

    mapping(address node => string) private serviceURIs;

    /// @inheritdoc IServiceRegistry
    function setServiceURI(string calldata serviceURI) external {
        uint256 length = bytes(serviceURI).length;
        if (length > MAX_LENGTH) revert ServiceURITooLong(length, MAX_LENGTH);
        serviceURIs[msg.sender] = serviceURI;
        emit ServiceURIUpdate(msg.sender, serviceURI);
    }

    /// @inheritdoc IServiceRegistry
    function getServiceURI(address node) external view returns (string memory) {
        return serviceURIs[node];
    }
}
