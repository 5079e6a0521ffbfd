// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChequebook} from "../src/interfaces/IChequebook.sol";
import {Cheque} from "../src/types/Cheque.sol";
import {Split} from "../src/types/Split.sol";
import {Cheques} from "./Cheques.sol";

/// @notice The payment of cheques: amounts, bounces, splits and batches.
contract ChequebookCashTest is Cheques {
    function setUp() public {
        _deployChequebook();
        vm.deal(beneficiary, 1 ether);
    }

    function test_cash_paysCumulativeMinusPaid() public {
        _deposit(5 ether);
        vm.expectEmit(address(chequebook));
        emit IChequebook.ChequeCashed(issuer, beneficiary, 2 ether);
        vm.assertEq(_cash(ISSUER, 2 ether), 2 ether);
        vm.assertEq(_cash(ISSUER, 3 ether), 1 ether);
        vm.assertEq(beneficiary.balance, 4 ether);
        vm.assertEq(_freeDeposit(), 2 ether);
        vm.assertEq(_channel(beneficiary).paid, 3 ether);
        _assertRefused(ISSUER, 3 ether, IChequebook.Outcome.NothingDue);
    }

    function test_cash_ofInvalidChannel_isRefused() public {
        _deposit(5 ether);
        Cheque memory cheque = _chequeTo(issuer, 1 ether);
        _assertRefused(cheque, _signCheque(ISSUER, cheque), IChequebook.Outcome.InvalidChannel);
        cheque = Cheque(address(0), beneficiary, NO_SPLIT, 1 ether);
        _assertRefused(cheque, "", IChequebook.Outcome.InvalidChannel);
        cheque = Cheque(issuer, beneficiary, _splitOf(splitee, 0), 1 ether);
        _assertRefused(cheque, _signCheque(ISSUER, cheque), IChequebook.Outcome.InvalidChannel);
    }

    function test_cash_paysFromHardDepositFirst() public {
        _deposit(5 ether);
        _addHardDeposit(beneficiary, 2 ether);
        _cash(ISSUER, 1.5 ether);
        vm.assertEq(_channel(beneficiary).hardDeposit, 0.5 ether);
        vm.assertEq(_freeDeposit(), 5 ether);
        _cash(ISSUER, 3 ether);
        vm.assertEq(_channel(beneficiary).hardDeposit, 0);
        vm.assertEq(_freeDeposit(), 4 ether);
    }

    function test_cash_withTooLittleFunds_paysAllFundsAndBounces() public {
        _deposit(1 ether);
        _addHardDeposit(beneficiary, 0.5 ether);
        vm.expectEmit(address(chequebook));
        emit IChequebook.ChequeBounced(issuer, beneficiary, NO_SPLIT, 4 ether, 2.5 ether);
        vm.assertEq(_cash(ISSUER, 4 ether), 1.5 ether);
        vm.assertEq(_channel(beneficiary).bouncedAt, START);
        vm.assertEq(chequebook.getAccount(issuer).bouncedAt, START);
        // The issuer still owes the rest of the cheque.
        _deposit(1 ether);
        vm.warp(START + 9);
        vm.assertEq(_cash(ISSUER, 4 ether), 1 ether);
        vm.assertEq(_channel(beneficiary).bouncedAt, START + 9);
        _deposit(5 ether);
        vm.assertEq(_cash(ISSUER, 4 ether), 1.5 ether);
        vm.assertEq(_channel(beneficiary).bouncedAt, 0);
        // The account keeps the time of its last bounce.
        vm.assertEq(chequebook.getAccount(issuer).bouncedAt, START + 9);
        vm.assertEq(_channel(beneficiary).paid, 4 ether);
    }

    function test_cash_withoutFunds_bouncesOnce() public {
        vm.expectEmit(address(chequebook));
        emit IChequebook.ChequeBounced(issuer, beneficiary, NO_SPLIT, 4 ether, 4 ether);
        vm.assertEq(_cash(ISSUER, 4 ether), 0);
        vm.assertEq(_channel(beneficiary).bouncedAt, START);
        vm.warp(START + 9);
        _assertRefused(ISSUER, 4 ether, IChequebook.Outcome.NoFunds);
        vm.assertEq(chequebook.getAccount(issuer).bouncedAt, START);
        _deposit(5 ether);
        vm.assertEq(_cash(ISSUER, 4 ether), 4 ether);
    }

    function test_cash_withSplit_creditsSplitee() public {
        _deposit(5 ether);
        Cheque memory cheque = Cheque(issuer, beneficiary, _splitOf(splitee, 1_250), 4 ether);
        vm.expectEmit(address(chequebook));
        emit IChequebook.Credited(splitee, issuer, beneficiary, 0.5 ether);
        vm.assertEq(_cash(ISSUER, cheque), 3.5 ether);
        vm.assertEq(chequebook.creditOf(splitee), 0.5 ether);
        vm.assertEq(splitee.balance, 0);
        vm.expectEmit(address(chequebook));
        emit IChequebook.CreditWithdrawn(splitee, 0.5 ether);
        vm.prank(splitee);
        chequebook.withdrawCredit();
        vm.assertEq(splitee.balance, 0.5 ether);
        vm.expectRevert(abi.encodeWithSelector(IChequebook.NothingToWithdraw.selector));
        vm.prank(splitee);
        chequebook.withdrawCredit();
    }

    function test_cash_withWholeSplit_paysOnlySplitee() public {
        _deposit(5 ether);
        vm.assertEq(_cash(ISSUER, Cheque(issuer, beneficiary, _splitOf(splitee, 10_000), 4 ether)), 0);
        vm.assertEq(chequebook.creditOf(splitee), 4 ether);
        vm.assertEq(beneficiary.balance, 1 ether);
    }

    /// @dev Each split makes a channel of its own, with its own paid sum.
    function test_cash_inTwoChannels_paysBoth() public {
        _deposit(5 ether);
        _cash(ISSUER, 1 ether);
        _cash(ISSUER, Cheque(issuer, beneficiary, _splitOf(splitee, 1_000), 1 ether));
        _cash(ISSUER, Cheque(issuer, beneficiary, _splitOf(splitee, 2_000), 1 ether));
        vm.assertEq(_freeDeposit(), 2 ether);
        vm.assertEq(chequebook.creditOf(splitee), 0.3 ether);
    }

    /// @dev The splitee gets the same sum, however many payments there are.
    function test_fuzz_cash_inManySteps_creditsSameSum(uint16 bps, uint96[6] memory steps) public {
        bps = uint16(_bound(bps, 1, 10_000));
        Split split = _splitOf(splitee, bps);
        uint96 cumulative;
        vm.deal(issuer, 6 * 1e27);
        _deposit(6 * 1e27);
        uint256 received = beneficiary.balance;
        for (uint256 i; i < steps.length; ++i) {
            cumulative += uint96(_bound(steps[i], 1, 1e27));
            _cash(ISSUER, Cheque(issuer, beneficiary, split, cumulative));
        }
        vm.assertEq(chequebook.creditOf(splitee), uint256(cumulative) * bps / 10_000);
        vm.assertEq(beneficiary.balance - received, cumulative - uint256(cumulative) * bps / 10_000);
        vm.assertEq(address(chequebook).balance, 6 * 1e27 - cumulative + chequebook.creditOf(splitee));
    }

    function test_cashBatch_ofSeveralIssuers_paysSumInOneTransfer() public {
        string[3] memory names = ["anna", "bert", "cleo"];
        IChequebook.Payment[] memory payments = new IChequebook.Payment[](3);
        for (uint256 i; i < 3; ++i) {
            address from = _signingAccount(names[i]);
            vm.deal(address(this), 2 ether);
            chequebook.depositFor{value: 2 ether}(from);
            payments[i] = _paymentOf(names[i], Cheque(from, beneficiary, NO_SPLIT, uint96((i + 1) * 0.5 ether)));
        }
        vm.expectCall(beneficiary, "");
        vm.prank(beneficiary);
        uint256[] memory amounts = chequebook.cashBatch(payments);
        vm.assertEq(beneficiary.balance, 4 ether);
        for (uint256 i; i < 3; ++i) {
            vm.assertEq(amounts[i], (i + 1) * 0.5 ether);
        }
    }

    function test_cashBatch_withBadCheques_paysTheOthers() public {
        _deposit(5 ether);
        IChequebook.Payment[] memory payments = new IChequebook.Payment[](5);
        payments[0] = _paymentOf("stranger", _chequeTo(beneficiary, 2 ether));
        payments[1] = _paymentOf(ISSUER, _chequeTo(beneficiary, 1 ether));
        payments[2] = payments[1];
        payments[3] = _paymentOf("empty", Cheque(_signingAccount("empty"), beneficiary, NO_SPLIT, 1 ether));
        payments[4] = _paymentOf(ISSUER, Cheque(issuer, beneficiary, _splitOf(splitee, 5_000), 1 ether));
        vm.prank(beneficiary);
        uint256[] memory amounts = chequebook.cashBatch(payments);
        vm.assertEq(amounts[0], 0);
        vm.assertEq(amounts[1], 1 ether);
        vm.assertEq(amounts[2], 0);
        vm.assertEq(amounts[3], 0);
        vm.assertEq(amounts[4], 0.5 ether);
        vm.assertEq(beneficiary.balance, 2.5 ether);
        // A bounce in a batch is recorded too.
        vm.assertEq(chequebook.getAccount(_signingAccount("empty")).bouncedAt, START);
    }

    function test_cashBatch_withoutPayment_sendsNothing() public {
        vm.prank(beneficiary);
        vm.assertEq(chequebook.cashBatch(new IChequebook.Payment[](0)).length, 0);
        vm.assertEq(beneficiary.balance, 1 ether);
    }

    function test_stateOf_returnsAllRecords() public {
        _deposit(5 ether);
        _addHardDeposit(beneficiary, 2 ether);
        _authorise(3 ether, START + 60);
        _cash(SESSION_KEY, 1 ether);
        (IChequebook.Account memory account, IChequebook.Channel memory channel, IChequebook.SessionKey memory key) =
            chequebook.stateOf(issuer, beneficiary, NO_SPLIT, sessionKey);
        vm.assertEq(account.deposit, 5 ether);
        vm.assertEq(channel.paid, 1 ether);
        vm.assertEq(channel.hardDeposit, 1 ether);
        vm.assertEq(key.spent, 1 ether);
        vm.assertEq(key.expiry, START + 60);
    }

    /// @dev One payee cashes cheques with rising and falling cumulative amounts. It never gets more than the highest cumulative amount.
    /// In the end, it gets this amount, or all deposits if they are lower.
    function test_fuzz_cash_anyOrder_paysHighestCheque(uint96[8] memory cumulatives, uint96[8] memory deposits) public {
        vm.deal(issuer, type(uint96).max);
        uint256 deposited;
        uint256 highest;
        uint256 before = beneficiary.balance;
        for (uint256 i; i < 8; ++i) {
            uint256 added = _bound(deposits[i], 1, 1e27);
            _deposit(added);
            deposited += added;
            uint96 cumulative = uint96(_bound(cumulatives[i], 1, 4e27));
            if (cumulative > highest) highest = cumulative;
            _tryCash(cumulative);
            vm.assertLe(beneficiary.balance - before, highest, "the payee got more than its highest cheque");
        }
        _tryCash(uint96(highest));
        uint256 expected = highest < deposited ? highest : deposited;
        vm.assertEq(beneficiary.balance - before, expected);
        vm.assertEq(_freeDeposit(), deposited - expected);
    }

    function _tryCash(uint96 cumulative) private {
        IChequebook.Payment memory payment = _paymentOf(ISSUER, _chequeTo(beneficiary, cumulative));
        vm.prank(beneficiary);
        try chequebook.cash(payment) {} catch {}
    }
}
