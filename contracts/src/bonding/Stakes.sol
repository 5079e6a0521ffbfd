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

/// @notice Stake bonded to each transcoder, in shares, and what slashing leaves of stake that has left it.
abstract contract Stakes is BondingTerms {
    using Checkpoints for Checkpoints.Trace208;
    using FixedPointMathLib for uint256;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;
    using TranscoderPool for TranscoderPool.Pool;

    struct TranscoderRecord {
        uint96 stake;
        /// @dev Stake at the start of round `touched`, in which it last changed.
        uint96 lockedStake;
        uint32 changedRound;
        /// @dev From 1; zero without a seat.
        uint16 seat;
        bool registered;
        // -- slot
        uint112 shares;
        /// @dev Of these, what the transcoder kept of rewards and has not joined to its own.
        uint112 cutShares;
        /// @dev Count of rounds at its last reward, or when it was last slashed for missing some.
        uint32 rewardRoundCount;
        // -- slot
        /// @dev Of these, what was bonded in round `touched`, and earns no fees in it.
        uint112 freshShares;
        /// @dev Round in which it is active though it may hold no seat.
        uint32 activeRound;
        /// @dev Round, and count of rounds, in which it took its seat.
        uint32 seatedRound;
        uint32 seatedRoundCount;
        /// @dev The latest round in which a lock of its stake ends.
        uint32 lastWithdrawRound;
        // -- slot
        uint48 pricePerUnit;
        uint24 blockRewardCut;
        uint24 feeShare;
        /// @dev Round in which the two changed, and what they were before.
        uint32 ratesRound;
        uint24 formerBlockRewardCut;
        uint24 formerFeeShare;
        /// @dev From 1; zero when it does not wait.
        uint32 waitlistPlace;
        /// @dev Round in which it last lost its seat; zero for never.
        uint24 unseatedRound;
        /// @dev Round from whose end on work is expected of it.
        uint24 workExpectedSince;
        // -- slot
        WorkTally.Tally work;
        // -- slots
        /// @dev By round, until which it stayed so: stake ‖ shares.
        Checkpoints.Trace208 checkpoints;
        /// @dev By round: what slashing has left of `ONE`.
        Checkpoints.Trace208 slashFactors;
        /// @dev By round: fees per share, times `RAY`.
        Checkpoints.Trace208 feesPerShare;
        /// @dev What is unbonding, by the round in which it ends, in units of stake that was never slashed.
        mapping(uint256 withdrawRound => uint256) unbondingUnits;
    }

    /// @dev Of an unslashed factor. With 96 bits of stake, a product loses less than a unit however deep the slashes.
    uint256 internal constant UNSLASHED = 1e54;
    uint256 internal constant RAY = 1e27;
    /// @dev Shares that the first unit of stake buys: rewards can multiply stake by that before a share is worth a unit.
    uint256 private constant INITIAL_SHARES_PER_UNIT = 4_096;
    /// @dev Shares that are bought at once, where each is worth more than a unit.
    uint256 private constant MIN_SHARES = 1_000;

    IERC20 public immutable token;

    TranscoderPool.Pool internal pool;
    /// @dev Of all transcoders.
    WorkTally.Tally internal networkWork;
    mapping(uint256 number => TranscoderRecord) internal records;
    mapping(address account => uint24) internal numbers;
    mapping(uint256 number => address) internal accounts;
    /// @dev Numbers run from 1.
    uint24 internal accountCount;

    constructor(IERC20 token_) {
        token = token_;
    }

    /// @dev The first change of a round keeps what was before.
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

    /// @dev Of a record that was touched. Everything that counts stake follows.
    function _setStake(TranscoderRecord storage record, uint256 stake, uint256 shares) internal {
        if (shares == 0 && stake > 0) {
            // Less than a unit, which is nobody's.
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

    /// @dev Rounded down: what a delegator can take.
    function _amountFor(TranscoderRecord storage record, uint256 shares) internal view returns (uint256) {
        return shares == 0 ? 0 : shares * record.stake / record.shares;
    }

    /// @dev Rounded down: what an amount buys. Whoever was alone with next to nothing got all rewards of a round, and a share
    /// of his is worth more than a unit: then rounding may take less than a thousandth.
    function _sharesFor(TranscoderRecord storage record, uint256 amount) internal view returns (uint256 bought) {
        (uint256 stake, uint256 shares) = (record.stake, record.shares);
        if (shares == 0) return amount * INITIAL_SHARES_PER_UNIT;
        bought = amount * shares / stake;
        if (bought < MIN_SHARES && stake > shares && amount > 0) {
            revert AmountTooSmall(amount, (MIN_SHARES * stake).divUp(shares));
        }
    }

    /// @dev What slashing up to the end of a round, or up to now, has left of `ONE`.
    function _slashFactorAt(TranscoderRecord storage record, uint256 round) internal view returns (uint256 factor) {
        factor = record.slashFactors.upperLookupRecent(uint48(round));
        if (factor == 0) factor = UNSLASHED;
    }

    /// @dev Also without stake that is bonded now: some may be unbonding, or have moved.
    function _slashStake(address account, uint256 share, address finder) internal returns (uint256 amount) {
        uint256 number = numbers[account];
        if (number == 0) return 0;
        TranscoderRecord storage record = records[number];
        _checkpointTranscoder(record);
        // Rounded against the staker, but shares are never worth nothing.
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

    /// @dev Rewards in a row that were not called, of the rounds that are over and in which it held its seat.
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

    /// @dev The factor takes from all that left, of which only what is still locked is counted here. What has moved to
    /// another transcoder pays when its delegator is brought up to date.
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
