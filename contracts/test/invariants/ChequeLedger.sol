// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Chequebook} from "../../src/Chequebook.sol";
import {IChequebook} from "../../src/interfaces/IChequebook.sol";
import {Cheque} from "../../src/types/Cheque.sol";
import {Split} from "../../src/types/Split.sol";
import {Cheques} from "../Cheques.sol";
import {ReentrantWallet, RefusingWallet, Wallet} from "../Wallets.sol";

/// @notice The accounts that act on the Chequebook, and the books: a second record of all deposits, payments and keys. Each
/// action also changes the books, by the rules in the comments of IChequebook. The state of the contract must agree with the
/// books.
abstract contract ChequeLedger is Cheques {
    uint256 internal constant ISSUERS = 4;
    uint256 internal constant KEYS = 2;

    /// @dev The issuers have signing keys, except the last issuer, which is a contract. The issuers are also payees.
    address[] internal issuers;
    /// @dev The last two payees are a contract that reenters, and a contract that refuses wei.
    address[] internal payees;
    Split[] internal splits;
    ReentrantWallet internal immutable reentrant;
    address internal immutable refusing;

    /// @dev A cheque of each channel, with the cumulative amount zero.
    Cheque[] internal channels;
    mapping(address issuer => IChequebook.Account) internal accountBook;
    mapping(bytes32 channelId => IChequebook.Channel) internal channelBook;
    mapping(address issuer => mapping(address key => IChequebook.SessionKey)) internal keyBook;
    mapping(address splitee => uint256) internal creditBook;
    uint256 internal deposited;
    uint256 internal sentOut;

    constructor(Chequebook chequebook_) {
        chequebook = chequebook_;
        reentrant = new ReentrantWallet(chequebook_);
        refusing = address(new RefusingWallet());
        for (uint256 i; i + 1 < ISSUERS; ++i) {
            issuers.push(_signingAccount(_nameOf(i)));
        }
        issuers.push(address(new Wallet()));
        payees = issuers;
        payees.push(_account("payee"));
        payees.push(address(reentrant));
        payees.push(refusing);
        splits.push(NO_SPLIT);
        splits.push(_splitOf(splitee, 1_250));
        splits.push(_splitOf(issuers[0], 10_000));
        for (uint256 i; i < issuers.length * payees.length * splits.length; ++i) {
            address from = issuers[i % issuers.length];
            address to = payees[i / issuers.length % payees.length];
            if (from != to) channels.push(Cheque(from, to, splits[i / issuers.length / payees.length], 0));
        }
    }

    function assertBooksAgree() external view {
        uint256 held;
        for (uint256 i; i < issuers.length; ++i) {
            IChequebook.Account memory account = chequebook.getAccount(issuers[i]);
            held += account.deposit;
            _assertSame(abi.encode(account), abi.encode(accountBook[issuers[i]]), "an account differs from the books");
            for (uint256 k; k < KEYS; ++k) {
                address key = _sessionKeyOf(i, k);
                IChequebook.SessionKey memory record = chequebook.getSessionKey(issuers[i], key);
                vm.assertLe(record.spent, record.cap, "a session key has spent more than its cap");
                _assertSame(abi.encode(record), abi.encode(keyBook[issuers[i]][key]), "a key differs from the books");
            }
        }
        uint256 paid;
        for (uint256 i; i < channels.length; ++i) {
            Cheque memory ends = channels[i];
            IChequebook.Channel memory channel = chequebook.getChannel(ends.issuer, ends.beneficiary, ends.split);
            (held, paid) = (held + channel.hardDeposit, paid + channel.paid);
            bytes32 id = ends.channelId();
            _assertSame(abi.encode(channel), abi.encode(channelBook[id]), "a channel differs from the books");
        }
        uint256 credits = chequebook.creditOf(splitee) + chequebook.creditOf(issuers[0]);
        vm.assertEq(credits, creditBook[splitee] + creditBook[issuers[0]], "the credits differ from the books");
        vm.assertEq(held + credits, address(chequebook).balance, "the contract owes more or less than it holds");
        vm.assertEq(
            deposited - sentOut, address(chequebook).balance, "the balance differs from the deposits minus the payments"
        );
        vm.assertLe(paid, deposited, "the channels have paid more than was deposited");
    }

    /// @dev The amount that a cheque must pay, and the outcome. `key` is the session key that signed the cheque, or zero if
    /// the issuer itself signed.
    function _expectedPayment(Cheque memory cheque, address key)
        internal
        view
        returns (uint256 amount, IChequebook.Outcome)
    {
        IChequebook.Channel memory channel = channelBook[cheque.channelId()];
        uint256 limit = type(uint256).max;
        if (key != address(0)) {
            IChequebook.SessionKey memory record = keyBook[cheque.issuer][key];
            if (record.cap == 0) return (0, IChequebook.Outcome.WrongSigner);
            if (vm.getBlockTimestamp() >= record.expiry) return (0, IChequebook.Outcome.KeyExpired);
            limit = record.cap - record.spent;
            if (limit == 0) return (0, IChequebook.Outcome.CapSpent);
        }
        if (cheque.cumulative <= channel.paid) return (0, IChequebook.Outcome.NothingDue);
        uint256 owed = cheque.cumulative - channel.paid;
        uint256 due = owed < limit ? owed : limit;
        uint256 funds = accountBook[cheque.issuer].deposit + channel.hardDeposit;
        if (funds == 0 && channel.bouncedAt > 0) return (0, IChequebook.Outcome.NoFunds);
        if (funds < due) return (funds, IChequebook.Outcome.Bounced);
        return (due, due < owed ? IChequebook.Outcome.Capped : IChequebook.Outcome.Paid);
    }

    function _bookPayment(Cheque memory cheque, address key, uint256 amount, IChequebook.Outcome outcome) internal {
        if (outcome >= IChequebook.Outcome.NothingDue) return;
        creditBook[cheque.split.splitee()] += _partOf(cheque, amount);
        IChequebook.Channel storage channel = channelBook[cheque.channelId()];
        uint256 fromHard = amount < channel.hardDeposit ? amount : channel.hardDeposit;
        channel.paid += amount;
        channel.hardDeposit -= fromHard;
        accountBook[cheque.issuer].deposit -= amount - fromHard;
        bool bounced = outcome == IChequebook.Outcome.Bounced;
        channel.bouncedAt = bounced ? vm.getBlockTimestamp() : 0;
        if (bounced) accountBook[cheque.issuer].bouncedAt = vm.getBlockTimestamp();
        if (key != address(0)) keyBook[cheque.issuer][key].spent += amount;
    }

    /// @dev The splitee's part of the next payment of the channel.
    function _partOf(Cheque memory cheque, uint256 amount) internal view returns (uint256) {
        uint256 paid = channelBook[cheque.channelId()].paid;
        uint256 bps = cheque.split.bps();
        return (paid + amount) * bps / 10_000 - paid * bps / 10_000;
    }

    function _nameOf(uint256 number) internal pure returns (string memory) {
        return string.concat("issuer ", vm.toString(number));
    }

    function _keyNameOf(uint256 number, uint256 key) internal pure returns (string memory) {
        return string.concat("key ", vm.toString(key), " of ", _nameOf(number));
    }

    function _sessionKeyOf(uint256 number, uint256 key) internal pure returns (address) {
        return _signingAccount(_keyNameOf(number, key));
    }

    function _assertSame(bytes memory left, bytes memory right, string memory why) private pure {
        vm.assertEq(keccak256(left), keccak256(right), why);
    }
}
