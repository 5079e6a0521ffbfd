// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Test} from "../Test.sol";
import {CourtHandler} from "./CourtHandler.sol";

/// @notice Random actions in a court: no wei appears or disappears, and a final verdict never changes.
contract CourtsInvariantTest is Test {
    /// @dev The type that forge expects from `targetSelectors`.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    CourtHandler private handler;

    function setUp() public {
        handler = new CourtHandler();
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

    /// forge-config: default.invariant.runs = 8
    /// forge-config: default.invariant.depth = 256
    /// forge-config: long.invariant.runs = 64
    /// forge-config: long.invariant.depth = 512
    function invariant_booksAndVerdictsAgree() public view {
        handler.assertBooksAgree();
        handler.assertCountsAgree();
        handler.assertOnlyOwnDisputesDelay();
    }

    /// @dev Performs 400 actions in each of eight courts, which do not depend on the seed of forge. Then checks that each verdict occurred.
    function test_handler_afterManyActions_reachesEveryVerdict() public {
        vm.pauseGasMetering();
        uint256[5] memory counts;
        uint256 paid;
        uint256 refunded;
        uint256 voided;
        for (uint256 run; run < 8; ++run) {
            handler = new CourtHandler();
            for (uint256 i; i < 400; ++i) {
                handler.act(uint256(keccak256(abi.encode("court", run, i))));
            }
            handler.assertBooksAgree();
            handler.assertCountsAgree();
            handler.assertOnlyOwnDisputesDelay();
            for (uint256 verdict = 1; verdict < 5; ++verdict) {
                counts[verdict] += handler.verdictCount(IVerifier.Verdict(verdict));
            }
            voided += handler.voidedCount();
            paid += handler.endCount(true, IClaimsTypes.State.Paid);
            refunded += handler.endCount(false, IClaimsTypes.State.Refunded);
        }
        for (uint256 verdict = 1; verdict < 5; ++verdict) {
            vm.assertGe(counts[verdict], 1, vm.toString(verdict));
        }
        vm.assertGe(voided, 1, "no appeal was won");
        vm.assertGe(paid, 1, "the claim without objections was never paid");
        vm.assertGe(refunded, 1, "the claim with objections was never refunded");
    }
}
