// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "../Test.sol";
import {DisputeHandler} from "./DisputeHandler.sol";

/// @notice Random moves in several games: no wei appears or disappears.
contract DisputesInvariantTest is Test {
    /// @dev The type that forge expects from `targetSelectors`.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    DisputeHandler private handler;

    function setUp() public {
        handler = new DisputeHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), new bytes4[](1));
        targets[0].selectors[0] = handler.act.selector;
    }

    /// forge-config: default.invariant.runs = 4
    /// forge-config: default.invariant.depth = 256
    /// forge-config: long.invariant.runs = 32
    /// forge-config: long.invariant.depth = 1024
    function invariant_bondsInAreBondsOutAndBurned() public view {
        handler.assertBooksAgree();
    }

    /// @dev Performs 2,000 actions, which do not depend on the seed of forge. Then checks that each kind of end occurred.
    function test_handler_afterManyActions_reachesEveryEnd() public {
        vm.pauseGasMetering();
        for (uint256 i; i < 2_000; ++i) {
            handler.act(uint256(keccak256(abi.encode("disputes", i))));
        }
        handler.assertBooksAgree();
        handler.assertEachEndHappened(3);
    }
}
