// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Votes of bonded stake on proposals. Whitepaper, "Governance". The functions of a vote are those of OpenZeppelin's
/// Governor. A timepoint is a block.
interface IStakeGovernor {
    /// @notice `proposalThreshold` and `quorum` are parts of all LPT, in parts per million.
    struct Parameters {
        /// @dev Number of blocks in which votes can be cast.
        uint256 votingPeriod;
        /// @dev In seconds: the time from the queueing of a proposal that won to its execution.
        uint256 timelockDelay;
        /// @dev The bonded stake of its own that an account needs to propose.
        uint256 proposalThreshold;
        /// @dev The stake that must vote for a proposal or abstain.
        uint256 quorum;
    }

    /// @notice Emitted when the parameters are set. A proposal keeps the voting period and the quorum of the time when it
    /// was made.
    event ParametersUpdate(Parameters values);

    /// @notice Thrown when a proposal has a call that no vote may decide.
    error CallNotAllowed(address target, bytes4 selector);
    /// @notice Thrown when the vote on the last proposal of the caller has not ended.
    error ProposalOpen(uint256 proposalId);
    /// @notice Thrown when an account votes without votes. A delegator has no votes of its own: it overrides the vote of its
    /// transcoder with `castOverrideVote`.
    error NoVotes(address account);

    /// @notice Sets the parameters. Only for the timelock.
    function setParameters(Parameters calldata values) external;

    function parameters() external view returns (Parameters memory);

    /// @notice The delay of the timelock, in seconds.
    function timelockDelay() external view returns (uint256);

    /// @notice An upper bound, in blocks, for the time from the start of a vote to the first block in which its proposal can be
    /// executed. The bound also holds for the proposals that were made with earlier parameters.
    function longestDecisionBlocks() external view returns (uint256);

    /// @notice Whether a proposal may have calls of this function. The list never changes.
    function isAllowed(address target, bytes4 selector) external view returns (bool);
}
