// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeTransferLib} from "solady/utils/SafeTransferLib.sol";
import {IChequebook} from "./interfaces/IChequebook.sol";
import {Parameters} from "./libraries/Parameters.sol";
import {Accounts} from "./payment/Accounts.sol";
import {CashOuts} from "./payment/CashOuts.sol";
import {HardDeposits} from "./payment/HardDeposits.sol";
import {Signers} from "./payment/Signers.sol";
import {AccountRecord, ChannelRecord, Decrease, SessionKeyRecord, State, channelAt} from "./payment/State.sol";
import {Cheque} from "./types/Cheque.sol";
import {Split} from "./types/Split.sol";

/// @dev See IChequebook. The contract has no owner. Only a cash-out of a cheque takes wei out of an issuer's deposits without an
/// announcement.
contract Chequebook is IChequebook, EIP712 {
    using Accounts for State;
    using CashOuts for State;
    using HardDeposits for State;
    using Signers for State;

    uint256 public immutable withdrawalDelay;

    uint256 private immutable chainId;
    bytes32 private immutable separator;

    State private state;

    constructor(uint256 withdrawalDelay_) EIP712("Livepeer", "1") {
        withdrawalDelay = Parameters.bounded("withdrawalDelay", withdrawalDelay_, 1, 30 days);
        (chainId, separator) = (block.chainid, _domainSeparatorV4());
    }

    /// @inheritdoc IChequebook
    function deposit() external payable {
        state.credit(msg.sender, msg.value);
    }

    /// @inheritdoc IChequebook
    function depositFor(address issuer) external payable {
        state.credit(issuer, msg.value);
    }

    /// @inheritdoc IChequebook
    function authorise(address key, uint96 cap, uint64 expiry) external payable {
        if (msg.value > 0) state.credit(msg.sender, msg.value);
        state.authorise(key, cap, expiry);
    }

    /// @inheritdoc IChequebook
    function revoke(address key) external {
        state.revoke(key, withdrawalDelay);
    }

    /// @inheritdoc IChequebook
    function announceWithdrawal(uint96 amount) external {
        state.announce(amount, withdrawalDelay);
    }

    /// @inheritdoc IChequebook
    function withdraw() external {
        _send(state.withdraw());
    }

    /// @inheritdoc IChequebook
    function increaseHardDeposit(address beneficiary, Split split, uint96 amount) external payable {
        if (msg.value > 0) state.credit(msg.sender, msg.value);
        state.increase(beneficiary, split, amount);
    }

    /// @inheritdoc IChequebook
    function prepareDecrease(address beneficiary, Split split, uint96 amount) external {
        state.prepareDecrease(beneficiary, split, amount, withdrawalDelay);
    }

    /// @inheritdoc IChequebook
    function decreaseHardDeposit(address beneficiary, Split split) external {
        state.decrease(beneficiary, split);
    }

    /// @inheritdoc IChequebook
    function cash(Payment calldata payment) external {
        (uint256 amount, Outcome outcome) = state.cash(payment, _domainSeparator());
        if (amount == 0) return _requireAccepted(outcome);
        bool sent = SafeTransferLib.trySafeTransferETH(msg.sender, amount, gasleft());
        if (!sent) revert TransferFailed(msg.sender, amount);
    }

    /// @inheritdoc IChequebook
    function cashByContract(address issuer, Split split, uint96 cumulative, bytes calldata signature) external {
        Cheque memory cheque = Cheque(issuer, msg.sender, split, cumulative);
        (uint256 amount, Outcome outcome) = state.cashByContract(cheque, _domainSeparatorV4(), signature);
        if (amount > 0) _send(amount);
        else _requireAccepted(outcome);
    }

    /// @inheritdoc IChequebook
    function cashBatch(Payment[] calldata payments) external returns (uint256[] memory amounts) {
        amounts = new uint256[](payments.length);
        bytes32 domainSeparator = _domainSeparatorV4();
        uint256 sum;
        for (uint256 i; i < payments.length; ++i) {
            (uint256 amount,) = state.cash(payments[i], domainSeparator);
            (amounts[i], sum) = (amount, sum + amount);
        }
        if (sum > 0) _send(sum);
    }

    /// @inheritdoc IChequebook
    function withdrawCredit() external {
        _send(state.withdrawCredit());
    }

    /// @inheritdoc IChequebook
    function stateOf(address issuer, address beneficiary, Split split, address key)
        external
        view
        returns (Account memory, Channel memory, SessionKey memory)
    {
        return (getAccount(issuer), getChannel(issuer, beneficiary, split), getSessionKey(issuer, key));
    }

    /// @inheritdoc IChequebook
    function creditOf(address splitee) external view returns (uint256) {
        return state.credits[splitee];
    }

    /// @inheritdoc IChequebook
    function getAccount(address issuer) public view returns (Account memory) {
        AccountRecord memory record = state.accounts[issuer];
        return Account(record.deposit, record.withdrawal, record.withdrawableAt, record.bouncedAt);
    }

    /// @inheritdoc IChequebook
    function getChannel(address issuer, address beneficiary, Split split) public view returns (Channel memory) {
        bytes32 channelId = Cheque(issuer, beneficiary, split, 0).channelId();
        ChannelRecord memory record = channelAt(channelId);
        Decrease memory prepared = state.decreases[channelId];
        return Channel(record.paid, record.hardDeposit, record.bouncedAt, prepared.amount, prepared.possibleAt);
    }

    /// @inheritdoc IChequebook
    function getSessionKey(address issuer, address key) public view returns (SessionKey memory) {
        SessionKeyRecord memory record = state.sessionKeys[issuer][key];
        return SessionKey(record.cap, record.spent, record.expiry);
    }

    function _requireAccepted(Outcome outcome) private pure {
        if (outcome >= Outcome.NothingDue) revert ChequeRefused(outcome);
    }

    /// @dev Returns the same value as `_domainSeparatorV4`, with less gas. `_domainSeparatorV4` also checks the address of the contract,
    /// but only a proxy needs this check.
    function _domainSeparator() private view returns (bytes32) {
        return block.chainid == chainId ? separator : _domainSeparatorV4();
    }

    /// @dev All state changes must come before this call, because the receiver can reenter.
    function _send(uint256 amount) private {
        bool sent = SafeTransferLib.trySafeTransferETH(msg.sender, amount, gasleft());
        if (!sent) revert TransferFailed(msg.sender, amount);
    }
}
