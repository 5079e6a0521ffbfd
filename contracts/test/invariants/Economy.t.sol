// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {Protocol} from "../Protocol.sol";
import {Handler} from "./Handler.sol";

/// @notice Invariants that hold after every sequence of actions. Delegators, transcoders, broadcasters, verifiers,
/// finders and the owner act, and some of them cheat.
contract EconomyTest is Protocol {
    /// @dev The type that forge expects from `targetSelectors`.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler private handler;

    function setUp() public {
        _deploy(3);
        IBondingTypes.Parameters memory terms = _bondingParameters(3);
        (terms.minExpectedWork, terms.competitivenessWindow) = (100_000_000, 1);
        terms.competitivenessTolerance = 300_000;
        bonding.setParameters(terms);
        IClaimsTypes.Parameters memory values = _claimsParameters();
        (values.verificationRate, values.verificationFailureThreshold, values.verificationWindow) = (2, 100_000, 10);
        claims.setParameters(values);
        _bondVerifier();
        handler = new Handler(token, rounds, bonding, jobs, claims, verifier, minter);
        token.transfer(address(handler), token.balanceOf(address(this)));
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

    function invariant_accountsMatchTheLedger() public view {
        handler.assertStakesMatchTheLedger();
        handler.assertClaimableWeiIsHeld();
        handler.assertWeiPaidInIsHeldOrPaidOut();
        handler.assertFeesCreditedWereClaimed();
        handler.assertStakesAndLocksAreHeld();
        handler.assertRewardsAreWithinTheSchedule();
        handler.assertPoolAndWaitlistHoldEveryTranscoder();
    }

    /// @dev The test performs 7,500 actions, which do not depend on the seed of forge. Then it checks that each outcome has
    /// occurred often enough.
    function test_handler_afterManyActions_reachesEveryOutcome() public {
        vm.pauseGasMetering();
        bytes4[] memory actions = handler.actions();
        for (uint256 i; i < 7_500; ++i) {
            uint256 randomState = uint256(keccak256(abi.encode(i)));
            (bool succeeded, bytes memory refusal) =
                address(handler).call(abi.encodeWithSelector(actions[randomState % actions.length], randomState, i));
            if (!succeeded) {
                assembly ("memory-safe") {
                    revert(add(refusal, 32), mload(refusal))
                }
            }
            if (i % 100 == 0) invariant_accountsMatchTheLedger();
        }
        handler.assertEachOutcomeHappened();
        vm.assertLe(handler.calls(), 2 * handler.effectiveCalls(), "most calls had no outcome");
        afterInvariant();
    }

    /// @dev Forge calls this at the end of each run.
    function afterInvariant() public {
        // A run in which most calls have no outcome would prove little. On average, more than half of the calls have an
        // outcome. In a single run of 256 random calls it can be slightly fewer by chance, so the limit is a third.
        if (handler.calls() > 100) {
            vm.assertLe(handler.calls(), 3 * handler.effectiveCalls(), "two thirds of the calls had no outcome");
        }
        handler.assertDrawsAreUnchanged();
        handler.assertDelegatorStakesSumToTranscoderStake();
        handler.assertAllTokenIsReturned();
    }
}
