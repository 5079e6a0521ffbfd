// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Chequebook} from "../../src/Chequebook.sol";
import {IChequebook} from "../../src/interfaces/IChequebook.sol";
import {Cheque} from "../../src/types/Cheque.sol";
import {ChequeLedger} from "./ChequeLedger.sol";

/// @notice Random actions of issuers, payees and splitees. Payees also cash old cheques, and cheques that a session key of another
/// issuer has signed. One payee tries to cash a cheque again while the Chequebook pays this cheque to it.
contract ChequeHandler is ChequeLedger {
    uint256 private randomState;
    mapping(IChequebook.Outcome => uint256) public outcomeCount;
    mapping(bytes4 action => uint256) public successCount;
    uint256 public refusedTransfers;

    constructor(Chequebook chequebook_) ChequeLedger(chequebook_) {}

    modifier randomAction(uint256 seed, uint256 salt) {
        randomState = uint256(keccak256(abi.encode(seed, salt)));
        _;
        if (_randomBelow(4) == 0) vm.warp(vm.getBlockTimestamp() + _randomBelow(DELAY));
    }

    /// @dev All actions that forge may call.
    function actions() public pure returns (bytes4[] memory list) {
        bytes4[12] memory all = [
            this.deposit.selector,
            this.depositFor.selector,
            this.authorise.selector,
            this.revoke.selector,
            this.announceWithdrawal.selector,
            this.withdraw.selector,
            this.increaseHardDeposit.selector,
            this.prepareDecrease.selector,
            this.decreaseHardDeposit.selector,
            this.cash.selector,
            this.cashBatch.selector,
            this.withdrawCredit.selector
        ];
        list = new bytes4[](all.length);
        for (uint256 i; i < all.length; ++i) {
            list[i] = all[i];
        }
    }

    function assertEachOutcomeHappened(uint256 times) external view {
        for (uint256 i; i <= uint256(type(IChequebook.Outcome).max); ++i) {
            // All channels of the handler are valid, so this outcome cannot happen.
            if (i == uint256(IChequebook.Outcome.InvalidChannel)) continue;
            vm.assertGe(
                outcomeCount[IChequebook.Outcome(i)], times, string.concat("an outcome is rare: ", vm.toString(i))
            );
        }
        bytes4[] memory list = actions();
        for (uint256 i; i < list.length; ++i) {
            vm.assertGe(successCount[list[i]], times, string.concat("an action is rare: ", vm.toString(i)));
        }
        vm.assertGe(refusedTransfers, times, "a payee refused wei too seldom");
        vm.assertGe(reentrant.attempts(), times, "a payee called the Chequebook again too seldom");
    }

    function deposit(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address from = _randomIssuer();
        uint256 amount = _give(from, _randomBetween(1, 3 ether));
        vm.prank(from);
        chequebook.deposit{value: amount}();
        _bookDeposit(from, amount);
    }

    function depositFor(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address to = _randomIssuer();
        uint256 amount = _give(address(this), _randomBetween(1, 1 ether));
        chequebook.depositFor{value: amount}(to);
        _bookDeposit(to, amount);
    }

    function authorise(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        uint256 number = _randomBelow(ISSUERS);
        address key = _sessionKeyOf(number, _randomBelow(KEYS));
        IChequebook.SessionKey storage record = keyBook[issuers[number]][key];
        uint96 cap = uint96(record.cap + _randomBetween(1, 2 ether));
        uint256 earliest = record.expiry > vm.getBlockTimestamp() ? record.expiry : vm.getBlockTimestamp() + 1;
        uint64 expiry = uint64(earliest + _randomBelow(12 * DELAY));
        uint256 amount = _give(issuers[number], _randomBelow(2) * 1 ether);
        vm.prank(issuers[number]);
        chequebook.authorise{value: amount}(key, cap, expiry);
        (record.cap, record.expiry) = (cap, expiry);
        _bookDeposit(issuers[number], amount);
    }

    function revoke(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        uint256 number = _randomBelow(ISSUERS);
        address key = _sessionKeyOf(number, _randomBelow(KEYS));
        IChequebook.SessionKey storage record = keyBook[issuers[number]][key];
        if (!_succeeds(issuers[number], abi.encodeCall(chequebook.revoke, (key)), record.expiry > 0)) return;
        uint256 latest = vm.getBlockTimestamp() + DELAY;
        if (record.expiry > latest) record.expiry = latest;
    }

    function announceWithdrawal(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address from = _randomIssuer();
        uint96 amount = uint96(_randomBelow(3) * 1 ether);
        vm.prank(from);
        chequebook.announceWithdrawal(amount);
        IChequebook.Account storage account = accountBook[from];
        (account.withdrawal, account.withdrawableAt) = (amount, amount == 0 ? 0 : vm.getBlockTimestamp() + DELAY);
        ++successCount[msg.sig];
    }

    function withdraw(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address from = _randomIssuer();
        IChequebook.Account storage account = accountBook[from];
        uint256 amount = account.withdrawal < account.deposit ? account.withdrawal : account.deposit;
        bool possible = amount > 0 && vm.getBlockTimestamp() >= account.withdrawableAt;
        uint256 before = from.balance;
        if (!_succeeds(from, abi.encodeCall(chequebook.withdraw, ()), possible)) return;
        vm.assertEq(from.balance - before, amount, "a withdrawal paid another amount");
        (account.deposit, account.withdrawal, account.withdrawableAt) = (account.deposit - amount, 0, 0);
        sentOut += amount;
    }

    function increaseHardDeposit(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        Cheque memory ends = _randomChannel();
        IChequebook.Account storage account = accountBook[ends.issuer];
        uint96 amount = uint96(_randomBetween(1, 2 ether));
        bytes memory data = abi.encodeCall(chequebook.increaseHardDeposit, (ends.beneficiary, ends.split, amount));
        if (!_succeeds(ends.issuer, data, amount <= account.deposit)) return;
        account.deposit -= amount;
        channelBook[ends.channelId()].hardDeposit += amount;
    }

    function prepareDecrease(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        Cheque memory ends = _randomChannelWithHardDeposit();
        uint96 amount = uint96(_randomBelow(3) * 1 ether);
        vm.prank(ends.issuer);
        chequebook.prepareDecrease(ends.beneficiary, ends.split, amount);
        IChequebook.Channel storage channel = channelBook[ends.channelId()];
        (channel.decrease, channel.decreasableAt) = (amount, amount == 0 ? 0 : vm.getBlockTimestamp() + DELAY);
        ++successCount[msg.sig];
    }

    function decreaseHardDeposit(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        Cheque memory ends = _randomChannelWithHardDeposit();
        IChequebook.Channel storage channel = channelBook[ends.channelId()];
        uint256 amount = channel.decrease < channel.hardDeposit ? channel.decrease : channel.hardDeposit;
        bytes memory data = abi.encodeCall(chequebook.decreaseHardDeposit, (ends.beneficiary, ends.split));
        bool possible = amount > 0 && vm.getBlockTimestamp() >= channel.decreasableAt;
        if (!_succeeds(ends.issuer, data, possible)) return;
        (channel.hardDeposit, channel.decrease, channel.decreasableAt) = (channel.hardDeposit - amount, 0, 0);
        accountBook[ends.issuer].deposit += amount;
    }

    function cash(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        (Cheque memory cheque, address key, bytes memory signature) = _randomCheque(_randomChannel());
        (uint256 amount, IChequebook.Outcome outcome) = _expectedPayment(cheque, key);
        bytes memory data = _callOf(cheque, key, signature);
        uint256 received = amount - _partOf(cheque, amount);
        bool refused = cheque.beneficiary == refusing && received > 0;
        if (cheque.beneficiary == address(reentrant)) reentrant.prepare(data);
        uint256 before = cheque.beneficiary.balance;
        bool done = _succeeds(cheque.beneficiary, data, outcome < IChequebook.Outcome.NothingDue && !refused);
        reentrant.prepare("");
        if (refused) ++refusedTransfers;
        else ++outcomeCount[outcome];
        if (!done) return;
        _bookPayment(cheque, key, amount, outcome);
        vm.assertEq(cheque.beneficiary.balance - before, received, "a cheque paid another amount");
        vm.assertEq(reentrant.successes(), 0, "a payee cashed a cheque twice");
        sentOut += received;
    }

    function cashBatch(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address to = payees[_randomBelow(payees.length - 1)];
        IChequebook.Payment[] memory payments = new IChequebook.Payment[](_randomBetween(1, 5));
        uint256[] memory expected = new uint256[](payments.length);
        uint256 sum;
        for (uint256 i; i < payments.length; ++i) {
            Cheque memory ends = _randomChannel();
            ends.beneficiary = to;
            if (ends.issuer == to) ends.issuer = issuers[0] == to ? issuers[1] : issuers[0];
            (Cheque memory cheque, address key, bytes memory signature) = _randomCheque(ends);
            // `cashBatch` does not ask the contract of an issuer about a signature. So the outcome of a cheque that a contract
            // signed is WrongSigner.
            if (key == address(0) && signature.length != 65) key = address(this);
            payments[i] = _paymentOf(cheque, signature);
            (uint256 amount, IChequebook.Outcome outcome) = _expectedPayment(cheque, key);
            ++outcomeCount[outcome];
            expected[i] = amount - _partOf(cheque, amount);
            sum += expected[i];
            _bookPayment(cheque, key, amount, outcome);
        }
        uint256 before = to.balance;
        vm.prank(to);
        uint256[] memory amounts = chequebook.cashBatch(payments);
        vm.assertEq(keccak256(abi.encode(amounts)), keccak256(abi.encode(expected)), "a batch paid other amounts");
        vm.assertEq(to.balance - before, sum, "a batch paid another sum");
        sentOut += sum;
        ++successCount[msg.sig];
    }

    function withdrawCredit(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address to = _randomBelow(2) == 0 ? splitee : issuers[0];
        uint256 amount = creditBook[to];
        uint256 before = to.balance;
        if (!_succeeds(to, abi.encodeCall(chequebook.withdrawCredit, ()), amount > 0)) return;
        vm.assertEq(to.balance - before, amount, "a splitee got another amount");
        creditBook[to] = 0;
        sentOut += amount;
    }

    /// @dev A random cheque. In one of eight cases, its cumulative amount is at most the sum that its channel has paid. In the
    /// other cases, it is above this sum, by at most 4 ether. `key` is the address that signed the cheque: a session key of the
    /// issuer or of another issuer, or zero if the issuer itself signed.
    function _randomCheque(Cheque memory ends)
        private
        returns (Cheque memory cheque, address key, bytes memory signature)
    {
        uint256 paid = channelBook[ends.channelId()].paid;
        uint256 cumulative = _randomBelow(8) == 0 ? _randomBelow(paid + 1) : paid + _randomBetween(1, 4 ether);
        cheque = Cheque(ends.issuer, ends.beneficiary, ends.split, uint96(cumulative));
        uint256 number;
        while (issuers[number] != ends.issuer) ++number;
        uint256 choice = _randomBelow(10);
        if (choice < 4) {
            bool isContract = number == ISSUERS - 1;
            return (cheque, address(0), isContract ? bytes(hex"1271") : _signCheque(_nameOf(number), cheque));
        }
        // In one of ten cases, a session key of another issuer has signed the cheque.
        uint256 other = choice == 9 ? (number + 1) % ISSUERS : number;
        uint256 index = _randomBelow(KEYS);
        return (cheque, _sessionKeyOf(other, index), _signCheque(_keyNameOf(other, index), cheque));
    }

    function _callOf(Cheque memory cheque, address key, bytes memory signature) private view returns (bytes memory) {
        if (key == address(0) && signature.length != 65) {
            return
                abi.encodeCall(chequebook.cashByContract, (cheque.issuer, cheque.split, cheque.cumulative, signature));
        }
        return abi.encodeCall(chequebook.cash, (_paymentOf(cheque, signature)));
    }

    /// @dev Calls the Chequebook. The call must succeed if `expected` is true, and must revert if `expected` is false.
    function _succeeds(address by, bytes memory data, bool expected) private returns (bool done) {
        vm.prank(by);
        (done,) = address(chequebook).call(data);
        vm.assertTrue(done == expected, done ? "a call that must fail succeeded" : "a call that must succeed failed");
        if (done) ++successCount[msg.sig];
    }

    function _bookDeposit(address to, uint256 amount) private {
        accountBook[to].deposit += amount;
        deposited += amount;
        ++successCount[msg.sig];
    }

    function _give(address to, uint256 amount) private returns (uint256) {
        vm.deal(to, to.balance + amount);
        return amount;
    }

    function _randomIssuer() private returns (address) {
        return issuers[_randomBelow(ISSUERS)];
    }

    function _randomChannel() private returns (Cheque memory) {
        return channels[_randomBelow(channels.length)];
    }

    /// @dev A random channel, if possible one with a hard deposit.
    function _randomChannelWithHardDeposit() private returns (Cheque memory ends) {
        uint256 start = _randomBelow(channels.length);
        for (uint256 i; i < channels.length; ++i) {
            ends = channels[(start + i) % channels.length];
            if (channelBook[ends.channelId()].hardDeposit > 0) return ends;
        }
    }

    function _randomBelow(uint256 limit) private returns (uint256) {
        randomState = uint256(keccak256(abi.encode(randomState)));
        return randomState % limit;
    }

    function _randomBetween(uint256 min, uint256 max) private returns (uint256) {
        return min + _randomBelow(max - min + 1);
    }
}
