// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBondingManager} from "../interfaces/IBondingManager.sol";
import {IJobsManager} from "../interfaces/IJobsManager.sol";

/// @notice Holds all wei: the deposits of broadcasters, free or reserved for jobs, and the earned fees. Fees in escrow
/// belong to no account here.
abstract contract Deposits is IJobsManager {
    using SafeCast for uint256;

    struct Account {
        uint128 deposit;
        uint128 reserved;
    }

    IBondingManager public immutable bondingManager;

    mapping(address broadcaster => Account) private accounts;
    /// @dev A transcoder's own fees. The BondingManager accounts for the fees of delegators.
    mapping(address transcoder => uint256) internal earned;
    /// @inheritdoc IJobsManager
    uint256 public commonPool;

    constructor(IBondingManager bondingManager_) {
        bondingManager = bondingManager_;
    }

    /// @inheritdoc IJobsManager
    function deposit() external payable {
        if (msg.value == 0) revert ZeroAmount();
        _credit(msg.sender, msg.value);
    }

    /// @inheritdoc IJobsManager
    function withdraw(uint256 amount) public {
        if (amount == 0) revert ZeroAmount();
        _debit(msg.sender, amount);
        emit Withdrawal(msg.sender, amount);
        _send(amount);
    }

    /// @inheritdoc IJobsManager
    function withdrawAll(bytes32[] calldata jobIds) external {
        for (uint256 i; i < jobIds.length; ++i) {
            _releaseReserve(jobIds[i]);
        }
        withdraw(accounts[msg.sender].deposit);
    }

    /// @inheritdoc IJobsManager
    function withdrawFees() external {
        uint256 amount = earned[msg.sender] + bondingManager.takeFees(msg.sender);
        if (amount == 0) revert ZeroAmount();
        earned[msg.sender] = 0;
        emit WithdrawFees(msg.sender, amount);
        _send(amount);
    }

    /// @inheritdoc IJobsManager
    function earnings(address account) external view returns (uint256) {
        return earned[account] + bondingManager.pendingFees(account);
    }

    /// @inheritdoc IJobsManager
    function getBroadcaster(address broadcaster) external view returns (Broadcaster memory) {
        Account memory account = accounts[broadcaster];
        return Broadcaster(account.deposit, account.reserved);
    }

    /// @dev Moves a job's reserve back to its broadcaster's free deposit. Returns 0 when the job has no reserve.
    function _releaseReserve(bytes32 jobId) internal virtual returns (uint256 amount);

    function _credit(address broadcaster, uint256 amount) internal {
        accounts[broadcaster].deposit += amount.toUint128();
        emit Deposit(broadcaster, amount);
    }

    function _debit(address broadcaster, uint256 amount) private {
        uint128 available = accounts[broadcaster].deposit;
        if (amount > available) revert InsufficientDeposit(amount, available);
        accounts[broadcaster].deposit = available - uint128(amount);
    }

    /// @dev Sends wei to the caller. All state changes must come before.
    function _send(uint256 amount) private {
        (bool sent,) = msg.sender.call{value: amount}("");
        if (!sent) revert TransferFailed(msg.sender, amount);
    }

    /// @dev Moves free deposit into a job's reserve.
    function _reserve(address broadcaster, uint256 amount) internal returns (uint104 reserve) {
        _debit(broadcaster, amount);
        reserve = amount.toUint104();
        accounts[broadcaster].reserved += reserve;
    }

    /// @dev Moves a job's reserve back to the free deposit.
    function _unreserve(address broadcaster, uint256 amount) internal {
        accounts[broadcaster].reserved -= uint128(amount);
        accounts[broadcaster].deposit += uint128(amount);
    }

    /// @dev Takes `amount` from a job's reserve: `fee` goes to the finder's deposit, the rest to the common pool.
    function _fine(address broadcaster, uint256 amount, address finder, uint256 fee) internal {
        accounts[broadcaster].reserved -= uint128(amount);
        accounts[finder].deposit += uint128(fee);
        commonPool += amount - fee;
    }

    /// @dev Takes `amount` from the free deposit first, then from the job's `reserve`. The reserve is used last,
    /// because it covers future work.
    function _spend(address broadcaster, uint256 amount, uint256 reserve) internal returns (uint104 fromReserve) {
        Account storage account = accounts[broadcaster];
        uint256 free = account.deposit;
        if (amount > free + reserve) revert InsufficientDeposit(amount, free + reserve);
        fromReserve = uint104(amount > free ? amount - free : 0);
        account.deposit = uint128(free + fromReserve - amount);
        account.reserved -= fromReserve;
    }

    function _refund(address broadcaster, uint256 amount) internal {
        accounts[broadcaster].deposit += amount.toUint128();
    }
}
