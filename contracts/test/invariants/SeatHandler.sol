// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {Finders} from "./Finders.sol";

/// @notice Acts as transcoders that take seats and call `reward`, and as finders that report transcoders for missed rewards
/// and too little work.
abstract contract SeatHandler is Finders {
    uint256 internal rewarded;
    /// @dev 1 + the number of the last span in which the transcoder was slashed for too little work. Zero if it was
    /// never slashed.
    mapping(address transcoder => uint256) private lowWorkSpans;

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
        IBondingTypes.Transcoder memory transcoder_ = bonding.getTranscoder(_randomActorWith(_isRegistered));
        IBondingTypes.Transcoder memory rival = bonding.getTranscoder(_randomActorWith(_isRegistered));
        if (!transcoder_.registered || !rival.seated) return;
        if (rival.pricePerUnit > transcoder_.pricePerUnit) (transcoder_, rival) = (rival, transcoder_);
        if (!rival.seated) return;
        vm.prank(transcoder_.transcoder);
        bonding.matchPrice(_randomBetween(rival.pricePerUnit, transcoder_.pricePerUnit), rival.transcoder);
        _countOutcome("matchPrice");
    }

    function resign(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        address actor = _randomActorWith(_isRegistered);
        if (!bonding.getTranscoder(actor).registered) return;
        if (_randomBelow(4) > 0) {
            vm.prank(actor);
            bonding.transcodeAvailability(_randomBelow(4) > 0);
            return _countOutcome("transcodeAvailability");
        }
        _resign(actor);
        _countOutcome("resignAsTranscoder");
    }

    /// @dev From a random actor on, calls `reward` as each active actor that has not got a reward in this round, until one call
    /// succeeds.
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
        address guilty = _randomBelow(4) == 0 ? _randomActor() : _randomActorWith(_hasMissedRewards);
        bytes memory data = abi.encodeCall(bonding.slashMissedReward, (guilty));
        if (_missedRewardSlashShare(guilty) == 0) {
            if (bonding.missedRewards(guilty) >= bonding.parameters().missedRewardRounds) return;
            return _assertRefused(_randomActor(), address(bonding), data, IBondingTypes.RewardsNotMissed.selector);
        }
        uint256 share = _missedRewardSlashShare(guilty);
        (, uint256 ownPart) = bonding.selfStakeOf(guilty);
        _callAsFinder(guilty, address(bonding), data);
        _recordDutySlash(guilty, share, ownPart);
        _countOutcome("slashMissedReward");
    }

    /// @dev In the name of the ClaimsManager, slashes a random part of the stake of a random account.
    function slash(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        (address guilty, uint256 share) = (_randomActor(), _randomBelow(_randomBelow(2) == 0 ? 200_000 : 20_000));
        (, uint256 ownPart) = bonding.selfStakeOf(guilty);
        address finder = _randomFinder(guilty);
        bytes memory data = abi.encodeCall(bonding.slash, (guilty, share, ownPart, vm.getBlockNumber(), finder));
        _callWithFinder(guilty, finder, address(claims), address(bonding), data);
        _recordSlash(guilty, share, ownPart, vm.getBlockNumber());
        _countOutcome("slash");
    }

    /// @dev A transcoder can be slashed for too little work once in a span.
    function slashLowWork(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        address guilty = _randomActorWith(_hasTooLittleWork);
        bool prepares = bonding.parameters().lowWorkSlashAmount > 0 && _randomBelow(2) == 0;
        for (uint256 i; i < 2 && prepares && !_hasTooLittleWork(guilty); ++i) {
            guilty = _randomActorWith(_isSeated);
            _letOthersWork(guilty);
        }
        IBondingTypes.Parameters memory values = bonding.parameters();
        bytes memory data = abi.encodeCall(bonding.slashLowWork, (guilty));
        if (!bonding.getTranscoder(guilty).active) {
            return _assertRefused(_randomActor(), address(bonding), data, IBondingTypes.NotActive.selector);
        }
        uint256 span = rounds.currentRound() / values.competitivenessWindow + 1;
        if (values.lowWorkSlashAmount == 0 || !_hasTooLittleWork(guilty) || lowWorkSpans[guilty] >= span) {
            return _assertRefused(_randomActor(), address(bonding), data, IBondingTypes.EnoughWork.selector);
        }
        (, uint256 ownPart) = bonding.selfStakeOf(guilty);
        _callAsFinder(guilty, address(bonding), data);
        lowWorkSpans[guilty] = span;
        _recordDutySlash(guilty, values.lowWorkSlashAmount, ownPart);
        _countOutcome("slashLowWork");
    }

    function takeSeat(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        address actor = _randomActor();
        (IBondingTypes.Transcoder[] memory waiting,) = bonding.waitlist(0, ACTORS);
        if (waiting.length == 0) {
            _registerAll();
            (waiting,) = bonding.waitlist(0, ACTORS);
        }
        // In a new round, `poolSize` can be smaller than the number of transcoders with a seat.
        if (bonding.transcoders().length > bonding.parameters().poolSize) {
            bonding.evictLowest();
            return _countOutcome("evictLowest");
        }
        bytes memory data = abi.encodeCall(bonding.evictLowest, ());
        _assertRefused(actor, address(bonding), data, IBondingTypes.PoolNotOverfull.selector);
        uint256 largestStake;
        for (uint256 i; i < waiting.length; ++i) {
            if (waiting[i].stake > largestStake) (largestStake, actor) = (waiting[i].stake, waiting[i].transcoder);
        }
        if (largestStake == 0) return;
        (bool succeeded, bytes memory refusal) =
            _attempt(_randomActor(), address(bonding), abi.encodeCall(bonding.takeSeat, (actor)));
        if (succeeded) {
            vm.assertTrue(bonding.getTranscoder(actor).seated, "the transcoder has no seat after takeSeat");
            _countOutcome("takeSeat");
        } else {
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(IBondingTypes.NoSeatWon.selector));
            _countRefusal(bytes4(refusal));
            if (_randomBelow(2) == 0) return;
            _resign(_randomActorWith(_isSeated));
            bonding.takeSeat(actor);
            vm.assertTrue(
                bonding.getTranscoder(actor).seated,
                "the transcoder has no seat after takeSeat, although a seat was vacant"
            );
            _countOutcome("takeSeat");
        }
    }

    /// @dev Lets a few blocks pass, or moves to the next round and initializes it, or lets as many blocks pass as a round has.
    function skipRounds(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        if (_randomBelow(2) == 0) return _passBlocks(_randomBetween(1, 5));
        if (_randomBelow(2) == 0) return _passToNextRound();
        _passBlocks(rounds.roundLength());
        _countOutcome("skipRounds");
    }

    function _callReward(address actor, uint256 round) internal returns (bool) {
        RoundEntry storage entry = roundEntries[round][actor];
        (uint256 work, uint256 expected) = bonding.competitiveness(actor);
        (bool succeeded, bytes memory result) = _attempt(actor, address(bonding), abi.encodeCall(bonding.reward, ()));
        if (succeeded) {
            uint256 amount = abi.decode(result, (uint256));
            (,, uint256 activeStake) = bonding.roundInForce();
            uint256 fullReward = minter.mintable() * entry.stake / activeStake;
            vm.assertLe(amount, fullReward, "a reward exceeds the transcoder's share of the mintable amount");
            vm.assertTrue(
                amount == fullReward || (amount == 0 && work < expected), "a reward is neither whole nor withheld"
            );
            entry.minted += amount;
            rewarded += amount;
            _recordReward(actor, amount, amount * entry.blockRewardCut / 1e6);
            _countOutcome(amount == fullReward ? bytes32("reward") : bytes32("rewardWithheld"));
            return true;
        } else {
            vm.assertEq(bytes32(bytes4(result)), bytes32(IBondingTypes.RewardCalled.selector));
            return false;
        }
    }

    /// @dev The part of its stake that a transcoder would lose for missed rewards if it resigned now, in parts per million.
    function _missedRewardSlashShare(address account) private view returns (uint256) {
        IBondingTypes.Parameters memory values = bonding.parameters();
        bool missed = bonding.missedRewards(account) >= values.missedRewardRounds;
        return missed ? values.missedRewardSlashAmount : 0;
    }

    /// @dev In the name of the JobsManager, credits work (with zero fees) to all active transcoders except `idle`, in this span and in the
    /// next span.
    function _letOthersWork(address idle) private {
        uint256 window = bonding.parameters().competitivenessWindow;
        for (uint256 passed; passed <= window; passed += window) {
            for (uint256 i; i < ACTORS; ++i) {
                if (_actor(i) == idle || !bonding.getTranscoder(_actor(i)).active) continue;
                vm.prank(address(jobs));
                bonding.creditFees(_actor(i), 0, 1e12);
            }
            for (uint256 i; i < window; ++i) {
                _passToNextRound();
            }
        }
    }

    function _resign(address account) private {
        uint256 share = _missedRewardSlashShare(account);
        (, uint256 ownPart) = bonding.selfStakeOf(account);
        vm.prank(account);
        bonding.resignAsTranscoder();
        if (share > 0) _recordDutySlash(account, share, ownPart);
    }

    /// @dev Makes every account with enough own stake a transcoder. If the pool is full, a new transcoder whose stake is not
    /// higher than the lowest stake in the pool joins the waitlist.
    function _registerAll() private {
        if (rounds.currentRoundLocked()) _passToNextRound();
        for (uint256 i; i < ACTORS; ++i) {
            (uint256 own,) = bonding.selfStakeOf(_actor(i));
            if (_isRegistered(_actor(i)) || own < bonding.parameters().minSelfStake) continue;
            vm.prank(_actor(i));
            bonding.transcoder(1, 0, 0);
        }
    }

    function _isSeated(address account) private view returns (bool) {
        return bonding.getTranscoder(account).seated;
    }

    function _isRegistered(address account) internal view returns (bool) {
        return bonding.getTranscoder(account).registered;
    }

    function _hasMissedRewards(address account) private view returns (bool) {
        return _missedRewardSlashShare(account) > 0;
    }

    function _hasTooLittleWork(address account) private view returns (bool) {
        if (!bonding.getTranscoder(account).active) return false;
        (uint256 work, uint256 expected) = bonding.competitiveness(account);
        IBondingTypes.Parameters memory values = bonding.parameters();
        return expected >= values.minExpectedWork && work * 1e6 < expected * (1e6 - values.competitivenessTolerance);
    }
}
