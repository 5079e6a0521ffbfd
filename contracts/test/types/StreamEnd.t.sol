// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StreamEnd} from "../../src/types/StreamEnd.sol";
import {StreamId} from "../../src/types/StreamId.sol";
import {Vectors} from "../Vectors.sol";

contract StreamEndTest is Vectors {
    function setUp() public {
        open("StreamEnd");
    }

    function test_hash_matchesVectors() public view {
        for (uint256 i; i < count("cases"); ++i) {
            vm.assertEq(read(i).hash(domainSeparator()), word(i, "hash"));
        }
    }

    function test_recover_findsSignerOfVectors() public view {
        for (uint256 i; i < count("cases"); ++i) {
            vm.assertEq(read(i).recover(domainSeparator(), data(i, "signature")), signer());
        }
    }

    function test_fuzz_recover_rejectsOtherDomain(bytes32 domain) public view {
        vm.assume(domain != domainSeparator());
        vm.assertNotEq(read(0).recover(domain, data(0, "signature")), signer());
    }

    function read(uint256 i) private view returns (StreamEnd memory) {
        return StreamEnd(StreamId.wrap(word(i, "streamId")), uint64(number(i, "lastSequenceNumber")));
    }
}
