// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IDelegation} from "../interfaces/IDelegation.sol";
import {Accounts} from "./Accounts.sol";

/// @notice Bonds, moves, unbonds and withdraws stake.
abstract contract Delegators is Accounts, IDelegation {
    using FixedPointMathLib for uint256;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    struct Portion {
        uint256 amount;
        uint256 shares;
        uint256 exposedShares;
    }

    /// @inheritdoc IDelegation
    function bond(uint256 amount, address to) public {
        uint256 round = _requireRoundInitialized();
        uint24 number = _numberOfDelegate(to);
        // The transfer comes first, because it proves that `amount` is at most the token supply. The transfer cannot
        // cause reentrancy, because the token calls no other contract.
        if (amount > 0) token.safeTransferFrom(msg.sender, address(this), amount);
        DelegatorRecord storage delegator = _beginStakeChange(msg.sender);
        if (delegator.shares > 0 && delegator.number != number) _moveStake(delegator, number, round);
        else if (amount == 0) revert ZeroAmount();
        else delegator.number = number;
        emit Bond(msg.sender, to, amount, _addStake(delegator, amount));
    }

    /// @inheritdoc IDelegation
    function bondWithPermit(uint256 amount, address to, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        // If another account has already sent this permit, `permit` reverts, but the approval exists.
        try IERC20Permit(address(token)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        bond(amount, to);
    }

    /// @inheritdoc IDelegation
    function unbond(uint256 amount) external returns (uint256 lockId) {
        uint256 round = _requireRoundInitialized();
        if (amount == 0) revert ZeroAmount();
        DelegatorRecord storage delegator = _beginStakeChange(msg.sender);
        Portion memory portion = _removeStake(delegator, amount);
        lockId = delegator.lockCount++;
        uint256 withdrawRound = round + terms.unbondingPeriod;
        // The lock must not end before the exposure ends. The exposure can be longer than the present unbonding period,
        // if the owner has shortened the unbonding period since the stake moved.
        if (portion.exposedShares > 0 && delegator.exposedUntil > withdrawRound) {
            withdrawRound = delegator.exposedUntil;
        }
        _createLock(locks[msg.sender][lockId], delegator, portion, withdrawRound);
        uint256 remaining = _endStakeChange(delegator);
        emit Unbond(msg.sender, lockId, amount, withdrawRound, remaining);
        if (delegator.shares == 0 && _isSelfBonded(msg.sender, delegator)) _resignIfRegistered(msg.sender);
    }

    /// @inheritdoc IDelegation
    function rebond(uint256 lockId, address to) external {
        uint256 round = _requireRoundInitialized();
        uint24 number = _numberOfDelegate(to);
        Lock memory lock = _requireLock(lockId);
        DelegatorRecord storage delegator = _beginStakeChange(msg.sender);
        if (delegator.shares == 0) delegator.number = number;
        else if (delegator.number != number) revert OtherDelegate(accounts[delegator.number]);
        uint256 units = lock.units;
        uint256 amount = _redeemLock(lockId, lock, round);
        uint256 shares = _sharesFor(records[number], amount);
        bool exposed = lock.exposedUnits > 0 && round < lock.exposedUntil;
        if (round < lock.withdrawRound) {
            records[lock.number].unbondingUnits[lock.withdrawRound] -= units;
            if (lock.number != number) {
                if (exposed) revert StakeExposed(accounts[lock.exposedTo], lock.exposedUntil);
                _expose(delegator, lock.number, lock.withdrawRound, shares);
            } else if (exposed) {
                _expose(
                    delegator, lock.exposedTo, lock.exposedUntil, shares.fullMulDivUp(lock.exposedUnits, lock.units)
                );
            }
        }
        uint256 total = _addStake(delegator, amount);
        emit Rebond(msg.sender, to, lockId, amount);
        emit Bond(msg.sender, to, amount, total);
    }

    /// @inheritdoc IDelegation
    function withdrawStake(uint256 lockId) external {
        Lock memory lock = _requireLock(lockId);
        uint256 round = roundsManager.currentRound();
        if (round < lock.withdrawRound) revert StakeLocked(lockId, lock.withdrawRound, round);
        uint256 amount = _redeemLock(lockId, lock, round);
        emit WithdrawStake(msg.sender, lockId, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @dev Called when a transcoder has unbonded or moved all its own stake.
    function _resignIfRegistered(address account) internal virtual;

    /// @dev Gives a seat to a transcoder without a seat, if its stake is high enough. Returns whether the transcoder
    /// has taken a seat.
    function _seatIfWon(uint24 number) internal virtual returns (bool);

    /// @dev The number of `to`. Assigns a number to a new account. Reverts if `to` is neither the caller nor a
    /// transcoder.
    function _numberOfDelegate(address to) private returns (uint24 number) {
        number = numbers[to];
        if (to != msg.sender && !records[number].registered) revert NotTranscoder(to);
        if (number > 0) return number;
        number = ++accountCount;
        (accounts[number], numbers[to]) = (to, number);
    }

    /// @dev Must run before a delegator's shares change: saves the present values, credits the fees, and burns the
    /// shares owed for slashes. `_endStakeChange` must run after the change.
    function _beginStakeChange(address account) private returns (DelegatorRecord storage delegator) {
        delegator = delegators[account];
        uint24 number = delegator.number;
        if (number == 0) return delegator;
        TranscoderRecord storage record = records[number];
        _checkpointTranscoder(record);
        uint32 round = clock.round;
        if (delegator.feesPaidRound == round) record.freshShares -= delegator.shares;
        else _accrueFees(delegator, account, round, delegator.shares);
        delegator.feesPaidRound = round;
        _checkpointDelegator(delegator);
        _settleExposure(delegator, account);
        _mergeCutShares(delegator, account);
    }

    /// @dev Changed shares earn fees from the next round on.
    function _endStakeChange(DelegatorRecord storage delegator) private returns (uint256) {
        TranscoderRecord storage record = records[delegator.number];
        uint32 round = clock.round;
        (delegator.changedRound, delegator.feesPaidRound) = (round, round);
        record.freshShares += delegator.shares;
        return _amountFor(record, delegator.shares);
    }

    function _addStake(DelegatorRecord storage delegator, uint256 amount) private returns (uint256 total) {
        TranscoderRecord storage record = records[delegator.number];
        _checkpointTranscoder(record);
        if (amount > 0) {
            uint256 shares = _sharesFor(record, amount);
            delegator.shares = (delegator.shares + shares).toUint112();
            _setStake(record, record.stake + amount, record.shares + shares);
        }
        total = _endStakeChange(delegator);
        if (record.registered && record.seat == 0) _seatIfWon(delegator.number);
    }

    /// @dev Removes `amount` of a delegator's stake from its transcoder. The number of removed shares is rounded up.
    function _removeStake(DelegatorRecord storage delegator, uint256 amount) private returns (Portion memory) {
        TranscoderRecord storage record = records[delegator.number];
        (uint256 ownShares, uint256 exposedShares) = (delegator.shares, delegator.exposedShares);
        (uint256 stake, uint256 allShares, uint256 ownStake) =
            (record.stake, record.shares, _amountFor(record, ownShares));
        if (amount > ownStake) revert InsufficientStake(amount, ownStake);
        uint256 shares = amount == ownStake ? ownShares : (amount * allShares).divUp(stake);
        if (shares < ownShares) exposedShares = exposedShares.fullMulDiv(shares, ownShares);
        delegator.shares = uint112(ownShares - shares);
        delegator.exposedShares -= uint112(exposedShares);
        _setStake(record, stake - amount, allShares - shares);
        return Portion(amount, shares, exposedShares);
    }

    /// @dev Moves all stake of a delegator to transcoder `number`. For one unbonding period, a slash of the former
    /// transcoder still reduces this stake, as it reduces unbonding stake.
    function _moveStake(DelegatorRecord storage delegator, uint24 number, uint256 round) private {
        uint24 former = delegator.number;
        if (delegator.exposedShares > 0) revert StakeExposed(accounts[delegator.exposedTo], delegator.exposedUntil);
        uint256 amount = _amountFor(records[former], delegator.shares);
        _removeStake(delegator, amount);
        TranscoderRecord storage record = records[number];
        _checkpointTranscoder(record);
        uint256 shares = _sharesFor(record, amount);
        (delegator.number, delegator.shares) = (number, shares.toUint112());
        _setStake(record, record.stake + amount, record.shares + shares);
        _expose(delegator, former, round + terms.unbondingPeriod, shares);
        emit StakeMoved(msg.sender, accounts[former], accounts[number], amount);
        if (numbers[msg.sender] == former) _resignIfRegistered(msg.sender);
    }

    /// @dev Before round `exposedUntil`, a slash of the former transcoder `exposedTo` also reduces these shares. A
    /// delegator can be exposed to only one former transcoder.
    function _expose(DelegatorRecord storage delegator, uint24 exposedTo, uint256 exposedUntil, uint256 shares)
        private
    {
        if (delegator.exposedShares == 0) {
            (delegator.exposedTo, delegator.exposedUntil) = (exposedTo, exposedUntil.toUint32());
            delegator.exposedFactor = _slashFactorAt(records[exposedTo], type(uint48).max);
        } else if (delegator.exposedTo != exposedTo) {
            revert StakeExposed(accounts[delegator.exposedTo], delegator.exposedUntil);
        } else if (exposedUntil > delegator.exposedUntil) {
            delegator.exposedUntil = exposedUntil.toUint32();
        }
        delegator.exposedShares = (delegator.exposedShares + shares).toUint112();
    }

    function _createLock(
        Lock storage lock,
        DelegatorRecord storage delegator,
        Portion memory portion,
        uint256 withdrawRound
    ) private {
        TranscoderRecord storage record = records[delegator.number];
        uint256 units = portion.amount.fullMulDiv(UNSLASHED, _slashFactorAt(record, type(uint48).max));
        (lock.units, lock.withdrawRound, lock.number) = (units.toUint160(), withdrawRound.toUint32(), delegator.number);
        record.unbondingUnits[withdrawRound] += units;
        if (withdrawRound > record.lastWithdrawRound) record.lastWithdrawRound = uint32(withdrawRound);
        if (portion.exposedShares == 0) return;
        lock.exposedUnits = units.fullMulDivUp(portion.exposedShares, portion.shares).toUint160();
        (lock.exposedUntil, lock.exposedTo, lock.exposedFactor) =
        (delegator.exposedUntil, delegator.exposedTo, delegator.exposedFactor);
    }

    function _requireLock(uint256 lockId) private view returns (Lock memory lock) {
        lock = locks[msg.sender][lockId];
        if (lock.units == 0) revert UnknownLock(msg.sender, lockId);
    }

    function _redeemLock(uint256 lockId, Lock memory lock, uint256 round) private returns (uint256 amount) {
        uint256 owed;
        (amount, owed) = _applySlashes(lock, round);
        _addToCommonPool(owed);
        delete locks[msg.sender][lockId];
    }
}
