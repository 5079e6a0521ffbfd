// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {ICourtTypes} from "../../src/interfaces/ICourtTypes.sol";
import {IDisputeGame} from "../../src/interfaces/IDisputeGame.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {ReceiptProof} from "../../src/types/Disclosure.sol";
import {Part, dissectionRoot} from "../../src/types/Dissection.sol";
import {Charge, ChunkId, DisclosedWork} from "../../src/types/DisclosedWork.sol";
import {MachineState} from "../../src/types/MachineState.sol";
import {transcodedDataHashOf} from "../../src/types/Output.sol";
import {Payload} from "../../src/types/Payload.sol";
import {Status} from "../../src/types/Status.sol";
import {TranscodeReceipt} from "../../src/types/TranscodeReceipt.sol";
import {Court} from "../../src/verification/Court.sol";
import {DisputeGame} from "../../src/verification/DisputeGame.sol";
import {Machine} from "../../src/verification/Machine.sol";
import {Work} from "../Work.sol";
import {JudgedMemory} from "./JudgedMemory.sol";
import {PayloadModel} from "./PayloadModel.sol";

/// @notice A court that the ClaimsManager has as its verifier, and a claim whose four segments are disclosed. The judged program has three
/// steps: the first byte of the source is the verdict. Segment 0 is Valid, 1 Invalid, 2 InputInvalid, and 3 Valid with a source of three chunks.
abstract contract CourtModel is PayloadModel, Work {
    uint256 internal constant WINDOW = 50;
    uint256 internal constant ANSWER = 30;
    uint256 internal constant CLOCK = 20;
    /// @dev The `verdictBlocks` of the court.
    uint256 internal constant VERDICT = WINDOW + ANSWER + 2 * CLOCK;
    uint256 internal constant MIN_BASE_FEE = 1 gwei;
    uint256 internal constant LENGTH = 3;
    uint256 internal constant LONG_BYTES = 10_000;
    uint64 internal constant LONG = 3;

    uint256 private constant SOURCE = 2 ** 25;

    Court internal court;
    DisputeGame internal game;
    Machine internal machine;
    JudgedMemory private judged;
    bytes32 internal programRoot;
    bytes32 internal claimId;
    bytes private claimedWork;
    mapping(uint64 segment => bytes32) private memoryRoots;
    address internal transcoder = _signingAccount(ANNA);
    address internal objector = _account("objector");
    address internal friend = _account("friend");

    /// @dev The last dissection of a game.
    mapping(bytes32 gameId => bytes32) internal postedStart;
    mapping(bytes32 gameId => bytes32[32]) internal postedEnds;
    mapping(bytes32 gameId => uint64) internal segmentOfGame;

    /// @dev As long as the claim deadline, the verification period and the slashing period together.
    function _bondingParameters(uint256 poolSize)
        internal
        pure
        override
        returns (IBondingTypes.Parameters memory values)
    {
        values = super._bondingParameters(poolSize);
        values.unbondingPeriod = CLAIM_DEADLINE_BLOCKS + VERIFICATION_PERIOD_BLOCKS + VERDICT;
    }

    /// @dev The court needs a slashing period of `VERDICT` blocks.
    function _claimsParameters() internal pure override returns (IClaimsTypes.Parameters memory values) {
        values = super._claimsParameters();
        values.slashingPeriodBlocks = VERDICT;
    }

    function _deployCourt() internal {
        _deploy(10);
        machine = new Machine();
        game = new DisputeGame(machine, CLOCK, MIN_BASE_FEE);
        judged = new JudgedMemory();
        programRoot = judged.programRoot();
        court = new Court(claims, jobs, game, programRoot, WINDOW, ANSWER);
        claims.setVerifier(court);
        _setVerificationRate(1);
        bytes32 jobId = _postDrawnJob();
        ClaimWithReceipts memory claimed = _buildClaim(jobId, _range(0, 3));
        for (uint64 i; i < 4; ++i) {
            ReceiptProof memory proof = claimed.receipts[i];
            proof.dataHash = _payloadOf(_sourceOf(i)).dataHash();
            for (uint256 rendition; rendition < 3; ++rendition) {
                proof.outputs[rendition].dataHash = _payloadOf(_outputOf(i, rendition)).dataHash();
            }
            _changeReceipt(proof);
            _signReceipt(jobId, proof, RENDITION_KEY);
        }
        claimed = _commitToReceipts(claimed.claim, claimed.receipts);
        claimId = _claimWork(claimed.claim);
        _sealChallenges(claimed.claim);
        for (uint256 i; i < 4; ++i) {
            claims.verify(claimed.claim, _disclosureOf(claimed, i));
        }
        claimedWork = abi.encode(claimed);
    }

    /// @dev A test can change a receipt before it is signed.
    function _changeReceipt(ReceiptProof memory proof) internal virtual {}

    function _sourceOf(uint64 segment) internal pure returns (bytes memory data) {
        data = segment == LONG ? _bytes(LONG_BYTES, 0) : new bytes(1);
        data[0] = bytes1(uint8(segment == LONG ? 1 : segment + 1));
    }

    function _outputOf(uint64 segment, uint256 rendition) internal pure returns (bytes memory) {
        return abi.encodePacked("output", segment, uint8(rendition));
    }

    function _claimedWork() internal view returns (ClaimWithReceipts memory) {
        return abi.decode(claimedWork, (ClaimWithReceipts));
    }

    function _workOf(uint64 segment) internal view returns (DisclosedWork memory work) {
        ClaimWithReceipts memory claimed = _claimedWork();
        ReceiptProof memory proof = claimed.receipts[segment];
        TranscodeReceipt memory receipt = TranscodeReceipt({
            jobId: claimed.claim.jobId,
            streamId: streamId,
            sequenceNumber: segment,
            dataHash: proof.dataHash,
            transcodedDataHash: transcodedDataHashOf(proof.outputs),
            broadcasterSignature: proof.broadcasterSignature
        });
        return DisclosedWork(claimId, receipt, proof.outputs);
    }

    function _chargeOf(uint64 segment, uint256 rendition) internal view returns (Charge memory) {
        return Charge({
            work: _workOf(segment),
            options: _ladder(),
            rendition: rendition,
            source: _payloadOf(_sourceOf(segment)),
            output: _payloadOf(_outputOf(segment, rendition))
        });
    }

    function _chunk(uint64 segment, uint256 index) internal view returns (ChunkId memory) {
        return ChunkId(claimId, segment, _workOf(segment).receipt.dataHash, index);
    }

    /// @dev Loads the first memory of the judged program for the first rendition of a segment.
    function _loadMemory(uint64 segment) private {
        Charge memory charge = _chargeOf(segment, 0);
        uint256[10] memory words = [
            uint256(charge.source.length),
            charge.output.length,
            1280,
            720,
            30,
            480,
            charge.work.outputs[0].qp,
            _claimedWork().receipts[segment].durationMs,
            uint256(charge.work.outputs[0].canonicalHash),
            charge.work.outputs[0].bits
        ];
        memoryRoots[segment] = judged.load(words, _sourceOf(segment), _outputOf(segment, 0));
    }

    /// @dev The state after a number of steps, if the program gave `code`. A party that lies does so from the second step on.
    function _stateAt(uint64 segment, uint256 code, uint256 step) internal returns (MachineState memory result) {
        if (memoryRoots[segment] == 0) _loadMemory(segment);
        result.memoryRoot = memoryRoots[segment];
        uint256 pc = step < LENGTH ? 4 * step : 8;
        result.registers[0] = pc << 224 | (step > 0 ? SOURCE << 32 : 0);
        if (step > 1) result.registers[1] = code << 160;
        if (step >= LENGTH) result.status = Status.Exited;
    }

    function _value(uint256 code) internal view returns (uint256) {
        return game.bondAt(block.basefee) * (code == 2 ? 1 : 2);
    }

    /// @dev The objector says that the program gives `code`.
    function _object(address by, uint64 segment, uint256 code) internal returns (bytes32 gameId) {
        Charge memory charge = _chargeOf(segment, 0);
        MachineState memory end = _stateAt(segment, code, LENGTH);
        bytes32[32] memory ends;
        for (uint256 i; i < 32; ++i) {
            ends[i] = end.hash();
        }
        uint256 value = _value(code);
        vm.deal(by, by.balance + value);
        bytes32 start = _stateAt(segment, code, 0).hash();
        vm.prank(by);
        gameId = court.object{value: value}(charge, end, ends);
        (postedStart[gameId], postedEnds[gameId], segmentOfGame[gameId]) = (start, ends, segment);
    }

    function _appeal(address by, bytes32 objectionId, uint256 code) internal returns (bytes32 gameId) {
        uint64 segment = segmentOfGame[objectionId];
        Charge memory charge = _chargeOf(segment, 0);
        MachineState memory end = _stateAt(segment, code, LENGTH);
        bytes32[32] memory ends;
        for (uint256 i; i < 32; ++i) {
            ends[i] = end.hash();
        }
        uint256 value = game.bondAt(block.basefee);
        vm.deal(by, by.balance + value);
        bytes32 start = _stateAt(segment, code, 0).hash();
        vm.prank(by);
        gameId = court.appeal{value: value}(objectionId, charge, end, ends);
        (postedStart[gameId], postedEnds[gameId], segmentOfGame[gameId]) = (start, ends, segment);
    }

    /// @dev The defender does nothing, so the objector wins.
    function _winByTime(bytes32 gameId) internal {
        _mine(CLOCK + 1);
        game.endByTime(gameId);
    }

    /// @dev The defender makes one move, and the objector none, so the objector loses.
    function _loseByTime(bytes32 gameId) internal {
        _fundDefence(gameId);
        // Each honest defender accepts the first state, and denies the end of the first part.
        _dissectAs(gameId, 99);
        _mine(CLOCK + 1);
        game.endByTime(gameId);
    }

    function _fundDefence(bytes32 gameId) internal {
        IDisputeGame.Game memory record = game.getGame(gameId);
        vm.deal(record.defender, record.defender.balance + record.bond);
        vm.prank(record.defender);
        game.fundDefence{value: record.bond}(gameId);
    }

    /// @dev Plays the whole game between parties that say that the program gives these codes. Only the true code can win.
    function _play(bytes32 gameId, uint256 objectorCode, uint256 defenderCode) internal {
        _fundDefence(gameId);
        for (uint256 level = 1; level < 7; ++level) {
            _dissectAs(gameId, level % 2 == 1 ? defenderCode : objectorCode);
        }
        if (_decide(gameId, defenderCode)) return;
        _mine(CLOCK + 1);
        game.endByTime(gameId);
    }

    /// @dev The party on turn, which says that the program gives `code`, picks the first part whose end it denies.
    function _dissectAs(bytes32 gameId, uint256 code) internal {
        IDisputeGame.Game memory record = game.getGame(gameId);
        uint256 steps = 32 ** (7 - record.level);
        Part memory part = _pick(gameId, code);
        bytes32[32] memory ends;
        for (uint256 i; i < 32; ++i) {
            ends[i] = _hashAt(gameId, code, record.firstStep + part.index * steps + (i + 1) * (steps / 32));
        }
        vm.prank(record.level % 2 == 1 ? record.defender : record.objector);
        game.dissect(gameId, record.level, part, ends);
        (postedStart[gameId], postedEnds[gameId]) = (part.start, ends);
    }

    function _decide(bytes32 gameId, uint256 code) private returns (bool done) {
        IDisputeGame.Game memory record = game.getGame(gameId);
        Part memory part = _pick(gameId, code);
        MachineState memory before = _stateAt(segmentOfGame[gameId], code, 1);
        _loadMemory(segmentOfGame[gameId]);
        (bytes32[25] memory fetched, bytes32[25] memory accessed) = (judged.prove(4), judged.prove(SOURCE));
        vm.prank(record.defender);
        (done,) = address(game).call(abi.encodeCall(game.decide, (gameId, part, before, fetched, accessed)));
    }

    function _hashAt(bytes32 gameId, uint256 code, uint256 step) private returns (bytes32) {
        return _stateAt(segmentOfGame[gameId], code, step).hash();
    }

    function _pick(bytes32 gameId, uint256 code) private returns (Part memory) {
        IDisputeGame.Game memory record = game.getGame(gameId);
        uint256 steps = 32 ** (7 - record.level);
        for (uint256 i; i < 32; ++i) {
            uint256 step = record.firstStep + (i + 1) * steps;
            if (_hashAt(gameId, code, step) != postedEnds[gameId][i]) return _partAt(gameId, i);
        }
        return _partAt(gameId, 31);
    }

    function _partAt(bytes32 gameId, uint256 index) private view returns (Part memory part) {
        (bytes32 start, bytes32[32] memory ends) = (postedStart[gameId], postedEnds[gameId]);
        bytes32[32] memory nodes;
        for (uint256 i; i < 32; ++i) {
            nodes[i] = keccak256(abi.encode(i == 0 ? start : ends[i - 1], ends[i]));
        }
        (part.index, part.start, part.end) = (index, index == 0 ? start : ends[index - 1], ends[index]);
        for (uint256 level; level < 5; ++level) {
            part.siblings[level] = nodes[index >> level ^ 1];
            for (uint256 i; i < 16 >> level; ++i) {
                nodes[i] = keccak256(abi.encode(nodes[2 * i], nodes[2 * i + 1]));
            }
        }
        vm.assertEq(dissectionRoot(start, ends), nodes[0]);
    }

    function _demand(address by, uint64 segment, uint256[] memory chunks) internal {
        DisclosedWork memory work = _workOf(segment);
        uint256 value = court.demandPrice(block.basefee) * chunks.length;
        vm.deal(by, by.balance + value);
        vm.prank(by);
        court.demand{value: value}(work, 0, chunks);
    }

    function _demand(address by, uint64 segment, uint256 chunk) internal {
        uint256[] memory chunks = new uint256[](1);
        chunks[0] = chunk;
        _demand(by, segment, chunks);
    }

    function _answer(uint64 segment, uint256 chunk) internal {
        bytes memory data = _sourceOf(segment);
        bytes memory bytes_ = chunk * 4_096 < data.length ? _chunkOf(data, chunk) : bytes("");
        bytes32[] memory siblings = bytes_.length == 0 ? new bytes32[](0) : _siblingsOf(data, chunk);
        court.answer(_chunk(segment, chunk), _payloadOf(data), bytes_, siblings);
    }

    function _assertVerdict(uint64 segment, IVerifier.Verdict expected, address finder) internal view {
        (IVerifier.Verdict verdict, address actual) = court.verdictOf(claimId, segment);
        vm.assertEq(uint256(verdict), uint256(expected), "verdict");
        vm.assertEq(actual, finder);
    }

    function _assertPending(uint64 segment) internal view {
        _assertVerdict(segment, IVerifier.Verdict.None, address(0));
    }

    function _stageOf(uint64 segment, bytes32 gameId) internal view returns (ICourtTypes.Stage) {
        return court.getObjection(claimId, segment, gameId).stage;
    }

    function _assertStage(bytes32 gameId, ICourtTypes.Stage expected) internal view {
        vm.assertEq(uint256(_stageOf(segmentOfGame[gameId], gameId)), uint256(expected), "stage");
    }

    function _resolve(bytes32 gameId) internal {
        court.resolve(claimId, segmentOfGame[gameId], gameId);
    }

    /// @dev To the first block that is too late for objections.
    function _passWindow(uint64 segment) internal {
        vm.roll(court.getSegment(claimId, segment).windowEnd);
    }
}
