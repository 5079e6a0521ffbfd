// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IChequebook} from "../interfaces/IChequebook.sol";
import {AccountRecord, State} from "./State.sol";

/// @notice The free deposits of issuers, and their withdrawal.
library Accounts {
    using SafeCast for uint256;

    function credit(State storage s, address issuer, uint256 amount) internal {
        if (amount == 0) revert IChequebook.ZeroAmount();
        if (issuer == address(0)) revert IChequebook.ZeroIssuer();
        s.accounts[issuer].deposit = (s.accounts[issuer].deposit + amount).toUint96();
        emit IChequebook.Deposit(issuer, msg.sender, amount);
    }

    function announce(State storage s, uint96 amount, uint256 delay) internal {
        uint256 withdrawableAt = amount == 0 ? 0 : block.timestamp + delay;
        AccountRecord storage account = s.accounts[msg.sender];
        (account.withdrawal, account.withdrawableAt) = (amount, withdrawableAt.toUint32());
        emit IChequebook.WithdrawalAnnounced(msg.sender, amount, withdrawableAt);
    }

    /// @return amount In wei, to be sent to the caller.
    function withdraw(State storage s) internal returns (uint256 amount) {
        AccountRecord storage account = s.accounts[msg.sender];
        amount = FixedPointMathLib.min(account.withdrawal, account.deposit);
        if (amount == 0) revert IChequebook.NothingToWithdraw();
        if (block.timestamp < account.withdrawableAt) revert IChequebook.TooEarly(account.withdrawableAt);
        // The cast is safe: the amount is at most the deposit.
        account.deposit -= uint96(amount);
        (account.withdrawal, account.withdrawableAt) = (0, 0);
        emit IChequebook.Withdrawal(msg.sender, amount);
    }

    function withdrawCredit(State storage s) internal returns (uint256 amount) {
        amount = s.credits[msg.sender];
        if (amount == 0) revert IChequebook.NothingToWithdraw();
        s.credits[msg.sender] = 0;
        emit IChequebook.CreditWithdrawn(msg.sender, amount);
    }
}
