// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChequebook} from "../src/interfaces/IChequebook.sol";
import {Cheque} from "../src/types/Cheque.sol";
import {Cheques} from "./Cheques.sol";
import {Wallet} from "./Wallets.sol";

/// @notice The keys and contracts that can sign for an issuer.
contract ChequebookKeysTest is Cheques {
    function setUp() public {
        _deployChequebook();
        _deposit(100 ether);
    }

    function test_authorise_withWei_depositsInSameTransaction() public {
        vm.expectEmit(address(chequebook));
        emit IChequebook.Deposit(issuer, issuer, 2 ether);
        vm.expectEmit(address(chequebook));
        emit IChequebook.SessionKeyAuthorised(issuer, sessionKey, 1 ether, START + 60);
        vm.prank(issuer);
        chequebook.authorise{value: 2 ether}(sessionKey, 1 ether, uint64(START + 60));
        vm.assertEq(_freeDeposit(), 102 ether);
        _assertKey(1 ether, 0, START + 60);
    }

    function test_authorise_again_raisesCapAndExpiry() public {
        _authorise(1 ether, START + 60);
        _cash(SESSION_KEY, 1 ether);
        _authorise(3 ether, START + 90);
        _assertKey(3 ether, 1 ether, START + 90);
        vm.assertEq(_cash(SESSION_KEY, 3 ether), 2 ether);
    }

    function test_authorise_withLessThanBefore_reverts() public {
        _expectTooSmall(0, 1, START + 1, START + 1);
        _authorise(0, START + 1);
        _expectTooSmall(1, 1, START, START + 1);
        _authorise(1, START);
        _authorise(2 ether, START + 60);
        _expectTooSmall(2 ether - 1, 2 ether, START + 60, START + 60);
        _authorise(2 ether - 1, START + 60);
        _expectTooSmall(2 ether, 2 ether, START + 59, START + 60);
        _authorise(2 ether, START + 59);
    }

    function test_authorise_ofZeroOrItself_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IChequebook.InvalidSessionKey.selector, address(0)));
        vm.prank(issuer);
        chequebook.authorise(address(0), 1, uint64(START + 60));
        vm.expectRevert(abi.encodeWithSelector(IChequebook.InvalidSessionKey.selector, issuer));
        vm.prank(issuer);
        chequebook.authorise(issuer, 1, uint64(START + 60));
    }

    function test_revoke_movesExpiryToEndOfDelay() public {
        _authorise(1 ether, START + 30 days);
        vm.expectEmit(address(chequebook));
        emit IChequebook.SessionKeyRevoked(issuer, sessionKey, START + DELAY);
        vm.prank(issuer);
        chequebook.revoke(sessionKey);
        vm.warp(START + DELAY - 1);
        vm.assertEq(_cash(SESSION_KEY, 0.5 ether), 0.5 ether);
        vm.warp(START + DELAY);
        _assertRefused(SESSION_KEY, 1 ether, IChequebook.Outcome.KeyExpired);
    }

    function test_revoke_ofKeyThatExpiresEarlier_keepsExpiry() public {
        _authorise(1 ether, START + 60);
        vm.prank(issuer);
        chequebook.revoke(sessionKey);
        _assertKey(1 ether, 0, START + 60);
    }

    function test_revoke_ofUnknownKey_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IChequebook.UnknownSessionKey.selector, sessionKey));
        vm.prank(issuer);
        chequebook.revoke(sessionKey);
    }

    /// @dev The issuer can authorise an expired key again. Then the beneficiary can cash the old cheques of the key.
    function test_authorise_afterExpiry_makesOldChequesPayable() public {
        _authorise(1 ether, START + 60);
        vm.warp(START + 60);
        _assertRefused(SESSION_KEY, 1 ether, IChequebook.Outcome.KeyExpired);
        _authorise(1 ether, START + 120);
        vm.assertEq(_cash(SESSION_KEY, 1 ether), 1 ether);
    }

    function test_cash_bySessionKey_reducesRestOfItsCap() public {
        _authorise(3 ether, START + 60);
        _cash(SESSION_KEY, 1 ether);
        _cash(SESSION_KEY, _chequeTo(_account("another"), 1.5 ether));
        _assertKey(3 ether, 2.5 ether, START + 60);
        // A cheque that the issuer signs does not reduce the rest of the cap.
        _cash(ISSUER, 2 ether);
        _assertKey(3 ether, 2.5 ether, START + 60);
    }

    function test_cash_aboveCap_paysRestOfCap() public {
        _authorise(3 ether, START + 60);
        vm.assertEq(_cash(SESSION_KEY, 5 ether), 3 ether);
        _assertKey(3 ether, 3 ether, START + 60);
        vm.assertEq(_channel(beneficiary).bouncedAt, 0);
        _assertRefused(SESSION_KEY, 5 ether, IChequebook.Outcome.CapSpent);
        _authorise(4 ether, START + 60);
        vm.assertEq(_cash(SESSION_KEY, 5 ether), 1 ether);
    }

    function test_cashByContract_asksTheContract() public {
        (Wallet wallet, Cheque memory cheque) = _walletWithDeposit();
        vm.assertEq(_cashByContract(cheque), 1 ether);
        vm.assertEq(beneficiary.balance, 1 ether);
        cheque.cumulative = 2 ether;
        wallet.setAnswer(0);
        _assertRefusedByContract(cheque, IChequebook.Outcome.WrongSigner);
        // An answer with a bit after the four bytes of the selector does not confirm the signature.
        wallet.setAnswer(bytes32(wallet.isValidSignature.selector) | bytes32(uint256(1)));
        _assertRefusedByContract(cheque, IChequebook.Outcome.WrongSigner);
    }

    function test_cashByContract_withSplit_creditsSplitee() public {
        (, Cheque memory cheque) = _walletWithDeposit();
        cheque.split = _splitOf(splitee, 2_500);
        vm.assertEq(_cashByContract(cheque), 0.75 ether);
        vm.assertEq(chequebook.creditOf(splitee), 0.25 ether);
    }

    function test_cashByContract_ofIssuerWithoutCode_isRefused() public {
        _assertRefusedByContract(_chequeTo(beneficiary, 1 ether), IChequebook.Outcome.WrongSigner);
        _assertRefusedByContract(_chequeTo(issuer, 1 ether), IChequebook.Outcome.InvalidChannel);
    }

    /// @dev Only `cashByContract` asks an issuer that is a contract to confirm the signature.
    function test_cash_ofContractWithoutKey_isRefused() public {
        (, Cheque memory cheque) = _walletWithDeposit();
        _assertRefused(cheque, _signCheque(SESSION_KEY, cheque), IChequebook.Outcome.WrongSigner);
    }

    function test_cash_bySessionKeyOfContract_doesNotAskTheContract() public {
        (Wallet wallet, Cheque memory cheque) = _walletWithDeposit();
        wallet.setAnswer(0);
        wallet.execute(
            address(chequebook), 0, abi.encodeCall(chequebook.authorise, (sessionKey, 0.5 ether, uint64(START + 60)))
        );
        vm.assertEq(_cash(SESSION_KEY, cheque), 0.5 ether);
    }

    function test_fuzz_cash_bySessionKey_neverPaysMoreThanCap(uint96 cap, uint96[8] memory cumulatives) public {
        cap = uint96(_bound(cap, 1, 200 ether));
        _authorise(cap, START + 60);
        for (uint256 i; i < cumulatives.length; ++i) {
            address to = _account(vm.toString(i % 3));
            Cheque memory cheque = _chequeTo(to, uint96(_bound(cumulatives[i], 1, 100 ether)));
            IChequebook.Payment memory payment = _paymentOf(SESSION_KEY, cheque);
            vm.prank(to);
            try chequebook.cash(payment) {} catch {}
        }
        uint256 paid;
        for (uint256 i; i < 3; ++i) {
            paid += _account(vm.toString(i)).balance;
        }
        vm.assertEq(chequebook.getSessionKey(issuer, sessionKey).spent, paid);
        vm.assertLe(paid, cap, "the key paid more than its cap");
    }

    function _walletWithDeposit() private returns (Wallet wallet, Cheque memory cheque) {
        wallet = new Wallet();
        vm.deal(address(this), 10 ether);
        chequebook.depositFor{value: 10 ether}(address(wallet));
        cheque = Cheque(address(wallet), beneficiary, NO_SPLIT, 1 ether);
    }

    function _cashByContract(Cheque memory cheque) private returns (uint256) {
        uint256 before = cheque.beneficiary.balance;
        vm.prank(cheque.beneficiary);
        chequebook.cashByContract(cheque.issuer, cheque.split, cheque.cumulative, hex"1271");
        return cheque.beneficiary.balance - before;
    }

    function _assertRefusedByContract(Cheque memory cheque, IChequebook.Outcome outcome) private {
        vm.expectRevert(abi.encodeWithSelector(IChequebook.ChequeRefused.selector, outcome));
        vm.prank(cheque.beneficiary);
        chequebook.cashByContract(cheque.issuer, cheque.split, cheque.cumulative, hex"1271");
    }

    function _assertKey(uint256 cap, uint256 spent, uint256 expiry) private view {
        IChequebook.SessionKey memory record = chequebook.getSessionKey(issuer, sessionKey);
        vm.assertEq(record.cap, cap);
        vm.assertEq(record.spent, spent);
        vm.assertEq(record.expiry, expiry);
    }

    function _expectTooSmall(uint256 cap, uint256 minCap, uint256 expiry, uint256 minExpiry) private {
        vm.expectRevert(abi.encodeWithSelector(IChequebook.AuthorityTooSmall.selector, cap, minCap, expiry, minExpiry));
    }
}
