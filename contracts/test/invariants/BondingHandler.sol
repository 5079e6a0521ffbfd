// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {Players} from "./Players.sol";

/// @notice Plays stakers and transcoders through rounds, and those who find that somebody missed his rewards.
abstract contract BondingHandler is Players {
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    uint256 internal brought;
    uint256 internal takenOut;
    uint256 internal rewarded;

    function bond(uint256 seed, uint256 salt) external played(seed, salt) {
        openRound();
        address actor = anybody();
        address to = anybody();
        if (below(4) == 0 || !bonding.getTranscoder(to).registered) to = actor;
        address has = bondedBy[actor].delegate;
        if (below(2) == 0 && has != address(0) && bonding.getTranscoder(has).registered) to = has;
        uint256 amount = below(16) == 0 ? between(1, 10_000) : between(1 ether, 1_000 ether);
        bytes memory data = abi.encodeCall(bonding.bond, (amount, to));
        if (below(4) == 0) data = permitted(actor, amount, to);
        bondBy(actor, amount, to, data);
    }

    /// @dev All to another, and maybe something on top.
    function moveStake(uint256 seed, uint256 salt) external played(seed, salt) {
        openRound();
        (address actor, address to) = (anybody(), anybody());
        if (stakeOf(actor) == 0 || bonding.getDelegator(actor).delegate == to) return;
        if (actor != to && !bonding.getTranscoder(to).registered) return;
        // Transcoders leave themselves less often than others leave them.
        if (bonding.getTranscoder(actor).registered && below(4) > 0) return;
        uint256 amount = below(2) * between(1, 100 ether);
        bondBy(actor, amount, to, abi.encodeCall(bonding.bond, (amount, to)));
    }

    function transcoder(uint256 seed, uint256 salt) external played(seed, salt) {
        openRound();
        address actor = anybody();
        for (uint256 i; i < PEOPLE && bonding.getDelegator(actor).delegate != actor; ++i) {
            actor = someone(i);
        }
        if (bonding.getDelegator(actor).delegate != actor) return;
        (uint256 price, uint256 cut, uint256 share) = (below(4), below(1_000_001), below(1_000_001));
        bytes memory data = abi.encodeCall(bonding.transcoder, (price, cut, share));
        if (rounds.currentRoundLocked()) {
            return refused(actor, address(bonding), data, IBondingTypes.RatesLocked.selector);
        }
        vm.startPrank(actor);
        bonding.transcoder(price, cut, share);
        if (below(7) > 0) bonding.transcodeAvailability(true);
        vm.stopPrank();
        did("transcoder");
    }

    function matchPrice(uint256 seed, uint256 salt) external played(seed, salt) {
        openRound();
        IBondingTypes.Transcoder memory known = bonding.getTranscoder(anybody());
        IBondingTypes.Transcoder memory rival = bonding.getTranscoder(anybody());
        if (!known.registered || !rival.seated) return;
        if (rival.pricePerUnit > known.pricePerUnit) (known, rival) = (rival, known);
        if (!rival.seated) return;
        vm.prank(known.transcoder);
        bonding.matchPrice(between(rival.pricePerUnit, known.pricePerUnit), rival.transcoder);
        did("matchPrice");
    }

    function resign(uint256 seed, uint256 salt) external played(seed, salt) {
        openRound();
        address actor = anybody();
        if (!bonding.getTranscoder(actor).registered) return;
        if (below(8) > 0) {
            vm.prank(actor);
            bonding.transcodeAvailability(below(4) > 0);
            return did("transcodeAvailability");
        }
        uint256 share = missedShare(actor);
        vm.prank(actor);
        bonding.resignAsTranscoder();
        punish(actor, share, rounds.currentRound());
        did("resignAsTranscoder");
    }

    function unbond(uint256 seed, uint256 salt) external played(seed, salt) {
        openRound();
        address actor = anybody();
        uint256 stake = stakeOf(actor);
        if (stake == 0) return;
        uint256 amount = below(8) == 0 ? stake : between(1, stake / 2 + 1);
        uint256 share = missedShare(actor);
        bool isRegistered = bonding.getTranscoder(actor).registered;
        vm.prank(actor);
        uint256 lockId = bonding.unbond(amount);
        lockUp(actor, amount, bonding.getUnbondingLock(actor, lockId).withdrawRound);
        bool resigned = isRegistered && !bonding.getTranscoder(actor).registered;
        if (resigned) punish(actor, share, rounds.currentRound());
        did(resigned ? bytes32("unbondAndResign") : bytes32("unbond"));
    }

    function rebond(uint256 seed, uint256 salt) external played(seed, salt) {
        openRound();
        (address actor, uint256 lockId) = (anybody(), 0);
        uint256 count = bonding.unbondingLockCount(actor);
        if (count == 0) return;
        lockId = below(count);
        IBondingTypes.UnbondingLock memory lock = bonding.getUnbondingLock(actor, lockId);
        if (lock.withdrawRound == 0) return;
        address to = bonding.getDelegator(actor).delegate;
        if (to == address(0)) to = below(2) == 0 ? lock.delegate : anybody();
        vm.prank(actor);
        try bonding.rebond(lockId, to) {
            takeBack(actor, lockId, to, rounds.currentRound());
            did(lock.delegate == to ? bytes32("rebond") : bytes32("rebondElsewhere"));
        } catch (bytes memory refusal) {
            bytes4 why = bytes4(refusal);
            vm.assertTrue(why == IBondingTypes.StakeExposed.selector || why == IBondingTypes.NotTranscoder.selector);
            did(why);
        }
    }

    function withdrawStake(uint256 seed, uint256 salt) external played(seed, salt) {
        address actor = anybody();
        uint256 count = bonding.unbondingLockCount(actor);
        if (count == 0) return;
        uint256 lockId = below(count);
        uint256 withdrawRound = bonding.getUnbondingLock(actor, lockId).withdrawRound;
        if (withdrawRound == 0) return;
        if (rounds.currentRound() < withdrawRound) {
            bytes memory data = abi.encodeCall(bonding.withdrawStake, (lockId));
            refused(actor, address(bonding), data, IBondingTypes.StakeLocked.selector);
            if (below(6) > 0) return;
        }
        while (rounds.currentRound() < withdrawRound) {
            if (below(2) == 0) toNextRound();
            else pass(rounds.roundLength());
        }
        uint256 amount = bonding.getUnbondingLock(actor, lockId).amount;
        uint256 before = token.balanceOf(actor);
        vm.prank(actor);
        bonding.withdrawStake(lockId);
        vm.assertEq(token.balanceOf(actor) - before, amount, "withdrew another amount");
        takenOut += amount;
        takeOut(actor, lockId);
        did("withdrawStake");
    }

    function update(uint256 seed, uint256 salt) external played(seed, salt) {
        address actor = anybody();
        bonding.updateDelegatorStake(actor);
        collectFrom(actor);
        did("updateDelegatorStake");
    }

    /// @dev The first of those who are due, from somebody on.
    function reward(uint256 seed, uint256 salt) external played(seed, salt) {
        openRound();
        uint256 start = below(PEOPLE);
        uint256 round = rounds.currentRound();
        for (uint256 i; i < PEOPLE; ++i) {
            address actor = someone(start + i);
            bool due = bonding.getTranscoder(actor).active && standings[round][actor].minted == 0;
            if (due && bonding.getDelegator(actor).delegate == actor && rewardBy(actor, round)) return;
        }
    }

    function slashMissed(uint256 seed, uint256 salt) external played(seed, salt) {
        if (below(12) == 0) {
            for (uint256 i; i <= bonding.parameters().missedRewardRounds; ++i) {
                toNextRound();
            }
        }
        address guilty = anybody();
        bytes memory data = abi.encodeCall(bonding.slashMissedReward, (guilty));
        if (missedShare(guilty) == 0) {
            if (bonding.missedRewards(guilty) >= bonding.parameters().missedRewardRounds) return;
            return refused(finder, address(bonding), data, IBondingTypes.RewardsNotMissed.selector);
        }
        uint256 share = missedShare(guilty);
        vm.prank(finder);
        bonding.slashMissedReward(guilty);
        punish(guilty, share, rounds.currentRound());
        did("slashMissedReward");
    }

    /// @dev As the ClaimsManager may. Not only what claims bring, but any share of anybody's.
    function slashSomeone(uint256 seed, uint256 salt) external played(seed, salt) {
        (address guilty, uint256 share) = (anybody(), below(below(2) == 0 ? 200_000 : 20_000));
        slash(guilty, share);
        punish(guilty, share, rounds.currentRound());
        did("slash");
    }

    function contend(uint256 seed, uint256 salt) external played(seed, salt) {
        openRound();
        address actor = anybody();
        bool overfull = bonding.transcoders().length > bonding.parameters().poolSize;
        if (overfull) {
            bonding.trim();
            return did("trim");
        }
        IBondingTypes.Transcoder[] memory waiting = bonding.waitlist();
        uint256 most;
        for (uint256 i; i < waiting.length; ++i) {
            if (waiting[i].stake > most) (most, actor) = (waiting[i].stake, waiting[i].transcoder);
        }
        if (most == 0) {
            return
                refused(
                    actor, address(bonding), abi.encodeCall(bonding.trim, ()), IBondingTypes.PoolNotOverfull.selector
                );
        }
        try bonding.contend(actor) {
            vm.assertTrue(bonding.getTranscoder(actor).seated);
            did("contend");
        } catch (bytes memory refusal) {
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(IBondingTypes.NoSeatWon.selector));
            did(bytes4(refusal));
        }
    }

    /// @dev Rounds that nobody initializes, or one that somebody does.
    function sleep(uint256 seed, uint256 salt) external played(seed, salt) {
        if (below(2) == 0) return pass(between(1, 5));
        if (below(2) == 0) return toNextRound();
        pass(rounds.roundLength());
        did("sleep");
    }

    function rewardBy(address actor, uint256 round) private returns (bool) {
        Standing storage standing = standings[round][actor];
        (uint256 work, uint256 expected) = bonding.competitiveness(actor);
        vm.prank(actor);
        try bonding.reward() returns (uint256 amount) {
            (,, uint256 activeStake) = bonding.roundInForce();
            uint256 most = minter.mintable() * standing.stake / activeStake;
            vm.assertLe(amount, most, "a reward is more than the transcoder's share");
            vm.assertTrue(amount == most || (amount == 0 && work < expected));
            standing.minted += amount;
            rewarded += amount;
            shareOut(actor, amount, amount * standing.blockRewardCut / 1e6);
            did(amount == most ? bytes32("reward") : bytes32("rewardWithheld"));
            return true;
        } catch (bytes memory refusal) {
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(IBondingTypes.RewardCalled.selector));
            return false;
        }
    }

    function bondBy(address actor, uint256 amount, address to, bytes memory data) private {
        fund(actor, amount);
        if (bytes4(data) == bonding.bondWithPermit.selector) {
            vm.prank(actor);
            token.approve(address(bonding), 0);
        }
        address from = bondedBy[actor].amount == 0 ? to : bondedBy[actor].delegate;
        uint256 share = from == actor && from != to ? missedShare(actor) : 0;
        uint256 round = rounds.currentRound();
        vm.prank(actor);
        (bool succeeded, bytes memory refusal) = address(bonding).call(data);
        if (!succeeded) {
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(IBondingTypes.StakeExposed.selector));
            return did(IBondingTypes.StakeExposed.selector);
        }
        brought += amount;
        enter(actor, to, amount, round + bonding.parameters().unbondingPeriod);
        if (share > 0) punish(actor, share, round);
        if (from != to) did("moveStake");
        else did(bytes4(data) == bonding.bond.selector ? bytes32("bond") : bytes32("bondWithPermit"));
    }

    /// @dev What whoever gives up its role now loses for rewards that it missed.
    function missedShare(address account) private view returns (uint256) {
        IBondingTypes.Parameters memory values = bonding.parameters();
        bool missed = bonding.missedRewards(account) >= values.missedRewardRounds;
        return missed ? values.missedRewardSlashAmount : 0;
    }

    function permitted(address actor, uint256 amount, address to) private view returns (bytes memory) {
        uint256 deadline = vm.getBlockTimestamp();
        bytes32 structHash =
            keccak256(abi.encode(PERMIT_TYPEHASH, actor, address(bonding), amount, token.nonces(actor), deadline));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf(nameOf(actor)), digest);
        return abi.encodeCall(bonding.bondWithPermit, (amount, to, deadline, v, r, s));
    }
}
