// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IServiceRegistry} from "../src/interfaces/IServiceRegistry.sol";
import {ServiceRegistry} from "../src/ServiceRegistry.sol";
import {Test} from "./Test.sol";

contract ServiceRegistryTest is Test {
    ServiceRegistry private registry = new ServiceRegistry();

    function test_fuzz_setServiceURI_setsOnlyTheCallersURI(address node, address other, string memory uri) public {
        vm.assume(node != other && bytes(uri).length <= 256);
        vm.expectEmit(address(registry));
        emit IServiceRegistry.ServiceURIUpdate(node, uri);
        vm.prank(node);
        registry.setServiceURI(uri);
        vm.assertEq(registry.getServiceURI(node), uri);
        vm.assertEq(registry.getServiceURI(other), "");
    }

    function test_setServiceURI_withEmptyString_removesURI() public {
        registry.setServiceURI("https://relay.example:8935");
        registry.setServiceURI("");
        vm.assertEq(registry.getServiceURI(address(this)), "");
    }

    function test_setServiceURI_withTooLongURI_reverts() public {
        registry.setServiceURI(string(new bytes(256)));
        vm.expectRevert(abi.encodeWithSelector(IServiceRegistry.ServiceURITooLong.selector, 257, 256));
        registry.setServiceURI(string(new bytes(257)));
    }
}
