// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Chequebook} from "../src/Chequebook.sol";
import {IChequebook} from "../src/interfaces/IChequebook.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {Cheques} from "./Cheques.sol";
import {RefusingWallet} from "./Wallets.sol";

/// @notice Deposits, hard deposits and withdrawals of issuers.
contract ChequebookTest is Cheques {
    function setUp() public {
        _deployChequebook();
    }

    function test_constructor_withDelayOutOfBounds_reverts() public {
        vm.expectRevert(
            abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, "withdrawalDelay", 0, 1, 30 days)
        );
        new Chequebook(0);
        vm.expectPartialRevert(IParameters.ParameterOutOfBounds.selector);
        new Chequebook(30 days + 1);
        vm.assertEq(new Chequebook(30 days).withdrawalDelay(), 30 days);
    }

    function test_deposit_addsToFreeDeposit() public {
        vm.expectEmit(address(chequebook));
        emit IChequebook.Deposit(issuer, issuer, 2 ether);
        _deposit(2 ether);
        vm.assertEq(_freeDeposit(), 2 ether);
        vm.expectRevert(abi.encodeWithSelector(IChequebook.ZeroAmount.selector));
        _deposit(0);
    }

    function test_depositFor_anotherIssuer_addsToItsDeposit() public {
        vm.deal(address(this), 3 ether);
        vm.expectEmit(address(chequebook));
        emit IChequebook.Deposit(issuer, address(this), 2 ether);
        chequebook.depositFor{value: 2 ether}(issuer);
        vm.assertEq(_freeDeposit(), 2 ether);
        vm.assertEq(chequebook.getAccount(address(this)).deposit, 0);
        vm.expectRevert(abi.encodeWithSelector(IChequebook.ZeroIssuer.selector));
        chequebook.depositFor{value: 1}(address(0));
        vm.expectRevert(abi.encodeWithSelector(IChequebook.ZeroAmount.selector));
        chequebook.depositFor(issuer);
    }

    function test_deposit_aboveUint96_reverts() public {
        uint256 max = type(uint96).max;
        vm.deal(issuer, 2 * max);
        _deposit(max);
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, max + 1));
        _deposit(1);
    }

    function test_transfer_withoutFunction_isRefused() public {
        vm.deal(address(this), 1 ether);
        (bool sent,) = address(chequebook).call{value: 1 ether}("");
        vm.assertFalse(sent);
    }

    function test_withdraw_afterDelay_paysAnnouncedAmount() public {
        _deposit(3 ether);
        vm.expectEmit(address(chequebook));
        emit IChequebook.WithdrawalAnnounced(issuer, 2 ether, START + DELAY);
        vm.prank(issuer);
        chequebook.announceWithdrawal(2 ether);
        IChequebook.Account memory account = chequebook.getAccount(issuer);
        vm.assertEq(account.deposit, 3 ether);
        vm.assertEq(account.withdrawal, 2 ether);
        vm.assertEq(account.withdrawableAt, START + DELAY);
        vm.warp(START + DELAY - 1);
        _expectTooEarly(START + DELAY);
        vm.prank(issuer);
        chequebook.withdraw();
        vm.warp(START + DELAY);
        uint256 before = issuer.balance;
        vm.expectEmit(address(chequebook));
        emit IChequebook.Withdrawal(issuer, 2 ether);
        vm.prank(issuer);
        chequebook.withdraw();
        vm.assertEq(issuer.balance, before + 2 ether);
        vm.assertEq(_freeDeposit(), 1 ether);
        vm.assertEq(chequebook.getAccount(issuer).withdrawableAt, 0);
        _expectNothingToWithdraw();
        vm.prank(issuer);
        chequebook.withdraw();
    }

    function test_withdraw_ofMoreThanDeposit_paysDeposit() public {
        _deposit(3 ether);
        vm.prank(issuer);
        chequebook.announceWithdrawal(type(uint96).max);
        vm.warp(START + DELAY);
        uint256 before = issuer.balance;
        vm.prank(issuer);
        chequebook.withdraw();
        vm.assertEq(issuer.balance, before + 3 ether);
        vm.assertEq(_freeDeposit(), 0);
    }

    function test_announceWithdrawal_again_startsDelayAgain() public {
        _deposit(3 ether);
        vm.prank(issuer);
        chequebook.announceWithdrawal(1 ether);
        vm.warp(START + DELAY);
        vm.prank(issuer);
        chequebook.announceWithdrawal(3 ether);
        _expectTooEarly(START + 2 * DELAY);
        vm.prank(issuer);
        chequebook.withdraw();
    }

    function test_announceWithdrawal_ofZero_cancels() public {
        _deposit(3 ether);
        vm.prank(issuer);
        chequebook.announceWithdrawal(1 ether);
        vm.expectEmit(address(chequebook));
        emit IChequebook.WithdrawalAnnounced(issuer, 0, 0);
        vm.prank(issuer);
        chequebook.announceWithdrawal(0);
        vm.warp(START + DELAY);
        _expectNothingToWithdraw();
        vm.prank(issuer);
        chequebook.withdraw();
    }

    function test_withdraw_toContractThatRefusesWei_reverts() public {
        RefusingWallet wallet = new RefusingWallet();
        vm.deal(address(this), 1 ether);
        chequebook.depositFor{value: 1 ether}(address(wallet));
        wallet.execute(address(chequebook), 0, abi.encodeCall(chequebook.announceWithdrawal, (1 ether)));
        vm.warp(START + DELAY);
        vm.expectRevert(abi.encodeWithSelector(IChequebook.TransferFailed.selector, address(wallet), 1 ether));
        wallet.execute(address(chequebook), 0, abi.encodeCall(chequebook.withdraw, ()));
    }

    function test_increaseHardDeposit_movesFreeDeposit() public {
        _deposit(3 ether);
        vm.expectEmit(address(chequebook));
        emit IChequebook.HardDepositIncreased(issuer, beneficiary, NO_SPLIT, 4 ether);
        vm.prank(issuer);
        chequebook.increaseHardDeposit{value: 2 ether}(beneficiary, NO_SPLIT, 4 ether);
        vm.assertEq(_freeDeposit(), 1 ether);
        vm.assertEq(_channel(beneficiary).hardDeposit, 4 ether);
        vm.prank(issuer);
        chequebook.increaseHardDeposit(beneficiary, NO_SPLIT, 1 ether);
        vm.assertEq(_channel(beneficiary).hardDeposit, 5 ether);
        vm.expectRevert(abi.encodeWithSelector(IChequebook.InsufficientDeposit.selector, 1, 0));
        vm.prank(issuer);
        chequebook.increaseHardDeposit(beneficiary, NO_SPLIT, 1);
        vm.expectRevert(abi.encodeWithSelector(IChequebook.ZeroAmount.selector));
        vm.prank(issuer);
        chequebook.increaseHardDeposit(beneficiary, NO_SPLIT, 0);
    }

    function test_increaseHardDeposit_ofInvalidChannel_reverts() public {
        _deposit(3 ether);
        vm.expectRevert(abi.encodeWithSelector(IChequebook.InvalidChannel.selector, issuer, issuer, NO_SPLIT));
        vm.prank(issuer);
        chequebook.increaseHardDeposit(issuer, NO_SPLIT, 1 ether);
        vm.expectPartialRevert(IChequebook.InvalidChannel.selector);
        vm.prank(issuer);
        chequebook.increaseHardDeposit(address(0), NO_SPLIT, 1 ether);
        vm.expectPartialRevert(IChequebook.InvalidChannel.selector);
        vm.prank(issuer);
        chequebook.increaseHardDeposit(beneficiary, _splitOf(splitee, 10_001), 1 ether);
    }

    function test_decreaseHardDeposit_afterDelay_movesPreparedAmount() public {
        _addHardDeposit(beneficiary, 4 ether);
        vm.expectEmit(address(chequebook));
        emit IChequebook.HardDepositDecreasePrepared(issuer, beneficiary, NO_SPLIT, 3 ether, START + DELAY);
        vm.prank(issuer);
        chequebook.prepareDecrease(beneficiary, NO_SPLIT, 3 ether);
        vm.assertEq(_channel(beneficiary).decrease, 3 ether);
        vm.assertEq(_channel(beneficiary).decreasableAt, START + DELAY);
        vm.assertEq(_channel(beneficiary).hardDeposit, 4 ether);
        vm.warp(START + DELAY - 1);
        _expectTooEarly(START + DELAY);
        vm.prank(issuer);
        chequebook.decreaseHardDeposit(beneficiary, NO_SPLIT);
        vm.warp(START + DELAY);
        vm.expectEmit(address(chequebook));
        emit IChequebook.HardDepositDecreased(issuer, beneficiary, NO_SPLIT, 3 ether);
        vm.prank(issuer);
        chequebook.decreaseHardDeposit(beneficiary, NO_SPLIT);
        vm.assertEq(_channel(beneficiary).hardDeposit, 1 ether);
        vm.assertEq(_freeDeposit(), 3 ether);
        _expectNothingToWithdraw();
        vm.prank(issuer);
        chequebook.decreaseHardDeposit(beneficiary, NO_SPLIT);
    }

    function test_prepareDecrease_ofZero_cancels() public {
        _addHardDeposit(beneficiary, 4 ether);
        vm.prank(issuer);
        chequebook.prepareDecrease(beneficiary, NO_SPLIT, 3 ether);
        vm.prank(issuer);
        chequebook.prepareDecrease(beneficiary, NO_SPLIT, 0);
        vm.warp(START + DELAY);
        _expectNothingToWithdraw();
        vm.prank(issuer);
        chequebook.decreaseHardDeposit(beneficiary, NO_SPLIT);
    }

    /// @dev The wei of a hard deposit wait for two delays before the issuer has them: one for the decrease, and one for the withdrawal.
    function test_withdraw_afterDecrease_waitsForItsOwnDelay() public {
        _addHardDeposit(beneficiary, 4 ether);
        vm.prank(issuer);
        chequebook.prepareDecrease(beneficiary, NO_SPLIT, 4 ether);
        vm.warp(START + DELAY);
        vm.prank(issuer);
        chequebook.decreaseHardDeposit(beneficiary, NO_SPLIT);
        vm.prank(issuer);
        chequebook.announceWithdrawal(4 ether);
        _expectTooEarly(START + 2 * DELAY);
        vm.prank(issuer);
        chequebook.withdraw();
    }

    function test_fuzz_withdraw_neverPaysHardDeposit(uint96 free, uint96 hard, uint96 announced) public {
        (free, hard) = (uint96(_bound(free, 1, 1e27)), uint96(_bound(hard, 1, 1e27)));
        announced = uint96(_bound(announced, 1, type(uint96).max));
        vm.deal(issuer, 2e27);
        _deposit(free);
        _addHardDeposit(beneficiary, hard);
        vm.prank(issuer);
        chequebook.announceWithdrawal(announced);
        vm.warp(START + DELAY);
        uint256 before = issuer.balance;
        vm.prank(issuer);
        chequebook.withdraw();
        uint256 expected = announced < free ? announced : free;
        vm.assertEq(issuer.balance - before, expected);
        vm.assertEq(address(chequebook).balance, hard + free - expected);
        vm.assertEq(_channel(beneficiary).hardDeposit, hard);
    }

    function _expectTooEarly(uint256 possibleAt) private {
        vm.expectRevert(abi.encodeWithSelector(IChequebook.TooEarly.selector, possibleAt));
    }

    function _expectNothingToWithdraw() private {
        vm.expectRevert(abi.encodeWithSelector(IChequebook.NothingToWithdraw.selector));
    }
}
