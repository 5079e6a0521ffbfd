// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AllocationTree} from "../../src/libraries/AllocationTree.sol";
import {Vectors} from "../Vectors.sol";

contract AllocationTreeTest is Vectors {
    function setUp() public {
        _loadVectors("AllocationTree");
    }

    /// @dev External, because the library reads the siblings from the calldata.
    function verify(
        bytes32 root,
        uint256 count,
        uint256 index,
        address account,
        uint256 amount,
        bytes32[] calldata siblings
    ) external pure returns (bool) {
        return AllocationTree.verify(root, count, index, account, amount, siblings);
    }

    function test_verify_acceptsVectors() public view {
        for (uint256 i; i < _count("cases"); ++i) {
            vm.assertTrue(_verifyCase(i, _uintAt(i, "index"), _uintAt(i, "amount")));
            vm.assertFalse(_verifyCase(i, _uintAt(i, "index"), _uintAt(i, "amount") + 1));
        }
    }

    function test_fuzz_verify_rejectsOtherIndex(uint256 index) public view {
        vm.assume(index != _uintAt(2, "index"));
        vm.assertFalse(_verifyCase(2, index, _uintAt(2, "amount")));
    }

    function _verifyCase(uint256 i, uint256 index, uint256 amount) private view returns (bool) {
        return this.verify(
            _bytes32At(i, "root"),
            _uintAt(i, "count"),
            index,
            _addressAt(i, "account"),
            amount,
            _bytes32ArrayAt(i, "siblings")
        );
    }
}
