// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IRoundsManager} from "../../src/interfaces/IRoundsManager.sol";
import {Ledger} from "../Ledger.sol";

/// @notice People, the dice that they throw, time, and what came of it all.
abstract contract Players is Ledger {
    /// @dev How somebody entered the round in force.
    struct Standing {
        uint256 stake;
        uint256 blockRewardCut;
        uint256 minted;
    }

    uint256 internal constant PEOPLE = 8;
    uint256 private constant SECONDS_PER_BLOCK = 12;

    address internal immutable owner = msg.sender;
    address internal immutable finder = person("finder");
    mapping(bytes32 what => uint256) public done;
    uint256 public calls;
    /// @dev Calls in which something was done.
    uint256 public deeds;
    mapping(uint256 round => mapping(address account => Standing)) internal standings;
    uint256 private lastDeed;
    uint256 private dice;

    constructor() {
        enlist(PEOPLE);
    }

    /// @dev Fuzzed numbers are often small or round, so they are thrown once more.
    modifier played(uint256 seed, uint256 salt) {
        dice = uint256(keccak256(abi.encode(seed, salt)));
        ++calls;
        _;
        if (below(4) == 0) pass(between(1, 4));
    }

    function did(bytes32 what) internal {
        ++done[what];
        if (lastDeed == calls) return;
        lastDeed = calls;
        ++deeds;
    }

    function below(uint256 limit) internal returns (uint256) {
        dice = uint256(keccak256(abi.encode(dice)));
        return dice % limit;
    }

    function between(uint256 min, uint256 max) internal returns (uint256) {
        return min + below(max - min + 1);
    }

    function someone(uint256 who) internal view returns (address) {
        return people[who % PEOPLE];
    }

    function anybody() internal returns (address) {
        return someone(below(PEOPLE));
    }

    /// @dev One of the last few, because deadlines pass.
    function recent(bytes32[] storage list) internal returns (bytes32) {
        uint256 length = list.length;
        return list[length - 1 - below(length < 4 ? length : 4)];
    }

    /// @dev What must fail, and why.
    function refused(address by, address target, bytes memory data, bytes4 why) internal {
        vm.prank(by);
        (bool succeeded, bytes memory refusal) = target.call(data);
        vm.assertFalse(succeeded);
        vm.assertEq(bytes32(bytes4(refusal)), bytes32(why));
        did(why);
    }

    function pass(uint256 blocks) internal {
        mine(blocks);
        vm.warp(vm.getBlockTimestamp() + blocks * SECONDS_PER_BLOCK);
    }

    function passUntil(uint256 atBlock) internal {
        uint256 present = vm.getBlockNumber();
        if (present < atBlock) pass(atBlock - present);
    }

    /// @dev Somebody initializes the round that time has brought. Whoever is in it enters with the stake that he has now.
    function openRound() internal {
        if (rounds.currentRoundInitialized()) return;
        uint256 startBlock = rounds.currentRoundStartBlock();
        if (vm.getBlockNumber() == startBlock) {
            refused(
                anybody(),
                address(rounds),
                abi.encodeCall(rounds.initializeRound, ()),
                IRoundsManager.RoundTooYoung.selector
            );
            pass(1);
        }
        uint256 round = rounds.currentRound();
        for (uint256 i; i < PEOPLE; ++i) {
            IBondingTypes.Transcoder memory known = bonding.getTranscoder(someone(i));
            standings[round][someone(i)] = Standing(known.stake, known.blockRewardCut, 0);
        }
        rounds.initializeRound();
        did("initializeRound");
        uint256 active;
        for (uint256 i; i < PEOPLE; ++i) {
            if (bonding.getTranscoder(someone(i)).active) active += standings[round][someone(i)].stake;
        }
        (,, uint256 activeStake) = bonding.roundInForce();
        vm.assertEq(active, activeStake, "a round opens with other stakes than there are");
    }

    function toNextRound() internal {
        passUntil(rounds.currentRoundStartBlock() + rounds.roundLength() + 1);
        openRound();
    }
}
