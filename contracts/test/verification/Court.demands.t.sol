// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICourtTypes} from "../../src/interfaces/ICourtTypes.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {ReceiptProof} from "../../src/types/Disclosure.sol";
import {Charge, ChunkId, DisclosedWork} from "../../src/types/DisclosedWork.sol";
import {MachineState} from "../../src/types/MachineState.sol";
import {Payload} from "../../src/types/Payload.sol";
import {CourtModel} from "./CourtModel.sol";

/// @notice Demands of chunks. Segment 3 has a source of three chunks, of which the last one is short.
contract CourtDemandsTest is CourtModel {
    uint256 private constant PRICE_GAS = 103_000;

    function setUp() public {
        _deployCourt();
        vm.fee(10 gwei);
    }

    function test_demand_recordsChunks() public {
        uint256[] memory chunks = _chunks(0, 2);
        bytes32 dataHash = _workOf(LONG).receipt.dataHash;
        vm.expectEmit(address(court));
        emit ICourtTypes.ChunksDemanded(claimId, dataHash, objector, LONG, chunks);
        _demand(objector, LONG, chunks);
        ICourtTypes.DemandStatus memory status = court.getDemand(_chunk(LONG, 2));
        vm.assertTrue(status.stage == ICourtTypes.DemandStage.Open);
        vm.assertEq(status.demander, objector);
        vm.assertEq(status.deadline, vm.getBlockNumber() + ANSWER);
        vm.assertEq(status.price, PRICE_GAS * 10 gwei);
        vm.assertTrue(court.getDemand(_chunk(LONG, 1)).stage == ICourtTypes.DemandStage.None);
        vm.assertEq(court.getSegment(claimId, LONG).openDemands, 2);
        vm.assertEq(address(court).balance, 2 * PRICE_GAS * 10 gwei);
    }

    function test_demand_ofDemandedChunk_paysOnlyForNewOnes() public {
        _demand(friend, LONG, 0);
        _demand(objector, LONG, _chunks(0, 1));
        vm.assertEq(court.withdrawable(objector), court.demandPrice(10 gwei));
        vm.assertEq(court.getDemand(_chunk(LONG, 0)).demander, friend);
        vm.assertEq(court.getSegment(claimId, LONG).openDemands, 2);
    }

    function test_demand_ofRendition_isAnotherChunk() public {
        DisclosedWork memory work = _workOf(0);
        uint256 price = court.demandPrice(block.basefee);
        vm.deal(address(this), price);
        court.demand{value: price}(work, 2, _chunks(0, 0));
        ChunkId memory chunk = ChunkId(claimId, 0, work.outputs[1].dataHash, 0);
        vm.assertTrue(court.getDemand(chunk).stage == ICourtTypes.DemandStage.Open);
        bytes memory data = _outputOf(0, 1);
        court.answer(chunk, _payloadOf(data), data, new bytes32[](0));
        vm.assertTrue(court.getDemand(chunk).stage == ICourtTypes.DemandStage.Answered);
    }

    function test_demand_again_reverts() public {
        _demand(friend, LONG, 0);
        DisclosedWork memory work = _workOf(LONG);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NothingToDemand.selector));
        court.demand(work, 0, _chunks(0, 0));
    }

    function test_demand_withTooLittle_reverts() public {
        DisclosedWork memory work = _workOf(LONG);
        uint256 price = 2 * court.demandPrice(block.basefee);
        vm.deal(address(this), price);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.ValueTooLow.selector, price - 1, price));
        court.demand{value: price - 1}(work, 0, _chunks(0, 1));
    }

    function test_demand_beyondLargestPayload_reverts() public {
        DisclosedWork memory work = _workOf(LONG);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.ChunkOutOfBounds.selector, 4_096, 4_095));
        court.demand(work, 0, _chunks(4_096, 0));
    }

    function test_demand_ofMissingPayload_reverts() public {
        DisclosedWork memory work = _workOf(LONG);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NoSuchPayload.selector, 4));
        court.demand(work, 4, _chunks(0, 0));
    }

    function test_demand_afterWindow_reverts() public {
        DisclosedWork memory work = _workOf(LONG);
        uint256 end = court.getSegment(claimId, LONG).windowEnd;
        vm.roll(end);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.WindowOver.selector, end));
        court.demand(work, 0, _chunks(0, 0));
    }

    function test_demand_atHugeBaseFee_recordsCappedPrice() public {
        vm.fee(2 ** 60);
        uint256 price = court.demandPrice(type(uint48).max);
        DisclosedWork memory work = _workOf(LONG);
        vm.deal(address(this), price);
        court.demand{value: price}(work, 0, _chunks(0, 0));
        vm.assertEq(court.getDemand(_chunk(LONG, 0)).price, price);
    }

    function test_answer_ofEachChunk_isAccepted() public {
        uint256[] memory chunks = new uint256[](3);
        (chunks[1], chunks[2]) = (1, 2);
        _demand(objector, LONG, chunks);
        for (uint256 i; i < 3; ++i) {
            _answer(LONG, i);
            vm.assertTrue(court.getDemand(_chunk(LONG, i)).stage == ICourtTypes.DemandStage.Answered);
        }
        vm.assertEq(court.getSegment(claimId, LONG).openDemands, 0);
    }

    function test_answer_emitsBytes() public {
        _demand(objector, LONG, 2);
        bytes memory data = _chunkOf(_sourceOf(LONG), 2);
        Payload memory payload = _payloadOf(_sourceOf(LONG));
        vm.expectEmit(address(court));
        emit ICourtTypes.ChunkAnswered(claimId, payload.dataHash(), LONG, payload, 2, data);
        _answer(LONG, 2);
    }

    /// @dev A demander that does not know the length can demand too much.
    function test_answer_ofChunkBeyondEnd_showsLength() public {
        _demand(objector, LONG, 3);
        ChunkId memory chunk = _chunk(LONG, 3);
        Payload memory payload = _payloadOf(_sourceOf(LONG));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.WrongChunk.selector, 3));
        court.answer(chunk, payload, hex"01", new bytes32[](0));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.WrongChunk.selector, 3));
        court.answer(chunk, payload, "", new bytes32[](1));
        _answer(LONG, 3);
        vm.assertEq(court.getSegment(claimId, LONG).openDemands, 0);
    }

    function test_answer_withAnotherPayload_reverts() public {
        _demand(objector, LONG, 3);
        ChunkId memory chunk = _chunk(LONG, 3);
        vm.expectPartialRevert(ICourtTypes.WrongPayload.selector);
        court.answer(chunk, Payload(0, 1), "", new bytes32[](0));
    }

    function test_answer_withWrongBytes_reverts() public {
        _demand(objector, LONG, 1);
        ChunkId memory chunk = _chunk(LONG, 1);
        bytes memory source = _sourceOf(LONG);
        (bytes memory data, bytes32[] memory siblings) = (_chunkOf(source, 0), _siblingsOf(source, 1));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.WrongChunk.selector, 1));
        court.answer(chunk, _payloadOf(source), data, siblings);
    }

    function test_answer_twice_reverts() public {
        _demand(objector, LONG, 1);
        _answer(LONG, 1);
        bytes memory refusal =
            abi.encodeWithSelector(ICourtTypes.WrongDemandStage.selector, ICourtTypes.DemandStage.Answered);
        (ChunkId memory chunk, Payload memory payload) = (_chunk(LONG, 1), _payloadOf(_sourceOf(LONG)));
        vm.expectRevert(refusal);
        court.answer(chunk, payload, "", new bytes32[](0));
    }

    function test_answer_inLastBlock_counts() public {
        _demand(objector, LONG, 1);
        _mine(ANSWER - 1);
        ChunkId memory chunk = _chunk(LONG, 1);
        uint256 deadline = vm.getBlockNumber() + 1;
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.AnswerStillPossible.selector, deadline));
        court.endDemand(chunk);
        _answer(LONG, 1);
    }

    function test_endDemand_afterDeadline_makesSegmentUnavailable() public {
        _demand(objector, LONG, 1);
        _mine(ANSWER);
        ChunkId memory chunk = _chunk(LONG, 1);
        Payload memory payload = _payloadOf(_sourceOf(LONG));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.AnswerTooLate.selector, vm.getBlockNumber()));
        court.answer(chunk, payload, "", new bytes32[](0));
        vm.expectEmit(address(court));
        emit ICourtTypes.DemandFailed(claimId, chunk.dataHash, LONG, 1);
        court.endDemand(chunk);
        vm.assertEq(court.withdrawable(objector), court.demandPrice(block.basefee));
        _assertPending(LONG);
        _passWindow(LONG);
        _assertVerdict(LONG, IVerifier.Verdict.Unavailable, objector);
        vm.expectPartialRevert(ICourtTypes.WrongDemandStage.selector);
        court.endDemand(chunk);
    }

    /// @dev A transcoder that withholds a chunk, and would be forgiven for this, is still convicted for false work.
    function test_endDemand_duringGame_doesNotPreventInvalid() public {
        _demand(friend, 1, 0);
        bytes32 gameId = _object(objector, 1, 2);
        _mine(ANSWER);
        court.endDemand(_chunk(1, 0));
        _passWindow(1);
        _mine(WINDOW);
        _assertPending(1);
        game.endByTime(gameId);
        _resolve(gameId);
        _assertVerdict(1, IVerifier.Verdict.Invalid, objector);
    }

    function test_endDemand_ofInvalidSegment_returnsPrice() public {
        _demand(friend, 1, 0);
        bytes32 gameId = _object(objector, 1, 2);
        _winByTime(gameId);
        _resolve(gameId);
        _mine(ANSWER);
        court.endDemand(_chunk(1, 0));
        _assertVerdict(1, IVerifier.Verdict.Invalid, objector);
        vm.assertEq(court.withdrawable(friend), court.demandPrice(block.basefee));
    }

    function test_windowEnd_movesWhileDemandIsOpen() public {
        uint256 end = court.getSegment(claimId, LONG).windowEnd;
        _mine(5);
        _demand(objector, LONG, 0);
        vm.assertEq(court.getSegment(claimId, LONG).windowEnd, end);
        _mine(7);
        vm.assertEq(court.getSegment(claimId, LONG).windowEnd, end + 7);
        _demand(objector, LONG, 1);
        _mine(4);
        _answer(LONG, 0);
        _mine(2);
        _answer(LONG, 1);
        _mine(3);
        vm.assertEq(court.getSegment(claimId, LONG).windowEnd, end + 13);
    }

    function test_windowEnd_movesByAnswerBlocksAtMost() public {
        uint256 end = court.getSegment(claimId, LONG).windowEnd;
        _demand(objector, LONG, 0);
        _mine(ANSWER - 1);
        _answer(LONG, 0);
        _mine(1);
        _demand(objector, LONG, 1);
        _mine(9);
        vm.assertEq(court.getSegment(claimId, LONG).windowEnd, end + ANSWER);
        _answer(LONG, 1);
        vm.assertEq(court.getSegment(claimId, LONG).windowEnd, end + ANSWER);
    }

    /// @dev The window can end before an open demand does. The segment then waits for the demand.
    function test_verdictOf_withOpenDemandAfterWindow_isPending() public {
        _demand(objector, LONG, 0);
        _mine(ANSWER - 1);
        _answer(LONG, 0);
        vm.roll(court.getSegment(claimId, LONG).windowEnd - 1);
        _demand(objector, LONG, 1);
        _mine(10);
        vm.assertLe(court.getSegment(claimId, LONG).windowEnd, vm.getBlockNumber(), "the window is over");
        _assertPending(LONG);
        _answer(LONG, 1);
        _assertVerdict(LONG, IVerifier.Verdict.Valid, address(0));
    }

    function test_verdictOf_ofUnavailable_doesNotWaitForOtherDemands() public {
        _demand(objector, LONG, _chunks(0, 1));
        _mine(ANSWER);
        court.endDemand(_chunk(LONG, 0));
        _passWindow(LONG);
        _assertVerdict(LONG, IVerifier.Verdict.Unavailable, objector);
        _answerTooLate(1);
        court.endDemand(_chunk(LONG, 1));
        _assertVerdict(LONG, IVerifier.Verdict.Unavailable, objector);
    }

    function test_settleDemand_ofValidSegment_paysTranscoder() public {
        _demand(objector, LONG, 0);
        _answer(LONG, 0);
        ChunkId memory chunk = _chunk(LONG, 0);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NotDecided.selector, claimId, LONG));
        court.settleDemand(chunk);
        _passWindow(LONG);
        court.settleDemand(chunk);
        vm.assertEq(court.withdrawable(transcoder), court.demandPrice(block.basefee));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.WrongDemandStage.selector, ICourtTypes.DemandStage.Settled));
        court.settleDemand(chunk);
    }

    function test_settleDemand_ofInvalidSegment_paysDemander() public {
        _demand(friend, 1, 0);
        _answer(1, 0);
        bytes32 gameId = _object(objector, 1, 2);
        _winByTime(gameId);
        _resolve(gameId);
        court.settleDemand(_chunk(1, 0));
        vm.assertEq(court.withdrawable(friend), court.demandPrice(block.basefee));
        vm.assertEq(court.withdrawable(transcoder), 0);
    }

    function test_settleDemand_ofInputInvalidSegment_paysTranscoder() public {
        _demand(friend, 2, 0);
        _answer(2, 0);
        bytes32 gameId = _object(objector, 2, 3);
        _winByTime(gameId);
        _resolve(gameId);
        _mine(WINDOW);
        court.uphold(claimId, 2, gameId);
        court.settleDemand(_chunk(2, 0));
        vm.assertEq(court.withdrawable(transcoder), court.demandPrice(block.basefee));
    }

    function _answerTooLate(uint256 chunk) private {
        (ChunkId memory id, Payload memory payload) = (_chunk(LONG, chunk), _payloadOf(_sourceOf(LONG)));
        vm.expectPartialRevert(ICourtTypes.AnswerTooLate.selector);
        court.answer(id, payload, "", new bytes32[](0));
    }

    function _chunks(uint256 first, uint256 second) private pure returns (uint256[] memory chunks) {
        chunks = new uint256[](first == second ? 1 : 2);
        chunks[0] = first;
        if (first != second) chunks[1] = second;
    }
}

/// @notice A source and a rendition that are longer than any payload may be.
contract CourtLongPayloadsTest is CourtModel {
    Payload private long = Payload("root", 2 ** 24 + 1);

    function setUp() public {
        _deployCourt();
    }

    function _changeReceipt(ReceiptProof memory proof) internal view override {
        if (proof.sequenceNumber == 0) proof.dataHash = long.dataHash();
        if (proof.sequenceNumber == 1) proof.outputs[2].dataHash = long.dataHash();
    }

    function test_objectToLength_ofSource_isInputInvalid() public {
        vm.prank(objector);
        court.objectToLength(_workOf(0), 0, long);
        _assertPending(0);
        _passWindow(0);
        _assertVerdict(0, IVerifier.Verdict.InputInvalid, objector);
    }

    function test_objectToLength_ofRendition_isInvalid() public {
        vm.prank(objector);
        court.objectToLength(_workOf(1), 3, long);
        _assertVerdict(1, IVerifier.Verdict.Invalid, objector);
    }

    function test_objectToLength_withAnotherPayload_reverts() public {
        DisclosedWork memory work = _workOf(1);
        vm.expectPartialRevert(ICourtTypes.WrongPayload.selector);
        court.objectToLength(work, 2, long);
    }

    function test_object_toTooLongPayload_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.PayloadTooLong.selector, 2 ** 24 + 1, 2 ** 24));
        this.objectToLong();
    }

    function objectToLong() external {
        Charge memory charge = _chargeOf(0, 0);
        charge.source = long;
        MachineState memory end = _stateAt(1, 3, LENGTH);
        bytes32[32] memory ends;
        uint256 value = _value(3);
        vm.deal(address(this), value);
        court.object{value: value}(charge, end, ends);
    }
}
