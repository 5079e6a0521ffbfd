// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "./Test.sol";

/// @notice Reads the test vectors of `contracts/vectors`. The tests of the TypeScript code read the same vectors.
abstract contract Vectors is Test {
    string internal json;

    function _loadVectors(string memory noun) internal {
        json = vm.readFile(string.concat("vectors/", noun, ".json"));
    }

    /// @dev JSON path of a field of item `i` of a list.
    function _path(string memory list, uint256 i, string memory field) internal pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(i), "].", field);
    }

    function _count(string memory list) internal view returns (uint256 items) {
        while (vm.keyExistsJson(json, string.concat(".", list, "[", vm.toString(items), "]"))) ++items;
        vm.assertGe(items, 1, "the list has no vectors");
    }

    /// @dev Item `i` of a list of texts.
    function _item(string memory list, uint256 i) internal view returns (string memory) {
        return vm.parseJsonString(json, _itemPath(list, i));
    }

    function _itemPath(string memory list, uint256 i) internal pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(i), "]");
    }

    /// @dev `names` has the names of an enum, in the order of their numbers.
    function _assertNames(string memory list, string[] memory names) internal view {
        vm.assertEq(_count(list), names.length);
        for (uint256 i; i < names.length; ++i) {
            vm.assertEq(_item(list, i), names[i]);
        }
    }

    function _stringAt(uint256 i, string memory field) internal view returns (string memory) {
        return vm.parseJsonString(json, _path("cases", i, field));
    }

    function _bytes32At(uint256 i, string memory field) internal view returns (bytes32) {
        return vm.parseJsonBytes32(json, _path("cases", i, field));
    }

    function _bytes32ArrayAt(uint256 i, string memory field) internal view returns (bytes32[] memory) {
        return vm.parseJsonBytes32Array(json, _path("cases", i, field));
    }

    function _uintAt(uint256 i, string memory field) internal view returns (uint256) {
        return vm.parseJsonUint(json, _path("cases", i, field));
    }

    function _uintArrayAt(uint256 i, string memory field) internal view returns (uint256[] memory) {
        return vm.parseJsonUintArray(json, _path("cases", i, field));
    }

    function _addressAt(uint256 i, string memory field) internal view returns (address) {
        return vm.parseJsonAddress(json, _path("cases", i, field));
    }

    function _bytesAt(uint256 i, string memory field) internal view returns (bytes memory) {
        return vm.parseJsonBytes(json, _path("cases", i, field));
    }

    function _signer() internal view returns (address) {
        return vm.parseJsonAddress(json, ".signer");
    }

    function _domainSeparator() internal view returns (bytes32) {
        return _separatorOf(".domain.jobsManager");
    }

    /// @dev `path` is the JSON path of the contract that checks the signatures.
    function _separatorOf(string memory path) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Livepeer"),
                keccak256("1"),
                vm.parseJsonUint(json, ".domain.chainId"),
                vm.parseJsonAddress(json, path)
            )
        );
    }
}
