// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingManager} from "../interfaces/IBondingManager.sol";
import {IRoundsManager} from "../interfaces/IRoundsManager.sol";

/// @notice The stakes of the BondingManager in the form in which OpenZeppelin's Governor reads votes. The stakes of a block are
/// the stakes at the end of the round that was in force in this block. Each function reverts unless the governor took a
/// snapshot in this round, and the next round is initialized.
contract StakeVotes {
    IBondingManager public immutable bondingManager;
    IRoundsManager public immutable roundsManager;

    constructor(IBondingManager bondingManager_, IRoundsManager roundsManager_) {
        (bondingManager, roundsManager) = (bondingManager_, roundsManager_);
    }

    /// @notice The stake with which an account votes: all stake that is bonded to the account.
    function getPastVotes(address account, uint256 atBlock) external view returns (uint256 stake) {
        (stake,) = bondingManager.stakeAt(account, _roundAt(atBlock));
    }

    /// @notice The votes of all accounts: all bonded stake.
    function getPastTotalSupply(uint256 atBlock) external view returns (uint256) {
        return bondingManager.totalAt(_roundAt(atBlock));
    }

    /// @notice The account with whose votes the stake of `account` is counted.
    function getPastDelegate(address account, uint256 atBlock) external view returns (address delegate) {
        (delegate,) = bondingManager.delegationAt(account, _roundAt(atBlock));
    }

    /// @notice The account's own part of the stake that is bonded to its delegate. Without the transcoder's own part that
    /// comes from reward cuts, as long as it is not merged: it votes only as a part of the transcoder's votes.
    function getPastBalanceOf(address account, uint256 atBlock) external view returns (uint256) {
        uint256 round = _roundAt(atBlock);
        (address delegate, uint256 shares) = bondingManager.delegationAt(account, round);
        if (shares == 0) return 0;
        (uint256 stake, uint256 all) = bondingManager.stakeAt(delegate, round);
        return shares * stake / all;
    }

    function _roundAt(uint256 atBlock) private view returns (uint256) {
        return roundsManager.roundInForceAt(atBlock);
    }
}
