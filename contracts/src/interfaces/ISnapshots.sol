// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Snapshots of all stakes, for votes by stake. The governor takes a snapshot in the round of a proposal. A vote on
/// the proposal then counts the stake at the end of this round. For rounds without a snapshot, the contract stores no past
/// stakes. So stakers pay the gas for storing a past stake only when a vote can need it.
interface ISnapshots {
    /// @notice Emitted when a snapshot of a round is taken.
    event StakeSnapshot(uint256 indexed round);

    /// @notice Thrown when the caller is not the governor.
    error NotGovernor(address caller);
    /// @notice Thrown when no snapshot was taken in the round.
    error NoSnapshot(uint256 round);
    /// @notice Thrown when the stakes of the snapshot can still change, because the round of the snapshot has not ended. A
    /// round ends when the next round is initialized.
    error SnapshotNotEnded(uint256 round);

    /// @notice Takes a snapshot of all stakes at the end of the current round. A second call in the same round changes
    /// nothing. Only for the governor. The current round must be initialized, and it must not be round 0.
    /// @return round The round to pass to `stakeAt` and `delegationAt`.
    function takeSnapshot() external returns (uint256 round);

    /// @notice The contract that may take snapshots, and whose votes must be decided before unbonding stake can leave. It
    /// never changes.
    function governor() external view returns (address);

    /// @notice Stake bonded to an account at the end of a snapshot's round, and the number of shares of this stake.
    function stakeAt(address account, uint256 round) external view returns (uint256 stake, uint256 shares);

    /// @notice All bonded stake at the end of a snapshot's round.
    function totalAt(uint256 round) external view returns (uint256);

    /// @notice The account's delegate at the end of a snapshot's round, and the number of the delegate's shares that the
    /// account owned.
    function delegationAt(address account, uint256 round) external view returns (address delegate, uint256 shares);
}
