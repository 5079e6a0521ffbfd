// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IBondingManager} from "../interfaces/IBondingManager.sol";
import {ICommonPool} from "../interfaces/ICommonPool.sol";
import {IJobsManager} from "../interfaces/IJobsManager.sol";

/// @notice Holds all wei of the protocol, except the wei in the Chequebook: the deposits of broadcasters, the reserves of jobs, fees in
/// escrow, the fines that are reserved for open claims, earned fees, and the common pool. Fees in escrow and the earned fees of transcoders
/// and delegators are in no account of this contract: the ClaimsManager stores the amounts in escrow, and the BondingManager stores the
/// earned amounts.
abstract contract Deposits is IJobsManager, Ownable {
    using SafeCast for uint256;

    struct Account {
        /// @dev Free deposit, which the broadcaster can withdraw.
        uint128 deposit;
        /// @dev Sum of the reserves of the broadcaster's jobs, and of the fines that are reserved for open claims.
        uint128 reserved;
    }

    IBondingManager public immutable bondingManager;

    mapping(address broadcaster => Account) private accounts;
    /// @dev The finders' parts of the fines of claims, until they are withdrawn. (The finder's part of a fine for an equivocation
    /// is in the finder's deposit.) The BondingManager stores the fees of transcoders and delegators.
    mapping(address finder => uint256) internal finderFees;
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
        uint256 amount = finderFees[msg.sender] + bondingManager.takeFees(msg.sender);
        if (amount == 0) revert ZeroAmount();
        if (finderFees[msg.sender] > 0) finderFees[msg.sender] = 0;
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
        return finderFees[account] + bondingManager.pendingFees(account);
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
        Account memory account = accounts[broadcaster];
        if (amount > account.deposit) revert InsufficientDeposit(amount, account.deposit);
        reserve = amount.toUint104();
        accounts[broadcaster] = Account(account.deposit - reserve, account.reserved + reserve);
    }

    /// @dev Moves `amount` of a job's reserve back to the free deposit.
    function _unreserve(address broadcaster, uint256 amount) internal {
        accounts[broadcaster].reserved -= uint128(amount);
        accounts[broadcaster].deposit += uint128(amount);
    }

    /// @dev Takes `amount` from a job's reserve, or from a fine that is reserved for a claim. The common pool gets
    /// `amount`, except `fee`, which the caller credits to the finder.
    function _fine(address broadcaster, uint256 amount, uint256 fee) internal {
        accounts[broadcaster].reserved -= uint128(amount);
        commonPool += amount - fee;
        emit CommonPoolCredit(broadcaster, amount - fee);
    }

    /// @dev The part of `amount` that the free deposit does not cover.
    function _missingOf(address broadcaster, uint256 amount) internal view returns (uint256) {
        return FixedPointMathLib.zeroFloorSub(amount, accounts[broadcaster].deposit);
    }

    /// @dev Takes a claim's fees, and reserves its fine. The reserve of the claim's job pays `fromReserve`, and the
    /// free deposit pays the rest.
    function _moveToEscrow(address broadcaster, uint256 fees, uint256 fine, uint256 fromReserve) internal {
        Account storage account = accounts[broadcaster];
        account.deposit -= uint128(fees + fine - fromReserve);
        account.reserved = account.reserved + uint128(fine) - uint128(fromReserve);
    }

    /// @dev Adds fees, and a fine that was reserved, to the free deposit.
    function _refund(address account, uint256 fees, uint256 fine) internal {
        accounts[account].deposit += (fees + fine).toUint128();
        if (fine > 0) accounts[account].reserved -= uint128(fine);
    }

    /// @dev Part of a fine that its finder gets, in parts per million.
    function _finderFee() internal view returns (uint24) {
        return uint24(bondingManager.parameters().finderFee);
    }
}
