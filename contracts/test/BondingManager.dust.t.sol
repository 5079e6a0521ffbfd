// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {Protocol} from "./Protocol.sol";

/// @dev Tests with amounts near zero, and with amounts larger than the balance.
contract BondingManagerDustTest is Protocol {
    address private anna = _account("anna");
    address private ben = _account("ben");
    address private dora = _account("dora");

    function setUp() public {
        _deploy(3);
        _fund(dora, 1_000_000 ether);
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
        vm.assertGe(_stakeOf(dora), min - min / 1_000, "rounding took more than a thousandth");
    }

    function test_fuzz_bond_losesLessThanAThousandth(uint256 amount) public {
        uint256 min = _setUpOnlyTranscoder() * 1_000 / 4_096 + 1;
        amount = _bound(amount, min, 1_000_000 ether);
        vm.prank(dora);
        bonding.bond(amount, anna);
        vm.assertGe(_stakeOf(dora), amount - amount / 1_000, "rounding took more than a thousandth");
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

    /// @dev An unbond burns shares, and their number is rounded up. Here it burns all shares, although one unit of
    /// stake remains. This unit has no owner.
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
        // Anna's stake can be bonded again, although no shares are left.
        vm.startPrank(anna);
        bonding.rebond(0, anna);
        vm.assertEq(_stakeOf(anna), stake - 1);
    }

    function test_slash_ofLastUnit_leavesTheUnit() public {
        _registerTranscoder(anna, 1, PRICE);
        vm.assertEq(_slash(anna, 500_000), 0);
        vm.assertEq(_stakeOf(anna), 1);
        vm.prank(dora);
        bonding.bond(1, anna);
        // A slash of 1 ppm takes one unit of the two, because it is rounded against the staker.
        vm.assertEq(_slash(anna, 1), 1);
        vm.assertEq(bonding.getTranscoder(anna).stake, 1);
        vm.assertEq(bonding.commonPool(), 1);
    }

    /// @dev Each slash leaves a millionth of the stake. Nine such slashes divide the stake by 1e54.
    function test_slash_manyTimes_accountsForAllToken() public {
        _registerTranscoder(anna, 1_000 ether, PRICE);
        vm.prank(dora);
        bonding.bond(1_000 ether, anna);
        vm.prank(dora);
        uint256 lockId = bonding.unbond(500 ether);
        for (uint256 i; i < 11; ++i) {
            _slash(anna, 999_999);
        }
        vm.assertEq(bonding.getTranscoder(anna).stake, 1);
        vm.assertEq(bonding.getUnbondingLock(dora, lockId).amount, 0);
        vm.assertLe(bonding.commonPool(), 2_000 ether - 1, "the common pool has more than the slashed stake");
        vm.assertGe(bonding.commonPool(), 2_000 ether - 1 - 11, "a slash lost more than one unit");
        _mine(ROUND_LENGTH * UNBONDING_PERIOD);
        uint256 before = token.balanceOf(dora);
        vm.prank(dora);
        bonding.withdrawStake(lockId);
        vm.assertEq(token.balanceOf(dora), before);
        // All shares together are worth one unit. So 1 ether would get more shares than an integer of the contract
        // holds.
        vm.expectPartialRevert(SafeCast.SafeCastOverflowedUintDowncast.selector);
        vm.prank(dora);
        bonding.bond(1 ether, anna);
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
