// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {Actors} from "./Actors.sol";

/// @notice Acts as stakers and transcoders, and as finders of missed rewards.
abstract contract BondingHandler is Actors {
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    uint256 internal tokenBonded;
    uint256 internal tokenWithdrawn;
    uint256 internal rewarded;

    function bond(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        address actor = _randomActor();
        address to = _randomActor();
        if (_randomBelow(4) == 0 || !bonding.getTranscoder(to).registered) to = actor;
        address currentDelegate = bondedBy[actor].delegate;
        if (_randomBelow(2) == 0 && currentDelegate != address(0) && bonding.getTranscoder(currentDelegate).registered)
        {
            to = currentDelegate;
        }
        uint256 amount = _randomBelow(16) == 0 ? _randomBetween(1, 10_000) : _randomBetween(1 ether, 1_000 ether);
        bytes memory data = abi.encodeCall(bonding.bond, (amount, to));
        if (_randomBelow(4) == 0) data = _encodeBondWithPermit(actor, amount, to);
        _bond(actor, amount, to, data);
    }

    /// @dev Moves all stake to another delegate, and sometimes adds stake.
    function moveStake(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        (address actor, address to) = (_randomActor(), _randomActor());
        if (_stakeOf(actor) == 0 || bonding.getDelegator(actor).delegate == to) return;
        if (actor != to && !bonding.getTranscoder(to).registered) return;
        // A transcoder moves its own stake less often than a delegator does.
        if (bonding.getTranscoder(actor).registered && _randomBelow(4) > 0) return;
        uint256 amount = _randomBelow(2) * _randomBetween(1, 100 ether);
        _bond(actor, amount, to, abi.encodeCall(bonding.bond, (amount, to)));
    }

    function transcoder(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        address actor = _randomActor();
        for (uint256 i; i < ACTORS && bonding.getDelegator(actor).delegate != actor; ++i) {
            actor = _actor(i);
        }
        if (bonding.getDelegator(actor).delegate != actor) return;
        (uint256 price, uint256 cut, uint256 share) =
            (_randomBelow(4), _randomBelow(1_000_001), _randomBelow(1_000_001));
        bytes memory data = abi.encodeCall(bonding.transcoder, (price, cut, share));
        if (rounds.currentRoundLocked()) {
            return _assertRefused(actor, address(bonding), data, IBondingTypes.RatesLocked.selector);
        }
        (uint256 ownStake,) = bonding.selfStakeOf(actor);
        if (!bonding.getTranscoder(actor).registered && ownStake < bonding.parameters().minSelfStake) {
            return _assertRefused(actor, address(bonding), data, IBondingTypes.InsufficientSelfStake.selector);
        }
        vm.startPrank(actor);
        bonding.transcoder(price, cut, share);
        if (_randomBelow(7) > 0) bonding.transcodeAvailability(true);
        vm.stopPrank();
        _countOutcome("transcoder");
    }

    function matchPrice(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        IBondingTypes.Transcoder memory transcoder_ = bonding.getTranscoder(_randomActor());
        IBondingTypes.Transcoder memory rival = bonding.getTranscoder(_randomActor());
        if (!transcoder_.registered || !rival.seated) return;
        if (rival.pricePerUnit > transcoder_.pricePerUnit) (transcoder_, rival) = (rival, transcoder_);
        if (!rival.seated) return;
        vm.prank(transcoder_.transcoder);
        bonding.matchPrice(_randomBetween(rival.pricePerUnit, transcoder_.pricePerUnit), rival.transcoder);
        _countOutcome("matchPrice");
    }

    function resign(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        address actor = _randomActor();
        if (!bonding.getTranscoder(actor).registered) return;
        if (_randomBelow(8) > 0) {
            vm.prank(actor);
            bonding.transcodeAvailability(_randomBelow(4) > 0);
            return _countOutcome("transcodeAvailability");
        }
        uint256 share = _missedRewardSlashShare(actor);
        (, uint256 ownPart) = bonding.selfStakeOf(actor);
        vm.prank(actor);
        bonding.resignAsTranscoder();
        if (share > 0) _recordDutySlash(actor, share, ownPart);
        _countOutcome("resignAsTranscoder");
    }

    function unbond(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        address actor = _randomActor();
        uint256 stake = _stakeOf(actor);
        if (stake == 0) return;
        uint256 amount = _randomBelow(8) == 0 ? stake : _randomBetween(1, stake / 2 + 1);
        bytes memory data = abi.encodeCall(bonding.unbond, (amount));
        if (bonding.missedRewards(actor) >= bonding.parameters().missedRewardRounds) {
            return _assertRefused(actor, address(bonding), data, IBondingTypes.RewardsMissed.selector);
        }
        bool isRegistered = bonding.getTranscoder(actor).registered;
        uint256 lockId = bonding.unbondingLockCount(actor);
        vm.prank(actor);
        (bool succeeded, bytes memory refusal) = address(bonding).call(data);
        if (!succeeded) {
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(IBondingTypes.TooManyOwnLocks.selector));
            return _countOutcome(IBondingTypes.TooManyOwnLocks.selector);
        }
        _recordUnbond(actor, amount, bonding.getUnbondingLock(actor, lockId).withdrawBlock);
        bool resigned = isRegistered && !bonding.getTranscoder(actor).registered;
        _countOutcome(resigned ? bytes32("unbondAndResign") : bytes32("unbond"));
    }

    function rebond(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        (address actor, uint256 lockId) = (_randomActor(), 0);
        uint256 count = bonding.unbondingLockCount(actor);
        if (count == 0) return;
        lockId = _randomBelow(count);
        IBondingTypes.UnbondingLock memory lock = bonding.getUnbondingLock(actor, lockId);
        if (lock.withdrawBlock == 0) return;
        address to = bonding.getDelegator(actor).delegate;
        if (to == address(0)) to = _randomBelow(2) == 0 ? lock.delegate : _randomActor();
        vm.prank(actor);
        try bonding.rebond(lockId, to) {
            _recordRebond(actor, lockId, to);
            _countOutcome(lock.delegate == to ? bytes32("rebond") : bytes32("rebondElsewhere"));
        } catch (bytes memory refusal) {
            bytes4 expectedError = bytes4(refusal);
            vm.assertTrue(
                expectedError == IBondingTypes.StakeExposed.selector
                    || expectedError == IBondingTypes.NotTranscoder.selector
                    || expectedError == IBondingTypes.OwnStake.selector
                    || expectedError == IBondingTypes.RewardPending.selector
                    || expectedError == IBondingTypes.InsufficientSelfStake.selector
            );
            _countOutcome(expectedError);
        }
    }

    function withdrawStake(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address actor = _randomActor();
        uint256 count = bonding.unbondingLockCount(actor);
        if (count == 0) return;
        uint256 lockId = _randomBelow(count);
        uint256 withdrawBlock = bonding.getUnbondingLock(actor, lockId).withdrawBlock;
        if (withdrawBlock == 0) return;
        if (vm.getBlockNumber() < withdrawBlock) {
            bytes memory data = abi.encodeCall(bonding.withdrawStake, (lockId));
            _assertRefused(actor, address(bonding), data, IBondingTypes.StakeLocked.selector);
            if (_randomBelow(6) > 0) return;
        }
        while (vm.getBlockNumber() < withdrawBlock) {
            if (_randomBelow(2) == 0) _passToNextRound();
            else _passBlocks(rounds.roundLength());
        }
        uint256 amount = bonding.getUnbondingLock(actor, lockId).amount;
        uint256 before = token.balanceOf(actor);
        vm.prank(actor);
        bonding.withdrawStake(lockId);
        vm.assertEq(token.balanceOf(actor) - before, amount, "withdrew another amount than the lock held");
        tokenWithdrawn += amount;
        _recordWithdrawal(actor, lockId);
        _countOutcome("withdrawStake");
    }

    function updateDelegatorStake(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address actor = _randomActor();
        bonding.updateDelegatorStake(actor);
        _collectLoss(actor);
        _countOutcome("updateDelegatorStake");
    }

    /// @dev Starts with a random actor, and calls `reward` as the first actor that has not called it in this round.
    function reward(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        uint256 start = _randomBelow(ACTORS);
        uint256 round = rounds.currentRound();
        for (uint256 i; i < ACTORS; ++i) {
            address actor = _actor(start + i);
            bool due = bonding.getTranscoder(actor).active && roundEntries[round][actor].minted == 0;
            if (due && bonding.getDelegator(actor).delegate == actor && _callReward(actor, round)) return;
        }
    }

    function slashMissedReward(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        if (_randomBelow(12) == 0) {
            for (uint256 i; i <= bonding.parameters().missedRewardRounds; ++i) {
                _passToNextRound();
            }
        }
        address guilty = _randomActor();
        bytes memory data = abi.encodeCall(bonding.slashMissedReward, (guilty));
        if (_missedRewardSlashShare(guilty) == 0) {
            if (bonding.missedRewards(guilty) >= bonding.parameters().missedRewardRounds) return;
            return _assertRefused(finder, address(bonding), data, IBondingTypes.RewardsNotMissed.selector);
        }
        uint256 share = _missedRewardSlashShare(guilty);
        (, uint256 ownPart) = bonding.selfStakeOf(guilty);
        vm.prank(finder);
        bonding.slashMissedReward(guilty);
        _recordDutySlash(guilty, share, ownPart);
        _countOutcome("slashMissedReward");
    }

    /// @dev Slashes a random part of the stake of a random account, as the ClaimsManager does.
    function slash(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        (address guilty, uint256 share) = (_randomActor(), _randomBelow(_randomBelow(2) == 0 ? 200_000 : 20_000));
        (, uint256 ownPart) = bonding.selfStakeOf(guilty);
        _slash(guilty, share);
        _recordSlash(guilty, share, ownPart, vm.getBlockNumber());
        _countOutcome("slash");
    }

    function contend(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        address actor = _randomActor();
        bool overfull = bonding.transcoders().length > bonding.parameters().poolSize;
        if (overfull) {
            bonding.trim();
            return _countOutcome("trim");
        }
        IBondingTypes.Transcoder[] memory waiting = bonding.waitlist();
        uint256 largestStake;
        for (uint256 i; i < waiting.length; ++i) {
            if (waiting[i].stake > largestStake) (largestStake, actor) = (waiting[i].stake, waiting[i].transcoder);
        }
        if (largestStake == 0) {
            return _assertRefused(
                actor, address(bonding), abi.encodeCall(bonding.trim, ()), IBondingTypes.PoolNotOverfull.selector
            );
        }
        try bonding.contend(actor) {
            vm.assertTrue(bonding.getTranscoder(actor).seated);
            _countOutcome("contend");
        } catch (bytes memory refusal) {
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(IBondingTypes.NoSeatWon.selector));
            _countOutcome(bytes4(refusal));
        }
    }

    /// @dev Lets a few blocks pass, or the rest of the round, or a whole round that is never initialized.
    function skipRounds(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        if (_randomBelow(2) == 0) return _passBlocks(_randomBetween(1, 5));
        if (_randomBelow(2) == 0) return _passToNextRound();
        _passBlocks(rounds.roundLength());
        _countOutcome("skipRounds");
    }

    function _callReward(address actor, uint256 round) private returns (bool) {
        RoundEntry storage entry = roundEntries[round][actor];
        (uint256 work, uint256 expected) = bonding.competitiveness(actor);
        vm.prank(actor);
        try bonding.reward() returns (uint256 amount) {
            (,, uint256 activeStake) = bonding.roundInForce();
            uint256 fullReward = minter.mintable() * entry.stake / activeStake;
            vm.assertLe(amount, fullReward, "a reward exceeds the share of the transcoder");
            vm.assertTrue(amount == fullReward || (amount == 0 && work < expected));
            entry.minted += amount;
            rewarded += amount;
            _recordReward(actor, amount, amount * entry.blockRewardCut / 1e6);
            _countOutcome(amount == fullReward ? bytes32("reward") : bytes32("rewardWithheld"));
            return true;
        } catch (bytes memory refusal) {
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(IBondingTypes.RewardCalled.selector));
            return false;
        }
    }

    function _bond(address actor, uint256 amount, address to, bytes memory data) private {
        _fund(actor, amount);
        if (bytes4(data) == bonding.bondWithPermit.selector) {
            vm.prank(actor);
            token.approve(address(bonding), 0);
        }
        address from = bondedBy[actor].amount == 0 ? to : bondedBy[actor].delegate;
        vm.prank(actor);
        (bool succeeded, bytes memory refusal) = address(bonding).call(data);
        if (!succeeded) {
            bytes4 expectedError = bytes4(refusal);
            vm.assertTrue(
                expectedError == IBondingTypes.StakeExposed.selector || expectedError == IBondingTypes.OwnStake.selector
                    || expectedError == IBondingTypes.RewardPending.selector
                    || expectedError == IBondingTypes.InsufficientSelfStake.selector
            );
            return _countOutcome(expectedError);
        }
        tokenBonded += amount;
        _recordBond(actor, to, amount, vm.getBlockNumber() + bonding.parameters().unbondingPeriod);
        if (from != to) _countOutcome("moveStake");
        else _countOutcome(bytes4(data) == bonding.bond.selector ? bytes32("bond") : bytes32("bondWithPermit"));
    }

    /// @dev Part of its stake that a transcoder would lose for missed rewards if it resigned now, in parts per million.
    function _missedRewardSlashShare(address account) private view returns (uint256) {
        IBondingTypes.Parameters memory values = bonding.parameters();
        bool missed = bonding.missedRewards(account) >= values.missedRewardRounds;
        return missed ? values.missedRewardSlashAmount : 0;
    }

    function _encodeBondWithPermit(address actor, uint256 amount, address to) private view returns (bytes memory) {
        uint256 deadline = vm.getBlockTimestamp();
        bytes32 structHash =
            keccak256(abi.encode(PERMIT_TYPEHASH, actor, address(bonding), amount, token.nonces(actor), deadline));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_keyOf(_nameOf(actor)), digest);
        return abi.encodeCall(bonding.bondWithPermit, (amount, to, deadline, v, r, s));
    }
}
