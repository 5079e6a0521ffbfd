// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IParameters} from "../src/interfaces/IParameters.sol";
import {IRoundsManager} from "../src/interfaces/IRoundsManager.sol";
import {RoundsManager} from "../src/RoundsManager.sol";
import {Test} from "./Test.sol";

contract RoundsManagerTest is Test {
    uint256 private constant FIRST_BLOCK = 777;

    RoundsManager private rounds;

    function setUp() public {
        vm.roll(FIRST_BLOCK);
        rounds = new RoundsManager(50, 100_000);
    }

    function test_rounds_startInitializedAtDeployment() public view {
        vm.assertEq(rounds.currentRound(), 0);
        vm.assertEq(rounds.currentRoundStartBlock(), FIRST_BLOCK);
        vm.assertTrue(rounds.currentRoundInitialized());
    }

    function test_initializeRound_opensEachRoundOnce() public {
        vm.expectRevert(abi.encodeWithSelector(IRoundsManager.RoundAlreadyInitialized.selector, 0));
        rounds.initializeRound();
        vm.roll(FIRST_BLOCK + 149);
        vm.assertFalse(rounds.currentRoundInitialized());
        vm.expectEmit(address(rounds));
        emit IRoundsManager.NewRound(2, FIRST_BLOCK + 100);
        rounds.initializeRound();
        vm.assertTrue(rounds.currentRoundInitialized());
        vm.assertEq(rounds.lastInitializedRound(), 2);
        vm.expectRevert(abi.encodeWithSelector(IRoundsManager.RoundAlreadyInitialized.selector, 2));
        rounds.initializeRound();
        vm.roll(FIRST_BLOCK + 150);
        vm.assertFalse(rounds.currentRoundInitialized());
    }

    function test_currentRoundLocked_forTheLastTenthOfARound() public {
        vm.roll(FIRST_BLOCK + 44);
        vm.assertFalse(rounds.currentRoundLocked());
        vm.roll(FIRST_BLOCK + 45);
        vm.assertTrue(rounds.currentRoundLocked());
        vm.roll(FIRST_BLOCK + 49);
        vm.assertTrue(rounds.currentRoundLocked());
        vm.roll(FIRST_BLOCK + 50);
        vm.assertFalse(rounds.currentRoundLocked());
    }

    function test_fuzz_currentRound_holdsItsBlock(uint256 elapsed) public {
        elapsed = bound(elapsed, 0, 1e12);
        vm.roll(FIRST_BLOCK + elapsed);
        vm.assertLe(rounds.currentRoundStartBlock(), FIRST_BLOCK + elapsed, "not begun");
        vm.assertLe(FIRST_BLOCK + elapsed, rounds.currentRoundStartBlock() + 49, "over");
        vm.assertEq(rounds.currentRoundStartBlock(), FIRST_BLOCK + rounds.currentRound() * 50);
    }

    function test_constructor_boundsParameters() public {
        refuse("roundLength", 9, 10, 1_000_000);
        new RoundsManager(9, 0);
        refuse("roundLength", 1_000_001, 10, 1_000_000);
        new RoundsManager(1_000_001, 0);
        refuse("roundLockAmount", 500_001, 0, 500_000);
        new RoundsManager(10, 500_001);
    }

    function refuse(string memory name, uint256 value, uint256 min, uint256 max) private {
        vm.expectRevert(abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, name, value, min, max));
    }
}
