// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChequebook} from "../../src/interfaces/IChequebook.sol";
import {CashOuts} from "../../src/payment/CashOuts.sol";
import {AccountRecord, ChannelRecord, SessionKeyRecord, State, channelAt} from "../../src/payment/State.sol";
import {Cheque} from "../../src/types/Cheque.sol";
import {Split} from "../../src/types/Split.sol";
import {Vectors} from "../Vectors.sol";
import {Wallet} from "../Wallets.sol";

/// @dev Cashes one cheque. Before, the test sets the records of the issuer, the channel and the session key.
contract CashOut {
    using CashOuts for State;

    State private state;

    function set(
        Cheque memory cheque,
        AccountRecord memory account,
        ChannelRecord memory channel,
        address key,
        SessionKeyRecord memory record
    ) external {
        state.accounts[cheque.issuer] = account;
        ChannelRecord storage record_ = channelAt(cheque.channelId());
        (record_.paid, record_.hardDeposit, record_.bouncedAt) = (channel.paid, channel.hardDeposit, channel.bouncedAt);
        state.sessionKeys[cheque.issuer][key] = record;
    }

    function cash(IChequebook.Payment calldata payment, bytes32 domainSeparator)
        external
        returns (uint256, IChequebook.Outcome)
    {
        return state.cash(payment, domainSeparator);
    }

    function cashByContract(Cheque memory cheque, bytes32 domainSeparator, bytes calldata signature)
        external
        returns (uint256, IChequebook.Outcome)
    {
        return state.cashByContract(cheque, domainSeparator, signature);
    }

    function fundsOf(Cheque memory cheque) external view returns (uint256) {
        return state.accounts[cheque.issuer].deposit + channelAt(cheque.channelId()).hardDeposit;
    }

    function creditOf(Cheque memory cheque) external view returns (uint256) {
        return state.credits[cheque.split.splitee()];
    }

    function spentOf(Cheque memory cheque, address key) external view returns (uint256) {
        return state.sessionKeys[cheque.issuer][key].spent;
    }

    function paidOf(Cheque memory cheque) external view returns (uint256) {
        return channelAt(cheque.channelId()).paid;
    }
}

/// @notice `payable` and `solvency` of contracts/protocol/Chequebook.ts are the TypeScript version of CashOuts.sol, and
/// have the same vectors.
contract CashOutsTest is Vectors {
    function setUp() public {
        _loadVectors("Chequebook");
    }

    function test_outcomes_matchVectors() public view {
        string[] memory names = new string[](uint256(type(IChequebook.Outcome).max) + 1);
        names[uint256(IChequebook.Outcome.Paid)] = "Paid";
        names[uint256(IChequebook.Outcome.Bounced)] = "Bounced";
        names[uint256(IChequebook.Outcome.Capped)] = "Capped";
        names[uint256(IChequebook.Outcome.NothingDue)] = "NothingDue";
        names[uint256(IChequebook.Outcome.InvalidChannel)] = "InvalidChannel";
        names[uint256(IChequebook.Outcome.WrongSigner)] = "WrongSigner";
        names[uint256(IChequebook.Outcome.KeyExpired)] = "KeyExpired";
        names[uint256(IChequebook.Outcome.CapSpent)] = "CapSpent";
        names[uint256(IChequebook.Outcome.NoFunds)] = "NoFunds";
        _assertNames("outcomeNames", names);
    }

    function test_cash_matchesVectors() public {
        uint256 count = _count("cases");
        vm.assertGe(count, 30, "there are too few cases");
        for (uint256 i; i < count; ++i) {
            _checkCase(i);
        }
    }

    function _checkCase(uint256 i) private {
        Cheque memory cheque = Cheque(
            _addressAt(i, "cheque.issuer"),
            _addressAt(i, "cheque.beneficiary"),
            Split.wrap(_uintAt(i, "cheque.split")),
            uint96(_uintAt(i, "cheque.cumulative"))
        );
        CashOut cashOut = new CashOut();
        cashOut.set(cheque, _accountAt(i), _channelAt(i), _addressAt(i, "keyAddress"), _sessionKeyAt(i));
        vm.assertEq(cashOut.fundsOf(cheque), _uintAt(i, "solvency.available"), vm.toString(i));
        vm.warp(_uintAt(i, "time"));
        (uint256 received, IChequebook.Outcome outcome) = _cash(i, cheque, cashOut);
        vm.assertEq(_item("outcomeNames", uint256(outcome)), _stringAt(i, "payable.outcome"));
        _checkPayment(i, cheque, cashOut, received);
    }

    function _cash(uint256 i, Cheque memory cheque, CashOut cashOut)
        private
        returns (uint256 received, IChequebook.Outcome outcome)
    {
        bytes32 separator = _separatorOf(".domain.chequebook");
        bytes memory signature = _bytesAt(i, "signature");
        vm.startPrank(cheque.beneficiary);
        if (!_isSignedBy(i, "contract")) {
            (bytes32 r, bytes32 vs) = _shortFormOf(signature);
            (received, outcome) =
                cashOut.cash(IChequebook.Payment(cheque.issuer, cheque.split, cheque.cumulative, r, vs), separator);
            vm.stopPrank();
            return (received, outcome);
        }
        vm.etch(cheque.issuer, address(new Wallet()).code);
        Wallet(payable(cheque.issuer)).setAnswer(bytes32(Wallet.isValidSignature.selector));
        (received, outcome) = cashOut.cashByContract(cheque, separator, signature);
        vm.stopPrank();
        vm.etch(cheque.issuer, "");
    }

    function _checkPayment(uint256 i, Cheque memory cheque, CashOut cashOut, uint256 received) private view {
        string memory name = vm.toString(i);
        (uint256 amount, uint256 credit) = (_uintAt(i, "payable.amount"), _uintAt(i, "payable.credit"));
        vm.assertEq(received, amount - credit, name);
        vm.assertEq(cashOut.creditOf(cheque), credit, name);
        vm.assertEq(cashOut.fundsOf(cheque), _uintAt(i, "solvency.available") - amount, name);
        vm.assertEq(cashOut.paidOf(cheque), _uintAt(i, "channel.paid") + amount, name);
        uint256 spent = _uintAt(i, "key.spent") + (_isSignedBy(i, "key") ? amount : 0);
        vm.assertEq(cashOut.spentOf(cheque, _addressAt(i, "keyAddress")), spent, name);
    }

    function _isSignedBy(uint256 i, string memory kind) private view returns (bool) {
        return keccak256(bytes(_stringAt(i, "signer"))) == keccak256(bytes(kind));
    }

    function _accountAt(uint256 i) private view returns (AccountRecord memory) {
        return AccountRecord(
            uint96(_uintAt(i, "account.deposit")),
            uint96(_uintAt(i, "account.withdrawal")),
            uint32(_uintAt(i, "account.withdrawableAt")),
            uint32(_uintAt(i, "account.bouncedAt"))
        );
    }

    function _channelAt(uint256 i) private view returns (ChannelRecord memory) {
        return ChannelRecord(
            uint96(_uintAt(i, "channel.paid")),
            uint96(_uintAt(i, "channel.hardDeposit")),
            uint64(_uintAt(i, "channel.bouncedAt"))
        );
    }

    function _sessionKeyAt(uint256 i) private view returns (SessionKeyRecord memory) {
        return SessionKeyRecord(
            uint96(_uintAt(i, "key.spent")), uint96(_uintAt(i, "key.cap")), uint64(_uintAt(i, "key.expiry"))
        );
    }
}
