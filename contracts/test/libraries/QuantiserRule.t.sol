// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {QuantiserRule} from "../../src/libraries/QuantiserRule.sol";
import {transcodedDataHashOf, Output} from "../../src/types/Output.sol";
import {Rendition, TranscodingOptions} from "../../src/types/TranscodingOptions.sol";
import {Vectors} from "../Vectors.sol";

contract QuantiserRuleTest is Vectors {
    function setUp() public {
        _loadVectors("Recipe");
    }

    function test_qp0_matchesVectors() public view {
        for (uint256 i; i < _count("qp0"); ++i) {
            uint256 index = _uintIn("qp0", i, "index");
            vm.assertEq(QuantiserRule.qp0(_optionsOfCase(i), index), _uintIn("qp0", i, "qp"));
        }
    }

    function test_nextQp_matchesVectors() public view {
        for (uint256 i; i < _count("nextQp"); ++i) {
            uint256 next = QuantiserRule.nextQp(
                _uintIn("nextQp", i, "qp"), _uintIn("nextQp", i, "bits"), _uintIn("nextQp", i, "targetBits")
            );
            vm.assertEq(next, _uintIn("nextQp", i, "next"));
        }
    }

    function test_transcodedDataHashOf_matchesVectors() public view {
        for (uint256 i; i < _count("transcodedDataHash"); ++i) {
            // Case `i` has `i` outputs.
            Output[] memory outputs = new Output[](i);
            for (uint256 k; k < i; ++k) {
                string memory item = string.concat("outputs[", vm.toString(k), "].");
                outputs[k] = Output(
                    vm.parseJsonBytes32(json, _path("transcodedDataHash", i, string.concat(item, "dataHash"))),
                    vm.parseJsonBytes32(json, _path("transcodedDataHash", i, string.concat(item, "canonicalHash"))),
                    uint8(_uintIn("transcodedDataHash", i, string.concat(item, "qp"))),
                    uint32(_uintIn("transcodedDataHash", i, string.concat(item, "bits")))
                );
            }
            bytes32 expected = vm.parseJsonBytes32(json, _path("transcodedDataHash", i, "hash"));
            vm.assertEq(transcodedDataHashOf(outputs), expected);
        }
    }

    function test_fuzz_nextQp_staysInBounds(uint8 qp, uint32 bits, uint32 target) public pure {
        uint256 next = QuantiserRule.nextQp(_bound(qp, 16, 51), bits, target);
        vm.assertGe(next, 16, "the QP is below the lowest QP");
        vm.assertLe(next, 51, "the QP is above the highest QP");
    }

    function test_fuzz_nextQp_aboveTargetBits_neverFalls(uint8 qp, uint32 bits, uint32 target) public pure {
        vm.assume(bits > target);
        uint256 before = _bound(qp, 16, 51);
        vm.assertGe(QuantiserRule.nextQp(before, bits, target), before, "the QP fell although there were too many bits");
    }

    /// @dev If the target is 65,536 bits, the quantiser rises from 69,880 bits on.
    function test_nextQp_atExactThreshold_rises() public pure {
        vm.assertEq(QuantiserRule.nextQp(30, 69_880, 65_536), 31);
        vm.assertEq(QuantiserRule.nextQp(30, 69_879, 65_536), 30);
    }

    function test_targetBits_roundsDown() public pure {
        vm.assertEq(QuantiserRule.targetBits(1_000_001, 1_999), 1_999_001);
    }

    function _optionsOfCase(uint256 i) private view returns (TranscodingOptions memory) {
        uint256 renditions;
        while (vm.keyExistsJson(json, string.concat(".", _renditionPath(i, renditions, "height")))) ++renditions;
        Rendition[] memory list = new Rendition[](renditions);
        for (uint256 k; k < renditions; ++k) {
            uint256 height = vm.parseJsonUint(json, string.concat(".", _renditionPath(i, k, "height")));
            uint256 bitrate = vm.parseJsonUint(json, string.concat(".", _renditionPath(i, k, "bitrate")));
            list[k] = Rendition(uint16(height), uint32(bitrate));
        }
        return TranscodingOptions(
            uint16(_uintIn("qp0", i, "options.width")),
            uint16(_uintIn("qp0", i, "options.height")),
            uint8(_uintIn("qp0", i, "options.fps")),
            list
        );
    }

    function _renditionPath(uint256 i, uint256 k, string memory field) private pure returns (string memory) {
        return string.concat("qp0[", vm.toString(i), "].options.renditions[", vm.toString(k), "].", field);
    }

    function _uintIn(string memory list, uint256 i, string memory field) private view returns (uint256) {
        return vm.parseJsonUint(json, _path(list, i, field));
    }
}
