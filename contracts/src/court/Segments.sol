// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {ICourtTypes} from "../interfaces/ICourtTypes.sol";
import {IVerifier} from "../interfaces/IVerifier.sol";
import {segmentIdOf} from "../types/DisclosedWork.sol";
import {Periods, SegmentRecord, State} from "./State.sol";

/// @notice The window of a segment, its faults, and its final verdict. A verdict is final when the segment is Invalid, or when nothing can
/// change the gravest fault any more.
library Segments {
    function segmentOf(State storage s, bytes32 claimId, uint64 sequenceNumber)
        internal
        view
        returns (SegmentRecord storage segment)
    {
        segment = s.segments[segmentIdOf(claimId, sequenceNumber)];
        if (segment.requestedAt == 0) revert ICourtTypes.UnknownSegment(claimId, sequenceNumber);
    }

    /// @notice Reverts if the segment accepts no objection and no demand.
    function requireOpen(SegmentRecord storage segment, Periods memory periods, bytes32 claimId, uint64 sequenceNumber)
        internal
        view
    {
        if (segment.found == IVerifier.Verdict.Invalid) revert ICourtTypes.AlreadyInvalid(claimId, sequenceNumber);
        uint256 end = windowEnd(segment, periods);
        if (block.number >= end) revert ICourtTypes.WindowOver(end);
    }

    /// @notice The first block that is too late for objections and demands. While the window is stopped, this block moves, until the window was
    /// stopped for `answerBlocks` in all.
    function windowEnd(SegmentRecord storage segment, Periods memory periods) internal view returns (uint256) {
        return segment.requestedAt + periods.windowBlocks + stoppedBlocksNow(segment, periods);
    }

    /// @notice The blocks for which the window was stopped so far.
    function stoppedBlocksNow(SegmentRecord storage segment, Periods memory periods) internal view returns (uint256) {
        uint256 present = segment.stoppedAt == 0 ? 0 : block.number - segment.stoppedAt;
        return FixedPointMathLib.min(segment.stoppedBlocks + present, periods.answerBlocks);
    }

    /// @notice Records a fault, unless the segment has one that is as grave.
    function find(
        SegmentRecord storage segment,
        bytes32 claimId,
        uint64 sequenceNumber,
        IVerifier.Verdict verdict,
        address finder
    ) internal {
        if (_gravityOf(verdict) <= _gravityOf(segment.found)) return;
        (segment.found, segment.finder) = (verdict, finder);
        emit ICourtTypes.FaultFound(claimId, sequenceNumber, verdict, finder);
    }

    function verdictOf(SegmentRecord storage segment, Periods memory periods)
        internal
        view
        returns (IVerifier.Verdict, address)
    {
        (IVerifier.Verdict found, address finder) = (segment.found, segment.finder);
        if (found == IVerifier.Verdict.Invalid) return (found, finder);
        bool isOpen = block.number < windowEnd(segment, periods) || segment.openObjections > 0;
        // Another unanswered demand would not change the verdict Unavailable.
        if (found != IVerifier.Verdict.Unavailable && segment.openDemands > 0) isOpen = true;
        if (isOpen) return (IVerifier.Verdict.None, address(0));
        return found == IVerifier.Verdict.None ? (IVerifier.Verdict.Valid, address(0)) : (found, finder);
    }

    /// @dev A transcoder must not escape a graver verdict by causing a milder one. Unavailable is graver than InputInvalid, because a
    /// transcoder and an objector could agree on InputInvalid.
    function _gravityOf(IVerifier.Verdict verdict) private pure returns (uint256) {
        if (verdict == IVerifier.Verdict.Invalid) return 3;
        if (verdict == IVerifier.Verdict.Unavailable) return 2;
        return verdict == IVerifier.Verdict.InputInvalid ? 1 : 0;
    }
}
