// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Segment} from "../../src/types/Segment.sol";
import {StreamId} from "../../src/types/StreamId.sol";
import {Vectors} from "../Vectors.sol";

contract SegmentTest is Vectors {
    function setUp() public {
        open("Segment");
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

    function read(uint256 i) private view returns (Segment memory) {
        return Segment(
            StreamId.wrap(word(i, "streamId")),
            uint64(number(i, "sequenceNumber")),
            uint64(number(i, "startTimeMs")),
            uint32(number(i, "durationMs")),
            word(i, "dataHash")
        );
    }
}
