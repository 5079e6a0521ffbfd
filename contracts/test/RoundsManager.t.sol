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
        _deploy(3);
    }

    function test_currentRoundInitialized_afterDeployment_isTrue() public view {
        vm.assertEq(rounds.currentRound(), 0);
        vm.assertEq(rounds.currentRoundStartBlock(), FIRST_BLOCK);
        vm.assertTrue(rounds.currentRoundInitialized());
    }

    function test_initializeRound_initializesEachRoundOnce() public {
        vm.expectRevert(abi.encodeWithSelector(IRoundsManager.RoundAlreadyInitialized.selector, 0));
        rounds.initializeRound();
        vm.roll(FIRST_BLOCK + 60);
        vm.assertFalse(rounds.currentRoundInitialized());
        vm.expectRevert(abi.encodeWithSelector(IRoundsManager.RoundTooYoung.selector, 2, FIRST_BLOCK + 61));
        rounds.initializeRound();
        _mine(1);
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

    function test_initializeRound_afterSkippedRounds_succeeds() public {
        vm.roll(FIRST_BLOCK + 29 + 30 * 400);
        rounds.initializeRound();
        vm.assertEq(rounds.lastInitializedRound(), 400);
    }

    /// @dev From the first block of a round until the initialization of the round, no account can bond, unbond or move stake. So no
    /// account can react to the hash of this block. `RoundsManager._seedOf` names the exceptions.
    function test_initializeRound_usesHashOfFirstBlockAsSeed() public {
        uint256 startBlock = FIRST_BLOCK + ROUND_LENGTH;
        vm.roll(startBlock + 3);
        vm.setBlockhash(startBlock - 1, "the block before");
        vm.setBlockhash(startBlock, "the first block");
        vm.setBlockhash(startBlock + 1, "the second block");
        bytes32 seed = keccak256(abi.encode(bytes32("the first block"), 1));
        vm.expectCall(address(bonding), abi.encodeCall(bonding.openRound, (1, startBlock + ROUND_LENGTH, seed)));
        rounds.initializeRound();
    }

    function test_initializeRound_afterBlockHashExpired_invitesNoTranscoder() public {
        for (uint256 i; i < 4; ++i) {
            _registerTranscoder(_account(vm.toString(i)), (4 - i) * 1 ether, PRICE);
        }
        rounds.setParameters(IRoundsManager.Parameters(300, 0));
        _initializeNextRound();
        vm.assertTrue(bonding.getTranscoder(_account("3")).active);
        vm.roll(FIRST_BLOCK + 30 + 300 + 257);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.PoolLocked(2, 9 ether, address(0));
        rounds.initializeRound();
        vm.assertFalse(bonding.getTranscoder(_account("3")).active);
        vm.assertEq(rounds.lastInitializedRound(), 2);
    }

    function test_currentRoundLocked_inLastTenthOfRound_isTrue() public {
        vm.roll(FIRST_BLOCK + 26);
        vm.assertFalse(rounds.currentRoundLocked());
        vm.roll(FIRST_BLOCK + 27);
        vm.assertTrue(rounds.currentRoundLocked());
        vm.roll(FIRST_BLOCK + 30);
        vm.assertFalse(rounds.currentRoundLocked());
    }

    function test_setParameters_takesEffectNextRound() public {
        rounds.setParameters(IRoundsManager.Parameters(50, 200_000));
        vm.assertEq(rounds.roundLength(), 30);
        vm.roll(FIRST_BLOCK + 31);
        rounds.initializeRound();
        vm.assertEq(rounds.roundLength(), 50);
        vm.assertEq(rounds.roundLockAmount(), 200_000);
        vm.assertEq(rounds.currentRound(), 1);
        vm.assertEq(rounds.currentRoundStartBlock(), FIRST_BLOCK + 30);
        vm.roll(FIRST_BLOCK + 79);
        vm.assertEq(rounds.currentRound(), 1);
        rounds.setParameters(IRoundsManager.Parameters(31, 0));
        _mine(1);
        vm.assertEq(rounds.currentRound(), 2);
        // When round 2 is initialized, more than 31 blocks of round 2 have passed. With the new length of 31 blocks, round 2
        // would be over. So it starts again in the block of the initialization.
        vm.roll(FIRST_BLOCK + 129);
        rounds.initializeRound();
        vm.assertEq(rounds.currentRound(), 2);
        vm.assertEq(rounds.currentRoundStartBlock(), FIRST_BLOCK + 129);
    }

    function test_setParameters_withShorterRounds_keepsInitializedRound() public {
        rounds.setParameters(IRoundsManager.Parameters(50, 0));
        vm.roll(FIRST_BLOCK + 31);
        rounds.initializeRound();
        rounds.setParameters(IRoundsManager.Parameters(31, 0));
        // 31 blocks of round 2 have passed. This is as many as the new round length.
        vm.roll(FIRST_BLOCK + 80 + 31);
        rounds.initializeRound();
        vm.assertTrue(rounds.currentRoundInitialized());
        vm.assertEq(rounds.currentRound(), 2);
        vm.assertEq(rounds.currentRoundStartBlock(), FIRST_BLOCK + 80 + 31);
    }

    /// @dev From the initialization of a round to the round's last block, accounts can add to their stakes. After this block, no
    /// account can do so until the next round is initialized.
    function test_fuzz_initializeRound_letsStakesChangeUntilRoundEnds(uint256 dice) public {
        address anna = _account("anna");
        _fund(anna, 100 ether);
        vm.prank(anna);
        bonding.bond(10 ether, anna);
        _initializeNextRound();
        for (uint256 i; i < 12; ++i) {
            dice = uint256(keccak256(abi.encode(dice)));
            rounds.setParameters(IRoundsManager.Parameters(10 + dice % 40, 0));
            _mine(1 + (dice >> 16) % 30);
            _assertStakesCanChange(anna, rounds.currentRoundInitialized());
            bool isInitialized = rounds.currentRoundInitialized();
            if (isInitialized || rounds.currentRoundStartBlock() == vm.getBlockNumber()) continue;
            rounds.initializeRound();
            _assertStakesCanChange(anna, true);
            if (dice >> 32 & 1 == 0) continue;
            vm.roll(rounds.currentRoundStartBlock() + rounds.roundLength() - 1);
            _assertStakesCanChange(anna, true);
            _mine(1);
            _assertStakesCanChange(anna, false);
        }
    }

    function test_setParameters_byStranger_reverts() public {
        vm.prank(_account("anna"));
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, _account("anna")));
        rounds.setParameters(IRoundsManager.Parameters(50, 0));
    }

    function test_fuzz_currentRound_containsTheCurrentBlock(uint256 elapsed) public {
        elapsed = _bound(elapsed, 0, 1e12);
        vm.roll(FIRST_BLOCK + elapsed);
        vm.assertLe(rounds.currentRoundStartBlock(), FIRST_BLOCK + elapsed, "the current round has not begun");
        vm.assertLe(FIRST_BLOCK + elapsed, rounds.currentRoundStartBlock() + 29, "the current round is over");
        vm.assertEq(rounds.currentRoundStartBlock(), FIRST_BLOCK + rounds.currentRound() * 30);
    }

    function test_constructor_withParametersOutOfBounds_reverts() public {
        _expectOutOfBounds("roundLength", 9, 10, 1_000_000);
        new RoundsManager(address(this), bonding, minter, randomness, 9, 0);
        _expectOutOfBounds("roundLength", 1_000_001, 10, 1_000_000);
        new RoundsManager(address(this), bonding, minter, randomness, 1_000_001, 0);
        _expectOutOfBounds("roundLockAmount", 500_001, 0, 500_000);
        new RoundsManager(address(this), bonding, minter, randomness, 10, 500_001);
    }

    function _assertStakesCanChange(address account, bool expected) private {
        vm.prank(account);
        (bool done,) = address(bonding).call(abi.encodeCall(bonding.bond, (1 gwei, account)));
        vm.assertTrue(done == expected);
    }

    function _expectOutOfBounds(string memory name, uint256 value, uint256 min, uint256 max) private {
        vm.expectRevert(abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, name, value, min, max));
    }
}
