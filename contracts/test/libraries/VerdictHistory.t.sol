// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {VerdictHistory} from "../../src/libraries/VerdictHistory.sol";
import {Test} from "../Test.sol";

contract VerdictHistoryTest is Test {
    using VerdictHistory for VerdictHistory.History;

    VerdictHistory.History private history;

    function test_fuzz_failuresWithin_countsFailuresInWindow(bool[300] memory failed, uint256 count, uint256 window)
        public
    {
        (count, window) = (_bound(count, 0, 300), _bound(window, 1, VerdictHistory.LENGTH));
        for (uint256 i; i < count; ++i) {
            history.add(failed[i]);
        }
        uint256 expected;
        uint256 considered = count < window ? count : window;
        for (uint256 i = count - considered; i < count; ++i) {
            if (failed[i]) ++expected;
        }
        (uint256 failures, uint256 verdicts) = history.failuresWithin(window);
        vm.assertEq(verdicts, considered);
        vm.assertEq(failures, expected);
    }
}
