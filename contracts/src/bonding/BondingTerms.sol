// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IBondingTypes} from "../interfaces/IBondingTypes.sol";
import {IRoundsManager} from "../interfaces/IRoundsManager.sol";
import {Parameters as Bounds} from "../libraries/Parameters.sol";
import {TranscoderPool} from "../libraries/TranscoderPool.sol";

/// @notice The parameters that the owner sets, the round in force, and the totals of stake.
abstract contract BondingTerms is IBondingTypes, Ownable {
    uint256 internal constant MILLION = 1_000_000;

    struct Terms {
        uint16 poolSize;
        uint16 unbondingPeriod;
        uint24 missedRewardSlashAmount;
        uint16 missedRewardRounds;
        uint24 finderFee;
        uint24 competitivenessTolerance;
        uint16 competitivenessWindow;
        uint64 minExpectedWork;
    }

    struct Clock {
        uint32 round;
        /// @dev Number of initialized rounds.
        uint32 roundCount;
        uint96 activeStake;
        /// @dev Stake that was slashed and not paid to a finder.
        uint96 commonPool;
    }

    /// @dev Both totals are in one slot, because most transactions change both.
    struct Totals {
        uint96 bonded;
        /// @dev Stake of all transcoders with a seat.
        uint96 seated;
    }

    IRoundsManager public immutable roundsManager;

    Clock internal clock;
    Totals internal totals;
    Terms internal terms;
    Terms internal nextTerms;

    constructor(IRoundsManager roundsManager_) {
        roundsManager = roundsManager_;
    }

    /// @dev Reverts from a round's first block until the round is initialized. In this time, no stake may change,
    /// because the initialization locks the stakes.
    /// @return round The current round.
    function _requireRoundInitialized() internal view returns (uint256 round) {
        round = roundsManager.currentRound();
        if (clock.roundCount > 0 && round != clock.round) revert RoundNotInitialized(round);
    }

    /// @dev Uses the shorter of the present and the next unbonding period.
    function _minUnbondingBlocks() internal view returns (uint256) {
        uint256 period = terms.unbondingPeriod;
        if (nextTerms.unbondingPeriod < period) period = nextTerms.unbondingPeriod;
        // The round of `unbond` does not count, because stake may be unbonded in the last block of the round.
        return (period - 1) * roundsManager.minRoundLength();
    }

    function _setNextTerms(Parameters memory values) internal {
        Bounds.bounded("poolSize", values.poolSize, 1, TranscoderPool.MAX_SEATS);
        Bounds.bounded("unbondingPeriod", values.unbondingPeriod, 2, 100);
        Bounds.bounded("missedRewardSlashAmount", values.missedRewardSlashAmount, 0, MILLION / 2);
        Bounds.bounded("missedRewardRounds", values.missedRewardRounds, 1, 1_000);
        Bounds.bounded("finderFee", values.finderFee, 0, MILLION / 2);
        Bounds.bounded("competitivenessTolerance", values.competitivenessTolerance, 0, MILLION);
        Bounds.bounded("competitivenessWindow", values.competitivenessWindow, 1, 1_000);
        Bounds.bounded("minExpectedWork", values.minExpectedWork, 0, type(uint64).max);
        nextTerms = Terms({
            poolSize: uint16(values.poolSize),
            unbondingPeriod: uint16(values.unbondingPeriod),
            missedRewardSlashAmount: uint24(values.missedRewardSlashAmount),
            missedRewardRounds: uint16(values.missedRewardRounds),
            finderFee: uint24(values.finderFee),
            competitivenessTolerance: uint24(values.competitivenessTolerance),
            competitivenessWindow: uint16(values.competitivenessWindow),
            minExpectedWork: uint64(values.minExpectedWork)
        });
        emit ParametersUpdate(values);
    }
}
