// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Work} from "./Work.sol";

/// @notice Stake by plain arithmetic: every reward and every slash is applied at once to everybody whom it concerns. What the
/// BondingManager does lazily and in shares must come to the same.
abstract contract Ledger is Work {
    /// @dev Stake that also answers for a transcoder that it left, before round `until`.
    struct Exposure {
        address to;
        uint256 until;
        uint256 amount;
    }

    /// @dev Bonded, or in a lock until `withdrawRound`.
    struct Position {
        address delegate;
        uint256 amount;
        uint256 withdrawRound;
        Exposure exposure;
        /// @dev Lost for a transcoder that it left. It stays with the delegate, and takes part in what that one gains and loses,
        /// until somebody brings the account up to date.
        uint256 owed;
    }

    uint256 private constant MILLION = 1_000_000;

    address[] internal people;
    mapping(address account => Position) internal bondedBy;
    mapping(address account => Position[]) internal lockedBy;
    /// @dev By whomever, for whatever: also what moved stake owes and nobody has collected.
    uint256 internal lost;
    /// @dev Each may lose a unit or two to rounding, and nobody gets it.
    uint256 internal operations;

    /// @dev People that sign, by the names of 0 to `count - 1`.
    function enlist(uint256 count) internal {
        for (uint256 i; i < count; ++i) {
            enlist(signatory(vm.toString(i)));
        }
    }

    function enlist(address who) internal {
        people.push(who);
        bondedBy[who].withdrawRound = type(uint256).max;
    }

    /// @dev The most that all operations so far can have lost on one account.
    function rounding() internal view returns (uint256) {
        return 4 * operations + 4;
    }

    function nameOf(address who) internal view returns (string memory) {
        uint256 i;
        while (people[i] != who) ++i;
        return vm.toString(i);
    }

    /// @dev All that somebody has bonded goes to `to`, and answers until round `until` for whom it leaves.
    function enter(address who, address to, uint256 amount, uint256 until) internal {
        Position storage position = collectFrom(who);
        if (position.amount > 0 && position.delegate != to) {
            position.exposure = Exposure(position.delegate, until, position.amount);
        }
        position.delegate = to;
        position.amount += amount;
        ++operations;
    }

    function lockUp(address who, uint256 amount, uint256 withdrawRound) internal {
        Position storage position = collectFrom(who);
        Exposure memory exposure = position.exposure;
        if (amount > position.amount) amount = position.amount;
        exposure.amount = amount == 0 ? 0 : exposure.amount * amount / position.amount;
        position.exposure.amount -= exposure.amount;
        position.amount -= amount;
        lockedBy[who].push(Position(position.delegate, amount, withdrawRound, exposure, 0));
        ++operations;
    }

    function takeBack(address who, uint256 lockId, address to, uint256 round) internal {
        Position memory lock = lockedBy[who][lockId];
        Position storage position = collectFrom(who);
        position.delegate = to;
        position.amount += lock.amount;
        if (round < lock.withdrawRound) {
            if (lock.delegate != to) expose(position, Exposure(lock.delegate, lock.withdrawRound, lock.amount), round);
            else if (round < lock.exposure.until) expose(position, lock.exposure, round);
        }
        delete lockedBy[who][lockId];
        ++operations;
    }

    function takeOut(address who, uint256 lockId) internal {
        delete lockedBy[who][lockId];
        ++operations;
    }

    /// @dev The account is up to date.
    function collectFrom(address who) internal returns (Position storage position) {
        position = bondedBy[who];
        position.owed = 0;
        ++operations;
    }

    /// @dev `kept` of the amount is the transcoder's, the rest that of all who are with it.
    function shareOut(address transcoder, uint256 amount, uint256 kept) internal {
        uint256 all;
        for (uint256 i; i < people.length; ++i) {
            if (bondedBy[people[i]].delegate == transcoder) {
                all += bondedBy[people[i]].amount + bondedBy[people[i]].owed;
            }
        }
        for (uint256 i; i < people.length; ++i) {
            Position storage position = bondedBy[people[i]];
            if (position.delegate != transcoder) continue;
            position.exposure.amount += position.exposure.amount * (amount - kept) / all;
            position.amount += position.amount * (amount - kept) / all;
            lost += position.owed * (amount - kept) / all;
            position.owed += position.owed * (amount - kept) / all;
        }
        bondedBy[transcoder].amount += kept;
        ++operations;
    }

    /// @dev Whoever is with the guilty one, or was lately, loses the share, wherever the stake is by now.
    function punish(address guilty, uint256 share, uint256 round) internal {
        for (uint256 i; i < people.length; ++i) {
            punish(bondedBy[people[i]], guilty, share, round);
            Position[] storage locks = lockedBy[people[i]];
            for (uint256 lockId; lockId < locks.length; ++lockId) {
                punish(locks[lockId], guilty, share, round);
            }
        }
        ++operations;
    }

    function punish(Position storage position, address guilty, uint256 share, uint256 round) private {
        Exposure storage exposure = position.exposure;
        uint256 loss;
        if (position.delegate == guilty && round < position.withdrawRound) {
            loss = position.amount * share / MILLION;
            exposure.amount -= exposure.amount * share / MILLION;
            position.owed -= position.owed * share / MILLION;
        }
        if (exposure.to == guilty && round < exposure.until) {
            uint256 owed = exposure.amount * share / MILLION;
            exposure.amount -= owed;
            position.owed += owed;
            loss += owed;
        }
        position.amount -= loss;
        lost += loss;
    }

    /// @dev Adds what answers for another transcoder, to what answers for it already.
    function expose(Position storage position, Exposure memory more, uint256 round) private {
        Exposure storage exposure = position.exposure;
        if (exposure.amount <= rounding() || round >= exposure.until) {
            position.exposure = more;
        } else {
            vm.assertEq(exposure.to, more.to);
            exposure.amount += more.amount;
            if (more.until > exposure.until) exposure.until = more.until;
        }
    }
}
