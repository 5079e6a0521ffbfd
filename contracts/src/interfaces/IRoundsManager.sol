// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Divides time into rounds of a fixed number of blocks. Round 0 begins at deployment.
interface IRoundsManager {
    struct Parameters {
        /// @dev In blocks.
        uint256 roundLength;
        /// @dev Length of the lock period at the end of a round, as a share of the round in parts per million.
        uint256 roundLockAmount;
    }

    /// @notice Emitted when a round is initialized.
    event NewRound(uint256 indexed round, uint256 startBlock);
    /// @notice Emitted when the owner sets parameters. The parameters apply to rounds that have not begun.
    event ParametersUpdate(Parameters values);

    /// @notice Thrown when this round is already initialized.
    error RoundAlreadyInitialized(uint256 round);
    /// @notice Thrown in the first block of a round. The hash of that block decides the draw from the waitlist, and is
    /// known only in block `atBlock` and later.
    error RoundTooYoung(uint256 round, uint256 atBlock);

    /// @notice Initializes the current round, in the round's second block or later. Any account may call this function,
    /// once per round. Whitepaper, `InitializeRound()`.
    function initializeRound() external;

    /// @notice Sets the parameters of the rounds that have not begun. The present round keeps its parameters, even if
    /// it is not initialized yet. Only for the owner.
    function setParameters(Parameters calldata values) external;

    function currentRound() external view returns (uint256);
    function currentRoundStartBlock() external view returns (uint256);
    function currentRoundInitialized() external view returns (bool);

    /// @notice Whether the current round is in its lock period, in which transcoders cannot change their rates.
    function currentRoundLocked() external view returns (bool);

    function lastInitializedRound() external view returns (uint256);

    /// @notice The round in force at the end of a block: the last round that was initialized in or before this block.
    function roundInForceAt(uint256 atBlock) external view returns (uint256);

    /// @notice Blocks per round.
    function roundLength() external view returns (uint256);

    /// @notice Length of the lock period, as a share of the round in parts per million.
    function roundLockAmount() external view returns (uint256);
}
