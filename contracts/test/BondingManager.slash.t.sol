// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingManager} from "../src/interfaces/IBondingManager.sol";
import {Protocol} from "./Protocol.sol";

contract BondingManagerSlashTest is Protocol {
    address private anna = person("anna");

    function setUp() public {
        deploy(3);
    }

    function test_slash_isByTheClaimsManagerOnly() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingManager.NotClaimsManager.selector, address(this)));
        bonding.slash(anna, 1);
        vm.expectRevert(abi.encodeWithSelector(IBondingManager.SlashOutOfBounds.selector, 1_000_000, 999_999));
        slash(1_000_000);
    }

    function test_slash_takesFromBondedAndUnbonding() public {
        join(anna, 1_000 ether, PRICE);
        vm.startPrank(anna);
        uint256 first = bonding.unbond(100 ether);
        uint256 second = bonding.unbond(300 ether);
        vm.stopPrank();
        vm.expectEmit(address(bonding));
        emit IBondingManager.Slash(anna, 100 ether, 540 ether);
        vm.assertEq(slash(100_000), 100 ether);
        vm.assertEq(bonding.getUnbondingLock(anna, first).amount, 90 ether);
        vm.assertEq(bonding.getUnbondingLock(anna, second).amount, 270 ether);
        vm.assertEq(bonding.commonPool(), 100 ether);
        // What is unbonded later starts whole, but for what its shares round off.
        vm.prank(anna);
        uint256 third = bonding.unbond(40 ether);
        vm.assertEq(bonding.getUnbondingLock(anna, third).amount, 40 ether - 1);
        mine(bonding.minUnbondingBlocks() + ROUND_LENGTH);
        vm.startPrank(anna);
        bonding.withdrawStake(first);
        bonding.withdrawStake(third);
        bonding.withdrawStake(second);
        vm.stopPrank();
        vm.assertEq(token.balanceOf(anna), 400 ether);
        vm.assertEq(token.balanceOf(address(bonding)), 600 ether);
    }

    function test_slash_followsIntoTheDraw() public {
        join(anna, 1_000 ether, PRICE);
        address ben = person("ben");
        join(ben, 990 ether, PRICE);
        slash(20_000);
        vm.assertEq(bonding.getTranscoder(anna).stake, 980 ether);
        // In a full pool the weakest is now the one that was slashed.
        join(person("carl"), 985 ether, PRICE);
        address dora = person("dora");
        join(dora, 981 ether, PRICE);
        vm.assertFalse(bonding.getTranscoder(anna).registered);
        vm.assertTrue(bonding.getTranscoder(ben).registered);
    }

    function test_slash_ofNobodyTakesNothing() public {
        vm.assertEq(slash(500_000), 0);
    }

    function test_fuzz_slash_losesNoToken(uint96[6] memory amounts, uint24[3] memory shares) public {
        uint256 total;
        for (uint256 i; i < 6; ++i) {
            amounts[i] = uint96(bound(amounts[i], 1, 1_000_000 ether));
            total += amounts[i];
        }
        fund(anna, total);
        vm.startPrank(anna);
        bonding.bond(total);
        for (uint256 i; i < 6; ++i) {
            vm.stopPrank();
            if (i % 2 == 1) slash(shares[i / 2] % 500_001);
            vm.startPrank(anna);
            uint256 stake = bonding.getTranscoder(anna).stake;
            if (stake > 0) bonding.unbond(amounts[i] < stake ? amounts[i] : stake);
        }
        mine(bonding.minUnbondingBlocks() + ROUND_LENGTH);
        uint256 locks = bonding.unbondingLockCount(anna);
        for (uint256 i; i < locks; ++i) {
            uint256 before = token.balanceOf(anna);
            uint256 amount = bonding.getUnbondingLock(anna, i).amount;
            bonding.withdrawStake(i);
            vm.assertEq(token.balanceOf(anna) - before, amount);
        }
        vm.stopPrank();
        uint256 kept = bonding.getTranscoder(anna).stake + bonding.commonPool();
        vm.assertEq(token.balanceOf(address(bonding)), kept);
        vm.assertEq(token.balanceOf(anna) + kept, total);
    }

    function slash(uint256 share) private returns (uint256) {
        vm.prank(address(claims));
        return bonding.slash(anna, share);
    }
}
