// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice New token, round by round. Whitepaper, "Token Distribution". Rates are in parts per billion.
interface IMinter {
    struct Parameters {
        /// @dev What the inflation moves by in a round.
        uint256 inflationChange;
        uint256 minInflation;
        uint256 maxInflation;
        /// @dev Share of the token that should be bonded.
        uint256 participationRate;
    }

    /// @notice Emitted when a round opens; at most `mintable` is minted in it, in units of 10^-18 LPT.
    event Inflation(uint256 indexed round, uint256 inflation, uint256 mintable);
    /// @notice Emitted when the owner sets parameters; they hold from the next round on.
    event ParametersUpdate(Parameters values);

    /// @notice Thrown when somebody else than the RoundsManager opens a round.
    error NotRoundsManager(address caller);
    /// @notice Thrown when somebody else than the BondingManager has token minted.
    error NotBondingManager(address caller);

    /// @notice Moves the inflation toward the ParticipationRate, and takes from it what this round may mint.
    function openRound(uint256 round) external;

    /// @notice Mints `stake / activeStake` of what the round may mint, to the BondingManager.
    function mintReward(uint256 stake, uint256 activeStake) external returns (uint256 amount);

    function setParameters(Parameters calldata values) external;
    function parameters() external view returns (Parameters memory);

    /// @notice Inflation of this round.
    function inflation() external view returns (uint256);

    /// @notice What this round may mint in all, in units of 10^-18 LPT.
    function mintable() external view returns (uint256);

    /// @notice What it has minted.
    function minted() external view returns (uint256);
}
