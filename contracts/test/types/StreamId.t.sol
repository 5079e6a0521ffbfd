// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {renditionOf, StreamId} from "../../src/types/StreamId.sol";
import {Vectors} from "../Vectors.sol";

contract StreamIdTest is Vectors {
    function setUp() public {
        _loadVectors("StreamId");
    }

    function test_origin_matchesVectors() public view {
        for (uint256 i; i < _count("cases"); ++i) {
            vm.assertEq(StreamId.wrap(_bytes32At(i, "streamId")).origin(), _addressAt(i, "origin"));
        }
    }

    function test_renditionOf_matchesVectors() public view {
        for (uint256 i; i < _count("renditions"); ++i) {
            StreamId rendition = renditionOf(
                vm.parseJsonBytes32(json, _path("renditions", i, "jobId")),
                StreamId.wrap(vm.parseJsonBytes32(json, _path("renditions", i, "streamId"))),
                vm.parseJsonUint(json, _path("renditions", i, "index")),
                vm.parseJsonAddress(json, _path("renditions", i, "renditionKey"))
            );
            vm.assertEq(StreamId.unwrap(rendition), vm.parseJsonBytes32(json, _path("renditions", i, "rendition")));
        }
    }

    function test_fuzz_renditionOf_hasRenditionKeyAsOrigin(bytes32 job, StreamId source, uint256 index, address key)
        public
        pure
    {
        vm.assertEq(renditionOf(job, source, index, key).origin(), key);
    }

    function test_fuzz_equals_comparesAllBytes(bytes32 a, bytes32 b) public pure {
        vm.assertTrue((StreamId.wrap(a) == StreamId.wrap(b)) == (a == b));
    }
}
