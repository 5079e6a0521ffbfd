// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "./IBondingTypes.sol";

/// @notice Slashes the stake of transcoders. `share` is in parts per million. Whitepaper, "Slashing".
interface ISlashing is IBondingTypes {
    /// @notice Slashes a transcoder with a seat that has missed at least `missedRewardRounds` consecutive rewards. Any
    /// account may call this function, and the caller gets the FinderFee.
    function slashMissedReward(address account) external returns (uint256 amount);

    /// @notice Takes `share` of all stake bonded to a transcoder, and of all stake that has left the transcoder and is
    /// still slashable for it. Only for the ClaimsManager. Whitepaper, "Slashing".
    /// @return amount The loss in units of 10^-18 LPT. Stake that moved to another transcoder is reduced later and is
    /// not included.
    function slash(address account, uint256 share) external returns (uint256 amount);

    /// @notice Does the same, and pays the FinderFee of the loss to `finder`.
    function slash(address account, uint256 share, address finder) external returns (uint256 amount);
}
