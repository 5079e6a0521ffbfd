// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {Ledger} from "./Ledger.sol";

/// @notice A society of stakers: what each of them does in a round, and how all of them leave. Beside it runs the Ledger.
abstract contract Life is Ledger {
    uint256 internal constant SEATS = 144;
    uint256 internal constant TRANSCODERS = 150;
    uint256 internal constant DELEGATORS = 1_000;
    /// @dev These two never call a reward.
    uint256 private constant IDLE = 7;
    uint256 private constant MILLION = 1_000_000;

    uint256 internal brought;
    uint256 internal minted;
    uint256 internal takenOut;
    uint256 internal withheld;
    uint256 internal slashes;
    uint256 internal moves;
    uint256 internal rebonds;
    mapping(address transcoder => uint256) private cuts;

    address internal finder = person("finder");

    /// @dev Everybody comes with another amount, which is not round.
    function settleIn() internal {
        enlist(TRANSCODERS);
        for (uint256 i; i < TRANSCODERS; ++i) {
            uint256 stake = 1_000 ether + i * 3 ether + i;
            join(people[i], stake, 0);
            vm.prank(people[i]);
            bonding.transcoder((1 + i % 3) * 1 gwei, i * 4_321 % MILLION, i * 7_654 % MILLION);
            cuts[people[i]] = i * 4_321 % MILLION;
            enter(people[i], people[i], stake, 0);
            brought += stake;
        }
        for (uint256 i; i < DELEGATORS; ++i) {
            enlist(address(uint160(0xDE1E_0000 + i)));
            bondMore(people[TRANSCODERS + i], people[i * 7 % TRANSCODERS], 50 ether + i * 0.3 ether + i);
        }
    }

    /// @dev Most call it; two never do, and some forget it once in a while.
    function callRewards(uint256 round) external {
        for (uint256 i; i < TRANSCODERS; ++i) {
            bool calls = i != IDLE && i != IDLE + 1 && (i + round) % 23 > 0;
            if (!calls || !bonding.getTranscoder(people[i]).active) continue;
            if (bonding.getDelegator(people[i]).delegate != people[i]) continue;
            vm.prank(people[i]);
            uint256 amount = bonding.reward();
            if (amount == 0) ++withheld;
            minted += amount;
            shareOut(people[i], amount, amount * cuts[people[i]] / MILLION);
        }
        vm.assertLe(minter.minted(), minter.mintable(), "minted more than the round may");
    }

    /// @dev Whoever has missed too many is found.
    function findMissedRewards() external {
        IBondingTypes.Parameters memory values = bonding.parameters();
        for (uint256 i; i < TRANSCODERS; ++i) {
            if (bonding.missedRewards(people[i]) < values.missedRewardRounds) continue;
            vm.prank(finder);
            bonding.slashMissedReward(people[i]);
            convict(people[i], values.missedRewardSlashAmount);
        }
    }

    /// @dev One delegator in forty does each of these in a round.
    function liveOn(uint256 round) external {
        for (uint256 i; i < DELEGATORS; ++i) {
            address who = people[TRANSCODERS + i];
            uint256 deed = (i * 31 + round * 7) % 40;
            if (deed == 0) moveTo(who, people[(i * 13 + round) % TRANSCODERS]);
            else if (deed == 1) takeApart(who, stakeOf(who) / 2);
            else if (deed == 2) takeApart(who, stakeOf(who));
            else if (deed == 3) returnLock(who, people[(i + round) % TRANSCODERS]);
            else if (deed == 4) topUp(who, 10 ether + i + round);
            else if (deed == 5) takeRipeLocks(who);
            else if (deed == 6) bringUpToDate(who);
        }
        if (round % 5 == 0) changeOfTranscoders(round);
    }

    function convict(address guilty, uint256 share) internal {
        punish(guilty, share, rounds.currentRound());
        ++slashes;
    }

    /// @dev Opens the exits; `takeRipeLocks` leads through them.
    function unbondEverything() external {
        for (uint256 i; i < people.length; ++i) {
            uint256 stake = stakeOf(people[i]);
            assertNear(stake, bondedBy[people[i]].amount, "somebody leaves with another stake than the ledger says");
            if (stake > 0) takeApart(people[i], stake);
        }
    }

    function takeAllLocks() external {
        for (uint256 i; i < people.length; ++i) {
            takeRipeLocks(people[i]);
        }
    }

    function lockCount() internal view returns (uint256 count) {
        for (uint256 i; i < people.length; ++i) {
            count += lockedBy[people[i]].length;
        }
    }

    /// @dev One resigns, one takes its own stake away, one changes its rates, one shuts down.
    function changeOfTranscoders(uint256 round) private {
        address resigning = people[20 + round];
        if (bonding.getTranscoder(resigning).registered) {
            vm.prank(resigning);
            bonding.resignAsTranscoder();
        }
        takeApart(people[40 + round], stakeOf(people[40 + round]));
        address changing = people[60 + round];
        vm.startPrank(changing);
        bonding.transcoder(2 gwei, 123_456, 654_321);
        bonding.transcodeAvailability(false);
        vm.stopPrank();
        cuts[changing] = 123_456;
    }

    function bondMore(address who, address to, uint256 amount) private {
        delegate(who, amount, to);
        enter(who, to, amount, 0);
        brought += amount;
    }

    function topUp(address who, uint256 amount) private {
        address to = bonding.getDelegator(who).delegate;
        if (to != address(0) && bonding.getTranscoder(to).registered) bondMore(who, to, amount);
    }

    function moveTo(address who, address to) private {
        IBondingTypes.Delegator memory has = bonding.getDelegator(who);
        if (has.stake == 0 || has.delegate == to || has.exposedStake > 0) return;
        if (!bonding.getTranscoder(to).registered) return;
        vm.prank(who);
        bonding.bond(0, to);
        enter(who, to, 0, rounds.currentRound() + bonding.parameters().unbondingPeriod);
        ++moves;
    }

    function takeApart(address who, uint256 amount) private {
        if (amount == 0) return;
        uint256 missed = bonding.missedRewards(who);
        bool wasTranscoder = bonding.getTranscoder(who).registered;
        vm.prank(who);
        uint256 lockId = bonding.unbond(amount);
        lockUp(who, amount, bonding.getUnbondingLock(who, lockId).withdrawRound);
        IBondingTypes.Parameters memory values = bonding.parameters();
        bool resigned = wasTranscoder && !bonding.getTranscoder(who).registered;
        if (resigned && missed >= values.missedRewardRounds) convict(who, values.missedRewardSlashAmount);
    }

    function returnLock(address who, address to) private {
        uint256 count = bonding.unbondingLockCount(who);
        if (count == 0) return;
        IBondingTypes.UnbondingLock memory lock = bonding.getUnbondingLock(who, count - 1);
        IBondingTypes.Delegator memory has = bonding.getDelegator(who);
        if (lock.withdrawRound == 0) return;
        // Nothing can answer for two that it left.
        bool exposed = has.exposedStake > 0 || lockedBy[who][count - 1].exposure.amount > 0;
        if (has.delegate != address(0)) to = has.delegate;
        if (!bonding.getTranscoder(to).registered || (exposed && to != lock.delegate)) return;
        vm.prank(who);
        bonding.rebond(count - 1, to);
        takeBack(who, count - 1, to, rounds.currentRound());
        ++rebonds;
    }

    function takeRipeLocks(address who) private {
        uint256 round = rounds.currentRound();
        for (uint256 lockId; lockId < lockedBy[who].length; ++lockId) {
            IBondingTypes.UnbondingLock memory lock = bonding.getUnbondingLock(who, lockId);
            if (lock.withdrawRound == 0 || round < lock.withdrawRound) continue;
            assertNear(lock.amount, lockedBy[who][lockId].amount, "a lock holds another amount than the ledger says");
            uint256 before = token.balanceOf(who);
            vm.prank(who);
            bonding.withdrawStake(lockId);
            vm.assertEq(token.balanceOf(who) - before, lock.amount, "withdrew another amount");
            takenOut += lock.amount;
            takeOut(who, lockId);
        }
    }

    function bringUpToDate(address who) private {
        bonding.updateDelegatorStake(who);
        collectFrom(who);
    }

    function assertNear(uint256 amount, uint256 expected, string memory why) private view {
        vm.assertLe(amount, expected + rounding(), why);
        vm.assertLe(expected, amount + rounding(), why);
    }
}
