// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Charges} from "../court/Charges.sol";
import {Credits} from "../court/Credits.sol";
import {Demands} from "../court/Demands.sol";
import {Objections} from "../court/Objections.sol";
import {Segments} from "../court/Segments.sol";
import {DemandRecord, ObjectionRecord, Periods, SegmentRecord, State} from "../court/State.sol";
import {IClaimsManager} from "../interfaces/IClaimsManager.sol";
import {IClaimsTypes} from "../interfaces/IClaimsTypes.sol";
import {ICourt} from "../interfaces/ICourt.sol";
import {IDisputeGame} from "../interfaces/IDisputeGame.sol";
import {IJobsManager} from "../interfaces/IJobsManager.sol";
import {IVerifier} from "../interfaces/IVerifier.sol";
import {Parameters} from "../libraries/Parameters.sol";
import {Charge, ChunkId, DisclosedWork, segmentIdOf} from "../types/DisclosedWork.sol";
import {MachineState} from "../types/MachineState.sol";
import {Payload} from "../types/Payload.sol";
import {MAX_INPUT_BYTES, Task} from "../types/Task.sol";

/// @dev See ICourt. It calls only the contracts that its constructor names, and in `withdraw` its caller.
contract Court is ICourt {
    using Credits for State;
    using Demands for State;
    using Objections for ObjectionRecord;
    using Objections for State;
    using Segments for SegmentRecord;
    using Segments for State;

    IClaimsManager public immutable claimsManager;
    IJobsManager public immutable jobsManager;
    IDisputeGame public immutable disputeGame;
    /// @dev Root of the part of the machine's memory that contains the judged program.
    bytes32 public immutable program;
    uint256 public immutable windowBlocks;
    uint256 public immutable answerBlocks;

    State private s;

    /// @param answerBlocks_ At most both clocks of a game. So demands, which are accepted as long as objections, end no later than games.
    constructor(
        IClaimsManager claimsManager_,
        IJobsManager jobsManager_,
        IDisputeGame disputeGame_,
        bytes32 program_,
        uint256 windowBlocks_,
        uint256 answerBlocks_
    ) {
        Parameters.requireCode(address(disputeGame_));
        (claimsManager, jobsManager, disputeGame, program) = (claimsManager_, jobsManager_, disputeGame_, program_);
        windowBlocks = Parameters.bounded("windowBlocks", windowBlocks_, 1, type(uint24).max);
        uint256 clocks = 2 * disputeGame_.clockBlocks();
        answerBlocks = Parameters.bounded("answerBlocks", answerBlocks_, 1, clocks);
    }

    /// @inheritdoc IVerifier
    function request(bytes32 claimId, bytes32, uint64 sequenceNumber, bytes32 receiptHash) external {
        if (msg.sender != address(claimsManager)) revert NotClaimsManager(msg.sender);
        SegmentRecord storage segment = s.segments[segmentIdOf(claimId, sequenceNumber)];
        (segment.receiptHash, segment.requestedAt) = (receiptHash, uint40(block.number));
    }

    /// @inheritdoc ICourt
    function object(Charge memory charge, MachineState calldata end, bytes32[32] calldata ends)
        external
        payable
        returns (bytes32 gameId)
    {
        _requireOpen(charge.work);
        Verdict verdict = Charges.verdictOf(end.result());
        if (verdict == Verdict.Valid) revert NothingToDispute(verdict);
        uint256 bond = disputeGame.bondAt(block.basefee);
        uint256 deposit = verdict == Verdict.InputInvalid ? bond : 0;
        s.creditRest(bond + deposit);
        (Task memory task, address transcoder) = _taskOf(charge);
        IDisputeGame.Objection memory objection = IDisputeGame.Objection({
            subject: charge.work.segmentId(),
            objector: msg.sender,
            defender: defenderOf(transcoder),
            defended: Charges.VALID
        });
        gameId = _open(task, objection, end, ends, bond);
        s.open(objection.subject, gameId, verdict, charge.rendition, deposit);
        _emitObjection(charge, gameId, verdict);
    }

    /// @inheritdoc ICourt
    function objectToLength(DisclosedWork memory work, uint256 payload, Payload memory shown) external {
        SegmentRecord storage segment = _requireOpen(work);
        Charges.requireWork(work, segment.receiptHash, jobsManager);
        Charges.requirePayload(work, payload, shown);
        if (shown.length <= MAX_INPUT_BYTES) revert PayloadNotTooLong(shown.length, MAX_INPUT_BYTES);
        Verdict verdict = payload == 0 ? Verdict.InputInvalid : Verdict.Invalid;
        segment.find(work.claimId, work.receipt.sequenceNumber, verdict, msg.sender);
    }

    /// @inheritdoc ICourt
    function resolve(bytes32 claimId, uint64 sequenceNumber, bytes32 gameId) external {
        s.resolve(disputeGame, _periods(), claimId, sequenceNumber, gameId);
    }

    /// @inheritdoc ICourt
    function concede(bytes32 claimId, uint64 sequenceNumber, bytes32 gameId) external {
        s.concede(disputeGame, _periods(), claimId, sequenceNumber, gameId);
    }

    /// @inheritdoc ICourt
    function appeal(bytes32 objectionId, Charge memory charge, MachineState calldata end, bytes32[32] calldata ends)
        external
        payable
        returns (bytes32 gameId)
    {
        ObjectionRecord storage record = s.objections[charge.work.segmentId()][objectionId];
        record.requireAppealable(objectionId, charge.rendition);
        Verdict verdict = Charges.verdictOf(end.result());
        if (verdict == Verdict.InputInvalid) revert NothingToDispute(verdict);
        uint256 bond = disputeGame.bondAt(block.basefee);
        s.creditRest(bond);
        (Task memory task,) = _taskOf(charge);
        gameId = _open(task, _appealOf(objectionId), end, ends, bond);
        s.openAppeal(record, objectionId, gameId);
    }

    /// @inheritdoc ICourt
    function resolveAppeal(bytes32 claimId, uint64 sequenceNumber, bytes32 objectionId, bytes32 gameId) external {
        s.resolveAppeal(disputeGame, claimId, sequenceNumber, objectionId, gameId);
    }

    /// @inheritdoc ICourt
    function uphold(bytes32 claimId, uint64 sequenceNumber, bytes32 gameId) external {
        s.uphold(disputeGame, claimId, sequenceNumber, gameId);
    }

    /// @inheritdoc ICourt
    function demand(DisclosedWork memory work, uint256 payload, uint256[] calldata chunks) external payable {
        SegmentRecord storage segment = _segmentOf(work);
        Charges.requireWork(work, segment.receiptHash, jobsManager);
        bytes32 dataHash = Charges.hashOf(work, payload);
        s.open(_periods(), work.claimId, work.receipt.sequenceNumber, dataHash, chunks);
    }

    /// @inheritdoc ICourt
    function answer(ChunkId calldata chunk, Payload memory payload, bytes calldata data, bytes32[] calldata siblings)
        external
    {
        s.answer(_periods(), chunk, payload, data, siblings);
        emit ChunkAnswered(chunk.claimId, chunk.dataHash, chunk.sequenceNumber, payload, chunk.index, data);
    }

    /// @inheritdoc ICourt
    function endDemand(ChunkId calldata chunk) external {
        s.end(_periods(), chunk);
    }

    /// @inheritdoc ICourt
    function settleDemand(ChunkId calldata chunk) external {
        s.settle(_periods(), chunk, claimsManager.getRequest(chunk.claimId, chunk.sequenceNumber).transcoder);
    }

    /// @inheritdoc ICourt
    function appoint(address defender) external {
        s.defenders[msg.sender] = defender;
        emit DefenderAppointed(msg.sender, defender);
    }

    /// @inheritdoc ICourt
    function withdraw() external {
        s.withdraw();
    }

    /// @inheritdoc IVerifier
    function verdictOf(bytes32 claimId, uint64 sequenceNumber) public view returns (Verdict verdict, address finder) {
        return s.segmentOf(claimId, sequenceNumber).verdictOf(_periods());
    }

    /// @dev The court gives a verdict on each segment. Until then, the segment has an open window, objection, appeal or demand.
    function isPending(bytes32 claimId, uint64 sequenceNumber) external view returns (bool) {
        (Verdict verdict,) = verdictOf(claimId, sequenceNumber);
        return verdict == Verdict.None;
    }

    /// @inheritdoc ICourt
    function getSegment(bytes32 claimId, uint64 sequenceNumber) external view returns (SegmentStatus memory status) {
        SegmentRecord storage segment = s.segments[segmentIdOf(claimId, sequenceNumber)];
        if (segment.requestedAt == 0) return status;
        (status.receiptHash, status.windowEnd) = (segment.receiptHash, segment.windowEnd(_periods()));
        (status.openObjections, status.openDemands) = (segment.openObjections, segment.openDemands);
        (status.found, status.finder) = (segment.found, segment.finder);
    }

    /// @inheritdoc ICourt
    function getObjection(bytes32 claimId, uint64 sequenceNumber, bytes32 gameId)
        external
        view
        returns (ObjectionStatus memory status)
    {
        ObjectionRecord storage record = s.objections[segmentIdOf(claimId, sequenceNumber)][gameId];
        (status.stage, status.verdict, status.rendition) = (record.stage, record.verdict, record.rendition);
        (status.appealDeadline, status.openAppeals) = (record.appealDeadline, record.openAppeals);
        status.deposit = record.deposit;
    }

    /// @inheritdoc ICourt
    function getDemand(ChunkId calldata chunk) external view returns (DemandStatus memory status) {
        DemandRecord storage record = s.demandOf(chunk);
        if (record.stage == DemandStage.None) return status;
        (status.stage, status.demander) = (record.stage, record.demander);
        (status.deadline, status.price) = (Demands.deadlineOf(record, _periods()), Demands.priceOf(record.baseFee));
    }

    /// @inheritdoc ICourt
    function defenderOf(address transcoder) public view returns (address) {
        address defender = s.defenders[transcoder];
        return defender == address(0) ? transcoder : defender;
    }

    /// @inheritdoc ICourt
    function withdrawable(address account) external view returns (uint256) {
        return s.withdrawable[account];
    }

    /// @inheritdoc ICourt
    function burned() external view returns (uint256) {
        return s.burned;
    }

    /// @inheritdoc ICourt
    function demandPrice(uint256 baseFee) external pure returns (uint256) {
        return Demands.priceOf(baseFee);
    }

    /// @inheritdoc IVerifier
    function verdictBlocks() public view returns (uint256) {
        return windowBlocks + answerBlocks + 2 * disputeGame.clockBlocks();
    }

    /// @inheritdoc ICourt
    function longestBlocks() external view returns (uint256) {
        return verdictBlocks() + windowBlocks + 2 * disputeGame.clockBlocks();
    }

    function _segmentOf(DisclosedWork memory work) private view returns (SegmentRecord storage) {
        return s.segmentOf(work.claimId, work.receipt.sequenceNumber);
    }

    /// @dev Reverts if the segment accepts no objection.
    function _requireOpen(DisclosedWork memory work) private view returns (SegmentRecord storage segment) {
        segment = _segmentOf(work);
        segment.requireOpen(_periods(), work.claimId, work.receipt.sequenceNumber);
    }

    /// @dev What the judged program is about, and the transcoder of the segment.
    function _taskOf(Charge memory charge) private view returns (Task memory task, address transcoder) {
        DisclosedWork memory work = charge.work;
        IClaimsTypes.RequestStatus memory status = claimsManager.getRequest(work.claimId, work.receipt.sequenceNumber);
        task = Charges.taskOf(charge, program, _segmentOf(work).receiptHash, status.durationMs, jobsManager);
        transcoder = status.transcoder;
    }

    /// @dev In an appeal, the objector of the objection defends the last state that it stated there.
    function _appealOf(bytes32 objectionId) private view returns (IDisputeGame.Objection memory) {
        IDisputeGame.Game memory status = disputeGame.getGame(objectionId);
        return IDisputeGame.Objection(objectionId, msg.sender, status.objector, status.claimed);
    }

    function _open(
        Task memory task,
        IDisputeGame.Objection memory objection,
        MachineState calldata end,
        bytes32[32] calldata ends,
        uint256 bond
    ) private returns (bytes32) {
        return disputeGame.open{value: bond}(task, objection, end, ends);
    }

    function _emitObjection(Charge memory charge, bytes32 gameId, Verdict verdict) private {
        (bytes32 claimId, uint64 sequenceNumber) = (charge.work.claimId, charge.work.receipt.sequenceNumber);
        emit Objected(claimId, gameId, msg.sender, sequenceNumber, charge.rendition, verdict);
    }

    function _periods() private view returns (Periods memory) {
        return Periods(windowBlocks, answerBlocks);
    }
}
