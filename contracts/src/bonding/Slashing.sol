// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISlashing} from "../interfaces/ISlashing.sol";
import {Stakes} from "./Stakes.sol";

/// @notice Slashes stake for missed rewards, and for offences that the ClaimsManager reports.
abstract contract Slashing is Stakes, ISlashing {
    address public immutable claimsManager;

    constructor(address claimsManager_) {
        claimsManager = claimsManager_;
    }

    /// @inheritdoc ISlashing
    function slashMissedReward(address account) external returns (uint256 amount) {
        TranscoderRecord storage record = records[numbers[account]];
        (uint256 missed, uint256 required) = (_missedRewardsOf(record), terms.missedRewardRounds);
        if (missed < required) revert RewardsNotMissed(account, missed, required);
        record.rewardRoundCount = clock.roundCount - 1;
        return _slashStake(account, terms.missedRewardSlashAmount, msg.sender);
    }

    /// @inheritdoc ISlashing
    function slash(address account, uint256 share) external returns (uint256 amount) {
        return slash(account, share, address(0));
    }

    /// @inheritdoc ISlashing
    function slash(address account, uint256 share, address finder) public returns (uint256 amount) {
        if (msg.sender != claimsManager) revert NotClaimsManager(msg.sender);
        if (share >= MILLION) revert SlashOutOfBounds(share, MILLION - 1);
        return _slashStake(account, share, finder);
    }
}
