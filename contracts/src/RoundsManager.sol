// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRoundsManager} from "./interfaces/IRoundsManager.sol";
import {Parameters} from "./libraries/Parameters.sol";

/// @dev See IRoundsManager.
contract RoundsManager is IRoundsManager {
    uint256 private constant MILLION = 1_000_000;

    uint256 private immutable FIRST_BLOCK = block.number;
    uint256 public immutable roundLength;
    uint256 public immutable roundLockAmount;
    /// @dev Round 0 is initialized by being deployed.
    uint256 public lastInitializedRound;

    /// @param roundLength_ In blocks.
    /// @param roundLockAmount_ In parts per million.
    constructor(uint256 roundLength_, uint256 roundLockAmount_) {
        roundLength = Parameters.bounded("roundLength", roundLength_, 10, 1_000_000);
        roundLockAmount = Parameters.bounded("roundLockAmount", roundLockAmount_, 0, MILLION / 2);
    }

    /// @inheritdoc IRoundsManager
    function initializeRound() external {
        uint256 round = currentRound();
        if (round == lastInitializedRound) revert RoundAlreadyInitialized(round);
        lastInitializedRound = round;
        emit NewRound(round, currentRoundStartBlock());
    }

    function currentRound() public view returns (uint256) {
        return (block.number - FIRST_BLOCK) / roundLength;
    }

    function currentRoundStartBlock() public view returns (uint256) {
        return FIRST_BLOCK + currentRound() * roundLength;
    }

    function currentRoundInitialized() external view returns (bool) {
        return currentRound() == lastInitializedRound;
    }

    /// @inheritdoc IRoundsManager
    function currentRoundLocked() external view returns (bool) {
        uint256 elapsed = block.number - currentRoundStartBlock();
        return elapsed >= roundLength - roundLength * roundLockAmount / MILLION;
    }
}
