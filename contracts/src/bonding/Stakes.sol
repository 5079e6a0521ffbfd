// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {TranscoderPool} from "../libraries/TranscoderPool.sol";
import {termsOf} from "../types/SeatTerms.sol";
import {WorkTally} from "../libraries/WorkTally.sol";
import {BondingTerms} from "./BondingTerms.sol";

/// @notice The bonded stake of each transcoder, in shares, and the slash factors of stake that has left it.
abstract contract Stakes is BondingTerms {
    using Checkpoints for Checkpoints.Trace208;
    using FixedPointMathLib for uint256;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;
    using TranscoderPool for TranscoderPool.Pool;

    struct TranscoderRecord {
        uint96 stake;
        /// @dev Stake at the start of round `changedRound`, the round in which it last changed.
        uint96 lockedStake;
        uint32 changedRound;
        /// @dev Index of its seat plus 1; zero without a seat.
        uint16 seat;
        bool registered;
        // -- slot
        uint112 shares;
        /// @dev The part of `shares` from the transcoder's reward cuts that is not yet added to its own shares.
        uint112 cutShares;
        /// @dev `roundCount` of its last reward, or of the last slash for missed rewards.
        uint32 rewardRoundCount;
        // -- slot
        /// @dev The part of `shares` that was bonded in round `changedRound`. These shares earn no fees in that round.
        uint112 freshShares;
        /// @dev Round in which the transcoder is active even if it holds no seat.
        uint32 activeRound;
        /// @dev Round and `roundCount` in which it took its seat.
        uint32 seatedRound;
        uint32 seatedRoundCount;
        /// @dev The latest round in which a lock of its stake ends.
        uint32 lastWithdrawRound;
        // -- slot
        uint48 pricePerUnit;
        uint24 blockRewardCut;
        uint24 feeShare;
        /// @dev Round in which blockRewardCut and feeShare last changed, and their values before.
        uint32 ratesRound;
        uint24 formerBlockRewardCut;
        uint24 formerFeeShare;
        /// @dev Index on the waitlist plus 1; zero when it is not on the waitlist.
        uint32 waitlistPlace;
        /// @dev Round in which it last lost its seat; zero for never.
        uint24 unseatedRound;
        /// @dev Work is expected from the transcoder after this round.
        uint24 workExpectedSince;
        // -- slot
        WorkTally.Tally work;
        // -- slots
        /// @dev Past values of stake ‖ shares, each under the round in which it was set.
        Checkpoints.Trace208 checkpoints;
        /// @dev The slash factor by round: the part of `UNSLASHED` that remains after all slashes.
        Checkpoints.Trace208 slashFactors;
        /// @dev Cumulative fees per share by round, times `RAY`.
        Checkpoints.Trace208 feesPerShare;
        /// @dev Unbonding stake by the round in which it can be withdrawn, in units of stake before any slash.
        mapping(uint256 withdrawRound => uint256) unbondingUnits;
    }

    /// @dev The slash factor before any slash. It is large enough that its product with 96 bits of stake loses less
    /// than one unit, after any number of slashes.
    uint256 internal constant UNSLASHED = 1e54;
    uint256 internal constant RAY = 1e27;
    /// @dev Shares for the first units of stake. Rewards can multiply the stake by this number before a share is worth
    /// one unit.
    uint256 private constant INITIAL_SHARES_PER_UNIT = 4_096;
    /// @dev The least shares that one bond must buy, when a share is worth more than one unit.
    uint256 private constant MIN_SHARES = 1_000;

    IERC20 public immutable token;

    TranscoderPool.Pool internal pool;
    /// @dev Work of all transcoders.
    WorkTally.Tally internal networkWork;
    mapping(uint256 number => TranscoderRecord) internal records;
    mapping(address account => uint24) internal numbers;
    mapping(uint256 number => address) internal accounts;
    /// @dev The first number is 1.
    uint24 internal accountCount;

    constructor(IERC20 token_) {
        token = token_;
    }

    /// @dev Saves the values from before the first change in a round. `stakeAt` reads them.
    function _checkpointTranscoder(TranscoderRecord storage record) internal {
        uint32 round = clock.round;
        if (record.changedRound >= round) return;
        (uint96 stake, uint112 shares) = (record.stake, record.shares);
        if (shares > 0 || record.checkpoints.length() > 0) {
            record.checkpoints.push(record.changedRound, uint208(stake) << 112 | shares);
        }
        (record.lockedStake, record.changedRound) = (stake, round);
        if (record.freshShares > 0) record.freshShares = 0;
    }

    /// @dev Sets stake and shares, and updates the totals and the pool. `_checkpointTranscoder` must come before.
    function _setStake(TranscoderRecord storage record, uint256 stake, uint256 shares) internal {
        if (shares == 0 && stake > 0) {
            // Less than one unit of stake remains, without an owner.
            _addToCommonPool(stake);
            stake = 0;
        }
        uint96 before = record.stake;
        (record.stake, record.shares) = (stake.toUint96(), shares.toUint112());
        totals.bonded = (uint256(totals.bonded) + stake - before).toUint96();
        if (record.seat == 0) return;
        totals.seated = (uint256(totals.seated) + stake - before).toUint96();
        pool.setTerms(record.seat - 1, clock.round, termsOf(uint96(stake), record.pricePerUnit));
    }

    /// @dev The stake that shares are worth, rounded down.
    function _amountFor(TranscoderRecord storage record, uint256 shares) internal view returns (uint256) {
        return shares == 0 ? 0 : shares * record.stake / record.shares;
    }

    /// @dev The shares that an amount buys, rounded down. If very little stake got the rewards of a whole round, a
    /// share is worth more than one unit. Then the rounding may lose less than a thousandth of the amount.
    function _sharesFor(TranscoderRecord storage record, uint256 amount) internal view returns (uint256 bought) {
        (uint256 stake, uint256 shares) = (record.stake, record.shares);
        if (shares == 0) return amount * INITIAL_SHARES_PER_UNIT;
        bought = amount * shares / stake;
        if (bought < MIN_SHARES && stake > shares && amount > 0) {
            revert AmountTooSmall(amount, (MIN_SHARES * stake).divUp(shares));
        }
    }

    /// @dev The slash factor at the end of a round, or now if the round has not ended.
    function _slashFactorAt(TranscoderRecord storage record, uint256 round) internal view returns (uint256 factor) {
        factor = record.slashFactors.upperLookupRecent(uint48(round));
        if (factor == 0) factor = UNSLASHED;
    }

    /// @dev Also slashes a transcoder without bonded stake, because stake may be unbonding or may have moved.
    function _slashStake(address account, uint256 share, address finder) internal returns (uint256 amount) {
        uint256 number = numbers[account];
        if (number == 0) return 0;
        TranscoderRecord storage record = records[number];
        _checkpointTranscoder(record);
        // Rounded up, but some stake always remains, because shares must be worth more than zero.
        uint256 stake = record.stake;
        uint256 fromBonded = (stake * share).divUp(MILLION);
        if (fromBonded == stake && stake > 0) --fromBonded;
        amount = fromBonded + _slashUnbonding(record, share);
        _setStake(record, stake - fromBonded, record.shares);
        uint256 fee = finder == address(0) ? 0 : amount * terms.finderFee / MILLION;
        _addToCommonPool(amount - fee);
        emit Slash(account, amount, record.stake, finder, fee);
        if (fee > 0) token.safeTransfer(finder, fee);
    }

    /// @dev Number of consecutive missed rewards in the ended rounds since the transcoder took its seat.
    function _missedRewardsOf(TranscoderRecord storage record) internal view returns (uint256) {
        if (record.seat == 0) return 0;
        uint256 since =
            record.rewardRoundCount > record.seatedRoundCount ? record.rewardRoundCount : record.seatedRoundCount;
        uint256 count = clock.roundCount;
        return count > since + 1 ? count - 1 - since : 0;
    }

    function _addToCommonPool(uint256 amount) internal {
        if (amount > 0) clock.commonPool += amount.toUint96();
    }

    /// @dev The lower slash factor applies to all stake that left the transcoder. The returned amount includes only the
    /// stake in locks: moved stake pays when its delegator is updated.
    function _slashUnbonding(TranscoderRecord storage record, uint256 share) private returns (uint256) {
        uint256 round = roundsManager.currentRound();
        uint256 before = _slashFactorAt(record, round);
        uint256 factor = before * (MILLION - share) / MILLION;
        if (factor == 0) factor = 1;
        record.slashFactors.push(uint48(round), uint208(factor));
        uint256 last = record.lastWithdrawRound;
        uint256 units;
        for (uint256 end = round + 1; end <= last; ++end) {
            units += record.unbondingUnits[end];
        }
        return units.fullMulDiv(before - factor, UNSLASHED);
    }
}
