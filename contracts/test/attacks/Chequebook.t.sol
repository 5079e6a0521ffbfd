// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Chequebook} from "../../src/Chequebook.sol";
import {IChequebook} from "../../src/interfaces/IChequebook.sol";
import {Cheque} from "../../src/types/Cheque.sol";
import {Split} from "../../src/types/Split.sol";
import {Cheques} from "../Cheques.sol";
import {BurningWallet, ReentrantWallet, RefusingWallet} from "../Wallets.sol";

/// @notice Attacks on the Chequebook by issuers, payees, splitees and strangers.
contract ChequebookAttackTest is Cheques {
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    address private rival = _account("rival");

    function setUp() public {
        _deployChequebook();
    }

    /// @dev The issuer promises more than its free deposit to a payee, whose cheque bounces. A second payee has a hard deposit, which
    /// pays the second payee's cheque in full.
    function test_cash_afterOverdraw_paysHardDepositInFull() public {
        _deposit(5 ether);
        _addHardDeposit(beneficiary, 3 ether);
        vm.assertEq(_cash(ISSUER, _chequeTo(rival, 9 ether)), 5 ether);
        vm.assertEq(_channel(rival).bouncedAt, START);
        vm.assertEq(_cash(ISSUER, 3 ether), 3 ether);
        vm.assertEq(_channel(beneficiary).bouncedAt, 0);
    }

    function test_cash_ofReplayedOrLowerCheque_isRefused() public {
        _deposit(5 ether);
        _cash(ISSUER, 2 ether);
        _assertRefused(ISSUER, 2 ether, IChequebook.Outcome.NothingDue);
        _assertRefused(ISSUER, 1 ether, IChequebook.Outcome.NothingDue);
    }

    function test_fuzz_cash_byStranger_isRefused(uint256 key, uint96 cumulative) public {
        key = _bound(key, 1, ORDER - 1);
        vm.assume(vm.addr(key) != issuer);
        _deposit(5 ether);
        Cheque memory cheque = _chequeTo(beneficiary, uint96(_bound(cumulative, 1, type(uint96).max)));
        bytes memory signature = _sign(key, cheque.hash(_separatorOf(address(chequebook))));
        _assertRefused(cheque, signature, IChequebook.Outcome.WrongSigner);
    }

    function test_fuzz_cash_withMalformedSignature_isRefused(bytes32 r, bytes32 vs) public {
        _deposit(5 ether);
        vm.expectRevert(abi.encodeWithSelector(IChequebook.ChequeRefused.selector, IChequebook.Outcome.WrongSigner));
        vm.prank(beneficiary);
        chequebook.cash(IChequebook.Payment(issuer, NO_SPLIT, 1 ether, r, vs));
    }

    /// @dev For each signature, there is a second signature of the same cheque, with `s` in the upper half of the curve order. This `s`
    /// has 256 bits. The encoding that the Chequebook reads (ERC-2098) has only 255 bits for `s`. So the test's conversion to this encoding
    /// loses the highest bit of `s`, and the signature is wrong.
    function test_cash_withOtherFormOfSignature_isRefused() public {
        _deposit(5 ether);
        Cheque memory cheque = _chequeTo(beneficiary, 1 ether);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_keyOf(ISSUER), cheque.hash(_separatorOf(address(chequebook))));
        uint256 highS = ORDER - uint256(s);
        bytes memory other = abi.encodePacked(r, bytes32(highS), v == 27 ? uint8(28) : uint8(27));
        _assertRefused(cheque, other, IChequebook.Outcome.WrongSigner);
        vm.assertEq(_cash(cheque, abi.encodePacked(r, s, v)), 1 ether);
    }

    /// @dev A cheque is signed for one Chequebook on one chain.
    function test_cash_inOtherDomain_isRefused() public {
        _deposit(5 ether);
        Cheque memory cheque = _chequeTo(beneficiary, 1 ether);
        bytes memory signature = _signCheque(ISSUER, cheque);
        bytes32 elsewhere = cheque.hash(_separatorOf(address(chequebook), block.chainid + 1));
        _assertRefused(cheque, _sign(_keyOf(ISSUER), elsewhere), IChequebook.Outcome.WrongSigner);
        chequebook = new Chequebook(DELAY);
        _deposit(5 ether);
        _assertRefused(cheque, signature, IChequebook.Outcome.WrongSigner);
    }

    /// @dev A change of any signed field makes the signature invalid.
    function test_fuzz_cash_withChangedField_isRefused(address to, uint96 cumulative, address splitee_, uint16 bps)
        public
    {
        _deposit(5 ether);
        Cheque memory signed = Cheque(issuer, beneficiary, _splitOf(splitee, 500), 1 ether);
        bytes memory signature = _signCheque(ISSUER, signed);
        Cheque memory cheque = Cheque(issuer, to, signed.split, signed.cumulative);
        if (to != beneficiary && cheque.isValid()) {
            _assertRefused(cheque, signature, IChequebook.Outcome.WrongSigner);
        }
        cheque = Cheque(issuer, beneficiary, _splitOf(splitee_, bps), signed.cumulative);
        if ((splitee_ != splitee || bps != 500) && cheque.isValid()) {
            _assertRefused(cheque, signature, IChequebook.Outcome.WrongSigner);
        }
        if (cumulative != signed.cumulative && cumulative > 0) {
            cheque = Cheque(issuer, beneficiary, signed.split, cumulative);
            _assertRefused(cheque, signature, IChequebook.Outcome.WrongSigner);
        }
    }

    /// @dev The bits above the splitee change neither the signed digest nor the channel. The contract refuses a Split value with
    /// such bits, so each channel has only one valid Split value.
    function test_cash_withBitsAboveSplitee_isRefused() public {
        _deposit(5 ether);
        Cheque memory cheque = Cheque(issuer, beneficiary, _splitOf(splitee, 500), 1 ether);
        bytes memory signature = _signCheque(ISSUER, cheque);
        _cash(cheque, signature);
        for (uint256 bit = 176; bit < 256; ++bit) {
            cheque.split = Split.wrap(Split.unwrap(_splitOf(splitee, 500)) | 1 << bit);
            _assertRefused(cheque, signature, IChequebook.Outcome.InvalidChannel);
        }
    }

    /// @dev The contract ignores the bits above the 160 bits of the issuer and above the 96 bits of the amount: the signature is valid, and
    /// the cheque pays and is recorded without these bits.
    function test_cash_withBitsAboveIssuerAndAmount_ignoresTheseBits() public {
        _deposit(5 ether);
        IChequebook.Payment memory payment = _paymentOf(ISSUER, _chequeTo(beneficiary, 1 ether));
        bytes memory data = abi.encodeWithSelector(
            chequebook.cash.selector,
            uint256(uint160(payment.issuer)) | 1 << 200,
            payment.split,
            uint256(payment.cumulative) | 1 << 100,
            payment.r,
            payment.vs
        );
        vm.prank(beneficiary);
        (bool done,) = address(chequebook).call(data);
        vm.assertTrue(done);
        vm.assertEq(beneficiary.balance, 1 ether);
        vm.assertEq(_channel(beneficiary).paid, 1 ether);
        vm.assertEq(_freeDeposit(), 4 ether);
        _assertRefused(ISSUER, 1 ether, IChequebook.Outcome.NothingDue);
    }

    function test_cash_byExpiredKey_isRefused() public {
        _deposit(5 ether);
        _authorise(5 ether, START + 60);
        vm.warp(START + 59);
        _cash(SESSION_KEY, 1 ether);
        vm.warp(START + 60);
        _assertRefused(SESSION_KEY, 2 ether, IChequebook.Outcome.KeyExpired);
    }

    /// @dev An issuer signs a cheque with a session key, and then revokes the key. The payee can cash the cheque during the delay.
    function test_revoke_afterPaying_letsPayeeCash() public {
        _deposit(5 ether);
        _authorise(5 ether, START + 30 days);
        vm.prank(issuer);
        chequebook.revoke(sessionKey);
        vm.prank(issuer);
        chequebook.announceWithdrawal(5 ether);
        vm.warp(START + DELAY - 1);
        vm.assertEq(_cash(SESSION_KEY, 4 ether), 4 ether);
    }

    function test_cash_byKeyOfAnotherIssuer_isRefused() public {
        _deposit(5 ether);
        address other = _signingAccount("other issuer");
        vm.prank(other);
        chequebook.authorise(sessionKey, 5 ether, uint64(START + 60));
        _assertRefused(SESSION_KEY, 1 ether, IChequebook.Outcome.WrongSigner);
        // After `issuer` has also authorised the key, the key signs for both issuers. It has a separate cap for each issuer.
        _authorise(2 ether, START + 60);
        vm.assertEq(_cash(SESSION_KEY, 1 ether), 1 ether);
        vm.assertEq(chequebook.getSessionKey(other, sessionKey).spent, 0);
    }

    /// @dev Two payees together cannot get more from a session key than its cap.
    function test_cash_byKeyOverItsCap_paysOnlyTheCap() public {
        _deposit(50 ether);
        _authorise(3 ether, START + 60);
        vm.assertEq(_cash(SESSION_KEY, 2 ether), 2 ether);
        vm.assertEq(_cash(SESSION_KEY, _chequeTo(rival, 2 ether)), 1 ether);
        _assertRefused(SESSION_KEY, 3 ether, IChequebook.Outcome.CapSpent);
        vm.assertEq(_freeDeposit(), 47 ether);
    }

    /// @dev A payee that is a contract cashes a cheque. During the transfer, it tries twice to cash a higher cheque.
    function test_cash_byReentrantPayee_paysEachWeiOnce() public {
        _deposit(9 ether);
        ReentrantWallet wallet = new ReentrantWallet(chequebook);
        Cheque memory low = _chequeTo(address(wallet), 1 ether);
        Cheque memory high = _chequeTo(address(wallet), 3 ether);
        wallet.prepare(_callOf(high));
        wallet.execute(address(chequebook), 0, _callOf(low));
        vm.assertEq(wallet.attempts(), 2);
        vm.assertEq(wallet.successes(), 1);
        vm.assertEq(address(wallet).balance, 3 ether);
        vm.assertEq(_freeDeposit(), 6 ether);
        vm.assertEq(address(chequebook).balance, 6 ether);
    }

    /// @dev An issuer that is a contract tries twice to withdraw again during the transfer.
    function test_withdraw_byReentrantIssuer_paysOnce() public {
        _deposit(9 ether);
        ReentrantWallet wallet = new ReentrantWallet(chequebook);
        vm.deal(address(this), 2 ether);
        chequebook.depositFor{value: 2 ether}(address(wallet));
        wallet.execute(address(chequebook), 0, abi.encodeCall(chequebook.announceWithdrawal, (2 ether)));
        vm.warp(START + DELAY);
        wallet.prepare(abi.encodeCall(chequebook.withdraw, ()));
        wallet.execute(address(chequebook), 0, abi.encodeCall(chequebook.withdraw, ()));
        vm.assertEq(wallet.attempts(), 2);
        vm.assertEq(wallet.successes(), 0);
        vm.assertEq(address(wallet).balance, 2 ether);
    }

    /// @dev A splitee that is a contract tries twice to withdraw its credit again during the transfer.
    function test_withdrawCredit_byReentrantSplitee_paysOnce() public {
        _deposit(9 ether);
        ReentrantWallet wallet = new ReentrantWallet(chequebook);
        _cash(ISSUER, Cheque(issuer, beneficiary, _splitOf(address(wallet), 5_000), 2 ether));
        wallet.prepare(abi.encodeCall(chequebook.withdrawCredit, ()));
        wallet.execute(address(chequebook), 0, abi.encodeCall(chequebook.withdrawCredit, ()));
        vm.assertEq(wallet.successes(), 0);
        vm.assertEq(address(wallet).balance, 1 ether);
    }

    /// @dev A stranger sees a cheque in a pending transaction, and sends it first. The Chequebook pays only if the beneficiary is
    /// the caller.
    function test_cash_byFrontRunner_isRefused() public {
        _deposit(5 ether);
        IChequebook.Payment memory payment = _paymentOf(ISSUER, _chequeTo(beneficiary, 1 ether));
        vm.expectRevert(abi.encodeWithSelector(IChequebook.ChequeRefused.selector, IChequebook.Outcome.WrongSigner));
        vm.prank(rival);
        chequebook.cash(payment);
        vm.assertEq(_cash(ISSUER, 1 ether), 1 ether);
    }

    /// @dev The issuer announces a withdrawal when the payee already has a cheque. The payee cashes during the delay, so the cheque is
    /// paid before the withdrawal.
    function test_withdraw_afterRaceWithCheque_paysTheRest() public {
        _deposit(5 ether);
        vm.prank(issuer);
        chequebook.announceWithdrawal(5 ether);
        vm.warp(START + DELAY - 1);
        vm.assertEq(_cash(ISSUER, 4 ether), 4 ether);
        vm.warp(START + DELAY);
        uint256 before = issuer.balance;
        vm.prank(issuer);
        chequebook.withdraw();
        vm.assertEq(issuer.balance - before, 1 ether);
    }

    /// @dev The issuer prepares a decrease, then a cheque spends a part of the hard deposit. The decrease is limited to the rest, so no
    /// wei stay locked.
    function test_decreaseHardDeposit_afterCashOut_isLimitedToTheRest() public {
        _addHardDeposit(beneficiary, 4 ether);
        vm.prank(issuer);
        chequebook.prepareDecrease(beneficiary, NO_SPLIT, 3 ether);
        _cash(ISSUER, 3 ether);
        vm.warp(START + DELAY);
        vm.prank(issuer);
        chequebook.decreaseHardDeposit(beneficiary, NO_SPLIT);
        vm.assertEq(_channel(beneficiary).hardDeposit, 0);
        vm.assertEq(_freeDeposit(), 1 ether);
    }

    function test_cash_withSpliteeThatRefusesWei_paysBeneficiary() public {
        _deposit(5 ether);
        RefusingWallet wallet = new RefusingWallet();
        uint256 before = beneficiary.balance;
        _cash(ISSUER, Cheque(issuer, beneficiary, _splitOf(address(wallet), 5_000), 2 ether));
        vm.assertEq(beneficiary.balance - before, 1 ether);
        vm.expectRevert(abi.encodeWithSelector(IChequebook.TransferFailed.selector, address(wallet), 1 ether));
        wallet.execute(address(chequebook), 0, abi.encodeCall(chequebook.withdrawCredit, ()));
        vm.assertEq(chequebook.creditOf(address(wallet)), 1 ether);
    }

    /// @dev A payee that refuses wei harms only itself: its cheque stays payable, and the issuer's deposit does not
    /// change.
    function test_cash_byPayeeThatRefusesWei_changesNothing() public {
        _deposit(5 ether);
        RefusingWallet wallet = new RefusingWallet();
        bytes memory data = _callOf(_chequeTo(address(wallet), 2 ether));
        vm.expectRevert(abi.encodeWithSelector(IChequebook.TransferFailed.selector, address(wallet), 2 ether));
        wallet.execute(address(chequebook), 0, data);
        vm.assertEq(_freeDeposit(), 5 ether);
        vm.assertEq(_channel(address(wallet)).paid, 0);
    }

    /// @dev The issuer is a contract that would use all gas in a check of its signature. `cashBatch` never calls the contract of
    /// an issuer.
    function test_cashBatch_withHostileContract_paysTheOthers() public {
        _deposit(5 ether);
        address wallet = address(new BurningWallet());
        IChequebook.Payment[] memory payments = new IChequebook.Payment[](41);
        for (uint256 i; i < 40; ++i) {
            payments[i] = IChequebook.Payment(wallet, NO_SPLIT, 1 ether, bytes32(i), bytes32(i));
        }
        payments[40] = _paymentOf(ISSUER, _chequeTo(beneficiary, 1 ether));
        uint256 before = gasleft();
        vm.prank(beneficiary);
        uint256[] memory amounts = chequebook.cashBatch(payments);
        vm.assertLe(before - gasleft(), 500_000, "the hostile cheques cost too much gas");
        vm.assertEq(amounts[40], 1 ether);
        vm.assertEq(beneficiary.balance, 1 ether);
    }

    /// @dev The Chequebook reads the signer from a place in memory that also has other contents, for example the issuer of the first
    /// cheque here. For a malformed signature, `ecrecover` writes nothing to this place.
    function test_cashBatch_withMalformedSignatureAfterOtherCheque_paysNothing() public {
        _deposit(5 ether);
        _cash(ISSUER, 1 ether);
        IChequebook.Payment[] memory payments = new IChequebook.Payment[](2);
        payments[0] = _paymentOf(ISSUER, _chequeTo(beneficiary, 1 ether));
        payments[1] = IChequebook.Payment(issuer, NO_SPLIT, 5 ether, 0, 0);
        vm.prank(beneficiary);
        uint256[] memory amounts = chequebook.cashBatch(payments);
        vm.assertEq(amounts[0], 0);
        vm.assertEq(amounts[1], 0);
        vm.assertEq(_freeDeposit(), 4 ether);
    }

    /// @dev An issuer empties its account before the batch is mined. Only its own cheque bounces.
    function test_cashBatch_withIssuerThatEmptiedItsAccount_paysTheOthers() public {
        _deposit(5 ether);
        address other = _signingAccount("other issuer");
        vm.deal(address(this), 1 ether);
        chequebook.depositFor{value: 1 ether}(other);
        IChequebook.Payment[] memory payments = new IChequebook.Payment[](2);
        payments[0] = _paymentOf("other issuer", Cheque(other, beneficiary, NO_SPLIT, 1 ether));
        payments[1] = _paymentOf(ISSUER, _chequeTo(beneficiary, 1 ether));
        _cash("other issuer", Cheque(other, rival, NO_SPLIT, 1 ether));
        vm.prank(beneficiary);
        uint256[] memory amounts = chequebook.cashBatch(payments);
        vm.assertEq(amounts[0], 0);
        vm.assertEq(amounts[1], 1 ether);
        vm.assertEq(chequebook.getAccount(other).bouncedAt, START);
    }

    /// @dev The withdrawal delay does not prevent an issuer from paying its whole free deposit to a second account of its own. Only the
    /// hard deposit of a payee is certain. So a payee should give no more credit above this deposit than it can afford to lose.
    function test_cash_byAccompliceOfIssuer_leavesOnlyHardDeposits() public {
        _deposit(5 ether);
        _addHardDeposit(beneficiary, 2 ether);
        _cash(ISSUER, _chequeTo(rival, 5 ether));
        vm.assertEq(_cash(ISSUER, 6 ether), 2 ether);
    }

    function test_fuzz_cash_byOthers_neverTouchesHardDeposit(
        uint96 hard,
        uint96 free,
        uint96 cumulative,
        bool withSplit
    ) public {
        (hard, free) = (uint96(_bound(hard, 1, 1e27)), uint96(_bound(free, 1, 1e27)));
        vm.deal(issuer, 2e27);
        _deposit(free);
        _addHardDeposit(beneficiary, hard);
        // With a split, the same beneficiary has another channel.
        Split split = withSplit ? _splitOf(splitee, 100) : NO_SPLIT;
        address to = withSplit ? beneficiary : rival;
        cumulative = uint96(_bound(cumulative, 1, type(uint96).max));
        _cash(ISSUER, Cheque(issuer, to, split, cumulative));
        vm.assertEq(_channel(beneficiary).hardDeposit, hard);
        vm.assertEq(_freeDeposit(), cumulative < free ? free - cumulative : 0);
        uint256 before = beneficiary.balance;
        _cash(ISSUER, hard);
        vm.assertEq(beneficiary.balance - before, hard);
    }

    /// @dev The encoded call that cashes a cheque of the issuer.
    function _callOf(Cheque memory cheque) private view returns (bytes memory) {
        return abi.encodeCall(chequebook.cash, (_paymentOf(ISSUER, cheque)));
    }
}
