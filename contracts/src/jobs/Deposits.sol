// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBondingManager} from "../interfaces/IBondingManager.sol";
import {ICommonPool} from "../interfaces/ICommonPool.sol";
import {IJobsManager} from "../interfaces/IJobsManager.sol";

/// @notice Holds all wei of the protocol: the deposits of broadcasters, the reserves of jobs, fees in escrow, earned
/// fees, and the common pool. Fees in escrow are in no account of this contract: the ClaimsManager stores their
/// amounts.
abstract contract Deposits is IJobsManager, Ownable {
    using SafeCast for uint256;

    struct Account {
        /// @dev Free deposit, which the broadcaster can withdraw.
        uint128 deposit;
        /// @dev Sum of the reserves of the broadcaster's jobs.
        uint128 reserved;
    }

    IBondingManager public immutable bondingManager;

    mapping(address broadcaster => Account) private accounts;
    /// @dev A transcoder's own fees. The BondingManager stores the fees of delegators.
    mapping(address transcoder => uint256) internal earned;
    /// @inheritdoc ICommonPool
    uint256 public commonPool;

    constructor(address owner_, IBondingManager bondingManager_) Ownable(owner_) {
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
        _send(msg.sender, amount);
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
        _send(msg.sender, amount);
    }

    /// @inheritdoc ICommonPool
    function spendCommonPool(address to, uint256 amount) external onlyOwner {
        if (amount > commonPool) revert InsufficientCommonPool(amount, commonPool);
        commonPool -= amount;
        emit CommonPoolSpend(to, amount);
        _send(to, amount);
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

    /// @dev Moves a job's reserve, minus a fine, back to its broadcaster's free deposit. Returns the reserve before the
    /// fine; 0 when the job has no reserve.
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

    /// @dev All state changes must come before this call, because the receiver can reenter.
    function _send(address to, uint256 amount) private {
        (bool sent,) = to.call{value: amount}("");
        if (!sent) revert TransferFailed(to, amount);
    }

    /// @dev Moves free deposit into a job's reserve.
    function _reserve(address broadcaster, uint256 amount) internal returns (uint104 reserve) {
        _debit(broadcaster, amount);
        reserve = amount.toUint104();
        accounts[broadcaster].reserved += reserve;
    }

    /// @dev Moves `amount` of a job's reserve back to the free deposit.
    function _unreserve(address broadcaster, uint256 amount) internal {
        accounts[broadcaster].reserved -= uint128(amount);
        accounts[broadcaster].deposit += uint128(amount);
    }

    /// @dev Takes `amount` from a job's reserve. Of this amount, `fee` goes to the finder's deposit, and the rest goes
    /// to the common pool.
    function _fine(address broadcaster, uint256 amount, address finder, uint256 fee) internal {
        accounts[broadcaster].reserved -= uint128(amount);
        accounts[finder].deposit += uint128(fee);
        commonPool += amount - fee;
        emit CommonPoolCredit(broadcaster, amount - fee);
    }

    /// @dev Takes `amount` from the free deposit, or all of the free deposit if it is smaller. Returns the part of
    /// `amount` that is missing.
    function _spendDeposit(address broadcaster, uint256 amount) internal returns (uint256 missing) {
        uint128 free = accounts[broadcaster].deposit;
        if (amount > free) {
            accounts[broadcaster].deposit = 0;
            return amount - free;
        }
        accounts[broadcaster].deposit = free - uint128(amount);
    }

    /// @dev Takes `amount` from the reserve of a job.
    function _spendReserved(address broadcaster, uint256 amount) internal {
        accounts[broadcaster].reserved -= uint128(amount);
    }

    function _refund(address broadcaster, uint256 amount) internal {
        accounts[broadcaster].deposit += amount.toUint128();
    }
}
