// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {IRoundsManager} from "../src/interfaces/IRoundsManager.sol";
import {RoundsManager} from "../src/RoundsManager.sol";
import {Protocol} from "./Protocol.sol";

contract RoundsManagerTest is Protocol {
    uint256 private constant FIRST_BLOCK = 1_000;

    function setUp() public {
        deploy(3);
    }

    function test_rounds_startInitializedAtDeployment() public view {
        vm.assertEq(rounds.currentRound(), 0);
        vm.assertEq(rounds.currentRoundStartBlock(), FIRST_BLOCK);
        vm.assertTrue(rounds.currentRoundInitialized());
    }

    function test_initializeRound_opensEachRoundOnce() public {
        vm.expectRevert(abi.encodeWithSelector(IRoundsManager.RoundAlreadyInitialized.selector, 0));
        rounds.initializeRound();
        vm.roll(FIRST_BLOCK + 60);
        vm.assertFalse(rounds.currentRoundInitialized());
        vm.expectRevert(abi.encodeWithSelector(IRoundsManager.RoundTooYoung.selector, 2, FIRST_BLOCK + 61));
        rounds.initializeRound();
        mine(1);
        vm.expectEmit(address(rounds));
        emit IRoundsManager.NewRound(2, FIRST_BLOCK + 60);
        rounds.initializeRound();
        vm.assertTrue(rounds.currentRoundInitialized());
        vm.assertEq(rounds.lastInitializedRound(), 2);
        vm.expectRevert(abi.encodeWithSelector(IRoundsManager.RoundAlreadyInitialized.selector, 2));
        rounds.initializeRound();
        vm.assertEq(rounds.roundInForceAt(FIRST_BLOCK + 60), 0);
        vm.assertEq(rounds.roundInForceAt(FIRST_BLOCK + 61), 2);
        (uint256 round, uint256 count,) = bonding.roundInForce();
        vm.assertEq(round, 2);
        vm.assertEq(count, 1);
    }

    function test_initializeRound_passesOverRoundsThatNobodyOpened() public {
        vm.roll(FIRST_BLOCK + 29 + 30 * 400);
        rounds.initializeRound();
        vm.assertEq(rounds.lastInitializedRound(), 400);
    }

    function test_initializeRound_invitesNobodyWhenTheHashIsGone() public {
        for (uint256 i; i < 4; ++i) {
            join(person(vm.toString(i)), (4 - i) * 1 ether, PRICE);
        }
        rounds.setParameters(IRoundsManager.Parameters(300, 0));
        nextRound();
        vm.assertTrue(bonding.getTranscoder(person("3")).active);
        vm.roll(FIRST_BLOCK + 30 + 300 + 257);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.PoolLocked(2, 9 ether, address(0));
        rounds.initializeRound();
        vm.assertFalse(bonding.getTranscoder(person("3")).active);
        vm.assertEq(rounds.lastInitializedRound(), 2);
    }

    function test_currentRoundLocked_forTheLastTenthOfARound() public {
        vm.roll(FIRST_BLOCK + 26);
        vm.assertFalse(rounds.currentRoundLocked());
        vm.roll(FIRST_BLOCK + 27);
        vm.assertTrue(rounds.currentRoundLocked());
        vm.roll(FIRST_BLOCK + 30);
        vm.assertFalse(rounds.currentRoundLocked());
    }

    function test_setParameters_holdsFromTheNextRoundOn() public {
        rounds.setParameters(IRoundsManager.Parameters(50, 200_000));
        vm.assertEq(rounds.roundLength(), 30);
        vm.assertEq(rounds.minRoundLength(), 30);
        vm.roll(FIRST_BLOCK + 31);
        rounds.initializeRound();
        vm.assertEq(rounds.roundLength(), 50);
        vm.assertEq(rounds.roundLockAmount(), 200_000);
        vm.assertEq(rounds.currentRound(), 1);
        vm.assertEq(rounds.currentRoundStartBlock(), FIRST_BLOCK + 30);
        vm.roll(FIRST_BLOCK + 79);
        vm.assertEq(rounds.currentRound(), 1);
        mine(1);
        vm.assertEq(rounds.currentRound(), 2);
        // A shorter round is measured from now where it would be over.
        rounds.setParameters(IRoundsManager.Parameters(31, 0));
        vm.roll(FIRST_BLOCK + 129);
        rounds.initializeRound();
        vm.assertEq(rounds.currentRound(), 2);
        vm.assertEq(rounds.currentRoundStartBlock(), FIRST_BLOCK + 129);
    }

    function test_setParameters_neverEndsTheRoundThatIsInitialized() public {
        rounds.setParameters(IRoundsManager.Parameters(50, 0));
        vm.roll(FIRST_BLOCK + 31);
        rounds.initializeRound();
        rounds.setParameters(IRoundsManager.Parameters(31, 0));
        // As much of round 2 has passed as a new one lasts.
        vm.roll(FIRST_BLOCK + 80 + 31);
        rounds.initializeRound();
        vm.assertTrue(rounds.currentRoundInitialized());
        vm.assertEq(rounds.currentRound(), 2);
        vm.assertEq(rounds.currentRoundStartBlock(), FIRST_BLOCK + 80 + 31);
    }

    function test_setParameters_isByTheOwnerAndKeepsStakeSlashable() public {
        vm.prank(person("anna"));
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, person("anna")));
        rounds.setParameters(IRoundsManager.Parameters(50, 0));
        // 4 rounds must hold 60 + 40 + 20 blocks.
        refuse("minUnbondingBlocks", 116, 120, type(uint256).max);
        rounds.setParameters(IRoundsManager.Parameters(29, 0));
    }

    function test_fuzz_currentRound_holdsItsBlock(uint256 elapsed) public {
        elapsed = bound(elapsed, 0, 1e12);
        vm.roll(FIRST_BLOCK + elapsed);
        vm.assertLe(rounds.currentRoundStartBlock(), FIRST_BLOCK + elapsed, "not begun");
        vm.assertLe(FIRST_BLOCK + elapsed, rounds.currentRoundStartBlock() + 29, "over");
        vm.assertEq(rounds.currentRoundStartBlock(), FIRST_BLOCK + rounds.currentRound() * 30);
    }

    function test_constructor_boundsParameters() public {
        refuse("roundLength", 9, 10, 1_000_000);
        new RoundsManager(bonding, minter, randomness, 9, 0);
        refuse("roundLength", 1_000_001, 10, 1_000_000);
        new RoundsManager(bonding, minter, randomness, 1_000_001, 0);
        refuse("roundLockAmount", 500_001, 0, 500_000);
        new RoundsManager(bonding, minter, randomness, 10, 500_001);
    }

    function refuse(string memory name, uint256 value, uint256 min, uint256 max) private {
        vm.expectRevert(abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, name, value, min, max));
    }
}
