// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Cheque} from "../../src/types/Cheque.sol";
import {signerOf} from "../../src/types/signature.sol";
import {Split} from "../../src/types/Split.sol";
import {Vectors} from "../Vectors.sol";

contract ChequeTest is Vectors {
    function setUp() public {
        _loadVectors("Cheque");
    }

    function test_hash_matchesVectors() public view {
        for (uint256 i; i < _count("cases"); ++i) {
            Cheque memory cheque = _readCase(i);
            bytes32 digest = cheque.hash(_separatorOf(".domain.chequebook"));
            vm.assertEq(digest, _bytes32At(i, "hash"));
            vm.assertEq(signerOf(digest, _bytesAt(i, "signature")), _signer());
            vm.assertEq(cheque.channelId(), _bytes32At(i, "channelId"));
            vm.assertTrue(cheque.isValid());
        }
    }

    function test_split_matchesVectors() public view {
        for (uint256 i; i < _count("cases"); ++i) {
            Cheque memory cheque = _readCase(i);
            vm.assertEq(cheque.split.splitee(), _addressAt(i, "splitee"));
            vm.assertEq(cheque.split.bps(), _uintAt(i, "splitBps"));
            vm.assertEq(cheque.split.partOf(cheque.cumulative), _uintAt(i, "part"));
        }
        Cheque memory cheque_ = _readCase(0);
        for (uint256 i; i < _count("invalidSplits"); ++i) {
            cheque_.split = Split.wrap(vm.parseJsonUint(json, _itemPath("invalidSplits", i)));
            vm.assertFalse(cheque_.isValid());
        }
    }

    function test_fuzz_isValid_hasOneValueForEachSplit(uint256 value) public pure {
        Split split = Split.wrap(value);
        bool isValid = Cheque(address(1), address(2), split, 1).isValid();
        bool isSplit = split.splitee() != address(0) && split.bps() > 0 && split.bps() <= 10_000;
        vm.assertTrue(isValid == (value == 0 || isSplit && value >> 176 == 0));
    }

    function test_fuzz_channelId_isTheHashOfTheEncodedChannel(address issuer, address beneficiary, address splitee_)
        public
        pure
    {
        vm.assume(issuer != beneficiary && issuer != address(0) && beneficiary != address(0) && splitee_ != address(0));
        Cheque memory cheque = Cheque(issuer, beneficiary, Split.wrap(uint256(uint160(splitee_)) << 16 | 77), 7);
        vm.assertEq(cheque.channelId(), keccak256(abi.encode(issuer, beneficiary, splitee_, 77)));
    }

    function test_fuzz_isValid_needsTwoDifferentAccounts(address account) public pure {
        Split none = Split.wrap(0);
        vm.assertFalse(Cheque(account, account, none, 1).isValid());
        vm.assertFalse(Cheque(account, address(0), none, 1).isValid());
        vm.assertFalse(Cheque(address(0), account, none, 1).isValid());
    }

    function _readCase(uint256 i) private view returns (Cheque memory) {
        return Cheque(
            _addressAt(i, "issuer"),
            _addressAt(i, "beneficiary"),
            Split.wrap(_uintAt(i, "split")),
            uint96(_uintAt(i, "cumulative"))
        );
    }
}
