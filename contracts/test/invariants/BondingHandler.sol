// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {ClaimHandler} from "./ClaimHandler.sol";

/// @notice Plays stakers and transcoders, honest and not, through rounds. Each action must succeed.
abstract contract BondingHandler is ClaimHandler {
    uint256 public rewarded;
    /// @dev Each operation may lose a unit or two to rounding, and nobody gets it.
    uint256 public operations;
    address private immutable test = msg.sender;

    /// @dev Nobody gains by what another does with his stake, but for what that other loses to rounding.
    modifier onlyOwn(address actor) {
        uint256[] memory before = stakes();
        _;
        uint256[] memory afterwards = stakes();
        for (uint256 i; i < PEOPLE; ++i) {
            if (someone(i) != actor) vm.assertLe(afterwards[i], before[i] + 2, "another gained");
        }
        ++operations;
    }

    function bond(uint256 who, uint256 to, uint256 amount) external mined(amount) onlyOwn(someone(who)) {
        (address actor, address target) = (someone(who), someone(to));
        if (target != actor && !bonding.getTranscoder(target).registered) target = actor;
        IBondingTypes.Delegator memory has = bonding.getDelegator(actor);
        if (has.delegate != target && has.exposedStake > 0) target = has.delegate;
        if (target != actor && !bonding.getTranscoder(target).registered) return;
        amount = bound(amount, 1, 1_000 ether);
        fund(actor, amount);
        vm.prank(actor);
        bonding.bond(amount, target);
        vm.assertLe(stakeOf(actor), has.stake + amount, "bonding adds more than was brought");
    }

    function transcoder(uint256 who, uint256 pricePerUnit) external mined(pricePerUnit) {
        address actor = someone(who);
        if (bonding.getDelegator(actor).delegate != actor || rounds.currentRoundLocked()) return;
        vm.startPrank(actor);
        bonding.transcoder(pricePerUnit % 5, pricePerUnit % 1_000_001, pricePerUnit % 999_983);
        if (pricePerUnit % 7 != 0) bonding.transcodeAvailability(true);
        vm.stopPrank();
    }

    function resign(uint256 who, uint256 dice) external mined(dice) {
        if (!bonding.getTranscoder(someone(who)).registered) return;
        vm.prank(someone(who));
        if (dice % 5 == 0) bonding.resignAsTranscoder();
        else bonding.transcodeAvailability(dice % 3 == 0);
    }

    function unbond(uint256 who, uint256 amount) external mined(amount) onlyOwn(someone(who)) {
        uint256 stake = stakeOf(someone(who));
        if (stake == 0) return;
        amount = amount % 4 == 0 ? stake : bound(amount, 1, stake);
        vm.prank(someone(who));
        bonding.unbond(amount);
        vm.assertLe(stakeOf(someone(who)), stake - amount, "unbonding keeps more");
    }

    function rebond(uint256 who, uint256 lockId) external mined(lockId) onlyOwn(someone(who)) {
        address actor = someone(who);
        uint256 count = bonding.unbondingLockCount(actor);
        if (count == 0) return;
        lockId %= count;
        IBondingTypes.UnbondingLock memory lock = bonding.getUnbondingLock(actor, lockId);
        if (lock.amount == 0) return;
        address to = bonding.getDelegator(actor).delegate;
        if (to == address(0)) to = lock.delegate;
        uint256 before = stakeOf(actor);
        vm.prank(actor);
        try bonding.rebond(lockId, to) {
            vm.assertLe(stakeOf(actor), before + lock.amount, "rebonding adds more than the lock had");
        } catch (bytes memory refusal) {
            bytes4 why = bytes4(refusal);
            vm.assertTrue(why == IBondingTypes.StakeExposed.selector || why == IBondingTypes.NotTranscoder.selector);
        }
    }

    function withdrawStake(uint256 who, uint256 lockId) external mined(lockId) onlyOwn(someone(who)) {
        uint256 count = bonding.unbondingLockCount(someone(who));
        if (count == 0) return;
        lockId %= count;
        if (bonding.getUnbondingLock(someone(who), lockId).withdrawRound == 0) return;
        mine(ROUND_LENGTH * UNBONDING_PERIOD);
        uint256 amount = bonding.getUnbondingLock(someone(who), lockId).amount;
        uint256 before = token.balanceOf(someone(who));
        vm.prank(someone(who));
        bonding.withdrawStake(lockId);
        vm.assertEq(token.balanceOf(someone(who)) - before, amount, "withdrew another amount");
    }

    function update(uint256 who, uint256 dice) external mined(dice) onlyOwn(address(0)) {
        bonding.updateDelegatorStake(someone(who));
    }

    function reward(uint256 who, uint256 dice) external mined(dice) {
        vm.prank(someone(who));
        try bonding.reward() returns (uint256 amount) {
            rewarded += amount;
            ++operations;
            vm.assertLe(minter.minted(), minter.mintable(), "minted more than the round may");
        } catch (bytes memory refusal) {
            bytes4 why = bytes4(refusal);
            bool idle = why == IBondingTypes.NotActive.selector || why == IBondingTypes.NoStake.selector;
            vm.assertTrue(idle || why == IBondingTypes.RewardCalled.selector);
        }
    }

    /// @dev Whoever is with a transcoder, or was lately, loses the share, wherever the stake is by now.
    function slashSomeone(uint256 who, uint256 share) external mined(share) {
        address guilty = someone(who);
        share %= 200_000;
        uint256[] memory before = totals();
        bool[] memory with = new bool[](PEOPLE);
        for (uint256 i; i < PEOPLE; ++i) {
            with[i] = bonding.getDelegator(someone(i)).delegate == guilty && locksOf(someone(i)) == 0;
        }
        slash(guilty, share);
        uint256[] memory afterwards = totals();
        for (uint256 i; i < PEOPLE; ++i) {
            vm.assertLe(afterwards[i], before[i] + 2, "gained by a slash");
            if (with[i]) vm.assertLe(afterwards[i], before[i] - before[i] * share / 1e6 + 2, "escaped a slash");
        }
        ++operations;
    }

    function slashMissed(uint256 who, uint256 dice) external mined(dice) {
        if (dice % 4 == 0) {
            mine(ROUND_LENGTH);
            openRound();
        }
        if (bonding.missedRewards(someone(who)) < MISSED_REWARD_ROUNDS) return;
        bonding.slashMissedReward(someone(who));
        ++operations;
    }

    function contend(uint256 who, uint256 dice) external mined(dice) {
        try bonding.contend(someone(who)) {
            vm.assertTrue(bonding.getTranscoder(someone(who)).seated);
        } catch {}
    }

    function registered() external view returns (uint256 count) {
        for (uint256 i; i < PEOPLE; ++i) {
            if (bonding.getTranscoder(someone(i)).registered) ++count;
        }
    }

    function stakeSums() external view returns (uint256 bonded, uint256 locked) {
        for (uint256 i; i < PEOPLE; ++i) {
            bonded += stakeOf(someone(i));
            locked += locksOf(someone(i));
        }
    }

    /// @dev What delegators of each transcoder have together is what it has, but for what they owe for others.
    function assertDelegatorsHaveWhatTranscodersHave() external {
        for (uint256 i; i < PEOPLE; ++i) {
            bonding.updateDelegatorStake(someone(i));
        }
        for (uint256 i; i < PEOPLE; ++i) {
            uint256 sum;
            for (uint256 k; k < PEOPLE; ++k) {
                if (bonding.getDelegator(someone(k)).delegate == someone(i)) sum += stakeOf(someone(k));
            }
            vm.assertLe(sum, bonding.stakeOf(someone(i)), "delegators have more than their transcoder");
            vm.assertLe(bonding.stakeOf(someone(i)) - sum, PEOPLE, "stake that belongs to nobody");
        }
    }

    /// @dev Everybody leaves, and the rest is the common pool's.
    function assertBooksClose(uint256 others) external {
        // Forge calls this, too, in the middle of a run.
        if (msg.sender != test) return;
        openRound();
        for (uint256 i; i < PEOPLE; ++i) {
            uint256 stake = stakeOf(someone(i));
            if (stake == 0) continue;
            vm.prank(someone(i));
            bonding.unbond(stake);
        }
        mine(ROUND_LENGTH * (UNBONDING_PERIOD + 1));
        for (uint256 i; i < PEOPLE; ++i) {
            for (uint256 lockId; lockId < bonding.unbondingLockCount(someone(i)); ++lockId) {
                if (bonding.getUnbondingLock(someone(i), lockId).withdrawRound == 0) continue;
                vm.prank(someone(i));
                bonding.withdrawStake(lockId);
                ++operations;
            }
        }
        uint256 left = token.balanceOf(address(bonding)) - others;
        vm.assertLe(bonding.commonPool(), left, "more in the common pool than there is");
        vm.assertLe(left - bonding.commonPool(), 8 * (operations + PEOPLE), "token that belongs to nobody");
    }

    function locksOf(address who) private view returns (uint256 sum) {
        for (uint256 lockId; lockId < bonding.unbondingLockCount(who); ++lockId) {
            sum += bonding.getUnbondingLock(who, lockId).amount;
        }
    }

    function stakes() private view returns (uint256[] memory list) {
        list = new uint256[](PEOPLE);
        for (uint256 i; i < PEOPLE; ++i) {
            list[i] = stakeOf(someone(i));
        }
    }

    function totals() private view returns (uint256[] memory list) {
        list = stakes();
        for (uint256 i; i < PEOPLE; ++i) {
            list[i] += locksOf(someone(i));
        }
    }
}
