// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {ICommonPool} from "../../src/interfaces/ICommonPool.sol";
import {Protocol} from "../Protocol.sol";

/// @notice A transcoder and its second account try to take stake of delegators, or rewards of others.
contract StakeAttacksTest is Protocol {
    address private anna = _account("anna");
    address private ben = _account("ben");
    address private accomplice = _account("accomplice");
    address private dora = _account("dora");

    function setUp() public {
        _deploy(3);
        _registerTranscoder(ben, 1_000 ether, PRICE);
    }

    /// @dev The accomplice reports an offence of Anna in each of several jobs. For all amounts of own and delegated stake,
    /// Anna and the accomplice together lose at least half of Anna's own loss (apart from rounding).
    function test_fuzz_slash_reportedByAccomplice_neverPays(
        uint256 own,
        uint256 delegated,
        uint24 share,
        uint8 jobCount
    ) public {
        (own, delegated) = (_bound(own, MIN_SELF_STAKE, 1_000_000 ether), _bound(delegated, 0, 1_000_000 ether));
        _registerTranscoder(anna, own, PRICE);
        if (delegated > 0) _delegate(dora, delegated, anna);
        IBondingTypes.Parameters memory values = _bondingParameters(3);
        values.finderFee = 500_000;
        bonding.setParameters(values);
        _initializeNextRound();
        (, uint256 ownPart) = bonding.selfStakeOf(anna);
        for (uint256 i; i < jobCount % 30; ++i) {
            vm.prank(address(claims));
            bonding.slash(anna, share % 500_001, ownPart, vm.getBlockNumber(), accomplice);
        }
        uint256 lost = own - _stakeOf(anna);
        // Each slash may round its fee by one unit.
        vm.assertLe(token.balanceOf(accomplice), lost / 2 + 30, "the accomplice got more than half of Anna's loss");
    }

    /// @dev The third slash reaches the limit of the round (50 %). The later slashes take nothing.
    function test_slash_manyTimesInOneRound_takesAtMostTheLimit() public {
        _registerTranscoder(anna, 1 ether, PRICE);
        _delegate(dora, 100_000 ether, anna);
        uint256 claimBlock = vm.getBlockNumber();
        (, uint256 ownPart) = bonding.selfStakeOf(anna);
        for (uint256 i; i < 30; ++i) {
            vm.prank(address(claims));
            bonding.slash(anna, EQUIVOCATION_SLASH_AMOUNT, ownPart, claimBlock, accomplice);
        }
        vm.assertLe(token.balanceOf(accomplice), 0.5 ether, "the finder was paid out of Dora's stake");
        vm.assertGe(_stakeOf(dora), 40_000 ether, "Dora lost more than the limit of the round allows");
        vm.assertEq(bonding.forfeitBlock(anna), claimBlock);
    }

    /// @dev If Dora could bond to Ben before Ben has called `reward`, stake that moves from transcoder to transcoder could
    /// get several rewards in one round.
    function test_bond_afterReward_toTranscoderThatCanStillCallReward_reverts() public {
        _registerTranscoder(anna, 1_000 ether, PRICE);
        _delegate(dora, 500 ether, anna);
        _initializeNextRound();
        vm.prank(anna);
        bonding.reward();
        vm.startPrank(dora);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.RewardPending.selector, ben, 1));
        bonding.bond(0, ben);
        uint256 lockId = bonding.unbond(_stakeOf(dora));
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.RewardPending.selector, ben, 1));
        bonding.rebond(lockId, ben);
        vm.stopPrank();
        vm.prank(ben);
        bonding.reward();
        vm.prank(dora);
        bonding.rebond(lockId, ben);
        vm.assertEq(bonding.getDelegator(dora).delegate, ben);
    }

    /// @dev An account gets a number only if it has enough own stake. So an attacker cannot use up all numbers.
    function test_bond_toItselfBelowMinSelfStake_givesNoNumber() public {
        _fund(anna, 2 ether);
        vm.startPrank(anna);
        vm.expectRevert(
            abi.encodeWithSelector(IBondingTypes.InsufficientSelfStake.selector, anna, 1 ether - 1, 1 ether)
        );
        bonding.bond(1 ether - 1, anna);
        vm.assertEq(bonding.numberOf(anna), 0);
        bonding.bond(1 ether, anna);
        vm.assertEq(bonding.numberOf(anna), bonding.numberOf(ben) + 1);
    }

    function test_slashLowWork_takesStakeOnceInASpan() public {
        _registerTranscoder(anna, 1_000 ether, PRICE);
        IBondingTypes.Parameters memory values = _bondingParameters(3);
        (values.lowWorkSlashAmount, values.minExpectedWork) = (20_000, 1_000);
        bonding.setParameters(values);
        _initializeNextRound();
        vm.expectPartialRevert(IBondingTypes.EnoughWork.selector);
        bonding.slashLowWork(anna);
        while (rounds.currentRound() < 2 * COMPETITIVENESS_WINDOW) {
            vm.prank(address(jobs));
            bonding.creditFees(ben, 0, 1_000_000);
            _initializeNextRound();
        }
        vm.prank(accomplice);
        vm.assertEq(bonding.slashLowWork(anna), 20 ether);
        vm.assertEq(_stakeOf(anna), 980 ether);
        vm.assertEq(token.balanceOf(accomplice), 1 ether);
        vm.expectPartialRevert(IBondingTypes.EnoughWork.selector);
        bonding.slashLowWork(anna);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotActive.selector, dora, rounds.currentRound()));
        bonding.slashLowWork(dora);
    }

    function test_spendCommonPool_byOwner_sendsLpt() public {
        _slash(ben, 100_000);
        vm.assertEq(bonding.commonPool(), 100 ether);
        vm.expectEmit(address(bonding));
        emit ICommonPool.CommonPoolSpend(dora, 30 ether);
        bonding.spendCommonPool(dora, 30 ether);
        vm.assertEq(token.balanceOf(dora), 30 ether);
        vm.assertEq(bonding.commonPool(), 70 ether);
        vm.expectRevert(abi.encodeWithSelector(ICommonPool.InsufficientCommonPool.selector, 71 ether, 70 ether));
        bonding.spendCommonPool(dora, 71 ether);
    }
}
