// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IBondingTypes} from "../interfaces/IBondingTypes.sol";
import {IRoundsManager} from "../interfaces/IRoundsManager.sol";
import {Parameters as Bounds} from "../libraries/Parameters.sol";
import {TranscoderPool} from "../libraries/TranscoderPool.sol";
import {MILLION, State, Terms} from "./State.sol";

/// @notice The state of the BondingManager, and the code that BondingManager, BondingEarnings and BondingSeats have in
/// common. The BondingManager runs the code of the other two contracts on its own state.
abstract contract Bonding is IBondingTypes, Ownable {
    State internal state;

    IERC20 public immutable token;
    IRoundsManager public immutable roundsManager;
    address public immutable claimsManager;

    constructor(IERC20 token_, IRoundsManager roundsManager_, address claimsManager_) {
        (token, roundsManager, claimsManager) = (token_, roundsManager_, claimsManager_);
    }

    /// @dev Reverts from a round's first block until the round is initialized. In this time, no account can bond, unbond
    /// or move stake, because the initialization locks the stakes. Never reverts before the first round is initialized.
    modifier whenRoundInitialized() {
        _requireRoundInitialized();
        _;
    }

    function _requireRoundInitialized() internal view returns (uint256 round) {
        if (state.clock.roundCount == 0) return roundsManager.currentRound();
        // The end of a round is fixed when the round is initialized.
        if (block.number >= state.pool.endBlock) revert RoundNotInitialized(roundsManager.currentRound());
        return state.clock.round;
    }

    function _setNextTerms(Parameters memory values) internal {
        Bounds.bounded("poolSize", values.poolSize, 1, TranscoderPool.MAX_SEATS);
        Bounds.bounded("unbondingPeriod", values.unbondingPeriod, 20, 10_000_000);
        Bounds.bounded("missedRewardSlashAmount", values.missedRewardSlashAmount, 0, MILLION / 2);
        Bounds.bounded("missedRewardRounds", values.missedRewardRounds, 1, 1_000);
        Bounds.bounded("finderFee", values.finderFee, 0, MILLION / 2);
        Bounds.bounded("competitivenessTolerance", values.competitivenessTolerance, 0, MILLION);
        Bounds.bounded("competitivenessWindow", values.competitivenessWindow, 1, 1_000);
        Bounds.bounded("minExpectedWork", values.minExpectedWork, 0, type(uint64).max);
        Bounds.bounded("maxRoundSlashAmount", values.maxRoundSlashAmount, 1, MILLION - 1);
        Bounds.bounded("minSelfStake", values.minSelfStake, 1, type(uint96).max);
        Bounds.bounded("lowWorkSlashAmount", values.lowWorkSlashAmount, 0, MILLION / 2);
        state.nextTerms = Terms({
            poolSize: uint16(values.poolSize),
            unbondingPeriod: uint32(values.unbondingPeriod),
            missedRewardSlashAmount: uint24(values.missedRewardSlashAmount),
            missedRewardRounds: uint16(values.missedRewardRounds),
            finderFee: uint24(values.finderFee),
            competitivenessTolerance: uint24(values.competitivenessTolerance),
            competitivenessWindow: uint16(values.competitivenessWindow),
            minExpectedWork: uint64(values.minExpectedWork),
            maxRoundSlashAmount: uint24(values.maxRoundSlashAmount),
            minSelfStake: uint96(values.minSelfStake),
            lowWorkSlashAmount: uint24(values.lowWorkSlashAmount)
        });
        state.totals.termsChange = true;
        emit ParametersUpdate(values);
    }
}
