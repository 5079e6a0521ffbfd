// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {SeatHandler} from "./SeatHandler.sol";

/// @notice Acts as stakers.
abstract contract BondingHandler is SeatHandler {
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    uint256 internal tokenBonded;
    uint256 internal tokenWithdrawn;

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

    /// @dev Moves all stake of an actor to another delegate, and sometimes adds stake. Some stake cannot move, so the
    /// action tries the stake of several actors.
    function moveStake(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        bool moved;
        for (uint256 i; i < 5 && !moved; ++i) {
            moved = _moveRandomStake();
        }
    }

    function _moveRandomStake() private returns (bool) {
        (address actor, address to) = (_randomActorWith(_canMove), _randomActorWith(_isRegistered));
        address from = bonding.getDelegator(actor).delegate;
        if (_stakeOf(actor) == 0 || from == to) return false;
        if (actor != to && !bonding.getTranscoder(to).registered) return false;
        // The own stake of a transcoder cannot move, so most of the time the action does not try to move it.
        if (bonding.getTranscoder(actor).registered && _randomBelow(4) > 0) return false;
        // Stake that got a reward in this round can move to an active transcoder only if this transcoder has called `reward`.
        uint256 round = rounds.currentRound();
        bool due = bonding.getTranscoder(to).active && bonding.getDelegator(to).delegate == to;
        if (due && roundEntries[round][to].minted == 0 && _randomBelow(4) > 0) _callReward(to, round);
        uint256 amount = _randomBelow(2) * _randomBetween(1, 100 ether);
        _bond(actor, amount, to, abi.encodeCall(bonding.bond, (amount, to)));
        return bonding.getDelegator(actor).delegate == to;
    }

    function unbond(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        address actor = _randomActorWith(_hasStake);
        uint256 stake = _stakeOf(actor);
        if (stake == 0) return;
        uint256 amount = _randomBelow(8) == 0 ? stake : _randomBetween(1, stake / 2 + 1);
        bytes memory data = abi.encodeCall(bonding.unbond, (amount));
        if (bonding.missedRewards(actor) >= bonding.parameters().missedRewardRounds) {
            return _assertRefused(actor, address(bonding), data, IBondingTypes.RewardsMissed.selector);
        }
        bool isRegistered = bonding.getTranscoder(actor).registered;
        uint256 lockId = bonding.unbondingLockCount(actor);
        (bool succeeded, bytes memory refusal) = _attempt(actor, address(bonding), data);
        if (!succeeded) {
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(IBondingTypes.TooManyOwnLocks.selector));
            return _countRefusal(IBondingTypes.TooManyOwnLocks.selector);
        }
        _recordUnbond(actor, amount, bonding.getUnbondingLock(actor, lockId).withdrawBlock);
        bool resigned = isRegistered && !bonding.getTranscoder(actor).registered;
        _countOutcome(resigned ? bytes32("unbondAndResign") : bytes32("unbond"));
    }

    function rebond(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        address actor = _randomActorWith(_hasLock);
        if (!_hasLock(actor)) return;
        uint256 lockId = _randomLock(actor);
        IBondingTypes.UnbondingLock memory lock = bonding.getUnbondingLock(actor, lockId);
        if (lock.withdrawBlock == 0) return;
        address to = bonding.getDelegator(actor).delegate;
        if (to == address(0)) to = _randomBelow(2) == 0 ? lock.delegate : _randomActor();
        (bool succeeded, bytes memory refusal) =
            _attempt(actor, address(bonding), abi.encodeCall(bonding.rebond, (lockId, to)));
        if (succeeded) {
            _recordRebond(actor, lockId, to);
            _countOutcome(lock.delegate == to ? bytes32("rebond") : bytes32("rebondElsewhere"));
        } else {
            bytes4 expectedError = bytes4(refusal);
            vm.assertTrue(
                expectedError == IBondingTypes.StakeExposed.selector
                    || expectedError == IBondingTypes.NotTranscoder.selector
                    || expectedError == IBondingTypes.OwnStake.selector
                    || expectedError == IBondingTypes.RewardPending.selector
                    || expectedError == IBondingTypes.AmountTooSmall.selector
                    || expectedError == IBondingTypes.InsufficientSelfStake.selector,
                "the rebond failed for another reason"
            );
            _countRefusal(expectedError);
        }
    }

    function withdrawStake(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address actor = _randomActorWith(_hasLock);
        if (!_hasLock(actor)) return;
        uint256 lockId = _randomLock(actor);
        uint256 withdrawBlock = bonding.getUnbondingLock(actor, lockId).withdrawBlock;
        if (vm.getBlockNumber() < withdrawBlock) {
            bytes memory data = abi.encodeCall(bonding.withdrawStake, (lockId));
            _assertRefused(actor, address(bonding), data, IBondingTypes.StakeLocked.selector);
            if (_randomBelow(4) > 0) return;
        }
        while (vm.getBlockNumber() < withdrawBlock) {
            if (_randomBelow(2) == 0) _passToNextRound();
            else _passBlocks(rounds.roundLength());
        }
        uint256 amount = bonding.getUnbondingLock(actor, lockId).amount;
        uint256 before = token.balanceOf(actor);
        bytes[] memory several = new bytes[](1);
        several[0] = abi.encodeCall(bonding.withdrawStake, (lockId));
        bool inMulticall = _randomBelow(2) == 0;
        vm.prank(actor);
        if (inMulticall) bonding.multicall(several);
        else bonding.withdrawStake(lockId);
        vm.assertEq(token.balanceOf(actor) - before, amount, "the withdrawn amount differs from the amount of the lock");
        tokenWithdrawn += amount;
        _recordWithdrawal(actor, lockId);
        _countOutcome(inMulticall ? bytes32("multicall") : bytes32("withdrawStake"));
    }

    function updateDelegatorStake(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address actor = _randomActor();
        bonding.updateDelegatorStake(actor);
        _collectLoss(actor);
        _countOutcome("updateDelegatorStake");
    }

    function _bond(address actor, uint256 amount, address to, bytes memory data) private {
        _fund(actor, amount);
        if (bytes4(data) == bonding.bondWithPermit.selector) {
            vm.prank(actor);
            token.approve(address(bonding), 0);
        }
        address from = bondedBy[actor].amount == 0 ? to : bondedBy[actor].delegate;
        (bool succeeded, bytes memory refusal) = _attempt(actor, address(bonding), data);
        if (!succeeded) {
            bytes4 expectedError = bytes4(refusal);
            vm.assertTrue(
                expectedError == IBondingTypes.StakeExposed.selector || expectedError == IBondingTypes.OwnStake.selector
                    || expectedError == IBondingTypes.RewardPending.selector
                    || expectedError == IBondingTypes.AmountTooSmall.selector
                    || expectedError == IBondingTypes.InsufficientSelfStake.selector,
                "the bond failed for another reason"
            );
            return _countRefusal(expectedError);
        }
        tokenBonded += amount;
        _recordBond(actor, to, amount, vm.getBlockNumber() + bonding.parameters().unbondingPeriod);
        if (from != to) _countOutcome("moveStake");
        else _countOutcome(bytes4(data) == bonding.bond.selector ? bytes32("bond") : bytes32("bondWithPermit"));
    }

    function _hasStake(address account) private view returns (bool) {
        return _stakeOf(account) > 0;
    }

    /// @dev Own stake cannot move.
    function _canMove(address account) private view returns (bool) {
        return _hasStake(account) && bonding.getDelegator(account).delegate != account;
    }

    function _hasLock(address account) private view returns (bool) {
        for (uint256 lockId; lockId < bonding.unbondingLockCount(account); ++lockId) {
            if (bonding.getUnbondingLock(account, lockId).withdrawBlock != 0) return true;
        }
        return false;
    }

    /// @dev A random lock of an account that has at least one lock.
    function _randomLock(address account) private returns (uint256 lockId) {
        uint256 count = bonding.unbondingLockCount(account);
        lockId = _randomBelow(count);
        while (bonding.getUnbondingLock(account, lockId).withdrawBlock == 0) {
            lockId = (lockId + 1) % count;
        }
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
