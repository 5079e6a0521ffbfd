// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "./Test.sol";

/// @notice The vectors that the TypeScript twin reads too.
abstract contract Vectors is Test {
    string internal json;

    function open(string memory noun) internal {
        json = vm.readFile(string.concat("vectors/", noun, ".json"));
    }

    /// @dev Path of a field of item `i` of a list.
    function path(string memory list, uint256 i, string memory field) internal pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(i), "].", field);
    }

    function count(string memory list) internal view returns (uint256 items) {
        while (vm.keyExistsJson(json, string.concat(".", list, "[", vm.toString(items), "]"))) ++items;
        vm.assertGe(items, 1, "no vectors");
    }

    function word(uint256 i, string memory field) internal view returns (bytes32) {
        return vm.parseJsonBytes32(json, path("cases", i, field));
    }

    function words(uint256 i, string memory field) internal view returns (bytes32[] memory) {
        return vm.parseJsonBytes32Array(json, path("cases", i, field));
    }

    function number(uint256 i, string memory field) internal view returns (uint256) {
        return vm.parseJsonUint(json, path("cases", i, field));
    }

    function numbers(uint256 i, string memory field) internal view returns (uint256[] memory) {
        return vm.parseJsonUintArray(json, path("cases", i, field));
    }

    function account(uint256 i, string memory field) internal view returns (address) {
        return vm.parseJsonAddress(json, path("cases", i, field));
    }

    function data(uint256 i, string memory field) internal view returns (bytes memory) {
        return vm.parseJsonBytes(json, path("cases", i, field));
    }

    function signer() internal view returns (address) {
        return vm.parseJsonAddress(json, ".signer");
    }

    function domainSeparator() internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Livepeer"),
                keccak256("1"),
                vm.parseJsonUint(json, ".domain.chainId"),
                vm.parseJsonAddress(json, ".domain.jobsManager")
            )
        );
    }
}
