// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICourtTypes} from "../interfaces/ICourtTypes.sol";
import {IDisputeGame} from "../interfaces/IDisputeGame.sol";
import {IVerifier} from "../interfaces/IVerifier.sol";
import {segmentIdOf} from "../types/DisclosedWork.sol";
import {Segments} from "./Segments.sol";
import {ObjectionRecord, Periods, SegmentRecord, State} from "./State.sol";

/// @notice The stages of objections and of appeals against them. Each objection has a game of its own, and no objection reads another.
library Objections {
    using Segments for SegmentRecord;
    using Segments for State;

    /// @dev A part of a lost deposit is burned, because a person who plays both sides must lose by it.
    uint256 private constant BURNED_PART = 4;

    function open(
        State storage s,
        bytes32 segmentId,
        bytes32 gameId,
        IVerifier.Verdict verdict,
        uint256 rendition,
        uint256 deposit
    ) internal {
        // The casts are safe: a job has at most four renditions, and there are fewer than 2^96 wei.
        s.objections[segmentId][gameId] =
            ObjectionRecord(ICourtTypes.Stage.Playing, verdict, uint8(rendition), 0, 0, uint96(deposit));
        ++s.segments[segmentId].openObjections;
    }

    /// @notice Ends an objection whose game has ended. If it was won with InputInvalid, it can be appealed from now on.
    function resolve(
        State storage s,
        IDisputeGame game,
        Periods memory periods,
        bytes32 claimId,
        uint64 sequenceNumber,
        bytes32 gameId
    ) internal {
        ObjectionRecord storage record = s.objections[segmentIdOf(claimId, sequenceNumber)][gameId];
        _requireStage(record, gameId, ICourtTypes.Stage.Playing);
        IDisputeGame.Outcome outcome = _outcomeOf(game, gameId);
        bool isWon = outcome == IDisputeGame.Outcome.ObjectorWon;
        if (isWon && record.verdict == IVerifier.Verdict.InputInvalid) return _openAppeals(record, periods, gameId);
        address objector = game.getGame(gameId).objector;
        SegmentRecord storage segment = s.segmentOf(claimId, sequenceNumber);
        _close(s, segment, record, gameId, isWon ? ICourtTypes.Stage.Won : ICourtTypes.Stage.Lost, objector);
        if (isWon) segment.find(claimId, sequenceNumber, IVerifier.Verdict.Invalid, objector);
    }

    function concede(
        State storage s,
        IDisputeGame game,
        Periods memory periods,
        bytes32 claimId,
        uint64 sequenceNumber,
        bytes32 gameId
    ) internal {
        ObjectionRecord storage record = s.objections[segmentIdOf(claimId, sequenceNumber)][gameId];
        _requireStage(record, gameId, ICourtTypes.Stage.Playing);
        if (record.verdict != IVerifier.Verdict.InputInvalid) revert ICourtTypes.CannotConcede(record.verdict);
        IDisputeGame.Game memory status = game.getGame(gameId);
        if (msg.sender != status.defender) revert ICourtTypes.NotDefender(msg.sender, status.defender);
        if (status.outcome != IDisputeGame.Outcome.Open) revert ICourtTypes.GameIsOver(gameId);
        _openAppeals(record, periods, gameId);
    }

    /// @notice Reverts unless the objection can be appealed about this rendition.
    function requireAppealable(ObjectionRecord storage record, bytes32 objectionId, uint256 rendition) internal view {
        _requireStage(record, objectionId, ICourtTypes.Stage.Appealable);
        if (block.number >= record.appealDeadline) revert ICourtTypes.AppealTooLate(record.appealDeadline);
        if (rendition != record.rendition) revert ICourtTypes.WrongRendition(rendition, record.rendition);
    }

    function openAppeal(State storage s, ObjectionRecord storage record, bytes32 objectionId, bytes32 gameId) internal {
        s.appeals[objectionId][gameId] = true;
        ++record.openAppeals;
        emit ICourtTypes.Appealed(objectionId, gameId, msg.sender);
    }

    /// @notice Ends an appeal whose game has ended. The first one that was won ends the objection, and its appellant gets the deposit.
    function resolveAppeal(
        State storage s,
        IDisputeGame game,
        bytes32 claimId,
        uint64 sequenceNumber,
        bytes32 objectionId,
        bytes32 gameId
    ) internal {
        ObjectionRecord storage record = s.objections[segmentIdOf(claimId, sequenceNumber)][objectionId];
        if (record.stage == ICourtTypes.Stage.None || !s.appeals[objectionId][gameId]) {
            revert ICourtTypes.UnknownAppeal(objectionId, gameId);
        }
        IDisputeGame.Outcome outcome = _outcomeOf(game, gameId);
        delete s.appeals[objectionId][gameId];
        --record.openAppeals;
        emit ICourtTypes.AppealDecided(objectionId, gameId, outcome);
        if (outcome != IDisputeGame.Outcome.ObjectorWon || record.stage != ICourtTypes.Stage.Appealable) return;
        uint256 burning = record.deposit / BURNED_PART;
        s.burned += burning;
        record.deposit -= uint96(burning);
        address appellant = game.getGame(gameId).objector;
        SegmentRecord storage segment = s.segmentOf(claimId, sequenceNumber);
        _close(s, segment, record, objectionId, ICourtTypes.Stage.Voided, appellant);
    }

    function uphold(State storage s, IDisputeGame game, bytes32 claimId, uint64 sequenceNumber, bytes32 gameId)
        internal
    {
        ObjectionRecord storage record = s.objections[segmentIdOf(claimId, sequenceNumber)][gameId];
        _requireStage(record, gameId, ICourtTypes.Stage.Appealable);
        if (block.number < record.appealDeadline || record.openAppeals > 0) {
            revert ICourtTypes.AppealsOpen(record.appealDeadline, record.openAppeals);
        }
        address objector = game.getGame(gameId).objector;
        SegmentRecord storage segment = s.segmentOf(claimId, sequenceNumber);
        _close(s, segment, record, gameId, ICourtTypes.Stage.Won, objector);
        segment.find(claimId, sequenceNumber, IVerifier.Verdict.InputInvalid, objector);
    }

    function _openAppeals(ObjectionRecord storage record, Periods memory periods, bytes32 gameId) private {
        record.stage = ICourtTypes.Stage.Appealable;
        record.appealDeadline = uint40(block.number + periods.windowBlocks);
        emit ICourtTypes.ObjectionMoved(gameId, ICourtTypes.Stage.Appealable);
    }

    /// @dev Ends the objection. `payee` can then withdraw the rest of the deposit.
    function _close(
        State storage s,
        SegmentRecord storage segment,
        ObjectionRecord storage record,
        bytes32 gameId,
        ICourtTypes.Stage stage,
        address payee
    ) private {
        record.stage = stage;
        --segment.openObjections;
        uint256 deposit = record.deposit;
        if (deposit > 0) (record.deposit, s.withdrawable[payee]) = (0, s.withdrawable[payee] + deposit);
        emit ICourtTypes.ObjectionMoved(gameId, stage);
    }

    function _outcomeOf(IDisputeGame game, bytes32 gameId) private view returns (IDisputeGame.Outcome outcome) {
        outcome = game.outcomeOf(gameId);
        if (outcome == IDisputeGame.Outcome.Open) revert ICourtTypes.GameIsOpen(gameId);
    }

    function _requireStage(ObjectionRecord storage record, bytes32 gameId, ICourtTypes.Stage stage) private view {
        if (record.stage != stage) revert ICourtTypes.WrongStage(gameId, record.stage);
    }
}
