// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Cheques} from "../Cheques.sol";
import {ChequeHandler} from "./ChequeHandler.sol";

/// @notice Invariants that hold after every sequence of actions of issuers, payees and splitees. Some of these accounts are
/// contracts that cheat.
contract ChequebookInvariantTest is Cheques {
    /// @dev The type that forge expects from `targetSelectors`.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    ChequeHandler private handler;

    function setUp() public {
        _deployChequebook();
        handler = new ChequeHandler(chequebook);
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

    /// forge-config: default.invariant.runs = 16
    /// forge-config: default.invariant.depth = 512
    /// forge-config: long.invariant.runs = 64
    /// forge-config: long.invariant.depth = 2048
    function invariant_stateAgreesWithBooks() public view {
        handler.assertBooksAgree();
    }

    /// @dev Performs 3,000 actions, which do not depend on the seed of forge. Then checks that each possible outcome has
    /// occurred often enough, and that each action has succeeded often enough.
    function test_handler_afterManyActions_reachesEveryOutcome() public {
        vm.pauseGasMetering();
        bytes4[] memory actions = handler.actions();
        for (uint256 i; i < 3_000; ++i) {
            uint256 seed = uint256(keccak256(abi.encode("cheques", i)));
            (bool done, bytes memory refusal) =
                address(handler).call(abi.encodeWithSelector(actions[seed % actions.length], seed, i));
            if (!done) {
                assembly ("memory-safe") {
                    revert(add(refusal, 32), mload(refusal))
                }
            }
            if (i % 100 == 0) handler.assertBooksAgree();
        }
        handler.assertBooksAgree();
        handler.assertEachOutcomeHappened(3);
    }
}
