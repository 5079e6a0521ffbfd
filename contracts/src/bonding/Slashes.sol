// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IBondingTypes} from "../interfaces/IBondingTypes.sol";
import {Losses} from "./Losses.sol";
import {Seats} from "./Seats.sol";
import {Stakes} from "./Stakes.sol";
import {MILLION, State, TranscoderRecord} from "./State.sol";

/// @notice Slashes a transcoder within the limit of a round, pays the finder, and ends the transcoder's role if its own
/// stake falls below `minSelfStake` or if the limit is reached. Whitepaper, "Slashing".
library Slashes {
    using Losses for State;
    using SafeERC20 for IERC20;
    using Seats for State;
    using Stakes for State;

    struct Loss {
        uint256 amount;
        /// @dev The part of `amount` that the transcoder itself loses.
        uint256 own;
        /// @dev Zero for no finder.
        address finder;
    }

    /// @notice Slashes for an offence in claimed work. Takes nothing for a claim that is void.
    /// @param ownPart The transcoder's own stake as a part of all stake that was bonded to it when it claimed, in parts
    /// per million.
    /// @param sinceBlock The block of the claim.
    function slashForWork(
        State storage s,
        IERC20 token,
        address account,
        uint256 share,
        uint256 ownPart,
        uint256 sinceBlock,
        address finder
    ) internal returns (uint256 amount) {
        uint24 number = s.numbers[account];
        if (number == 0 || sinceBlock <= s.transcoders[number].forfeitBlock) return 0;
        return _slash(s, token, number, share, ownPart, sinceBlock, finder);
    }

    /// @notice Slashes for an offence that is not in a claim: missed rewards, or too little work. The slash takes
    /// nothing from stake that has already left the transcoder.
    function slashForDuty(State storage s, IERC20 token, uint24 number, uint256 share, address finder)
        internal
        returns (uint256 amount)
    {
        address account = s.accounts[number];
        uint256 ownPart = s.ownPart(account, s.ownStake(account));
        return _slash(s, token, number, share, ownPart, type(uint40).max, finder);
    }

    /// @notice Slashes a transcoder that has missed too many rewards. `resignAsTranscoder` also calls this function, so a
    /// transcoder cannot avoid this slash by resigning.
    function slashForMissedRewards(State storage s, IERC20 token, uint24 number, address finder)
        internal
        returns (uint256 amount)
    {
        TranscoderRecord storage transcoder = s.transcoders[number];
        if (s.missedRewards(transcoder) < s.terms.missedRewardRounds) return 0;
        transcoder.rewardRoundCount = s.clock.roundCount - 1;
        return slashForDuty(s, token, number, s.terms.missedRewardSlashAmount, finder);
    }

    /// @dev The finder gets a part of the loss of own stake, and nothing of the loss of delegated stake. So the owner of
    /// a transcoder cannot gain by reporting the offence with a second account, even if most of the stake is delegated.
    function _slash(
        State storage s,
        IERC20 token,
        uint24 number,
        uint256 share,
        uint256 ownPart,
        uint256 sinceBlock,
        address finder
    ) private returns (uint256 amount) {
        bool isLast;
        (share, isLast) = _limited(s, number, share);
        uint256 own;
        (own, amount) = s.takeStake(number, share, ownPart, sinceBlock);
        amount += own;
        _conclude(s, token, number, Loss(amount, own, finder), isLast);
    }

    function _conclude(State storage s, IERC20 token, uint24 number, Loss memory loss, bool isLast) private {
        (uint256 amount, uint256 own, address finder) = (loss.amount, loss.own, loss.finder);
        uint256 fee = finder == address(0) ? 0 : own * s.terms.finderFee / MILLION;
        address account = s.accounts[number];
        s.creditCommonPool(account, amount - fee);
        emit IBondingTypes.Slash(account, amount, own, s.transcoders[number].stake, finder, fee);
        if (isLast) {
            s.transcoders[number].forfeitBlock = uint40(block.number);
            emit IBondingTypes.ClaimsForfeited(account, block.number);
        }
        if (isLast) s.resign(number);
        else s.resignIfTooPoor(account);
        if (fee > 0) token.safeTransfer(finder, fee);
    }

    /// @dev All slashes of one transcoder in one round together take at most `maxRoundSlashAmount`, unless the transcoder
    /// registers again in this round: then it has a new limit.
    /// @return allowed The part of `share` that the limit allows.
    /// @return isLast Whether the limit is reached. Then the transcoder loses its role.
    function _limited(State storage s, uint24 number, uint256 share) private returns (uint256 allowed, bool isLast) {
        TranscoderRecord storage transcoder = s.transcoders[number];
        uint32 round = s.clock.round;
        uint256 before = transcoder.slashedRound == round ? transcoder.slashedShare : 0;
        uint256 max = s.terms.maxRoundSlashAmount;
        isLast = before + share >= max;
        // The subtraction cannot underflow, even if the limit became lower in the round.
        allowed = !isLast ? share : max > before ? max - before : 0;
        (transcoder.slashedRound, transcoder.slashedShare) = (round, isLast ? 0 : uint24(before + share));
    }
}
