// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {ISnapshots} from "../interfaces/ISnapshots.sol";
import {Bonding} from "./Bonding.sol";
import {DelegatorRecord, State, TranscoderRecord} from "./State.sol";
import {Stakes} from "./Stakes.sol";

/// @notice Snapshots of the stakes. A vote on a proposal counts these stakes.
abstract contract Snapshots is Bonding, ISnapshots {
    using Checkpoints for Checkpoints.Trace208;
    using Stakes for State;

    /// @inheritdoc ISnapshots
    address public immutable governor;

    constructor(address governor_) {
        governor = governor_;
    }

    /// @inheritdoc ISnapshots
    function takeSnapshot() external returns (uint256 round) {
        if (msg.sender != governor) revert NotGovernor(msg.sender);
        round = _requireRoundInitialized();
        if (state.clock.roundCount == 0) revert RoundNotInitialized(round);
        state.takeSnapshot();
    }

    /// @inheritdoc ISnapshots
    function stakeAt(address account, uint256 round) external view returns (uint256 stake, uint256 shares) {
        state.requireSnapshot(round);
        TranscoderRecord storage record = state.transcoders[state.numbers[account]];
        if (record.changedRound <= round) return (record.stake, record.shares);
        uint208 past = record.checkpoints.upperLookup(uint48(round));
        // forge-lint: disable-next-line(unsafe-typecast)
        return (past >> 112, uint112(past));
    }

    /// @inheritdoc ISnapshots
    function totalAt(uint256 round) external view returns (uint256) {
        state.requireSnapshot(round);
        return state.snapshots[round].bonded;
    }

    /// @inheritdoc ISnapshots
    function delegationAt(address account, uint256 round) external view returns (address delegate, uint256 shares) {
        state.requireSnapshot(round);
        DelegatorRecord storage delegator = state.delegators[account];
        if (delegator.changedRound <= round) return (state.accounts[delegator.number], delegator.shares);
        uint208 past = delegator.checkpoints.upperLookup(uint48(round));
        // forge-lint: disable-next-line(unsafe-typecast)
        return (state.accounts[past >> 112], uint112(past));
    }
}
