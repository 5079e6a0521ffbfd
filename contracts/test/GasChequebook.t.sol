// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChequebook} from "../src/interfaces/IChequebook.sol";
import {Cheque} from "../src/types/Cheque.sol";
import {Split} from "../src/types/Split.sol";
import {Cheques} from "./Cheques.sol";

/// @notice Measures the gas of whole transactions with cheques, intrinsic gas included. The beneficiary sends the transactions
/// that cash cheques, and gets ether. Writes the results to snapshots/.
/// forge-config: default.isolate = true
contract GasChequebookTest is Cheques {
    string private constant GROUP = "cheques";
    uint256 private constant BATCH = 20;

    function setUp() public {
        _deployChequebook();
        // With this balance, the account of the beneficiary exists. A transfer to a new account costs 25,000 gas more.
        vm.deal(beneficiary, 1 ether);
        _deposit(100 ether);
    }

    function test_gas_deposits() public {
        address another = _account("another issuer");
        vm.deal(another, 10 ether);
        vm.prank(another);
        chequebook.authorise{value: 1 ether}(sessionKey, 1 ether, uint64(START + 30 days));
        vm.snapshotGasLastCall(GROUP, "authorise, with a first deposit");
        vm.prank(another);
        chequebook.deposit{value: 1 ether}();
        vm.snapshotGasLastCall(GROUP, "deposit, again");
        vm.prank(another);
        chequebook.increaseHardDeposit{value: 1 ether}(beneficiary, NO_SPLIT, 1 ether);
        vm.snapshotGasLastCall(GROUP, "increaseHardDeposit");
        vm.prank(another);
        chequebook.announceWithdrawal(1 ether);
        vm.snapshotGasLastCall(GROUP, "announceWithdrawal");
        vm.warp(START + DELAY);
        vm.prank(another);
        chequebook.withdraw();
        vm.snapshotGasLastCall(GROUP, "withdraw");
    }

    function test_gas_cash() public {
        _measure(ISSUER, NO_SPLIT, "cash", 64_000, 46_000);
    }

    function test_gas_cash_bySessionKey() public {
        _authorise(100 ether, START + 1);
        _measure(SESSION_KEY, NO_SPLIT, "cash, session key", 72_000, 54_000);
    }

    function test_gas_cash_withSplit() public {
        _measure(ISSUER, _splitOf(splitee, 1_250), "cash, split", 92_000, 62_000);
    }

    function test_gas_cash_bySessionKeyWithSplit() public {
        _authorise(100 ether, START + 1);
        _measure(SESSION_KEY, _splitOf(splitee, 1_250), "cash, split and session key", 100_000, 70_000);
    }

    function test_gas_cash_fromHardDeposit() public {
        _addHardDeposit(beneficiary, 10 ether);
        _cash(ISSUER, 1.23 ether);
        vm.assertLe(vm.snapshotGasLastCall(GROUP, "cash, from a hard deposit"), 64_000, "the cheque is too expensive");
    }

    function test_gas_cashBatch() public {
        _measureBatch(false, "cashBatch, 20 cheques", 38_000, 23_000);
    }

    function test_gas_cashBatch_bySessionKeys() public {
        _measureBatch(true, "cashBatch, 20 cheques of session keys", 46_000, 31_000);
    }

    function _measure(string memory signer, Split split, string memory name, uint256 maxFirst, uint256 maxAgain)
        private
    {
        // Like real amounts, these amounts have few zero bytes.
        _cash(signer, Cheque(issuer, beneficiary, split, 1.234567890123456789 ether));
        vm.assertLe(
            vm.snapshotGasLastCall(GROUP, string.concat(name, ", first")), maxFirst, "the first cheque is too expensive"
        );
        _cash(signer, Cheque(issuer, beneficiary, split, 2.345678901234567891 ether));
        vm.assertLe(
            vm.snapshotGasLastCall(GROUP, string.concat(name, ", again")), maxAgain, "a later cheque is too expensive"
        );
    }

    function _measureBatch(bool bySessionKey, string memory name, uint256 maxFirst, uint256 maxAgain) private {
        for (uint256 i; i < BATCH; ++i) {
            address from = _signingAccount(vm.toString(i));
            vm.deal(from, 10 ether);
            vm.prank(from);
            chequebook.authorise{value: 10 ether}(_keyOfSession(i), 10 ether, uint64(START + 1));
        }
        _cashBatch(bySessionKey, 1.234567890123456789 ether);
        uint256 first = vm.snapshotGasLastCall(GROUP, string.concat(name, ", first"));
        vm.assertLe(first, BATCH * maxFirst, "a first cheque in a batch is too expensive");
        _cashBatch(bySessionKey, 2.345678901234567891 ether);
        uint256 again = vm.snapshotGasLastCall(GROUP, string.concat(name, ", again"));
        vm.assertLe(again, BATCH * maxAgain, "a later cheque in a batch is too expensive");
    }

    function _cashBatch(bool bySessionKey, uint96 cumulative) private {
        IChequebook.Payment[] memory payments = new IChequebook.Payment[](BATCH);
        for (uint256 i; i < BATCH; ++i) {
            string memory name = vm.toString(i);
            Cheque memory cheque = Cheque(_signingAccount(name), beneficiary, NO_SPLIT, cumulative);
            payments[i] = _paymentOf(bySessionKey ? string.concat("session ", name) : name, cheque);
        }
        uint256 before = beneficiary.balance;
        vm.prank(beneficiary);
        chequebook.cashBatch(payments);
        vm.assertLe(before + BATCH * 1 ether, beneficiary.balance, "a cheque was not paid");
    }

    function _keyOfSession(uint256 i) private pure returns (address) {
        return _signingAccount(string.concat("session ", vm.toString(i)));
    }
}
