// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {VestingWalletCliff} from "@openzeppelin/contracts/finance/VestingWalletCliff.sol";
import {Endowment} from "../../src/genesis/Endowment.sol";
import {Vesting} from "../../src/genesis/Vesting.sol";
import {ICommonPool} from "../../src/interfaces/ICommonPool.sol";
import {Protocol} from "../Protocol.sol";

contract VestingTest is Protocol {
    uint64 private constant CLIFF = 365 days;
    uint64 private constant DURATION = 1_461 days;
    /// @dev An amount that the duration does not divide.
    uint256 private constant AMOUNT = 1_000_000 ether + 7;

    address private beneficiary = _account("beneficiary");
    Vesting private vesting;
    Endowment private endowment;
    uint256 private start;

    function setUp() public {
        _deploy(3);
        start = vm.getBlockTimestamp();
        vesting = new Vesting(beneficiary, CLIFF, DURATION);
        endowment = new Endowment(_account("timelock"), token, bonding, DURATION);
        token.transfer(address(vesting), AMOUNT);
        token.transfer(address(endowment), AMOUNT);
    }

    function test_fuzz_release_followsCurve(uint256[6] memory pauses) public {
        uint256 time = start;
        for (uint256 i; i < pauses.length; ++i) {
            time += _bound(pauses[i], 0, DURATION / 2);
            vm.warp(time);
            uint256 even = time >= start + DURATION ? AMOUNT : AMOUNT * (time - start) / DURATION;
            vesting.release(address(token));
            vm.assertEq(token.balanceOf(beneficiary), time < start + CLIFF ? 0 : even);
            endowment.release(address(token));
            vm.assertEq(bonding.commonPool(), even);
            vm.assertEq(endowment.released(address(token)), even);
            vm.assertEq(token.balanceOf(address(endowment)), AMOUNT - even);
        }
    }

    function test_release_atCliffAndAtEnd_paysToTheUnit() public {
        vm.warp(start + CLIFF - 1);
        vm.assertEq(vesting.releasable(address(token)), 0);
        vm.warp(start + CLIFF);
        vm.assertEq(vesting.releasable(address(token)), AMOUNT * CLIFF / DURATION);
        vm.warp(start + DURATION - 1);
        vm.prank(_account("stranger"));
        vesting.release(address(token));
        vm.assertEq(token.balanceOf(beneficiary), AMOUNT * (DURATION - 1) / DURATION);
        vm.warp(start + DURATION);
        vesting.release(address(token));
        vesting.release(address(token));
        vm.assertEq(token.balanceOf(beneficiary), AMOUNT);
        vm.assertEq(token.balanceOf(address(vesting)), 0);
    }

    function test_constructor_withCliffAfterEnd_reverts() public {
        bytes4 selector = VestingWalletCliff.InvalidCliffDuration.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, DURATION + 1, DURATION));
        new Vesting(beneficiary, DURATION + 1, DURATION);
    }

    function test_transferOwnership_byAnotherAccount_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this)));
        vesting.transferOwnership(address(this));
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this)));
        endowment.transferOwnership(address(this));
    }

    /// @dev The LPT of the endowment go only to the CommonPool, also if another account owns the endowment.
    function test_release_ofEndowmentWithAnotherOwner_fillsCommonPool() public {
        vm.prank(_account("timelock"));
        endowment.transferOwnership(_account("thief"));
        vm.warp(start + DURATION);
        vm.expectEmit(address(bonding));
        emit ICommonPool.CommonPoolCredit(address(endowment), AMOUNT);
        vm.prank(_account("thief"));
        endowment.release(address(token));
        vm.assertEq(bonding.commonPool(), AMOUNT);
        vm.assertEq(token.balanceOf(_account("thief")), 0);
        bonding.spendCommonPool(_account("builder"), AMOUNT);
        vm.assertEq(token.balanceOf(_account("builder")), AMOUNT);
    }

    /// @dev LPT that an account sends to the endowment later vest as if they had been there from the start.
    function test_release_afterGiftToEndowment_followsCurve() public {
        vm.warp(start + DURATION / 2);
        endowment.release(address(token));
        token.transfer(address(endowment), AMOUNT);
        endowment.release(address(token));
        vm.assertEq(bonding.commonPool(), 2 * AMOUNT * (DURATION / 2) / DURATION);
    }

    function test_release_ofEtherAndOtherTokens_paysTimelock() public {
        vm.deal(address(endowment), 1 ether);
        vm.warp(start + DURATION);
        endowment.release();
        vm.assertEq(_account("timelock").balance, 1 ether);
        OtherToken other = new OtherToken();
        endowment.release(address(other));
        vm.assertEq(other.paid(_account("timelock")), 5);
        vm.assertEq(endowment.released(address(other)), 5);
        vm.assertEq(endowment.released(address(token)), 0);
        vm.assertEq(bonding.commonPool(), 0);
    }
}

/// @notice A token of which the endowment holds 5 units.
contract OtherToken {
    mapping(address to => uint256) public paid;

    function balanceOf(address) external pure returns (uint256) {
        return 5;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        paid[to] += amount;
        return true;
    }
}
