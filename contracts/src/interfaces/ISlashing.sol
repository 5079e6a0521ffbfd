// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "./IBondingTypes.sol";

/// @notice Slashes the stake of transcoders. `share` is in parts per million. Whitepaper, "Slashing".
interface ISlashing is IBondingTypes {
    /// @notice Slashes a transcoder with a seat that has missed at least `missedRewardRounds` consecutive rewards. Any
    /// account may call this function, and the caller gets the FinderFee.
    function slashMissedReward(address account) external returns (uint256 amount);

    /// @notice Slashes an active transcoder that does less work than the CompetitivenessTolerance requires. A transcoder can be
    /// slashed in this way once in a span. Any account may call this function, and the caller gets the FinderFee.
    function slashLowWork(address account) external returns (uint256 amount);

    /// @notice Takes `share` of the stake bonded to a transcoder. The slash takes the transcoder's own stake first. If the own stake does
    /// not suffice, the delegated stake also loses a part: all stake that is bonded now, and all stake that has left since the claim, lose
    /// the same part. All slashes of a round together take at most `maxRoundSlashAmount`. Only for the ClaimsManager. Whitepaper,
    /// "Slashing".
    /// @param ownPart The transcoder's own stake as a part of all stake that was bonded to it when it claimed, in parts per
    /// million.
    /// @param sinceBlock The block of the claim. Takes nothing if the transcoder's claims of this block are void.
    /// @param finder Gets the FinderFee of the transcoder's own loss; zero for no finder.
    /// @return amount The loss in units of 10^-18 LPT. Locks and moved stake of delegators are reduced later and are not
    /// included.
    function slash(address account, uint256 share, uint256 ownPart, uint256 sinceBlock, address finder)
        external
        returns (uint256 amount);
}
