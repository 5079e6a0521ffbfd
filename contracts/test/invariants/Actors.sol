// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IRoundsManager} from "../../src/interfaces/IRoundsManager.sol";
import {StakeLedger} from "../StakeLedger.sol";

/// @notice Has the accounts that act (the actors), random numbers, and functions that let blocks and rounds pass.
/// Counts outcomes: an outcome is a name for what a call did, or an error selector.
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
    address internal immutable finder = _account("finder");
    mapping(bytes32 outcome => uint256) public outcomeCounts;
    uint256 public calls;
    /// @dev Number of calls that had at least one outcome.
    uint256 public effectiveCalls;
    mapping(uint256 round => mapping(address account => RoundEntry)) internal roundEntries;
    uint256 private lastEffectiveCall;
    uint256 private randomState;

    constructor() {
        _addSigningAccounts(ACTORS);
    }

    /// @dev Hashes the numbers from the fuzzer, because the fuzzer often chooses special numbers, for example 0.
    modifier randomAction(uint256 seed, uint256 salt) {
        randomState = uint256(keccak256(abi.encode(seed, salt)));
        ++calls;
        _;
        if (_randomBelow(4) == 0) _passBlocks(_randomBetween(1, 4));
    }

    function _countOutcome(bytes32 outcome) internal {
        ++outcomeCounts[outcome];
        if (lastEffectiveCall == calls) return;
        lastEffectiveCall = calls;
        ++effectiveCalls;
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

    /// @dev Returns one of the last four items. Older items are of no use, because most of their deadlines have passed.
    function _randomRecent(bytes32[] storage list) internal returns (bytes32) {
        uint256 length = list.length;
        return list[length - 1 - _randomBelow(length < 4 ? length : 4)];
    }

    /// @dev Makes a call that must fail with the expected error.
    function _assertRefused(address by, address target, bytes memory data, bytes4 expectedError) internal {
        vm.prank(by);
        (bool succeeded, bytes memory refusal) = target.call(data);
        vm.assertFalse(succeeded);
        vm.assertEq(bytes32(bytes4(refusal)), bytes32(expectedError));
        _countOutcome(expectedError);
    }

    function _passBlocks(uint256 blocks) internal {
        _mine(blocks);
        vm.warp(vm.getBlockTimestamp() + blocks * SECONDS_PER_BLOCK);
    }

    function _passUntilBlock(uint256 atBlock) internal {
        uint256 blockNumber = vm.getBlockNumber();
        if (blockNumber < atBlock) _passBlocks(atBlock - blockNumber);
    }

    /// @dev If the current round is not initialized, initializes it, and records the stake of each actor at its start.
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
        _countOutcome("initializeRound");
        uint256 active;
        for (uint256 i; i < ACTORS; ++i) {
            if (bonding.getTranscoder(_actor(i)).active) active += roundEntries[round][_actor(i)].stake;
        }
        (,, uint256 activeStake) = bonding.roundInForce();
        vm.assertEq(active, activeStake, "the active stake of the round differs from the stakes");
    }

    function _passToNextRound() internal {
        _passUntilBlock(rounds.currentRoundStartBlock() + rounds.roundLength() + 1);
        _initializeRound();
    }
}
