// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "./IBondingTypes.sol";

/// @notice Takes stake for faults. Shares are in parts per million. Whitepaper, "Slashing".
interface ISlashing is IBondingTypes {
    /// @notice Slashes a transcoder with a seat that has missed at least `missedRewardRounds` consecutive rewards.
    /// Anyone may call it; the caller gets the FinderFee.
    function slashMissedReward(address account) external returns (uint256 amount);

    /// @notice Slashes all stake bonded to a transcoder, and the stake that has left the transcoder and is still
    /// slashable for it. Only for the ClaimsManager. Whitepaper, "Slashing".
    /// @return amount In units of 10^-18 LPT. Moved stake pays later and is not included.
    function slash(address account, uint256 share) external returns (uint256 amount);

    /// @notice The same, with the FinderFee to `finder`.
    function slash(address account, uint256 share, address finder) external returns (uint256 amount);
}
