// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IBondingManager} from "./interfaces/IBondingManager.sol";
import {IMinter} from "./interfaces/IMinter.sol";
import {IRandomness} from "./interfaces/IRandomness.sol";
import {IRoundsManager} from "./interfaces/IRoundsManager.sol";
import {Parameters as Bounds} from "./libraries/Parameters.sol";

/// @dev See IRoundsManager.
contract RoundsManager is IRoundsManager, Ownable {
    using Checkpoints for Checkpoints.Trace208;

    uint256 private constant MILLION = 1_000_000;

    /// @dev `anchorRound` is the round in which the round length last changed. From `anchorBlock` on, all rounds have `length` blocks.
    /// `anchorBlock` is the first block of `anchorRound`. But if `anchorRound`, with its new length, would have ended before its
    /// initialization, `anchorBlock` is the block of the initialization.
    struct Clock {
        uint40 anchorBlock;
        uint32 anchorRound;
        uint32 length;
        uint24 lockAmount;
        uint32 nextLength;
        uint24 nextLockAmount;
        uint32 lastRound;
        /// @dev The round in which the owner last set parameters.
        uint32 setRound;
    }

    IBondingManager public immutable bondingManager;
    IMinter public immutable minter;
    IRandomness public immutable randomness;

    Clock private clock;
    Checkpoints.Trace208 private initialized;

    /// @dev Round 0 counts as initialized at deployment.
    constructor(
        address owner_,
        IBondingManager bondingManager_,
        IMinter minter_,
        IRandomness randomness_,
        uint256 roundLength_,
        uint256 roundLockAmount_
    ) Ownable(owner_) {
        (bondingManager, minter, randomness) = (bondingManager_, minter_, randomness_);
        _setNextTerms(Parameters(roundLength_, roundLockAmount_));
        (clock.length, clock.lockAmount) = (clock.nextLength, clock.nextLockAmount);
        clock.anchorBlock = uint40(block.number);
    }

    /// @inheritdoc IRoundsManager
    function initializeRound() external {
        Clock memory present = clock;
        (uint256 round, uint256 startBlock) = _roundAt(present);
        if (round == present.lastRound) revert RoundAlreadyInitialized(round);
        if (block.number == startBlock) revert RoundTooYoung(round, startBlock + 1);
        present.lastRound = uint32(round);
        if (round > present.setRound) _applyNextTerms(present, round, startBlock);
        clock = present;
        initialized.push(uint48(block.number), uint208(round));
        emit NewRound(round, startBlock);
        minter.openRound(round);
        uint256 endBlock = present.anchorBlock + (round + 1 - present.anchorRound) * present.length;
        bondingManager.openRound(round, endBlock, _seedOf(startBlock, round));
    }

    /// @inheritdoc IRoundsManager
    function setParameters(Parameters calldata values) external onlyOwner {
        _setNextTerms(values);
        clock.setRound = uint32(currentRound());
    }

    function currentRound() public view returns (uint256 round) {
        (round,) = _roundAt(clock);
    }

    function currentRoundStartBlock() external view returns (uint256 startBlock) {
        (, startBlock) = _roundAt(clock);
    }

    function currentRoundInitialized() external view returns (bool) {
        return currentRound() == clock.lastRound;
    }

    /// @inheritdoc IRoundsManager
    function currentRoundLocked() external view returns (bool) {
        Clock memory present = clock;
        (, uint256 startBlock) = _roundAt(present);
        uint256 length = present.length;
        return block.number - startBlock >= length - length * present.lockAmount / MILLION;
    }

    function lastInitializedRound() external view returns (uint256) {
        return clock.lastRound;
    }

    /// @inheritdoc IRoundsManager
    function roundInForceAt(uint256 atBlock) external view returns (uint256) {
        // For a block of the round in force, this comparison costs less gas than a search.
        (, uint48 since, uint208 latest) = initialized.latestCheckpoint();
        return since <= atBlock ? latest : initialized.upperLookupRecent(uint48(atBlock));
    }

    function roundLength() external view returns (uint256) {
        return clock.length;
    }

    function roundLockAmount() external view returns (uint256) {
        return clock.lockAmount;
    }

    function _roundAt(Clock memory present) private view returns (uint256 round, uint256 startBlock) {
        uint256 length = present.length;
        // Cannot overflow: `anchorBlock` has passed, and `passed * length` is at most the number of blocks since then.
        unchecked {
            uint256 passed = (block.number - present.anchorBlock) / length;
            return (present.anchorRound + passed, present.anchorBlock + passed * length);
        }
    }

    /// @dev From the round's first block until the round's initialization, no account can add, remove or move stake, except before the
    /// first round is initialized. So the stakes are fixed before the hash of the round's first block is known. Two changes are still
    /// possible: a slash, which costs more than a transcoder can gain as the guest of one round, and `updateDelegatorStake`, which takes
    /// the part of a stake that is owed for an earlier slash. The hash is the same for every caller. If the hash is no longer available,
    /// the seed is zero, and no transcoder is drawn from the waitlist.
    function _seedOf(uint256 startBlock, uint256 round) private view returns (bytes32) {
        try randomness.hashOf(startBlock) returns (bytes32 blockHash) {
            return keccak256(abi.encode(blockHash, round));
        } catch {
            return 0;
        }
    }

    /// @dev Applies the parameters that the owner set before the present round began. `startBlock` is the first block
    /// of this round.
    function _applyNextTerms(Clock memory present, uint256 round, uint256 startBlock) private view {
        present.lockAmount = present.nextLockAmount;
        if (present.nextLength == present.length) return;
        // If the round has already lasted for `nextLength` blocks or more, the round ends `nextLength` blocks after
        // the present block.
        bool late = block.number - startBlock >= present.nextLength;
        (present.anchorBlock, present.anchorRound) = (uint40(late ? block.number : startBlock), uint32(round));
        present.length = present.nextLength;
    }

    function _setNextTerms(Parameters memory values) private {
        Bounds.bounded("roundLength", values.roundLength, 10, 1_000_000);
        Bounds.bounded("roundLockAmount", values.roundLockAmount, 0, MILLION / 2);
        (clock.nextLength, clock.nextLockAmount) = (uint32(values.roundLength), uint24(values.roundLockAmount));
        emit ParametersUpdate(values);
    }
}
