// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {Protocol} from "./Protocol.sol";

/// @dev Amounts that are next to nothing, or more than there is.
contract BondingManagerDustTest is Protocol {
    address private anna = person("anna");
    address private ben = person("ben");
    address private dora = person("dora");

    function setUp() public {
        deploy(3);
        fund(dora, 1_000_000 ether);
    }

    function test_bond_rejectsMoreThanThereIs() public {
        join(anna, 100 ether, PRICE);
        uint256 held = token.balanceOf(dora);
        for (uint256 bits = 97; bits <= 256; bits += 53) {
            uint256 amount = type(uint256).max >> (256 - bits);
            vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, dora, held, amount));
            vm.prank(dora);
            bonding.bond(amount, anna);
        }
    }

    function test_bond_rejectsWhatRoundingWouldTake() public {
        uint256 stake = alone();
        uint256 min = (stake * 1_000 + 4_095) / 4_096;
        vm.startPrank(dora);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.AmountTooSmall.selector, min - 1, min));
        bonding.bond(min - 1, anna);
        bonding.bond(min, anna);
        vm.stopPrank();
        vm.assertGe(stakeOf(dora), min - min / 1_000, "rounding took too much");
    }

    function test_fuzz_bond_losesLessThanAThousandth(uint256 amount) public {
        uint256 min = alone() * 1_000 / 4_096 + 1;
        amount = bound(amount, min, 1_000_000 ether);
        vm.prank(dora);
        bonding.bond(amount, anna);
        vm.assertGe(stakeOf(dora), amount - amount / 1_000, "rounding took too much");
    }

    function test_move_rejectsWhatRoundingWouldTake() public {
        uint256 stake = alone();
        join(ben, 1 ether, PRICE);
        vm.startPrank(dora);
        bonding.bond(1 ether, ben);
        uint256 min = (stake * 1_000 + 4_095) / 4_096;
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.AmountTooSmall.selector, 1 ether, min));
        bonding.bond(0, anna);
        uint256 lockId = bonding.unbond(1 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.AmountTooSmall.selector, 1 ether, min));
        bonding.rebond(lockId, anna);
    }

    /// @dev What is taken costs all shares, rounded up.
    function test_unbond_leavesLessThanAShareToNobody() public {
        uint256 stake = alone();
        vm.prank(anna);
        bonding.unbond(stake - 1);
        vm.assertEq(bonding.getUnbondingLock(anna, 0).amount, stake - 1);
        vm.assertEq(bonding.commonPool(), 1);
        vm.assertEq(bonding.totalBonded(), 0);
        vm.assertEq(stakeOf(anna), 0);
        vm.assertFalse(bonding.getTranscoder(anna).registered);
        vm.assertEq(token.balanceOf(address(bonding)), stake);
        // Who comes then begins anew.
        vm.startPrank(anna);
        bonding.rebond(0, anna);
        vm.assertEq(stakeOf(anna), stake - 1);
    }

    function test_slash_leavesSharesTheirLastUnit() public {
        join(anna, 1, PRICE);
        vm.assertEq(slash(anna, 500_000), 0);
        vm.assertEq(stakeOf(anna), 1);
        vm.prank(dora);
        bonding.bond(1, anna);
        // Of two, rounded against the staker.
        vm.assertEq(slash(anna, 1), 1);
        vm.assertEq(bonding.getTranscoder(anna).stake, 1);
        vm.assertEq(bonding.commonPool(), 1);
    }

    /// @dev Each leaves a millionth; after the ninth, a factor of 1e54 has nothing left to lose.
    function test_slash_againAndAgainLeavesTheBooksInOrder() public {
        join(anna, 1_000 ether, PRICE);
        vm.prank(dora);
        bonding.bond(1_000 ether, anna);
        vm.prank(dora);
        uint256 lockId = bonding.unbond(500 ether);
        for (uint256 i; i < 11; ++i) {
            slash(anna, 999_999);
        }
        vm.assertEq(bonding.getTranscoder(anna).stake, 1);
        vm.assertEq(bonding.getUnbondingLock(dora, lockId).amount, 0);
        vm.assertLe(bonding.commonPool(), 2_000 ether - 1, "more was slashed than there was");
        vm.assertGe(bonding.commonPool(), 2_000 ether - 1 - 11, "more than a unit a slash is nobody's");
        mine(ROUND_LENGTH * UNBONDING_PERIOD);
        uint256 before = token.balanceOf(dora);
        vm.prank(dora);
        bonding.withdrawStake(lockId);
        vm.assertEq(token.balanceOf(dora), before);
        // All its shares are worth a unit, so that one more would be too many of them to count.
        vm.expectPartialRevert(SafeCast.SafeCastOverflowedUintDowncast.selector);
        vm.prank(dora);
        bonding.bond(1 ether, anna);
    }

    /// @dev Anna is the first transcoder, with one unit, so that a whole round's inflation is hers.
    function alone() private returns (uint256 stake) {
        join(anna, 1, PRICE);
        nextRound();
        vm.prank(anna);
        bonding.reward();
        return stakeOf(anna);
    }
}
