// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {WorkTally} from "../../src/libraries/WorkTally.sol";
import {Test} from "../Test.sol";

contract WorkTallyTest is Test {
    using WorkTally for WorkTally.Tally;

    WorkTally.Tally private tally;
    mapping(uint256 span => uint256) private workOf;

    function test_fuzz_inSpan_returnsWorkOfLastTwoSpans(uint64[20] memory work, uint8[20] memory steps) public {
        uint256 span;
        for (uint256 i; i < 20; ++i) {
            span += steps[i] % 3;
            tally.add(span, work[i]);
            workOf[span] += work[i];
            vm.assertEq(tally.inSpan(span), workOf[span]);
            if (span > 0) vm.assertEq(tally.inSpan(span - 1), workOf[span - 1]);
            vm.assertEq(tally.sumAt(span), workOf[span] + (span > 0 ? workOf[span - 1] : 0));
            vm.assertEq(tally.sumAt(span + 1), workOf[span]);
            vm.assertEq(tally.sumAt(span + 2), 0);
            vm.assertEq(tally.inSpan(span + 1), 0);
            if (span > 1) vm.assertEq(tally.inSpan(span - 2), 0);
        }
    }

    /// @dev The number of the present span becomes smaller when the owner makes spans longer.
    function test_add_inEarlierSpan_resetsTally() public {
        tally.add(9, 5);
        tally.add(4, 7);
        vm.assertEq(tally.inSpan(4), 7);
        vm.assertEq(tally.inSpan(3), 0);
        vm.assertEq(tally.inSpan(9), 0);
    }

    function test_fuzz_add_aboveLargestWork_keepsLargestWorkAndFees(uint72 first, uint256 second, uint88 fees) public {
        tally.fees = fees;
        second = _bound(second, type(uint72).max - first, type(uint200).max);
        tally.add(3, first);
        tally.add(3, second);
        tally.add(4, 1);
        vm.assertEq(tally.inSpan(3), type(uint72).max);
        vm.assertEq(tally.inSpan(4), 1);
        vm.assertEq(tally.fees, fees);
    }
}
