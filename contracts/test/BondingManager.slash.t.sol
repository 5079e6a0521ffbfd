// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {IRoundsManager} from "../src/interfaces/IRoundsManager.sol";
import {Protocol} from "./Protocol.sol";

contract BondingManagerSlashTest is Protocol {
    address private anna = _account("anna");
    address private ben = _account("ben");
    address private carl = _account("carl");
    address private dora = _account("dora");

    function setUp() public {
        _deploy(3);
        _registerTranscoder(anna, 1_000 ether, PRICE);
        _registerTranscoder(ben, 1_000 ether, PRICE);
        _delegate(dora, 1_000 ether, anna);
    }

    function test_slash_byAnotherCallerOrOutOfBounds_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotClaimsManager.selector, address(this)));
        bonding.slash(anna, 1);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.SlashOutOfBounds.selector, 1_000_000, 999_999));
        _slash(anna, 1_000_000);
    }

    function test_slash_reducesTranscoderDelegatorsAndLocks() public {
        vm.prank(dora);
        uint256 lockId = bonding.unbond(400 ether);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Slash(anna, 200 ether, 1_440 ether, address(0), 0);
        vm.assertEq(_slash(anna, 100_000), 200 ether);
        vm.assertEq(_stakeOf(anna), 900 ether);
        vm.assertEq(_stakeOf(dora), 540 ether);
        vm.assertEq(bonding.getUnbondingLock(dora, lockId).amount, 360 ether);
        vm.assertEq(bonding.commonPool(), 200 ether);
        vm.assertEq(_stakeOf(ben), 1_000 ether);
        _mine(ROUND_LENGTH * UNBONDING_PERIOD);
        // The lock's unbonding period has ended. A slash no longer affects the lock, although it is not withdrawn.
        vm.assertEq(_slash(anna, 100_000), 144 ether);
        vm.prank(dora);
        bonding.withdrawStake(lockId);
        vm.assertEq(token.balanceOf(dora), 360 ether);
    }

    function test_slash_withFinder_paysFinderFee() public {
        vm.prank(address(claims));
        vm.assertEq(bonding.slash(anna, 100_000, carl), 200 ether);
        vm.assertEq(token.balanceOf(carl), 10 ether);
        vm.assertEq(bonding.commonPool(), 190 ether);
    }

    function test_slash_afterResignation_reducesLockAndDelegators() public {
        vm.startPrank(anna);
        bonding.resignAsTranscoder();
        bonding.unbond(1_000 ether);
        vm.stopPrank();
        vm.assertEq(_slash(anna, 500_000), 1_000 ether);
        vm.assertEq(bonding.getUnbondingLock(anna, 0).amount, 500 ether);
        vm.assertEq(_stakeOf(dora), 500 ether);
    }

    function test_slash_afterStakeMoved_reducesMovedStake() public {
        vm.prank(dora);
        bonding.bond(0, ben);
        _slash(anna, 100_000);
        vm.assertEq(_stakeOf(dora), 900 ether);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.ExposureSlash(dora, anna, 100 ether);
        bonding.updateDelegatorStake(dora);
        vm.assertEq(bonding.getTranscoder(ben).stake, 1_900 ether);
        vm.assertEq(bonding.commonPool(), 200 ether);
        vm.assertEq(_stakeOf(ben), 1_000 ether);
        // A slash of Ben reaches Dora's stake, and a slash of Anna does too.
        _slash(ben, 100_000);
        vm.assertEq(_stakeOf(dora), 810 ether);
        _slash(anna, 100_000);
        vm.assertEq(_stakeOf(dora), 729 ether);
        // Dora's stake is no longer exposed to Anna after UnbondingPeriod rounds.
        _mine(ROUND_LENGTH * UNBONDING_PERIOD);
        _slash(anna, 500_000);
        vm.assertEq(_stakeOf(dora), 729 ether);
    }

    function test_slash_afterMovedStakeUnbonded_reducesLock() public {
        vm.startPrank(dora);
        bonding.bond(0, ben);
        uint256 lockId = bonding.unbond(600 ether);
        vm.stopPrank();
        _slash(anna, 100_000);
        _slash(ben, 100_000);
        vm.assertEq(bonding.getUnbondingLock(dora, lockId).amount, 486 ether);
        vm.assertEq(_stakeOf(dora), 324 ether);
        // After the rebond, the stake of the lock is still exposed to Anna.
        vm.prank(dora);
        bonding.rebond(lockId, ben);
        vm.assertEq(_stakeOf(dora), 810 ether);
        _slash(anna, 100_000);
        vm.assertEq(_stakeOf(dora), 729 ether);
    }

    /// @dev A slash halves Dora's exposed stake while it is in the lock. After the rebond only the rest is exposed.
    function test_rebond_afterSlashOfLock_exposesRemainingStake() public {
        vm.prank(dora);
        bonding.bond(0, ben);
        _delegate(dora, 1_000 ether, ben);
        vm.startPrank(dora);
        uint256 lockId = bonding.unbond(2_000 ether);
        vm.stopPrank();
        _slash(anna, 500_000);
        vm.prank(dora);
        bonding.rebond(lockId, ben);
        vm.assertEq(_stakeOf(dora), 1_500 ether);
        vm.assertEq(bonding.getDelegator(dora).exposedStake, 500 ether);
        _slash(anna, 100_000);
        vm.assertEq(_stakeOf(dora), 1_450 ether);
    }

    function test_rebond_toFormerTranscoderWhileExposed_reverts() public {
        vm.startPrank(dora);
        bonding.bond(0, ben);
        uint256 lockId = bonding.unbond(1_000 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.StakeExposed.selector, anna, UNBONDING_PERIOD));
        bonding.rebond(lockId, anna);
        vm.stopPrank();
    }

    function test_slash_afterRebond_ignoresFormerLock() public {
        vm.startPrank(dora);
        uint256 lockId = bonding.unbond(400 ether);
        bonding.rebond(lockId, anna);
        vm.stopPrank();
        vm.assertEq(_slash(anna, 100_000), 200 ether);
    }

    function test_rebond_afterExposureEnded_ignoresFormerTranscoder() public {
        _registerTranscoder(carl, 1 ether, PRICE);
        vm.prank(dora);
        bonding.bond(0, ben);
        _initializeNextRound();
        vm.prank(dora);
        uint256 lockId = bonding.unbond(1_000 ether);
        for (uint256 i; i < UNBONDING_PERIOD - 1; ++i) {
            _initializeNextRound();
        }
        vm.prank(dora);
        bonding.rebond(lockId, carl);
        IBondingTypes.Delegator memory moved = bonding.getDelegator(dora);
        vm.assertEq(moved.exposedTo, ben);
        vm.assertEq(moved.exposedUntil, UNBONDING_PERIOD + 1);
    }

    /// @dev The lock ends one round later than the exposure of the moved stake. After the rebond, all exposed stake
    /// stays exposed until the end of the lock.
    function test_rebond_ofLongerLock_extendsExposure() public {
        uint256 until = rounds.currentRound() + UNBONDING_PERIOD;
        vm.prank(dora);
        uint256 lockId = bonding.unbond(400 ether);
        _shortenUnbondingPeriod();
        vm.startPrank(dora);
        bonding.bond(0, ben);
        vm.assertEq(bonding.getDelegator(dora).exposedUntil, until - 1);
        bonding.rebond(lockId, ben);
        vm.stopPrank();
        vm.assertEq(bonding.getDelegator(dora).exposedUntil, until);
        vm.assertEq(bonding.getDelegator(dora).exposedStake, 1_000 ether);
        _mine(4 * ROUND_LENGTH * (until - 1 - rounds.currentRound()));
        _slash(anna, 100_000);
        vm.assertEq(_stakeOf(dora), 900 ether);
    }

    function test_rebond_whileExposedToAnotherTranscoder_reverts() public {
        vm.startPrank(dora);
        uint256 lockId = bonding.unbond(400 ether);
        bonding.unbond(600 ether);
        vm.stopPrank();
        _delegate(dora, 100 ether, ben);
        _registerTranscoder(carl, 1 ether, PRICE);
        vm.startPrank(dora);
        bonding.bond(0, carl);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.StakeExposed.selector, ben, UNBONDING_PERIOD));
        bonding.rebond(lockId, carl);
        vm.stopPrank();
    }

    /// @dev The lock lasts until the exposure ends, although UnbondingPeriod has become shorter after the move.
    function test_unbond_ofExposedStake_locksUntilExposureEnds() public {
        vm.prank(dora);
        bonding.bond(0, ben);
        uint256 until = bonding.getDelegator(dora).exposedUntil;
        _shortenUnbondingPeriod();
        _delegate(carl, 10 ether, ben);
        vm.prank(carl);
        bonding.unbond(10 ether);
        vm.assertEq(bonding.getUnbondingLock(carl, 0).withdrawRound, until - 1);
        vm.prank(dora);
        bonding.unbond(1_000 ether);
        vm.assertEq(bonding.getUnbondingLock(dora, 0).withdrawRound, until);
        _mine(4 * ROUND_LENGTH * (until - 1 - rounds.currentRound()));
        _slash(anna, 100_000);
        _mine(4 * ROUND_LENGTH);
        uint256 before = token.balanceOf(dora);
        vm.prank(dora);
        bonding.withdrawStake(0);
        vm.assertEq(token.balanceOf(dora) - before, 900 ether);
    }

    function test_slash_ofUnknownAccount_returnsZero() public {
        vm.assertEq(_slash(_account("nobody"), 500_000), 0);
    }

    /// @dev Dora unbonds or moves her stake between the slashes. She loses as much as Carl, who leaves his stake
    /// bonded.
    function test_fuzz_slash_afterAnyActions_reducesStakeEqually(uint256 dice, uint24[3] memory shares) public {
        _delegate(carl, 1_000 ether, anna);
        for (uint256 i; i < 3; ++i) {
            uint256 stake = _stakeOf(dora);
            vm.startPrank(dora);
            uint256 how = (dice >> (8 * i)) % 5;
            if (how == 0 && stake > 0) {
                bonding.unbond(1 + (dice >> 40) % stake);
            } else if (how == 1 && bonding.getUnbondingLock(dora, 0).amount > 0) {
                bonding.rebond(0, _delegateOf(dora));
            } else if (how == 2 && stake > 0) {
                try bonding.bond(0, ben) {} catch {}
            } else if (how == 3 && stake > 0) {
                try bonding.bond(0, anna) {} catch {}
            } else {
                bonding.updateDelegatorStake(dora);
            }
            vm.stopPrank();
            _slash(anna, shares[i] % 500_000);
        }
        uint256 total = _stakeOf(dora);
        for (uint256 i; i < bonding.unbondingLockCount(dora); ++i) {
            total += bonding.getUnbondingLock(dora, i).amount;
        }
        vm.assertLe(total, _stakeOf(carl) + 1, "Dora lost less than a delegator that stayed");
        vm.assertLe(_stakeOf(carl), total + 20, "Dora lost more than a delegator that stayed");
        vm.assertLe(_stakeOf(ben), 1_000 ether + 20, "another transcoder gained stake");
    }

    function test_fuzz_slash_withUnbonds_losesNoToken(uint96[6] memory amounts, uint24[3] memory shares) public {
        for (uint256 i; i < 6; ++i) {
            _delegate(dora, _bound(amounts[i], 1, 1_000_000 ether), anna);
            if (i % 2 == 1) _slash(anna, shares[i / 2] % 500_001);
            uint256 amount = _bound(amounts[5 - i], 1, _stakeOf(dora));
            vm.prank(dora);
            bonding.unbond(amount);
        }
        _mine(bonding.minUnbondingBlocks() + ROUND_LENGTH);
        vm.startPrank(dora);
        for (uint256 i; i < 6; ++i) {
            uint256 before = token.balanceOf(dora);
            uint256 amount = bonding.getUnbondingLock(dora, i).amount;
            bonding.withdrawStake(i);
            vm.assertEq(token.balanceOf(dora) - before, amount);
        }
        uint256 kept = bonding.totalBonded() + bonding.commonPool();
        vm.assertLe(kept, token.balanceOf(address(bonding)), "the contract holds less token than it owes");
        vm.assertLe(token.balanceOf(address(bonding)) - kept, 12, "the contract holds token without an owner");
    }

    /// @dev From round 2, UnbondingPeriod is two rounds instead of five, and a round is four times as long.
    function _shortenUnbondingPeriod() private {
        rounds.setParameters(IRoundsManager.Parameters(4 * ROUND_LENGTH, 100_000));
        _initializeNextRound();
        IBondingTypes.Parameters memory values = _bondingParameters(3);
        values.unbondingPeriod = 2;
        bonding.setParameters(values);
        _initializeNextRound();
    }

    function _delegateOf(address account) private view returns (address) {
        address delegate_ = bonding.getDelegator(account).delegate;
        return delegate_ == address(0) ? anna : delegate_;
    }
}
