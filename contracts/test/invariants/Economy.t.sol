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

    /// @dev Number of calls in a run: `depth` in foundry.toml.
    uint256 private constant FULL_RUN = 2_048;
    /// @dev Actions before each run. After these actions, there are transcoders, jobs, claims and locks of every age.
    uint256 private constant SEEDED_ACTIONS = 300;

    Handler private handler;

    function setUp() public {
        _deploy(3);
        IBondingTypes.Parameters memory terms = _bondingParameters(3);
        (terms.minExpectedWork, terms.competitivenessWindow) = (1_000_000, 1);
        (terms.competitivenessTolerance, terms.lowWorkSlashAmount) = (100_000, 20_000);
        bonding.setParameters(terms);
        IClaimsTypes.Parameters memory values = _claimsParameters();
        (values.verificationRate, values.verificationFailureThreshold, values.verificationWindow) = (2, 100_000, 10);
        claims.setParameters(values);
        _bondVerifier();
        handler = new Handler(token, rounds, bonding, jobs, claims, verifier, minter);
        token.transfer(address(handler), token.balanceOf(address(this)));
        handler.start();
        _performActions(SEEDED_ACTIONS, "seed", 0);
        handler.startCounting();
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

    function invariant_accountsMatchTheLedger() public {
        handler.assertStakesMatchTheLedger();
        handler.assertClaimableWeiIsHeld();
        handler.assertWeiPaidInIsHeldOrPaidOut();
        handler.assertCreditedFeesWereClaimed();
        handler.assertStakesAndLocksAreHeld();
        handler.assertRewardsAreWithinTheSchedule();
        handler.assertPoolAndWaitlistHoldEveryTranscoder();
        handler.assertCommonPoolsFollowFromEvents();
    }

    /// @dev Performs 7,500 actions, which do not depend on the seed of forge. Then checks that each outcome and each refusal
    /// has occurred often enough.
    function test_handler_afterManyActions_reachesEveryOutcome() public {
        vm.pauseGasMetering();
        handler.startCounting();
        for (uint256 i; i < 75; ++i) {
            _performActions(100, "reach", i);
            invariant_accountsMatchTheLedger();
        }
        handler.assertEachOutcomeHappened();
        handler.assertEachRefusalHappened();
        afterInvariant();
    }

    /// @dev Forge calls this function at the end of each run. In a run that forge has shortened, not every action succeeds.
    function afterInvariant() public {
        if (handler.calls() >= FULL_RUN) {
            handler.assertEachActionSucceeded();
            vm.assertLe(handler.calls(), 2 * handler.effectiveCalls(), "more than half of the calls changed nothing");
        }
        handler.assertDrawsAreUnchanged();
        handler.assertSnapshotsAreUnchanged();
        handler.assertDelegatorStakesSumToTranscoderStake();
        handler.assertRemainingLptIsInCommonPool();
    }

    /// @dev Performs random actions. `name` and `part` determine these actions.
    function _performActions(uint256 count, string memory name, uint256 part) private {
        bytes4[] memory actions = handler.actions();
        for (uint256 i; i < count; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(name, part, i)));
            (bool succeeded, bytes memory refusal) =
                address(handler).call(abi.encodeWithSelector(actions[seed % actions.length], seed, i));
            if (succeeded) continue;
            assembly ("memory-safe") {
                revert(add(refusal, 32), mload(refusal))
            }
        }
    }
}
