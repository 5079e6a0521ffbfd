// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {ICourtTypes} from "../../src/interfaces/ICourtTypes.sol";
import {IDisputeGame} from "../../src/interfaces/IDisputeGame.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Claim} from "../../src/types/Claim.sol";
import {ChunkId} from "../../src/types/DisclosedWork.sol";
import {CourtModel} from "../verification/CourtModel.sol";

/// @notice Random objections, appeals, demands and answers of several accounts, about the first three segments of one claim. The transcoder has
/// another claim of the same job, and nobody objects to it.
contract CourtHandler is CourtModel {
    address[3] private people = [_account("objector"), _account("friend"), _account("appellant")];
    bytes32[] private objections;
    bytes32[] private appeals;
    mapping(bytes32 appealId => bytes32 objectionId) private objectionOf;
    mapping(uint64 segment => IVerifier.Verdict) private decided;
    mapping(IVerifier.Verdict => uint256) public verdictCount;
    uint256 public voidedCount;
    bytes32 private otherId;
    bytes private otherClaim;
    mapping(bool isOther => mapping(IClaimsTypes.State => uint256)) public endCount;

    constructor() {
        _deployCourt();
        ClaimWithReceipts memory first = _claimedWork();
        ClaimWithReceipts memory other = _buildNextClaim(first, _range(4, 4));
        otherId = _claimWork(other.claim);
        _sealChallenges(other.claim);
        claims.verify(other.claim, _disclosureAfter(first, other));
        otherClaim = abi.encode(other.claim);
    }

    function act(uint256 seed) external {
        (uint256 choice, uint256 rest) = (seed % 18, seed / 18);
        uint64 segment = uint64(rest % 3);
        address by = people[rest / 3 % 3];
        uint256 other = rest / 9;
        if (choice < 2) _mine(1 + other % 8);
        else if (choice < 4) _objectRandomly(by, segment, other);
        else if (choice < 7) _endGame(other);
        else if (choice < 9) _resolveRandomly(other);
        else if (choice == 9) _concedeRandomly(other);
        else if (choice == 10) _appealRandomly(by, other);
        else if (choice == 11) _demandRandomly(by, segment);
        else if (choice == 12) _answerRandomly(segment);
        else if (choice == 13) _endDemandRandomly(segment);
        else if (choice == 14) _settleRandomly(segment);
        else if (choice == 15) _withdraw(by);
        else if (choice == 16) _distribute(claimId, _claimedWork().claim);
        else _distribute(otherId, abi.decode(otherClaim, (Claim)));
        _observe();
    }

    function assertBooksAgree() external view {
        uint256 held = court.burned() + court.withdrawable(transcoder);
        for (uint256 i; i < people.length; ++i) {
            held += court.withdrawable(people[i]);
        }
        for (uint256 i; i < objections.length; ++i) {
            held += court.getObjection(claimId, segmentOfGame[objections[i]], objections[i]).deposit;
        }
        for (uint64 segment; segment < 3; ++segment) {
            ICourtTypes.DemandStatus memory status = court.getDemand(_chunkId(segment));
            bool isHeld =
                status.stage == ICourtTypes.DemandStage.Open || status.stage == ICourtTypes.DemandStage.Answered;
            if (isHeld) held += status.price;
        }
        vm.assertEq(address(court).balance, held, "the balance is not deposits, prices, credits and burned wei");
    }

    function assertCountsAgree() external view {
        for (uint64 segment; segment < 3; ++segment) {
            uint256 open;
            for (uint256 i; i < objections.length; ++i) {
                if (segmentOfGame[objections[i]] != segment) continue;
                ICourtTypes.Stage stage = _stageOf(segment, objections[i]);
                if (stage == ICourtTypes.Stage.Playing || stage == ICourtTypes.Stage.Appealable) ++open;
            }
            vm.assertEq(court.getSegment(claimId, segment).openObjections, open, "open objections");
        }
    }

    /// @dev A segment waits only for its own window, its own objections and its own demand.
    function assertOnlyOwnDisputesDelay() external view {
        for (uint64 segment; segment < 3; ++segment) {
            (IVerifier.Verdict verdict,) = court.verdictOf(claimId, segment);
            if (verdict != IVerifier.Verdict.None) continue;
            bool isOpen = vm.getBlockNumber() < court.getSegment(claimId, segment).windowEnd;
            isOpen = isOpen || court.getDemand(_chunkId(segment)).stage == ICourtTypes.DemandStage.Open;
            for (uint256 i; i < objections.length; ++i) {
                if (segmentOfGame[objections[i]] != segment) continue;
                ICourtTypes.Stage stage = _stageOf(segment, objections[i]);
                isOpen = isOpen || stage == ICourtTypes.Stage.Playing || stage == ICourtTypes.Stage.Appealable;
            }
            vm.assertTrue(isOpen, "a segment waits for a dispute about another one");
        }
    }

    /// @dev A segment gets one final verdict.
    function _observe() private {
        for (uint64 segment; segment < 3; ++segment) {
            (IVerifier.Verdict verdict,) = court.verdictOf(claimId, segment);
            IVerifier.Verdict before = decided[segment];
            if (before == IVerifier.Verdict.None && verdict != IVerifier.Verdict.None) {
                decided[segment] = verdict;
                ++verdictCount[verdict];
            } else {
                vm.assertEq(uint256(verdict), uint256(before), "a final verdict changed");
            }
        }
    }

    function _objectRandomly(address by, uint64 segment, uint256 seed) private {
        ICourtTypes.SegmentStatus memory status = court.getSegment(claimId, segment);
        if (status.found == IVerifier.Verdict.Invalid || vm.getBlockNumber() >= status.windowEnd) return;
        vm.fee(seed % 20 * 1 gwei);
        uint256 code = 2 + seed % 2;
        // An account can object only once with the same dissection.
        for (uint256 i; i < objections.length; ++i) {
            bytes32 earlier = objections[i];
            bool isSame = segmentOfGame[earlier] == segment && game.getGame(earlier).objector == by
                && uint32(game.getGame(earlier).claimed) == code;
            if (isSame) return;
        }
        objections.push(_object(by, segment, code));
    }

    function _endGame(uint256 seed) private {
        uint256 count = objections.length + appeals.length;
        if (count == 0) return;
        uint256 place = seed % count;
        bytes32 gameId = place < objections.length ? objections[place] : appeals[place - objections.length];
        IDisputeGame.Game memory record = game.getGame(gameId);
        if (record.outcome != IDisputeGame.Outcome.Open) return;
        if (vm.getBlockNumber() > record.movedAt + CLOCK) return game.endByTime(gameId);
        if (record.level > 1 || seed % 3 == 0) return;
        if (record.funder == address(0)) _fundDefence(gameId);
        _dissectAs(gameId, 99);
    }

    function _resolveRandomly(uint256 seed) private {
        uint256 count = objections.length + appeals.length;
        if (count == 0) return;
        uint256 place = seed % count;
        if (place >= objections.length) return _resolveAppeal(appeals[place - objections.length]);
        bytes32 gameId = objections[place];
        uint64 segment = segmentOfGame[gameId];
        ICourtTypes.ObjectionStatus memory status = court.getObjection(claimId, segment, gameId);
        if (status.stage == ICourtTypes.Stage.Playing && game.outcomeOf(gameId) != IDisputeGame.Outcome.Open) {
            return court.resolve(claimId, segment, gameId);
        }
        bool isEnded = vm.getBlockNumber() >= status.appealDeadline && status.openAppeals == 0;
        if (status.stage == ICourtTypes.Stage.Appealable && isEnded) court.uphold(claimId, segment, gameId);
    }

    function _resolveAppeal(bytes32 appealId) private {
        bytes32 objectionId = objectionOf[appealId];
        if (game.outcomeOf(appealId) == IDisputeGame.Outcome.Open || objectionId == 0) return;
        uint64 segment = segmentOfGame[objectionId];
        bool wasVoided = _stageOf(segment, objectionId) == ICourtTypes.Stage.Voided;
        court.resolveAppeal(claimId, segment, objectionId, appealId);
        delete objectionOf[appealId];
        if (!wasVoided && _stageOf(segment, objectionId) == ICourtTypes.Stage.Voided) ++voidedCount;
    }

    function _concedeRandomly(uint256 seed) private {
        if (objections.length == 0) return;
        bytes32 gameId = objections[seed % objections.length];
        uint64 segment = segmentOfGame[gameId];
        ICourtTypes.ObjectionStatus memory status = court.getObjection(claimId, segment, gameId);
        if (status.stage != ICourtTypes.Stage.Playing || status.verdict == IVerifier.Verdict.Invalid) return;
        if (game.outcomeOf(gameId) != IDisputeGame.Outcome.Open) return;
        vm.prank(transcoder);
        court.concede(claimId, segment, gameId);
    }

    function _appealRandomly(address by, uint256 seed) private {
        if (objections.length == 0) return;
        bytes32 objectionId = objections[seed % objections.length];
        uint64 segment = segmentOfGame[objectionId];
        ICourtTypes.ObjectionStatus memory status = court.getObjection(claimId, segment, objectionId);
        if (status.stage != ICourtTypes.Stage.Appealable || vm.getBlockNumber() >= status.appealDeadline) return;
        for (uint256 i; i < appeals.length; ++i) {
            IDisputeGame.Game memory earlier = game.getGame(appeals[i]);
            if (earlier.objector == by && segmentOfGame[appeals[i]] == segment) return;
        }
        bytes32 appealId = _appeal(by, objectionId, 1);
        appeals.push(appealId);
        objectionOf[appealId] = objectionId;
    }

    function _demandRandomly(address by, uint64 segment) private {
        ICourtTypes.SegmentStatus memory status = court.getSegment(claimId, segment);
        if (status.found == IVerifier.Verdict.Invalid || vm.getBlockNumber() >= status.windowEnd) return;
        if (court.getDemand(_chunkId(segment)).stage == ICourtTypes.DemandStage.None) _demand(by, segment, 0);
    }

    function _answerRandomly(uint64 segment) private {
        ICourtTypes.DemandStatus memory status = court.getDemand(_chunkId(segment));
        if (status.stage != ICourtTypes.DemandStage.Open || vm.getBlockNumber() >= status.deadline) return;
        _answer(segment, 0);
    }

    function _endDemandRandomly(uint64 segment) private {
        ICourtTypes.DemandStatus memory status = court.getDemand(_chunkId(segment));
        if (status.stage != ICourtTypes.DemandStage.Open || vm.getBlockNumber() < status.deadline) return;
        court.endDemand(_chunkId(segment));
    }

    function _settleRandomly(uint64 segment) private {
        if (court.getDemand(_chunkId(segment)).stage != ICourtTypes.DemandStage.Answered) return;
        (IVerifier.Verdict verdict,) = court.verdictOf(claimId, segment);
        if (verdict != IVerifier.Verdict.None) court.settleDemand(_chunkId(segment));
    }

    function _withdraw(address by) private {
        if (court.withdrawable(by) == 0) return;
        vm.prank(by);
        court.withdraw();
    }

    /// @dev The payment of a claim depends on its own segments, and on whether the transcoder was slashed in the job. No game of another claim
    /// delays it.
    function _distribute(bytes32 id, Claim memory claim) private {
        if (claims.getClaim(id).state != IClaimsTypes.State.Open) return;
        bool isRefunded = claims.isExpelled(claim.jobId, transcoder);
        bool isDecided = true;
        for (uint64 segment = claim.ranges[0].first; segment <= claim.ranges[0].last; ++segment) {
            (IVerifier.Verdict verdict,) = court.verdictOf(id, segment);
            if (verdict == IVerifier.Verdict.None) isDecided = false;
            if (verdict == IVerifier.Verdict.Invalid || verdict == IVerifier.Verdict.Unavailable) isRefunded = true;
        }
        bool succeeded;
        try claims.distributeFees(claim) {
            succeeded = true;
        } catch {}
        vm.assertTrue(succeeded == (isRefunded || isDecided), "a claim waits for another one, or does not wait");
        if (!succeeded) return;
        IClaimsTypes.State state = claims.getClaim(id).state;
        vm.assertTrue(state == (isRefunded ? IClaimsTypes.State.Refunded : IClaimsTypes.State.Paid), "wrong end");
        ++endCount[id == otherId][state];
    }

    function _chunkId(uint64 segment) private view returns (ChunkId memory) {
        return _chunk(segment, 0);
    }
}
