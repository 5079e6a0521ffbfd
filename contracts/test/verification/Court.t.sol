// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICourtTypes} from "../../src/interfaces/ICourtTypes.sol";
import {IDisputeGame} from "../../src/interfaces/IDisputeGame.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Charge, DisclosedWork} from "../../src/types/DisclosedWork.sol";
import {MachineState} from "../../src/types/MachineState.sol";
import {Payload} from "../../src/types/Payload.sol";
import {Status} from "../../src/types/Status.sol";
import {Court} from "../../src/verification/Court.sol";
import {CourtModel} from "./CourtModel.sol";

/// @notice Objections, and the verdicts that follow from them.
contract CourtTest is CourtModel {
    function setUp() public {
        _deployCourt();
    }

    function test_verify_ofSeatedCourt_recordsSegment() public view {
        ICourtTypes.SegmentStatus memory status = court.getSegment(claimId, 0);
        vm.assertEq(status.receiptHash, _receiptHashOf(_claimedWork().claim.jobId, _claimedWork().receipts[0]));
        vm.assertEq(status.windowEnd, vm.getBlockNumber() + WINDOW);
    }

    function test_request_byAnotherAccount_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NotClaimsManager.selector, address(this)));
        court.request(claimId, 0, 9, "receipt");
    }

    function test_verdictOf_untilWindowEnds_isPending() public {
        vm.roll(court.getSegment(claimId, 0).windowEnd - 1);
        _assertPending(0);
        _mine(1);
        _assertVerdict(0, IVerifier.Verdict.Valid, address(0));
    }

    function test_verdictOf_unknownSegment_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.UnknownSegment.selector, claimId, 9));
        court.verdictOf(claimId, 9);
        vm.assertEq(court.getSegment(claimId, 9).windowEnd, 0);
    }

    function test_object_ofFalseWork_convictsTranscoder() public {
        bytes32 gameId = _object(objector, 1, 2);
        IDisputeGame.Game memory record = game.getGame(gameId);
        vm.assertEq(record.objector, objector);
        vm.assertEq(record.defender, transcoder);
        vm.assertEq(address(court).balance, 0);
        _play(gameId, 2, 1);
        _assertPending(1);
        vm.expectEmit(address(court));
        emit ICourtTypes.FaultFound(claimId, 1, IVerifier.Verdict.Invalid, objector);
        _resolve(gameId);
        _assertVerdict(1, IVerifier.Verdict.Invalid, objector);
        _assertStage(gameId, ICourtTypes.Stage.Won);
    }

    function test_object_ofHonestWork_losesToHonestDefender() public {
        bytes32 gameId = _object(objector, 0, 2);
        _play(gameId, 2, 1);
        vm.assertTrue(game.outcomeOf(gameId) == IDisputeGame.Outcome.DefenderWon);
        _passWindow(0);
        _assertPending(0);
        _resolve(gameId);
        _assertVerdict(0, IVerifier.Verdict.Valid, address(0));
        _assertStage(gameId, ICourtTypes.Stage.Lost);
        uint256 bond = game.getGame(gameId).bond;
        vm.assertEq(game.withdrawable(transcoder), 2 * bond - bond / 4);
    }

    function test_object_ofSegmentWithBrokenSource_isInputInvalid() public {
        bytes32 gameId = _object(objector, 2, 3);
        _play(gameId, 3, 1);
        _resolve(gameId);
        _assertStage(gameId, ICourtTypes.Stage.Appealable);
        _mine(WINDOW);
        _assertPending(2);
        court.uphold(claimId, 2, gameId);
        _assertVerdict(2, IVerifier.Verdict.InputInvalid, objector);
        vm.assertEq(court.withdrawable(objector), game.bondAt(block.basefee));
    }

    function test_object_withFalseInputInvalid_returnsDeposit() public {
        bytes32 gameId = _object(objector, 0, 3);
        vm.assertEq(address(court).balance, game.bondAt(block.basefee));
        _play(gameId, 3, 1);
        _resolve(gameId);
        _assertStage(gameId, ICourtTypes.Stage.Lost);
        vm.assertEq(court.withdrawable(objector), game.bondAt(block.basefee));
    }

    /// @dev A program that traps convicts nobody.
    function test_object_withTrap_isInputInvalid() public {
        MachineState memory end = _stateAt(0, 2, LENGTH);
        end.status = Status.Misaligned;
        bytes32 gameId = _objectWith(_chargeOf(0, 0), end, 2 * game.bondAt(block.basefee));
        vm.assertTrue(court.getObjection(claimId, 0, gameId).verdict == IVerifier.Verdict.InputInvalid);
    }

    function test_object_recordsObjection() public {
        ICourtTypes.ObjectionStatus memory status = court.getObjection(claimId, 1, _object(objector, 1, 2));
        vm.assertTrue(status.stage == ICourtTypes.Stage.Playing);
        vm.assertTrue(status.verdict == IVerifier.Verdict.Invalid);
        vm.assertEq(status.rendition, 0);
        vm.assertEq(status.deposit, 0);
        vm.assertEq(court.getSegment(claimId, 1).openObjections, 1);
    }

    function test_object_inLastBlock_countsAndKeepsSegmentPending() public {
        vm.roll(court.getSegment(claimId, 1).windowEnd - 1);
        bytes32 gameId = _object(objector, 1, 2);
        _mine(1);
        _assertPending(1);
        _winByTime(gameId);
        _resolve(gameId);
        _assertVerdict(1, IVerifier.Verdict.Invalid, objector);
    }

    function test_object_afterWindow_reverts() public {
        uint256 end = court.getSegment(claimId, 1).windowEnd;
        vm.roll(end);
        _expectObjectionReverts(_chargeOf(1, 0), 2, abi.encodeWithSelector(ICourtTypes.WindowOver.selector, end));
    }

    function test_object_afterInvalid_reverts() public {
        bytes32 gameId = _object(objector, 1, 2);
        _winByTime(gameId);
        _resolve(gameId);
        bytes memory refusal = abi.encodeWithSelector(ICourtTypes.AlreadyInvalid.selector, claimId, 1);
        _expectObjectionReverts(_chargeOf(1, 0), 2, refusal);
    }

    function test_object_ofUndisclosedSegment_reverts() public {
        Charge memory charge = _chargeOf(1, 0);
        charge.work.receipt.sequenceNumber = 7;
        bytes memory refusal = abi.encodeWithSelector(ICourtTypes.UnknownSegment.selector, claimId, 7);
        _expectObjectionReverts(charge, 2, refusal);
    }

    function test_object_withValid_reverts() public {
        bytes memory refusal = abi.encodeWithSelector(ICourtTypes.NothingToDispute.selector, IVerifier.Verdict.Valid);
        _expectObjectionReverts(_chargeOf(0, 0), 1, refusal);
    }

    function test_object_withTooLittle_reverts() public {
        uint256 bond = game.bondAt(block.basefee);
        (Charge memory charge, MachineState memory end) = (_chargeOf(0, 0), _stateAt(0, 3, LENGTH));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.ValueTooLow.selector, 2 * bond - 1, 2 * bond));
        this.objectWith(charge, end, 2 * bond - 1);
    }

    function test_object_withTooMuch_creditsRest() public {
        uint256 bond = game.bondAt(block.basefee);
        _objectWith(_chargeOf(1, 0), _stateAt(1, 2, LENGTH), bond + 7);
        vm.assertEq(court.withdrawable(address(this)), 7);
        vm.assertEq(address(game).balance, bond);
    }

    function test_object_withAnotherReceipt_reverts() public {
        Charge memory charge = _chargeOf(1, 0);
        charge.work.receipt.dataHash = "another";
        _expectObjectionRevertsPartly(charge, ICourtTypes.WrongReceipt.selector);
    }

    function test_object_withOtherOutputs_reverts() public {
        Charge memory charge = _chargeOf(1, 0);
        charge.work.outputs[2].bits += 1;
        _expectObjectionRevertsPartly(charge, ICourtTypes.WrongOutputs.selector);
    }

    function test_object_withOtherOptions_reverts() public {
        Charge memory charge = _chargeOf(1, 0);
        charge.options.fps = 31;
        _expectObjectionRevertsPartly(charge, ICourtTypes.WrongOptions.selector);
    }

    function test_object_withOtherPayloads_reverts() public {
        Charge memory charge = _chargeOf(1, 0);
        charge.source.length = 2;
        _expectObjectionRevertsPartly(charge, ICourtTypes.WrongPayload.selector);
        charge = _chargeOf(1, 0);
        charge.output.root = "another";
        _expectObjectionRevertsPartly(charge, ICourtTypes.WrongPayload.selector);
    }

    function test_object_toMissingRendition_reverts() public {
        Charge memory charge = _chargeOf(1, 0);
        charge.rendition = 3;
        _expectObjectionReverts(charge, 2, abi.encodeWithSelector(ICourtTypes.NoSuchPayload.selector, 3));
        charge.rendition = type(uint256).max;
        _expectObjectionRevertsPartly(charge, ICourtTypes.NoSuchPayload.selector);
    }

    /// @dev Each rendition is a task of its own.
    function test_object_toAnotherRendition_isAnotherGame() public {
        MachineState memory end = _stateAt(1, 2, LENGTH);
        uint256 bond = game.bondAt(block.basefee);
        bytes32 first = _objectWith(_chargeOf(1, 0), end, bond);
        bytes32 second = _objectWith(_chargeOf(1, 1), end, bond);
        vm.assertNotEq(game.getGame(first).root, game.getGame(second).root);
        vm.assertEq(court.getObjection(claimId, 1, second).rendition, 1);
    }

    function test_resolve_ofOpenGame_reverts() public {
        bytes32 gameId = _object(objector, 1, 2);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.GameIsOpen.selector, gameId));
        court.resolve(claimId, 1, gameId);
    }

    function test_resolve_twice_reverts() public {
        bytes32 gameId = _object(objector, 1, 2);
        _winByTime(gameId);
        _resolve(gameId);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.WrongStage.selector, gameId, ICourtTypes.Stage.Won));
        court.resolve(claimId, 1, gameId);
    }

    function test_resolve_forAnotherSegment_reverts() public {
        bytes32 gameId = _object(objector, 1, 2);
        _winByTime(gameId);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.WrongStage.selector, gameId, ICourtTypes.Stage.None));
        court.resolve(claimId, 0, gameId);
    }

    function test_appoint_namesDefenderOfLaterGames() public {
        bytes32 before = _object(objector, 1, 2);
        vm.expectEmit(address(court));
        emit ICourtTypes.DefenderAppointed(transcoder, friend);
        vm.prank(transcoder);
        court.appoint(friend);
        bytes32 later = _object(_account("another"), 1, 2);
        vm.assertEq(game.getGame(before).defender, transcoder);
        vm.assertEq(game.getGame(later).defender, friend);
        vm.prank(transcoder);
        court.appoint(address(0));
        vm.assertEq(court.defenderOf(transcoder), transcoder);
    }

    function test_withdraw_paysOnce() public {
        _objectWith(_chargeOf(1, 0), _stateAt(1, 2, LENGTH), game.bondAt(block.basefee) + 7);
        uint256 before = address(this).balance;
        vm.expectEmit(address(court));
        emit ICourtTypes.Withdrawal(address(this), 7);
        court.withdraw();
        vm.assertEq(address(this).balance, before + 7);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NothingToWithdraw.selector, address(this)));
        court.withdraw();
    }

    function test_withdraw_toContractThatRefusesWei_reverts() public {
        _objectWith(_chargeOf(1, 0), _stateAt(1, 2, LENGTH), game.bondAt(block.basefee) + 7);
        isRefusing = true;
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.TransferFailed.selector, address(this), 7));
        court.withdraw();
    }

    function test_objectToLength_ofShortPayload_reverts() public {
        DisclosedWork memory work = _workOf(1);
        Payload memory shown = _payloadOf(_sourceOf(1));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.PayloadNotTooLong.selector, 1, 2 ** 24));
        court.objectToLength(work, 0, shown);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NoSuchPayload.selector, 4));
        court.objectToLength(work, 4, shown);
    }

    function test_periods_addUp() public view {
        vm.assertEq(court.windowBlocks(), WINDOW);
        vm.assertEq(court.answerBlocks(), ANSWER);
        vm.assertEq(court.verdictBlocks(), WINDOW + ANSWER + 2 * CLOCK);
        vm.assertEq(court.longestBlocks(), 2 * WINDOW + ANSWER + 4 * CLOCK);
    }

    function test_constructor_withBadParameters_reverts() public {
        vm.expectPartialRevert(IParameters.ParameterOutOfBounds.selector);
        new Court(claims, jobs, game, programRoot, 0, ANSWER);
        vm.expectPartialRevert(IParameters.ParameterOutOfBounds.selector);
        new Court(claims, jobs, game, programRoot, WINDOW, 0);
        vm.expectPartialRevert(IParameters.ParameterOutOfBounds.selector);
        new Court(claims, jobs, game, programRoot, WINDOW, 2 * CLOCK + 1);
        vm.expectRevert(abi.encodeWithSelector(IParameters.NoCode.selector, objector));
        new Court(claims, jobs, IDisputeGame(objector), programRoot, WINDOW, ANSWER);
    }

    bool private isRefusing;

    receive() external payable {
        vm.assertFalse(isRefusing, "this contract refuses wei");
    }

    function objectWith(Charge memory charge, MachineState memory end, uint256 value) external returns (bytes32) {
        return _objectWith(charge, end, value);
    }

    /// @dev The test contract is the objector.
    function _objectWith(Charge memory charge, MachineState memory end, uint256 value) private returns (bytes32) {
        bytes32[32] memory ends;
        for (uint256 i; i < 32; ++i) {
            ends[i] = end.hash();
        }
        vm.deal(address(this), address(this).balance + value);
        return court.object{value: value}(charge, end, ends);
    }

    function _expectObjectionReverts(Charge memory charge, uint256 code, bytes memory refusal) private {
        MachineState memory end = _stateAt(1, code, LENGTH);
        uint256 value = _value(code);
        vm.expectRevert(refusal);
        this.objectWith(charge, end, value);
    }

    function _expectObjectionRevertsPartly(Charge memory charge, bytes4 selector) private {
        MachineState memory end = _stateAt(1, 2, LENGTH);
        uint256 value = _value(2);
        vm.expectPartialRevert(selector);
        this.objectWith(charge, end, value);
    }
}
