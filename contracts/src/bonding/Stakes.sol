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

/// @notice The bonded stake of each transcoder, in shares, and the slash factors of stake that has left the transcoder.
abstract contract Stakes is BondingTerms {
    using Checkpoints for Checkpoints.Trace208;
    using FixedPointMathLib for uint256;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;
    using TranscoderPool for TranscoderPool.Pool;

    struct TranscoderRecord {
        uint96 stake;
        /// @dev Stake at the start of round `changedRound`.
        uint96 lockedStake;
        /// @dev The last round in which `_checkpointTranscoder` saved values before a change.
        uint32 changedRound;
        /// @dev The seat's index plus 1; zero when the transcoder has no seat.
        uint16 seat;
        bool registered;
        // -- slot
        uint112 shares;
        /// @dev The part of `shares` that comes from the transcoder's reward cuts and is not yet in its own
        /// DelegatorRecord.
        uint112 cutShares;
        /// @dev `roundCount` when the transcoder last called `reward`. A slash for missed rewards sets it to the
        /// present `roundCount` minus 1.
        uint32 rewardRoundCount;
        // -- slot
        /// @dev The part of `shares` that belongs to delegators whose shares changed in round `changedRound`. These
        /// shares earn no fees in that round.
        uint112 freshShares;
        /// @dev A round in which the transcoder is active even without a seat.
        uint32 activeRound;
        /// @dev Round in which the transcoder took its seat, and `roundCount` in that round.
        uint32 seatedRound;
        uint32 seatedRoundCount;
        /// @dev The latest `withdrawRound` of all locks of stake that was bonded to the transcoder.
        uint32 lastWithdrawRound;
        // -- slot
        uint48 pricePerUnit;
        uint24 blockRewardCut;
        uint24 feeShare;
        /// @dev Round in which `blockRewardCut` and `feeShare` last changed. The two `former` fields are the values
        /// before that round.
        uint32 ratesRound;
        uint24 formerBlockRewardCut;
        uint24 formerFeeShare;
        /// @dev Index on the waitlist plus 1; zero when the transcoder is not on the waitlist.
        uint32 waitlistPlace;
        /// @dev Round in which the transcoder last lost its seat; zero if it never lost a seat.
        uint24 unseatedRound;
        /// @dev Work is expected from the transcoder only after this round.
        uint24 workExpectedSince;
        // -- slot
        WorkTally.Tally work;
        // -- slots
        /// @dev Past values of stake ‖ shares. Each value is stored under the round in which it was set.
        Checkpoints.Trace208 checkpoints;
        /// @dev The slash factor by round. Starts at UNSLASHED; a slash of share `s` multiplies the slash factor by 1 -
        /// `s`.
        Checkpoints.Trace208 slashFactors;
        /// @dev By round: the sum of the fees per share of all rounds up to this round, in wei times RAY.
        Checkpoints.Trace208 feesPerShare;
        /// @dev By the round in which the stake can be withdrawn: the sum of `units` of all locks of stake that was
        /// bonded to the transcoder.
        mapping(uint256 withdrawRound => uint256) unbondingUnits;
    }

    /// @dev The slash factor before any slash. The number is so large that, after any number of slashes, the rounding
    /// of slash factors changes a stake of 96 bits by less than one unit.
    uint256 internal constant UNSLASHED = 1e54;
    uint256 internal constant RAY = 1e27;
    /// @dev Number of shares for each unit of the first stake. A share is worth one unit of stake when rewards have
    /// multiplied the stake by this number.
    uint256 private constant INITIAL_SHARES_PER_UNIT = 4_096;
    /// @dev When a share is worth more than one unit of stake, a bond must buy at least this number of shares.
    uint256 private constant MIN_SHARES = 1_000;

    IERC20 public immutable token;

    TranscoderPool.Pool internal pool;
    /// @dev Work of all transcoders.
    WorkTally.Tally internal networkWork;
    mapping(uint256 number => TranscoderRecord) internal records;
    mapping(address account => uint24) internal numbers;
    mapping(uint256 number => address) internal accounts;
    /// @dev The last assigned number. The first number is 1.
    uint24 internal accountCount;

    constructor(IERC20 token_) {
        token = token_;
    }

    /// @dev Before the first change in a round, saves the present values for `stakeAt`.
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

    /// @dev Sets stake and shares, and updates the totals and the pool. The caller must call `_checkpointTranscoder`
    /// first.
    function _setStake(TranscoderRecord storage record, uint256 stake, uint256 shares) internal {
        if (shares == 0 && stake > 0) {
            // After rounding, stake worth less than one share remains without an owner.
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

    /// @dev The number of shares that `amount` buys, rounded down. A share is worth more than one unit of stake if a
    /// very small stake got the rewards of a whole round. Then this function reverts if `amount` buys fewer than
    /// MIN_SHARES. So rounding takes less than a thousandth of `amount`.
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

    /// @dev Also slashes a transcoder without bonded stake, because slashable stake may be unbonding or may have moved
    /// to another transcoder.
    function _slashStake(address account, uint256 share, address finder) internal returns (uint256 amount) {
        uint256 number = numbers[account];
        if (number == 0) return 0;
        TranscoderRecord storage record = records[number];
        _checkpointTranscoder(record);
        // The loss is rounded up, but at least one unit of stake remains, because shares must be worth more than zero.
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

    /// @dev Number of consecutive missed rewards. Counts only ended rounds after the transcoder took its seat.
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

    /// @dev Lowers the slash factor, which reduces all slashable stake that has left the transcoder. Returns only the
    /// loss of stake in locks. Moved stake is reduced later, when the record of its delegator is next updated.
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
