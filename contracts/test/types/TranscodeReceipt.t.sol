// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TranscodeReceipt} from "../../src/types/TranscodeReceipt.sol";
import {StreamId} from "../../src/types/StreamId.sol";
import {Vectors} from "../Vectors.sol";

contract TranscodeReceiptTest is Vectors {
    function setUp() public {
        _loadVectors("TranscodeReceipt");
    }

    function test_hash_matchesVectors() public view {
        for (uint256 i; i < _count("cases"); ++i) {
            vm.assertEq(_readCase(i).hash(_domainSeparator()), _bytes32At(i, "hash"));
        }
    }

    function test_recover_matchesVectors() public view {
        for (uint256 i; i < _count("cases"); ++i) {
            vm.assertEq(_readCase(i).recover(_domainSeparator(), _bytesAt(i, "signature")), _signer());
        }
    }

    function test_fuzz_recover_inOtherDomain_returnsAnotherSigner(bytes32 domain) public view {
        vm.assume(domain != _domainSeparator());
        vm.assertNotEq(_readCase(0).recover(domain, _bytesAt(0, "signature")), _signer());
    }

    function _readCase(uint256 i) private view returns (TranscodeReceipt memory) {
        return TranscodeReceipt(
            _bytes32At(i, "jobId"),
            StreamId.wrap(_bytes32At(i, "streamId")),
            uint64(_uintAt(i, "sequenceNumber")),
            _bytes32At(i, "dataHash"),
            _bytes32At(i, "transcodedDataHash"),
            _bytesAt(i, "broadcasterSignature")
        );
    }
}
