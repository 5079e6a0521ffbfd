// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Time in rounds of a fixed number of blocks, from round 0 at deployment.
interface IRoundsManager {
    struct Parameters {
        /// @dev Blocks.
        uint256 roundLength;
        /// @dev Share of a round in parts per million, at its end.
        uint256 roundLockAmount;
    }

    /// @notice Emitted once per initialized round.
    event NewRound(uint256 indexed round, uint256 startBlock);
    /// @notice Emitted when the owner sets parameters; they hold from the next initialized round on.
    event ParametersUpdate(Parameters values);

    /// @notice Thrown when this round is already initialized.
    error RoundAlreadyInitialized(uint256 round);
    /// @notice Thrown in the first block of a round, whose hash decides on the round.
    error RoundTooYoung(uint256 round, uint256 atBlock);

    /// @notice Opens the current round, one block after its first at the earliest. Anybody may, once per round. Whitepaper,
    /// `InitializeRound()`.
    function initializeRound() external;

    /// @notice Sets what holds from the next initialized round on. By the owner.
    function setParameters(Parameters calldata values) external;

    function currentRound() external view returns (uint256);
    function currentRoundStartBlock() external view returns (uint256);
    function currentRoundInitialized() external view returns (bool);

    /// @notice Whether the round's last `roundLockAmount` has begun, in which rates stand still.
    function currentRoundLocked() external view returns (bool);

    function lastInitializedRound() external view returns (uint256);

    /// @notice The round in force at the end of a block: the last that was initialized by then.
    function roundInForceAt(uint256 atBlock) external view returns (uint256);

    /// @notice Blocks per round.
    function roundLength() external view returns (uint256);

    /// @notice The least of that, whatever is set to change.
    function minRoundLength() external view returns (uint256);

    /// @notice Share of a round in parts per million, at its end.
    function roundLockAmount() external view returns (uint256);
}
