// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {Protocol} from "./Protocol.sol";

/// @dev Tests of amounts near zero, or larger than the balance.
contract BondingManagerDustTest is Protocol {
    address private anna = _account("anna");
    address private ben = _account("ben");
    address private dora = _account("dora");

    function setUp() public {
        _deploy(3);
        _fund(dora, 1_000_000 ether);
    }

    /// @dev A transcoder needs one unit of own stake.
    function _bondingParameters(uint256 poolSize)
        internal
        pure
        override
        returns (IBondingTypes.Parameters memory values)
    {
        values = super._bondingParameters(poolSize);
        (values.minSelfStake, values.maxRoundSlashAmount) = (1, 999_999);
    }

    function test_bond_ofMoreThanBalance_reverts() public {
        _registerTranscoder(anna, 100 ether, PRICE);
        uint256 held = token.balanceOf(dora);
        for (uint256 bits = 97; bits <= 256; bits += 53) {
            uint256 amount = type(uint256).max >> (256 - bits);
            vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, dora, held, amount));
            vm.prank(dora);
            bonding.bond(amount, anna);
        }
    }

    function test_bond_belowMinAmount_reverts() public {
        uint256 stake = _setUpOnlyTranscoder();
        uint256 min = (stake * 1_000 + 4_095) / 4_096;
        vm.startPrank(dora);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.AmountTooSmall.selector, min - 1, min));
        bonding.bond(min - 1, anna);
        bonding.bond(min, anna);
        vm.stopPrank();
        vm.assertGe(_stakeOf(dora), min - min / 1_000, "rounding took more than a thousandth of the stake");
    }

    function test_fuzz_bond_losesAtMostAThousandth(uint256 amount) public {
        uint256 min = _setUpOnlyTranscoder() * 1_000 / 4_096 + 1;
        amount = _bound(amount, min, 1_000_000 ether);
        vm.prank(dora);
        bonding.bond(amount, anna);
        vm.assertGe(_stakeOf(dora), amount - amount / 1_000, "rounding took more than a thousandth of the stake");
    }

    function test_bondAndRebond_belowMinAmount_revert() public {
        uint256 stake = _setUpOnlyTranscoder();
        _registerTranscoder(ben, 1 ether, PRICE);
        vm.startPrank(dora);
        bonding.bond(1 ether, ben);
        uint256 min = (stake * 1_000 + 4_095) / 4_096;
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.AmountTooSmall.selector, 1 ether, min));
        bonding.bond(0, anna);
        uint256 lockId = bonding.unbond(1 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.AmountTooSmall.selector, 1 ether, min));
        bonding.rebond(lockId, anna);
    }

    /// @dev An unbond takes shares from the delegator, and rounds their number up. Here, the unbond takes all shares,
    /// and one unit of stake is left without an owner.
    function test_unbond_ofAllButOneUnit_movesRemainderToCommonPool() public {
        uint256 stake = _setUpOnlyTranscoder();
        vm.prank(anna);
        bonding.unbond(stake - 1);
        vm.assertEq(bonding.getUnbondingLock(anna, 0).amount, stake - 1);
        vm.assertEq(bonding.commonPool(), 1);
        vm.assertEq(bonding.totalBonded(), 0);
        vm.assertEq(_stakeOf(anna), 0);
        vm.assertFalse(bonding.getTranscoder(anna).registered);
        vm.assertEq(token.balanceOf(address(bonding)), stake);
        // No share is left, so Anna's next stake is worth its full amount.
        vm.startPrank(anna);
        bonding.rebond(0, anna);
        vm.assertEq(_stakeOf(anna), stake - 1);
    }

    function test_slash_ofLastUnits_leavesOneUnitToDelegators() public {
        _registerTranscoder(anna, 1, PRICE);
        vm.prank(dora);
        bonding.bond(2, anna);
        // One of the three units is Anna's own stake. She loses this unit, and Dora loses a quarter of her two units,
        // rounded up to one unit.
        vm.assertEq(_slash(anna, 500_000), 2);
        vm.assertEq(_stakeOf(anna), 0);
        vm.assertEq(_stakeOf(dora), 1);
        _mine(1);
        vm.assertEq(_slash(anna, 400_000), 0);
        vm.assertEq(_stakeOf(dora), 1);
        vm.assertEq(bonding.commonPool(), 2);
    }

    /// @dev Half of the stake that backed Anna's work is her own stake. The first slash takes all her own stake. In each round, a slash
    /// takes all but four millionths of the delegated stake.
    function test_slash_manyTimes_owesAtMostTheBalance() public {
        _registerTranscoder(anna, 1_000 ether, PRICE);
        vm.prank(dora);
        bonding.bond(1_000 ether, anna);
        vm.prank(dora);
        uint256 lockId = bonding.unbond(500 ether);
        uint256 claimBlock = vm.getBlockNumber();
        for (uint256 i; i < 4; ++i) {
            vm.prank(address(claims));
            bonding.slash(anna, 999_998, 500_000, claimBlock, address(0));
            // The next round has a new limit.
            if (i < 3) _initializeNextRound();
        }
        vm.assertLe(bonding.getUnbondingLock(dora, lockId).amount, 1, "the lock lost less than the bonded stake");
        vm.assertLe(1, bonding.getTranscoder(anna).stake, "the transcoder has shares but no stake");
        uint256 before = token.balanceOf(address(bonding));
        vm.assertLe(
            bonding.totalBonded() + bonding.commonPool() + 500 ether,
            before + 10,
            "the contract owes more LPT than it holds"
        );
        // All shares together are worth one unit, so the number of shares for 1,000 LPT is too large to store.
        vm.assertFalse(bonding.getTranscoder(anna).registered);
        _fund(anna, 1_000 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.StakeDiluted.selector));
        vm.prank(anna);
        bonding.bond(1_000 ether, anna);
    }

    /// @dev Anna is the only transcoder, with a stake of one unit, and gets the inflation of a whole round.
    function _setUpOnlyTranscoder() private returns (uint256 stake) {
        _registerTranscoder(anna, 1, PRICE);
        _initializeNextRound();
        vm.prank(anna);
        bonding.reward();
        return _stakeOf(anna);
    }
}
