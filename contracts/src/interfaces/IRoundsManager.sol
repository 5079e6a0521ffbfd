// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Time in rounds of a fixed number of blocks, from round 0 at deployment.
interface IRoundsManager {
    /// @notice Emitted once per initialized round.
    event NewRound(uint256 indexed round, uint256 startBlock);

    /// @notice Thrown when this round is already initialized.
    error RoundAlreadyInitialized(uint256 round);

    /// @notice Opens the current round. Anybody may, once per round. Whitepaper, `InitializeRound()`.
    function initializeRound() external;

    function currentRound() external view returns (uint256);
    function currentRoundStartBlock() external view returns (uint256);
    function currentRoundInitialized() external view returns (bool);

    /// @notice Whether the round's last `roundLockAmount` has begun, in which rates stand still.
    function currentRoundLocked() external view returns (bool);

    function lastInitializedRound() external view returns (uint256);

    /// @notice Blocks per round.
    function roundLength() external view returns (uint256);

    /// @notice Share of a round in parts per million, at its end.
    function roundLockAmount() external view returns (uint256);
}
