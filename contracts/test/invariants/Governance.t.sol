// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "../Test.sol";
import {GovernanceHandler} from "./GovernanceHandler.sol";

/// @notice Invariants that hold after every sequence of votes: no stake votes twice, the parameters fit together, and no vote
/// blocks the protocol or later votes.
contract GovernanceInvariantTest is Test {
    /// @dev The type that forge expects from `targetSelectors`.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    GovernanceHandler private handler;

    function setUp() public {
        handler = new GovernanceHandler();
        handler.start();
    }

    /// @dev Names the contracts that forge calls. `targetSelectors` names the functions.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), handler.actions());
    }

    /// forge-config: default.invariant.runs = 4
    /// forge-config: default.invariant.depth = 256
    /// forge-config: long.invariant.runs = 32
    /// forge-config: long.invariant.depth = 2048
    function invariant_votesAndParametersAreSound() public {
        handler.assertVotesAreWithinStake();
        handler.assertParametersFitTogether();
    }

    /// @dev Forge calls this function at the end of each run.
    function afterInvariant() public {
        handler.assertNothingIsBlocked();
    }

    /// @dev Performs 1,000 actions, which do not depend on the seed of forge. Then checks that each outcome has occurred.
    function test_handler_afterManyActions_reachesEveryOutcome() public {
        vm.pauseGasMetering();
        bytes4[] memory actions = handler.actions();
        for (uint256 i; i < 1_000; ++i) {
            uint256 seed = uint256(keccak256(abi.encode("governance", i)));
            (bool done, bytes memory refusal) =
                address(handler).call(abi.encodeWithSelector(actions[seed % actions.length], seed, i));
            if (!done) {
                assembly ("memory-safe") {
                    revert(add(refusal, 32), mload(refusal))
                }
            }
            if (i % 50 == 0) invariant_votesAndParametersAreSound();
        }
        handler.assertEachOutcomeHappened();
        handler.assertNothingIsBlocked();
    }
}
