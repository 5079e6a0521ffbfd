// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {NetworkWork} from "../../src/bonding/NetworkWork.sol";
import {State} from "../../src/bonding/State.sol";
import {WorkTally} from "../../src/libraries/WorkTally.sol";
import {Test} from "../Test.sol";

contract NetworkWorkTest is Test {
    using NetworkWork for State;
    using WorkTally for WorkTally.Tally;

    State private state;
    WorkTally.Tally private tally;

    /// @dev The number of the present span can also become smaller, because the owner can change the number of rounds
    /// in a span.
    function test_fuzz_addNetworkWork_countsWorkLikeWorkTally(uint64[20] memory work, int8[20] memory steps) public {
        (state.clock.round, state.clock.roundCount, state.clock.activeStake) = (7, 8, 9);
        (state.ledger.accountCount, state.ledger.commonPool) = (10, 11);
        uint256 span = 3_000;
        for (uint256 i; i < 20; ++i) {
            // In three of four cases, the number of the span grows by 0, 1 or 2.
            span = uint8(steps[i]) % 4 == 3 ? uint256(int256(span) + steps[i]) : span + uint256(uint8(steps[i])) % 3;
            tally.add(span, work[i]);
            state.addNetworkWork(span, work[i]);
            for (uint256 at = span < 3 ? 0 : span - 3; at < span + 4; ++at) {
                vm.assertEq(state.networkWorkAt(at), tally.sumAt(at));
                vm.assertEq(state.networkWorkIn(at), tally.inSpan(at));
            }
        }
        vm.assertEq(uint256(state.clock.round) + state.clock.roundCount + state.clock.activeStake, 24);
        vm.assertEq(uint256(state.ledger.accountCount) + state.ledger.commonPool, 21);
    }

    function test_fuzz_addNetworkWork_aboveLargestWork_keepsLargestWork(uint88 first, uint256 second) public {
        second = _bound(second, type(uint88).max - first, type(uint200).max);
        state.addNetworkWork(3, first);
        state.addNetworkWork(3, second);
        state.addNetworkWork(4, 1);
        vm.assertEq(state.networkWorkIn(3), type(uint88).max);
        vm.assertEq(state.networkWorkIn(4), 1);
    }
}
