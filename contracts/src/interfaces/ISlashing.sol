// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "./IBondingTypes.sol";

/// @notice What faults take. Shares are parts per million. Whitepaper, "Slashing".
interface ISlashing is IBondingTypes {
    /// @notice Slashes a transcoder in the pool that has not called `missedRewardRounds` rewards in a row. Anybody may, and
    /// gets the FinderFee.
    function slashMissedReward(address account) external returns (uint256 amount);

    /// @notice Slashes all stake of those bonded to a transcoder, and all that left it lately. By the ClaimsManager.
    /// Whitepaper, "Slashing".
    /// @return amount In units of 10^-18 LPT, without what stake that was moved will owe.
    function slash(address account, uint256 share) external returns (uint256 amount);

    /// @notice The same, with the FinderFee to `finder`.
    function slash(address account, uint256 share, address finder) external returns (uint256 amount);
}
