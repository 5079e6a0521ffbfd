// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {Protocol} from "../Protocol.sol";
import {Handler} from "./Handler.sol";

/// @notice What holds after whatever bonders, transcoders, broadcasters, cheats, the owner and time do.
contract EconomyTest is Protocol {
    /// @dev As forge reads it.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler private handler;

    function setUp() public {
        deploy(3);
        IBondingTypes.Parameters memory terms = bondingParameters(3);
        (terms.minExpectedWork, terms.competitivenessWindow) = (100_000_000, 1);
        terms.competitivenessTolerance = 300_000;
        bonding.setParameters(terms);
        IClaimsTypes.Parameters memory values = claimParameters();
        (values.verificationRate, values.verificationFailureThreshold, values.verificationWindow) = (2, 100_000, 10);
        claims.setParameters(values);
        appointVerifier();
        handler = new Handler(token, rounds, bonding, jobs, claims, verifier, minter);
        token.transfer(address(handler), token.balanceOf(address(this)));
        handler.begin();
    }

    /// @dev Read by forge: whom it calls, and what.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), handler.actions());
    }

    function invariant_theBooksAreRight() public view {
        handler.assertStakesAreAsInTheLedger();
        handler.assertClaimableWeiAreHeld();
        handler.assertWeiPaidInAreHeldOrPaidOut();
        handler.assertFeesCreditedWereClaimed();
        handler.assertStakesAndLocksAreHeld();
        handler.assertRewardsAreWithinTheSchedule();
        handler.assertPoolAndWaitlistHoldTheRegistered();
    }

    /// @dev The same for every seed: that what the campaign throws together does come to pass, on each way that it can go.
    function test_everythingHappensOften() public {
        vm.pauseGasMetering();
        bytes4[] memory actions = handler.actions();
        for (uint256 i; i < 7_500; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(i)));
            (bool succeeded, bytes memory refusal) =
                address(handler).call(abi.encodeWithSelector(actions[dice % actions.length], dice, i));
            if (!succeeded) {
                assembly ("memory-safe") {
                    revert(add(refusal, 32), mload(refusal))
                }
            }
            if (i % 100 == 0) invariant_theBooksAreRight();
        }
        handler.assertEachHappened();
        afterInvariant();
    }

    /// @dev Called by forge at the end of each run.
    function afterInvariant() public {
        // A campaign in which nothing happens would prove nothing.
        if (handler.calls() > 100) vm.assertLe(handler.calls(), 2 * handler.deeds(), "most calls did nothing");
        handler.assertDrawsStand();
        handler.assertDelegatorsHaveWhatTranscodersHave();
        handler.assertBooksClose();
    }
}
