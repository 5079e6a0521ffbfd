// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {ICourtTypes} from "../interfaces/ICourtTypes.sol";
import {IVerifier} from "../interfaces/IVerifier.sol";
import {ChunkId, segmentIdOf} from "../types/DisclosedWork.sol";
import {CHUNK_BYTES, Payload} from "../types/Payload.sol";
import {MAX_INPUT_BYTES} from "../types/Task.sol";
import {Credits} from "./Credits.sol";
import {Segments} from "./Segments.sol";
import {DemandRecord, Periods, SegmentRecord, State} from "./State.sol";

/// @notice Demands of chunks. An account that has not got a payload demands it here, and the transcoder must publish it on chain. Each chunk is
/// demanded and answered once for all.
library Demands {
    using Credits for State;
    using Segments for SegmentRecord;
    using Segments for State;

    /// @dev Half of the calldata price of an answer with a chunk of a payload of 2^24 bytes (EIP-7623): 40 gas for each byte that is not zero.
    uint256 internal constant GAS = 103_000;
    uint256 private constant MAX_CHUNKS = MAX_INPUT_BYTES / CHUNK_BYTES;

    /// @notice Records demands of the caller for those chunks that were not demanded yet, and stops the window of the segment.
    function open(
        State storage s,
        Periods memory periods,
        bytes32 claimId,
        uint64 sequenceNumber,
        bytes32 dataHash,
        uint256[] calldata chunks
    ) internal {
        SegmentRecord storage segment = s.segmentOf(claimId, sequenceNumber);
        segment.requireOpen(periods, claimId, sequenceNumber);
        uint256 count = _record(s.demands[segmentIdOf(claimId, sequenceNumber)][dataHash], chunks);
        if (count == 0) revert ICourtTypes.NothingToDemand();
        s.creditRest(count * priceOf(_recordedFee(block.basefee)));
        if (segment.openDemands == 0) segment.stoppedAt = uint40(block.number);
        // The cast is safe: a segment has fewer than 2^13 payloads and chunks of each.
        segment.openDemands += uint24(count);
        emit ICourtTypes.ChunksDemanded(claimId, dataHash, msg.sender, sequenceNumber, chunks);
    }

    function answer(
        State storage s,
        Periods memory periods,
        ChunkId calldata chunk,
        Payload memory payload,
        bytes calldata data,
        bytes32[] calldata siblings
    ) internal {
        DemandRecord storage record = demandOf(s, chunk);
        _requireStage(record, ICourtTypes.DemandStage.Open);
        uint256 deadline = deadlineOf(record, periods);
        if (block.number >= deadline) revert ICourtTypes.AnswerTooLate(deadline);
        bytes32 actual = payload.dataHash();
        if (actual != chunk.dataHash) revert ICourtTypes.WrongPayload(actual, chunk.dataHash);
        bool isRight = payload.hasChunk(chunk.index)
            ? payload.verifyChunk(chunk.index, data, siblings)
            : data.length == 0 && siblings.length == 0;
        if (!isRight) revert ICourtTypes.WrongChunk(chunk.index);
        record.stage = ICourtTypes.DemandStage.Answered;
        _close(s.segmentOf(chunk.claimId, chunk.sequenceNumber), periods);
    }

    function end(State storage s, Periods memory periods, ChunkId calldata chunk) internal {
        DemandRecord storage record = demandOf(s, chunk);
        _requireStage(record, ICourtTypes.DemandStage.Open);
        uint256 deadline = deadlineOf(record, periods);
        if (block.number < deadline) revert ICourtTypes.AnswerStillPossible(deadline);
        record.stage = ICourtTypes.DemandStage.Failed;
        SegmentRecord storage segment = s.segmentOf(chunk.claimId, chunk.sequenceNumber);
        _close(segment, periods);
        address demander = record.demander;
        s.withdrawable[demander] += priceOf(record.baseFee);
        emit ICourtTypes.DemandFailed(chunk.claimId, chunk.dataHash, chunk.sequenceNumber, chunk.index);
        segment.find(chunk.claimId, chunk.sequenceNumber, IVerifier.Verdict.Unavailable, demander);
    }

    /// @param transcoder Gets the price, unless the segment has failed by its fault.
    function settle(State storage s, Periods memory periods, ChunkId calldata chunk, address transcoder) internal {
        DemandRecord storage record = demandOf(s, chunk);
        _requireStage(record, ICourtTypes.DemandStage.Answered);
        (IVerifier.Verdict verdict,) = s.segmentOf(chunk.claimId, chunk.sequenceNumber).verdictOf(periods);
        if (verdict == IVerifier.Verdict.None) {
            revert ICourtTypes.NotDecided(chunk.claimId, chunk.sequenceNumber);
        }
        bool isGood = verdict == IVerifier.Verdict.Valid || verdict == IVerifier.Verdict.InputInvalid;
        record.stage = ICourtTypes.DemandStage.Settled;
        s.withdrawable[isGood ? transcoder : record.demander] += priceOf(record.baseFee);
    }

    function demandOf(State storage s, ChunkId calldata chunk) internal view returns (DemandRecord storage) {
        return s.demands[segmentIdOf(chunk.claimId, chunk.sequenceNumber)][chunk.dataHash][chunk.index];
    }

    function deadlineOf(DemandRecord storage record, Periods memory periods) internal view returns (uint256) {
        return record.askedAt + periods.answerBlocks;
    }

    function priceOf(uint256 baseFee) internal pure returns (uint256) {
        return GAS * baseFee;
    }

    /// @dev Returns the number of new demands.
    function _record(mapping(uint256 chunk => DemandRecord) storage demands, uint256[] calldata chunks)
        private
        returns (uint256 count)
    {
        uint48 baseFee = uint48(_recordedFee(block.basefee));
        for (uint256 i; i < chunks.length; ++i) {
            uint256 chunk = chunks[i];
            if (chunk >= MAX_CHUNKS) revert ICourtTypes.ChunkOutOfBounds(chunk, MAX_CHUNKS - 1);
            if (demands[chunk].stage != ICourtTypes.DemandStage.None) continue;
            demands[chunk] = DemandRecord(msg.sender, uint40(block.number), baseFee, ICourtTypes.DemandStage.Open);
            ++count;
        }
    }

    function _recordedFee(uint256 baseFee) private pure returns (uint256) {
        return FixedPointMathLib.min(baseFee, type(uint48).max);
    }

    /// @dev One demand less is open. After the last one, the window runs again.
    function _close(SegmentRecord storage segment, Periods memory periods) private {
        if (--segment.openDemands > 0) return;
        (segment.stoppedBlocks, segment.stoppedAt) = (uint32(segment.stoppedBlocksNow(periods)), 0);
    }

    function _requireStage(DemandRecord storage record, ICourtTypes.DemandStage stage) private view {
        if (record.stage != stage) revert ICourtTypes.WrongDemandStage(record.stage);
    }
}
