// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Mints LPT in each round. Whitepaper, "Token Distribution". Rates are in parts per billion.
interface IMinter {
    struct Parameters {
        /// @dev The inflation changes by at most this number per round. It changes by more only if the present inflation
        /// is outside new limits (the next two values).
        uint256 inflationChange;
        uint256 minInflation;
        uint256 maxInflation;
        /// @dev The target for the part of all LPT that is bonded.
        uint256 participationRate;
    }

    /// @notice Emitted when a round opens. At most `mintable` can be minted in the round, in units of 10^-18 LPT.
    event Inflation(uint256 indexed round, uint256 inflation, uint256 mintable);
    /// @notice Emitted when the owner sets parameters. The parameters apply from the next round on.
    event ParametersUpdate(Parameters values);

    /// @notice Thrown when the caller is not the RoundsManager.
    error NotRoundsManager(address caller);
    /// @notice Thrown when the caller is not the BondingManager.
    error NotBondingManager(address caller);

    /// @notice Raises the inflation if the bonded part of all LPT is below the ParticipationRate, and lowers the
    /// inflation if the bonded part is above the ParticipationRate. Sets the amount that can be minted in this round.
    /// Only for the RoundsManager.
    function openRound(uint256 round) external;

    /// @notice Mints `stake / activeStake` of the round's mintable amount to the BondingManager. Only for the
    /// BondingManager.
    function mintReward(uint256 stake, uint256 activeStake) external returns (uint256 amount);

    function setParameters(Parameters calldata values) external;
    function parameters() external view returns (Parameters memory);

    /// @notice The inflation of this round, in parts per billion of all LPT.
    function inflation() external view returns (uint256);

    /// @notice The amount that can be minted in this round, in units of 10^-18 LPT.
    function mintable() external view returns (uint256);

    /// @notice The amount minted in this round so far, in units of 10^-18 LPT.
    function minted() external view returns (uint256);
}
