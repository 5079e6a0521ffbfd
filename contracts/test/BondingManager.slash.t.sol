// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {IRoundsManager} from "../src/interfaces/IRoundsManager.sol";
import {Protocol} from "./Protocol.sol";

contract BondingManagerSlashTest is Protocol {
    address private anna = person("anna");
    address private ben = person("ben");
    address private carl = person("carl");
    address private dora = person("dora");

    function setUp() public {
        deploy(3);
        join(anna, 1_000 ether, PRICE);
        join(ben, 1_000 ether, PRICE);
        delegate(dora, 1_000 ether, anna);
    }

    function test_slash_isByTheClaimsManagerOnly() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotClaimsManager.selector, address(this)));
        bonding.slash(anna, 1);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.SlashOutOfBounds.selector, 1_000_000, 999_999));
        slash(anna, 1_000_000);
    }

    function test_slash_takesFromTranscoderDelegatorsAndLocks() public {
        vm.prank(dora);
        uint256 lockId = bonding.unbond(400 ether);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Slash(anna, 200 ether, 1_440 ether, address(0), 0);
        vm.assertEq(slash(anna, 100_000), 200 ether);
        vm.assertEq(stakeOf(anna), 900 ether);
        vm.assertEq(stakeOf(dora), 540 ether);
        vm.assertEq(bonding.getUnbondingLock(dora, lockId).amount, 360 ether);
        vm.assertEq(bonding.commonPool(), 200 ether);
        vm.assertEq(stakeOf(ben), 1_000 ether);
        mine(ROUND_LENGTH * UNBONDING_PERIOD);
        // The lock is past its period, whether or not it was withdrawn.
        vm.assertEq(slash(anna, 100_000), 144 ether);
        vm.prank(dora);
        bonding.withdrawStake(lockId);
        vm.assertEq(token.balanceOf(dora), 360 ether);
    }

    function test_slash_paysTheFinder() public {
        vm.prank(address(claims));
        vm.assertEq(bonding.slash(anna, 100_000, carl), 200 ether);
        vm.assertEq(token.balanceOf(carl), 10 ether);
        vm.assertEq(bonding.commonPool(), 190 ether);
    }

    function test_slash_reachesAResignedTranscoder() public {
        vm.startPrank(anna);
        bonding.resignAsTranscoder();
        bonding.unbond(1_000 ether);
        vm.stopPrank();
        vm.assertEq(slash(anna, 500_000), 1_000 ether);
        vm.assertEq(bonding.getUnbondingLock(anna, 0).amount, 500 ether);
        vm.assertEq(stakeOf(dora), 500 ether);
    }

    function test_slash_followsStakeThatMoved() public {
        vm.prank(dora);
        bonding.bond(0, ben);
        slash(anna, 100_000);
        vm.assertEq(stakeOf(dora), 900 ether);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.ExposureSlash(dora, anna, 100 ether);
        bonding.updateDelegatorStake(dora);
        vm.assertEq(bonding.getTranscoder(ben).stake, 1_900 ether);
        vm.assertEq(bonding.commonPool(), 200 ether);
        vm.assertEq(stakeOf(ben), 1_000 ether);
        // It answers for both.
        slash(ben, 100_000);
        vm.assertEq(stakeOf(dora), 810 ether);
        slash(anna, 100_000);
        vm.assertEq(stakeOf(dora), 729 ether);
        // And no longer than it would have been unbonding.
        mine(ROUND_LENGTH * UNBONDING_PERIOD);
        slash(anna, 500_000);
        vm.assertEq(stakeOf(dora), 729 ether);
    }

    function test_slash_followsMovedStakeThatUnbonds() public {
        vm.startPrank(dora);
        bonding.bond(0, ben);
        uint256 lockId = bonding.unbond(600 ether);
        vm.stopPrank();
        slash(anna, 100_000);
        slash(ben, 100_000);
        vm.assertEq(bonding.getUnbondingLock(dora, lockId).amount, 486 ether);
        vm.assertEq(stakeOf(dora), 324 ether);
        // Back among the stake, it still answers for the first.
        vm.prank(dora);
        bonding.rebond(lockId, ben);
        vm.assertEq(stakeOf(dora), 810 ether);
        slash(anna, 100_000);
        vm.assertEq(stakeOf(dora), 729 ether);
    }

    /// @dev What the first has cost a lock answers for it no more.
    function test_rebond_isExposedWithWhatIsLeft() public {
        vm.prank(dora);
        bonding.bond(0, ben);
        delegate(dora, 1_000 ether, ben);
        vm.startPrank(dora);
        uint256 lockId = bonding.unbond(2_000 ether);
        vm.stopPrank();
        slash(anna, 500_000);
        vm.prank(dora);
        bonding.rebond(lockId, ben);
        vm.assertEq(stakeOf(dora), 1_500 ether);
        vm.assertEq(bonding.getDelegator(dora).exposedStake, 500 ether);
        slash(anna, 100_000);
        vm.assertEq(stakeOf(dora), 1_450 ether);
    }

    function test_rebond_refusesStakeThatAnswersForTwo() public {
        vm.startPrank(dora);
        bonding.bond(0, ben);
        uint256 lockId = bonding.unbond(1_000 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.StakeExposed.selector, anna, UNBONDING_PERIOD));
        bonding.rebond(lockId, anna);
        vm.stopPrank();
    }

    function test_slash_takesNothingForALockThatWasRebonded() public {
        vm.startPrank(dora);
        uint256 lockId = bonding.unbond(400 ether);
        bonding.rebond(lockId, anna);
        vm.stopPrank();
        vm.assertEq(slash(anna, 100_000), 200 ether);
    }

    function test_rebond_isFreeOfATranscoderThatItsLockAnswersForNoMore() public {
        join(carl, 1 ether, PRICE);
        vm.prank(dora);
        bonding.bond(0, ben);
        nextRound();
        vm.prank(dora);
        uint256 lockId = bonding.unbond(1_000 ether);
        for (uint256 i; i < UNBONDING_PERIOD - 1; ++i) {
            nextRound();
        }
        vm.prank(dora);
        bonding.rebond(lockId, carl);
        IBondingTypes.Delegator memory moved = bonding.getDelegator(dora);
        vm.assertEq(moved.exposedTo, ben);
        vm.assertEq(moved.exposedUntil, UNBONDING_PERIOD + 1);
    }

    /// @dev A lock that ends later than the stake that moved makes all of it answer as long.
    function test_rebond_extendsWhatMovedStakeAnswersFor() public {
        uint256 until = rounds.currentRound() + UNBONDING_PERIOD;
        vm.prank(dora);
        uint256 lockId = bonding.unbond(400 ether);
        shorten();
        vm.startPrank(dora);
        bonding.bond(0, ben);
        vm.assertEq(bonding.getDelegator(dora).exposedUntil, until - 1);
        bonding.rebond(lockId, ben);
        vm.stopPrank();
        vm.assertEq(bonding.getDelegator(dora).exposedUntil, until);
        vm.assertEq(bonding.getDelegator(dora).exposedStake, 1_000 ether);
        mine(4 * ROUND_LENGTH * (until - 1 - rounds.currentRound()));
        slash(anna, 100_000);
        vm.assertEq(stakeOf(dora), 900 ether);
    }

    function test_rebond_refusesALockThatAnswersForAnother() public {
        vm.startPrank(dora);
        uint256 lockId = bonding.unbond(400 ether);
        bonding.unbond(600 ether);
        vm.stopPrank();
        delegate(dora, 100 ether, ben);
        join(carl, 1 ether, PRICE);
        vm.startPrank(dora);
        bonding.bond(0, carl);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.StakeExposed.selector, ben, UNBONDING_PERIOD));
        bonding.rebond(lockId, carl);
        vm.stopPrank();
    }

    /// @dev It stays as long as it answers for the first, though the period has become shorter.
    function test_unbond_locksMovedStakeUntilItAnswersNoMore() public {
        vm.prank(dora);
        bonding.bond(0, ben);
        uint256 until = bonding.getDelegator(dora).exposedUntil;
        shorten();
        delegate(carl, 10 ether, ben);
        vm.prank(carl);
        bonding.unbond(10 ether);
        vm.assertEq(bonding.getUnbondingLock(carl, 0).withdrawRound, until - 1);
        vm.prank(dora);
        bonding.unbond(1_000 ether);
        vm.assertEq(bonding.getUnbondingLock(dora, 0).withdrawRound, until);
        mine(4 * ROUND_LENGTH * (until - 1 - rounds.currentRound()));
        slash(anna, 100_000);
        mine(4 * ROUND_LENGTH);
        uint256 before = token.balanceOf(dora);
        vm.prank(dora);
        bonding.withdrawStake(0);
        vm.assertEq(token.balanceOf(dora) - before, 900 ether);
    }

    function test_slash_ofNobodyTakesNothing() public {
        vm.assertEq(slash(person("nobody"), 500_000), 0);
    }

    /// @dev By whichever way stake leaves, it loses at least what it would have lost by staying.
    function test_fuzz_slash_nobodyEscapes(uint256 dice, uint24[3] memory shares) public {
        delegate(carl, 1_000 ether, anna);
        for (uint256 i; i < 3; ++i) {
            uint256 stake = stakeOf(dora);
            vm.startPrank(dora);
            uint256 how = (dice >> (8 * i)) % 5;
            if (how == 0 && stake > 0) {
                bonding.unbond(1 + (dice >> 40) % stake);
            } else if (how == 1 && bonding.getUnbondingLock(dora, 0).amount > 0) {
                bonding.rebond(0, delegateOf(dora));
            } else if (how == 2 && stake > 0) {
                try bonding.bond(0, ben) {} catch {}
            } else if (how == 3 && stake > 0) {
                try bonding.bond(0, anna) {} catch {}
            } else {
                bonding.updateDelegatorStake(dora);
            }
            vm.stopPrank();
            slash(anna, shares[i] % 500_000);
        }
        uint256 total = stakeOf(dora);
        for (uint256 i; i < bonding.unbondingLockCount(dora); ++i) {
            total += bonding.getUnbondingLock(dora, i).amount;
        }
        vm.assertLe(total, stakeOf(carl) + 1, "she lost less than who stayed");
        vm.assertLe(stakeOf(carl), total + 20, "she lost more than rounding");
        vm.assertLe(stakeOf(ben), 1_000 ether + 20, "another gained");
    }

    function test_fuzz_slash_losesNoToken(uint96[6] memory amounts, uint24[3] memory shares) public {
        for (uint256 i; i < 6; ++i) {
            delegate(dora, bound(amounts[i], 1, 1_000_000 ether), anna);
            if (i % 2 == 1) slash(anna, shares[i / 2] % 500_001);
            uint256 amount = bound(amounts[5 - i], 1, stakeOf(dora));
            vm.prank(dora);
            bonding.unbond(amount);
        }
        mine(bonding.minUnbondingBlocks() + ROUND_LENGTH);
        vm.startPrank(dora);
        for (uint256 i; i < 6; ++i) {
            uint256 before = token.balanceOf(dora);
            uint256 amount = bonding.getUnbondingLock(dora, i).amount;
            bonding.withdrawStake(i);
            vm.assertEq(token.balanceOf(dora) - before, amount);
        }
        uint256 kept = bonding.totalBonded() + bonding.commonPool();
        vm.assertLe(kept, token.balanceOf(address(bonding)), "more on the books than there is");
        vm.assertLe(token.balanceOf(address(bonding)) - kept, 12, "token that belongs to nobody");
    }

    /// @dev In round 2, stake unbonds for two rounds instead of five, each four times as long.
    function shorten() private {
        rounds.setParameters(IRoundsManager.Parameters(4 * ROUND_LENGTH, 100_000));
        nextRound();
        IBondingTypes.Parameters memory values = bondingParameters(3);
        values.unbondingPeriod = 2;
        bonding.setParameters(values);
        nextRound();
    }

    function delegateOf(address who) private view returns (address) {
        address delegate_ = bonding.getDelegator(who).delegate;
        return delegate_ == address(0) ? anna : delegate_;
    }
}
