// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {ICommonPool} from "../../src/interfaces/ICommonPool.sol";
import {IRoundsManager} from "../../src/interfaces/IRoundsManager.sol";
import {StakeLedger} from "../StakeLedger.sol";
import {Vm} from "../Test.sol";

/// @notice Has the accounts that act (the actors), random numbers, and functions that let blocks and rounds pass.
/// Counts outcomes and refusals. An outcome is a name for a change of the contracts' state. A refusal is the selector of
/// the error with which a call failed. Computes each common pool from its events.
abstract contract Actors is StakeLedger {
    /// @dev Stake and reward cut of a transcoder at the start of the round, and its reward in the round.
    struct RoundEntry {
        uint256 stake;
        uint256 blockRewardCut;
        uint256 minted;
    }

    uint256 internal constant ACTORS = 8;
    uint256 private constant SECONDS_PER_BLOCK = 12;

    address internal immutable owner = msg.sender;
    uint256 public calls;
    /// @dev Number of calls that had at least one outcome. Refusals and preparations (`_countPreparation`) do not count.
    uint256 public effectiveCalls;
    mapping(uint256 counting => mapping(bytes32 outcome => uint256)) private outcomes;
    mapping(uint256 counting => mapping(bytes4 error => uint256)) private refusals;
    /// @dev By action: the number of its calls that `effectiveCalls` counts.
    mapping(uint256 counting => mapping(bytes4 action => uint256)) private successes;
    uint256 private counting;
    /// @dev By contract: the sum of all CommonPoolCredit minus the sum of all CommonPoolSpend.
    mapping(address pool => uint256) internal pooledByEvents;
    mapping(uint256 round => mapping(address account => RoundEntry)) internal roundEntries;
    mapping(uint256 round => bool) internal wasInitialized;
    uint256 private lastEffectiveCall;
    uint256 private randomState;

    constructor() {
        _addSigningAccounts(ACTORS);
    }

    /// @dev Hashes the numbers from the fuzzer, because the fuzzer often chooses special numbers, for example 0.
    modifier randomAction(uint256 seed, uint256 salt) {
        randomState = uint256(keccak256(abi.encode(seed, salt)));
        ++calls;
        vm.recordLogs();
        _;
        _addPoolEvents();
        if (_randomBelow(4) == 0) _passBlocks(_randomBetween(1, 4));
    }

    /// @dev Sets all counts to zero. The state of the contracts does not change.
    function startCounting() external {
        (calls, effectiveCalls, lastEffectiveCall) = (0, 0, 0);
        ++counting;
    }

    function outcomeCount(bytes32 outcome) public view returns (uint256) {
        return outcomes[counting][outcome];
    }

    function refusalCount(bytes4 error_) public view returns (uint256) {
        return refusals[counting][error_];
    }

    function successCount(bytes4 action) public view returns (uint256) {
        return successes[counting][action];
    }

    function _countRefusal(bytes4 error_) internal {
        ++refusals[counting][error_];
    }

    function _countOutcome(bytes32 outcome) internal {
        _countPreparation(outcome);
        if (lastEffectiveCall == calls) return;
        lastEffectiveCall = calls;
        ++effectiveCalls;
        ++successes[counting][msg.sig];
    }

    /// @dev Counts an outcome that only prepares an action. The action has not succeeded yet.
    function _countPreparation(bytes32 outcome) internal {
        ++outcomes[counting][outcome];
    }

    function _randomBelow(uint256 limit) internal returns (uint256) {
        randomState = uint256(keccak256(abi.encode(randomState)));
        return randomState % limit;
    }

    function _randomBetween(uint256 min, uint256 max) internal returns (uint256) {
        return min + _randomBelow(max - min + 1);
    }

    function _actor(uint256 index) internal view returns (address) {
        return accounts[index % ACTORS];
    }

    function _randomActor() internal returns (address) {
        return _actor(_randomBelow(ACTORS));
    }

    /// @dev Returns a random actor for which `condition` is true. If there is no such actor, returns any random actor.
    function _randomActorWith(function(address) view returns (bool) condition) internal returns (address) {
        uint256 start = _randomBelow(ACTORS);
        for (uint256 i; i < ACTORS; ++i) {
            if (condition(_actor(start + i))) return _actor(start + i);
        }
        return _actor(start);
    }

    /// @dev Returns one of the last four items. Older items are of little use, because most of their deadlines have passed.
    function _randomRecent(bytes32[] storage list) internal returns (bytes32) {
        uint256 length = list.length;
        return list[length - 1 - _randomBelow(length < 4 ? length : 4)];
    }

    /// @dev Makes a call that can fail. Forge also records the events of a call that fails, so this function discards them.
    function _attempt(address by, address target, bytes memory data)
        internal
        returns (bool succeeded, bytes memory result)
    {
        _addPoolEvents();
        vm.prank(by);
        (succeeded, result) = target.call(data);
        if (!succeeded) vm.getRecordedLogs();
    }

    /// @dev Makes a call that must fail with the expected error.
    function _assertRefused(address by, address target, bytes memory data, bytes4 expectedError) internal {
        (bool succeeded, bytes memory refusal) = _attempt(by, target, data);
        vm.assertFalse(succeeded, "a call that must fail succeeded");
        vm.assertEq(bytes32(bytes4(refusal)), bytes32(expectedError), "a call failed with another error");
        _countRefusal(expectedError);
    }

    function _passBlocks(uint256 blocks) internal {
        _mine(blocks);
        vm.warp(vm.getBlockTimestamp() + blocks * SECONDS_PER_BLOCK);
    }

    function _passUntilBlock(uint256 atBlock) internal {
        uint256 blockNumber = vm.getBlockNumber();
        if (blockNumber < atBlock) _passBlocks(atBlock - blockNumber);
    }

    /// @dev If the current round is not initialized, initializes it, and records the stake of each actor at the start of the round.
    function _initializeRound() internal {
        if (rounds.currentRoundInitialized()) return;
        uint256 startBlock = rounds.currentRoundStartBlock();
        if (vm.getBlockNumber() == startBlock) {
            _assertRefused(
                _randomActor(),
                address(rounds),
                abi.encodeCall(rounds.initializeRound, ()),
                IRoundsManager.RoundTooYoung.selector
            );
            _passBlocks(1);
        }
        uint256 round = rounds.currentRound();
        for (uint256 i; i < ACTORS; ++i) {
            IBondingTypes.Transcoder memory transcoder_ = bonding.getTranscoder(_actor(i));
            roundEntries[round][_actor(i)] = RoundEntry(transcoder_.stake, transcoder_.blockRewardCut, 0);
        }
        rounds.initializeRound();
        wasInitialized[round] = true;
        _countPreparation("initializeRound");
        uint256 active;
        for (uint256 i; i < ACTORS; ++i) {
            if (bonding.getTranscoder(_actor(i)).active) active += roundEntries[round][_actor(i)].stake;
        }
        (,, uint256 activeStake) = bonding.roundInForce();
        vm.assertEq(active, activeStake, "the active stake of the round differs from the sum of the stakes");
    }

    /// @dev Adds the events since the last call of this function to `pooledByEvents`.
    function _addPoolEvents() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            Vm.Log memory entry = logs[i];
            if (entry.topics.length != 2) continue;
            if (entry.topics[0] == ICommonPool.CommonPoolCredit.selector) {
                pooledByEvents[entry.emitter] += abi.decode(entry.data, (uint256));
            } else if (entry.topics[0] == ICommonPool.CommonPoolSpend.selector) {
                pooledByEvents[entry.emitter] -= abi.decode(entry.data, (uint256));
            }
        }
    }

    function _passToNextRound() internal {
        _passUntilBlock(rounds.currentRoundStartBlock() + rounds.roundLength() + 1);
        _initializeRound();
    }
}
