// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Work} from "./Work.sol";

/// @notice The ledger computes stakes by plain arithmetic: each reward and each slash changes the positions of all
/// affected accounts immediately. The BondingManager computes stakes in shares, and updates an account later. Both must
/// get the same stakes.
abstract contract StakeLedger is Work {
    /// @dev Stake that moved from `transcoder` to another transcoder. Before `endRound`, a slash of `transcoder` still
    /// reaches `amount` of the stake.
    struct Exposure {
        address transcoder;
        uint256 endRound;
        uint256 amount;
    }

    /// @dev Bonded stake, or stake in a lock until `withdrawRound`.
    struct Position {
        address delegate;
        uint256 amount;
        uint256 withdrawRound;
        Exposure exposure;
        /// @dev What the account lost by slashes of a former transcoder, in token. The BondingManager takes the loss
        /// from the present delegate's stake at the next update of the account. Until then, rewards and slashes of the
        /// present delegate also change the loss.
        uint256 uncollectedLoss;
    }

    uint256 private constant MILLION = 1_000_000;

    address[] internal accounts;
    mapping(address account => Position) internal bondedBy;
    mapping(address account => Position[]) internal lockedBy;
    /// @dev Sum of the losses of all accounts by all slashes. Includes losses that are not collected yet.
    uint256 internal totalLost;
    /// @dev Number of operations. Rounding can lose one or two units in each operation, and no account gets these
    /// units.
    uint256 internal operations;

    /// @dev Adds accounts with known keys. Their names are "0" to `count - 1`.
    function _addSigningAccounts(uint256 count) internal {
        for (uint256 i; i < count; ++i) {
            _addAccount(_signingAccount(vm.toString(i)));
        }
    }

    function _addAccount(address account) internal {
        accounts.push(account);
        bondedBy[account].withdrawRound = type(uint256).max;
    }

    /// @dev Upper limit of the rounding loss of one account by all operations so far.
    function _maxRounding() internal view returns (uint256) {
        return 4 * operations + 4;
    }

    function _nameOf(address account) internal view returns (string memory) {
        uint256 i;
        while (accounts[i] != account) ++i;
        return vm.toString(i);
    }

    /// @dev Adds `amount` and moves all bonded stake to `to`. Stake that moves stays exposed to its former delegate
    /// until `endRound`.
    function _recordBond(address account, address to, uint256 amount, uint256 endRound) internal {
        Position storage position = _collectLoss(account);
        if (position.amount > 0 && position.delegate != to) {
            position.exposure = Exposure(position.delegate, endRound, position.amount);
        }
        position.delegate = to;
        position.amount += amount;
        ++operations;
    }

    function _recordUnbond(address account, uint256 amount, uint256 withdrawRound) internal {
        Position storage position = _collectLoss(account);
        Exposure memory exposure = position.exposure;
        if (amount > position.amount) amount = position.amount;
        exposure.amount = amount == 0 ? 0 : exposure.amount * amount / position.amount;
        position.exposure.amount -= exposure.amount;
        position.amount -= amount;
        lockedBy[account].push(Position(position.delegate, amount, withdrawRound, exposure, 0));
        ++operations;
    }

    function _recordRebond(address account, uint256 lockId, address to, uint256 round) internal {
        Position memory lock = lockedBy[account][lockId];
        Position storage position = _collectLoss(account);
        position.delegate = to;
        position.amount += lock.amount;
        if (round < lock.withdrawRound) {
            if (lock.delegate != to) {
                _addExposure(position, Exposure(lock.delegate, lock.withdrawRound, lock.amount), round);
            } else if (round < lock.exposure.endRound) {
                _addExposure(position, lock.exposure, round);
            }
        }
        delete lockedBy[account][lockId];
        ++operations;
    }

    function _recordWithdrawal(address account, uint256 lockId) internal {
        delete lockedBy[account][lockId];
        ++operations;
    }

    /// @dev Records that the BondingManager updated the account, and took its uncollected loss from the delegate's
    /// stake.
    function _collectLoss(address account) internal returns (Position storage position) {
        position = bondedBy[account];
        position.uncollectedLoss = 0;
        ++operations;
    }

    /// @dev The transcoder keeps `kept` of the amount. The transcoder and its delegators share the rest by stake.
    function _recordReward(address transcoder, uint256 amount, uint256 kept) internal {
        uint256 totalStake;
        for (uint256 i; i < accounts.length; ++i) {
            if (bondedBy[accounts[i]].delegate == transcoder) {
                totalStake += bondedBy[accounts[i]].amount + bondedBy[accounts[i]].uncollectedLoss;
            }
        }
        for (uint256 i; i < accounts.length; ++i) {
            Position storage position = bondedBy[accounts[i]];
            if (position.delegate != transcoder) continue;
            position.exposure.amount += position.exposure.amount * (amount - kept) / totalStake;
            position.amount += position.amount * (amount - kept) / totalStake;
            totalLost += position.uncollectedLoss * (amount - kept) / totalStake;
            position.uncollectedLoss += position.uncollectedLoss * (amount - kept) / totalStake;
        }
        bondedBy[transcoder].amount += kept;
        ++operations;
    }

    /// @dev Slashes all stake that is bonded to the guilty transcoder, locked from it, or exposed to it.
    function _recordSlash(address guilty, uint256 share, uint256 round) internal {
        for (uint256 i; i < accounts.length; ++i) {
            _slashPosition(bondedBy[accounts[i]], guilty, share, round);
            Position[] storage locks = lockedBy[accounts[i]];
            for (uint256 lockId; lockId < locks.length; ++lockId) {
                _slashPosition(locks[lockId], guilty, share, round);
            }
        }
        ++operations;
    }

    function _slashPosition(Position storage position, address guilty, uint256 share, uint256 round) private {
        Exposure storage exposure = position.exposure;
        uint256 loss;
        if (position.delegate == guilty && round < position.withdrawRound) {
            loss = position.amount * share / MILLION;
            exposure.amount -= exposure.amount * share / MILLION;
            position.uncollectedLoss -= position.uncollectedLoss * share / MILLION;
        }
        if (exposure.transcoder == guilty && round < exposure.endRound) {
            uint256 uncollectedLoss = exposure.amount * share / MILLION;
            exposure.amount -= uncollectedLoss;
            position.uncollectedLoss += uncollectedLoss;
            loss += uncollectedLoss;
        }
        position.amount -= loss;
        totalLost += loss;
    }

    /// @dev Adds exposed stake to a position. If the position has exposed stake already, that stake must be exposed to
    /// the same transcoder.
    function _addExposure(Position storage position, Exposure memory added, uint256 round) private {
        Exposure storage exposure = position.exposure;
        if (exposure.amount <= _maxRounding() || round >= exposure.endRound) {
            position.exposure = added;
        } else {
            vm.assertEq(exposure.transcoder, added.transcoder);
            exposure.amount += added.amount;
            if (added.endRound > exposure.endRound) exposure.endRound = added.endRound;
        }
    }
}
