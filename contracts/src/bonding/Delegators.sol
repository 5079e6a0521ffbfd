// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IDelegation} from "../interfaces/IDelegation.sol";
import {Accounts} from "./Accounts.sol";

/// @notice Stake on its way: to a transcoder, from one to another, and out.
abstract contract Delegators is Accounts, IDelegation {
    using FixedPointMathLib for uint256;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    struct Portion {
        uint256 amount;
        uint256 shares;
        uint256 exposed;
    }

    /// @inheritdoc IDelegation
    function bond(uint256 amount, address to) public {
        uint256 round = requireOpen();
        uint24 number = admit(to);
        // Before it is counted, so that no amount is more than there is of the token, which calls nobody.
        if (amount > 0) token.safeTransferFrom(msg.sender, address(this), amount);
        DelegatorRecord storage delegator = open(msg.sender);
        if (delegator.shares > 0 && delegator.number != number) move(delegator, number, round);
        else if (amount == 0) revert ZeroAmount();
        else delegator.number = number;
        emit Bond(msg.sender, to, amount, add(delegator, amount));
    }

    /// @inheritdoc IDelegation
    function bondWithPermit(uint256 amount, address to, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        // Whoever saw the signature may have used it already, which approves as well.
        try IERC20Permit(address(token)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        bond(amount, to);
    }

    /// @inheritdoc IDelegation
    function unbond(uint256 amount) external returns (uint256 lockId) {
        uint256 round = requireOpen();
        if (amount == 0) revert ZeroAmount();
        DelegatorRecord storage delegator = open(msg.sender);
        Portion memory portion = take(delegator, amount);
        lockId = delegator.lockCount++;
        uint256 withdrawRound = round + terms.unbondingPeriod;
        // The period may have become shorter since stake moved.
        if (portion.exposed > 0 && delegator.until > withdrawRound) withdrawRound = delegator.until;
        lockUp(locks[msg.sender][lockId], delegator, portion, withdrawRound);
        uint256 left = close(delegator);
        emit Unbond(msg.sender, lockId, amount, withdrawRound, left);
        if (delegator.shares == 0 && isSelf(msg.sender, delegator)) resignIfRegistered(msg.sender);
    }

    /// @inheritdoc IDelegation
    function rebond(uint256 lockId, address to) external {
        uint256 round = requireOpen();
        uint24 number = admit(to);
        Lock memory lock = lockOf(lockId);
        DelegatorRecord storage delegator = open(msg.sender);
        if (delegator.shares == 0) delegator.number = number;
        else if (delegator.number != number) revert OtherDelegate(accounts[delegator.number]);
        uint256 units = lock.units;
        uint256 amount = release(lockId, lock, round);
        uint256 shares = sharesFor(records[number], amount);
        bool exposed = lock.exposedUnits > 0 && round < lock.until;
        if (round < lock.withdrawRound) {
            records[lock.number].unbonding[lock.withdrawRound] -= units;
            if (lock.number != number) {
                if (exposed) revert StakeExposed(accounts[lock.prior], lock.until);
                expose(delegator, lock.number, lock.withdrawRound, shares);
            } else if (exposed) {
                expose(delegator, lock.prior, lock.until, shares.fullMulDivUp(lock.exposedUnits, lock.units));
            }
        }
        uint256 total = add(delegator, amount);
        emit Rebond(msg.sender, to, lockId, amount);
        emit Bond(msg.sender, to, amount, total);
    }

    /// @inheritdoc IDelegation
    function withdrawStake(uint256 lockId) external {
        Lock memory lock = lockOf(lockId);
        uint256 round = roundsManager.currentRound();
        if (round < lock.withdrawRound) revert StakeLocked(lockId, lock.withdrawRound, round);
        uint256 amount = release(lockId, lock, round);
        emit WithdrawStake(msg.sender, lockId, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @dev Whoever loses its own stake, or takes it elsewhere, is no transcoder.
    function resignIfRegistered(address account) internal virtual;

    /// @dev A transcoder without a seat that has gained stake may have won one.
    function seatIfWon(uint24 number) internal virtual returns (bool);

    /// @dev The number of an account that the caller may bond to.
    function admit(address to) private returns (uint24 number) {
        number = numbers[to];
        if (to != msg.sender && !records[number].registered) revert NotTranscoder(to);
        if (number > 0) return number;
        number = ++accountCount;
        (accounts[number], numbers[to]) = (to, number);
    }

    /// @dev Brings a delegator up to date whose shares are about to change. `close` follows.
    function open(address account) private returns (DelegatorRecord storage delegator) {
        delegator = delegators[account];
        uint24 number = delegator.number;
        if (number == 0) return delegator;
        TranscoderRecord storage record = records[number];
        touch(record);
        uint32 round = clock.round;
        if (delegator.paid == round) record.freshShares -= delegator.shares;
        else payFees(delegator, account, round, delegator.shares);
        delegator.paid = round;
        keep(delegator);
        settleExposure(delegator, account);
        joinCut(delegator, account);
    }

    /// @dev What changed earns fees from the next round on.
    function close(DelegatorRecord storage delegator) private returns (uint256) {
        TranscoderRecord storage record = records[delegator.number];
        uint32 round = clock.round;
        (delegator.changed, delegator.paid) = (round, round);
        record.freshShares += delegator.shares;
        return worth(record, delegator.shares);
    }

    function add(DelegatorRecord storage delegator, uint256 amount) private returns (uint256 total) {
        TranscoderRecord storage record = records[delegator.number];
        touch(record);
        if (amount > 0) {
            uint256 shares = sharesFor(record, amount);
            delegator.shares = (delegator.shares + shares).toUint112();
            resize(record, record.stake + amount, record.shares + shares);
        }
        total = close(delegator);
        if (record.registered && record.seat == 0) seatIfWon(delegator.number);
    }

    /// @dev Takes an amount of a delegator's stake out of its transcoder's. The shares that it costs are rounded up.
    function take(DelegatorRecord storage delegator, uint256 amount) private returns (Portion memory) {
        TranscoderRecord storage record = records[delegator.number];
        (uint256 own, uint256 exposed) = (delegator.shares, delegator.exposed);
        (uint256 stake, uint256 all, uint256 mine) = (record.stake, record.shares, worth(record, own));
        if (amount > mine) revert InsufficientStake(amount, mine);
        uint256 shares = amount == mine ? own : (amount * all).divUp(stake);
        if (shares < own) exposed = exposed.fullMulDiv(shares, own);
        delegator.shares = uint112(own - shares);
        delegator.exposed -= uint112(exposed);
        resize(record, stake - amount, all - shares);
        return Portion(amount, shares, exposed);
    }

    /// @dev Everything goes, and answers as long for the one that it leaves as if it had been unbonded.
    function move(DelegatorRecord storage delegator, uint24 number, uint256 round) private {
        uint24 former = delegator.number;
        if (delegator.exposed > 0) revert StakeExposed(accounts[delegator.prior], delegator.until);
        uint256 amount = worth(records[former], delegator.shares);
        take(delegator, amount);
        TranscoderRecord storage record = records[number];
        touch(record);
        uint256 shares = sharesFor(record, amount);
        (delegator.number, delegator.shares) = (number, shares.toUint112());
        resize(record, record.stake + amount, record.shares + shares);
        expose(delegator, former, round + terms.unbondingPeriod, shares);
        emit StakeMoved(msg.sender, accounts[former], accounts[number], amount);
        if (numbers[msg.sender] == former) resignIfRegistered(msg.sender);
    }

    /// @dev Shares answer for a transcoder that they left until a round. For one at a time.
    function expose(DelegatorRecord storage delegator, uint24 prior, uint256 until, uint256 shares) private {
        if (delegator.exposed == 0) {
            (delegator.prior, delegator.until) = (prior, until.toUint32());
            delegator.priorFactor = factorAt(records[prior], type(uint48).max);
        } else if (delegator.prior != prior) {
            revert StakeExposed(accounts[delegator.prior], delegator.until);
        } else if (until > delegator.until) {
            delegator.until = until.toUint32();
        }
        delegator.exposed = (delegator.exposed + shares).toUint112();
    }

    function lockUp(Lock storage lock, DelegatorRecord storage delegator, Portion memory portion, uint256 withdrawRound)
        private
    {
        TranscoderRecord storage record = records[delegator.number];
        uint256 units = portion.amount.fullMulDiv(ONE, factorAt(record, type(uint48).max));
        (lock.units, lock.withdrawRound, lock.number) = (units.toUint160(), withdrawRound.toUint32(), delegator.number);
        record.unbonding[withdrawRound] += units;
        if (withdrawRound > record.lastWithdrawRound) record.lastWithdrawRound = uint32(withdrawRound);
        if (portion.exposed == 0) return;
        lock.exposedUnits = units.fullMulDivUp(portion.exposed, portion.shares).toUint160();
        (lock.until, lock.prior, lock.priorFactor) = (delegator.until, delegator.prior, delegator.priorFactor);
    }

    function lockOf(uint256 lockId) private view returns (Lock memory lock) {
        lock = locks[msg.sender][lockId];
        if (lock.units == 0) revert UnknownLock(msg.sender, lockId);
    }

    function release(uint256 lockId, Lock memory lock, uint256 round) private returns (uint256 amount) {
        uint256 owed;
        (amount, owed) = leftOf(lock, round);
        collect(owed);
        delete locks[msg.sender][lockId];
    }
}
