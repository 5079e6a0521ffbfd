// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICourtTypes} from "../../src/interfaces/ICourtTypes.sol";
import {IDisputeGame} from "../../src/interfaces/IDisputeGame.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Charge} from "../../src/types/DisclosedWork.sol";
import {MachineState} from "../../src/types/MachineState.sol";
import {CourtModel} from "./CourtModel.sol";

/// @notice Objections with InputInvalid: concessions and appeals.
contract CourtAppealsTest is CourtModel {
    address private appellant = _account("appellant");

    function setUp() public {
        _deployCourt();
    }

    function test_concede_byDefender_leavesTimeForAppeals() public {
        bytes32 gameId = _object(objector, 2, 3);
        vm.expectEmit(address(court));
        emit ICourtTypes.ObjectionMoved(gameId, ICourtTypes.Stage.Appealable);
        _concede(gameId);
        vm.assertEq(court.getObjection(claimId, 2, gameId).appealDeadline, vm.getBlockNumber() + WINDOW);
        _passWindow(2);
        _assertPending(2);
        court.uphold(claimId, 2, gameId);
        _assertVerdict(2, IVerifier.Verdict.InputInvalid, objector);
        // Nobody paid the defender's bond, so the transcoder loses none. The objector gets its own bond back.
        game.endByTime(gameId);
        vm.assertEq(game.withdrawable(objector), game.getGame(gameId).bond);
    }

    function test_concede_byAnotherAccount_reverts() public {
        bytes32 gameId = _object(objector, 2, 3);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NotDefender.selector, address(this), transcoder));
        court.concede(claimId, 2, gameId);
    }

    function test_concede_ofInvalid_reverts() public {
        bytes32 gameId = _object(objector, 1, 2);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.CannotConcede.selector, IVerifier.Verdict.Invalid));
        vm.prank(transcoder);
        court.concede(claimId, 1, gameId);
    }

    function test_concede_afterGame_reverts() public {
        bytes32 gameId = _object(objector, 2, 3);
        _winByTime(gameId);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.GameIsOver.selector, gameId));
        vm.prank(transcoder);
        court.concede(claimId, 2, gameId);
    }

    function test_concede_twice_reverts() public {
        bytes32 gameId = _object(objector, 2, 3);
        _concede(gameId);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.WrongStage.selector, gameId, ICourtTypes.Stage.Appealable));
        vm.prank(transcoder);
        court.concede(claimId, 2, gameId);
    }

    /// @dev A transcoder cannot protect a false segment by conceding a milder fault.
    function test_concede_ofFalseWork_doesNotPreventInvalid() public {
        bytes32 sham = _object(friend, 1, 3);
        _concede(sham);
        bytes32 gameId = _object(objector, 1, 2);
        _winByTime(gameId);
        _resolve(gameId);
        _assertVerdict(1, IVerifier.Verdict.Invalid, objector);
        _mine(WINDOW);
        court.uphold(claimId, 1, sham);
        _assertVerdict(1, IVerifier.Verdict.Invalid, objector);
    }

    function test_uphold_beforeDeadline_reverts() public {
        bytes32 gameId = _object(objector, 2, 3);
        _concede(gameId);
        uint256 deadline = vm.getBlockNumber() + WINDOW;
        vm.roll(deadline - 1);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.AppealsOpen.selector, deadline, 0));
        court.uphold(claimId, 2, gameId);
    }

    function test_uphold_ofOpenGame_reverts() public {
        bytes32 gameId = _object(objector, 2, 3);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.WrongStage.selector, gameId, ICourtTypes.Stage.Playing));
        court.uphold(claimId, 2, gameId);
    }

    function test_appeal_ofHonestSource_voidsConcession() public {
        bytes32 objection = _object(objector, 0, 3);
        _concede(objection);
        bytes32 gameId = _appeal(appellant, objection, 1);
        IDisputeGame.Game memory record = game.getGame(gameId);
        vm.assertEq(record.objector, appellant);
        vm.assertEq(record.defender, objector);
        _play(gameId, 1, 3);
        _resolveAppeal(objection, gameId);
        _assertStage(objection, ICourtTypes.Stage.Voided);
        _passWindow(0);
        _assertVerdict(0, IVerifier.Verdict.Valid, address(0));
        uint256 deposit = game.bondAt(block.basefee);
        vm.assertEq(court.withdrawable(appellant), deposit - deposit / 4);
        vm.assertEq(court.burned(), deposit / 4);
        vm.assertEq(court.withdrawable(objector), 0);
    }

    function test_appeal_ofBrokenSource_loses() public {
        bytes32 objection = _object(objector, 2, 3);
        _concede(objection);
        bytes32 gameId = _appeal(appellant, objection, 1);
        _play(gameId, 1, 3);
        _mine(WINDOW);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICourtTypes.AppealsOpen.selector, court.getObjection(claimId, 2, objection).appealDeadline, 1
            )
        );
        court.uphold(claimId, 2, objection);
        _resolveAppeal(objection, gameId);
        court.uphold(claimId, 2, objection);
        _assertVerdict(2, IVerifier.Verdict.InputInvalid, objector);
        vm.assertEq(court.withdrawable(objector), game.bondAt(block.basefee));
    }

    /// @dev An appellant that loses on purpose does not protect a false objection: the next appeal is a game of its own.
    function test_appeal_afterShamAppeal_voids() public {
        bytes32 objection = _object(objector, 0, 3);
        _concede(objection);
        bytes32 sham = _appeal(friend, objection, 1);
        bytes32 honest = _appeal(appellant, objection, 1);
        _loseByTime(sham);
        _resolveAppeal(objection, sham);
        _assertStage(objection, ICourtTypes.Stage.Appealable);
        game.endByTime(honest);
        _resolveAppeal(objection, honest);
        _assertStage(objection, ICourtTypes.Stage.Voided);
    }

    /// @dev Only the first appeal that was won gets the deposit.
    function test_appeal_wonTwice_paysDepositOnce() public {
        bytes32 objection = _object(objector, 0, 3);
        _concede(objection);
        bytes32 first = _appeal(appellant, objection, 1);
        bytes32 second = _appeal(friend, objection, 1);
        _mine(CLOCK + 1);
        game.endByTime(first);
        game.endByTime(second);
        _resolveAppeal(objection, first);
        _resolveAppeal(objection, second);
        vm.assertEq(court.withdrawable(friend), 0);
        vm.assertEq(court.getObjection(claimId, 0, objection).openAppeals, 0);
        vm.assertEq(court.getObjection(claimId, 0, objection).deposit, 0);
    }

    function test_appeal_afterDeadline_reverts() public {
        bytes32 objection = _object(objector, 0, 3);
        _concede(objection);
        uint256 deadline = vm.getBlockNumber() + WINDOW;
        vm.roll(deadline);
        _expectAppealReverts(objection, 1, 0, abi.encodeWithSelector(ICourtTypes.AppealTooLate.selector, deadline));
    }

    function test_appeal_beforeResolve_reverts() public {
        bytes32 objection = _object(objector, 0, 3);
        bytes memory refusal =
            abi.encodeWithSelector(ICourtTypes.WrongStage.selector, objection, ICourtTypes.Stage.Playing);
        _expectAppealReverts(objection, 1, 0, refusal);
    }

    function test_appeal_withInputInvalid_reverts() public {
        bytes32 objection = _object(objector, 0, 3);
        _concede(objection);
        bytes memory refusal =
            abi.encodeWithSelector(ICourtTypes.NothingToDispute.selector, IVerifier.Verdict.InputInvalid);
        _expectAppealReverts(objection, 3, 0, refusal);
    }

    function test_appeal_aboutAnotherRendition_reverts() public {
        bytes32 objection = _object(objector, 0, 3);
        _concede(objection);
        bytes memory refusal = abi.encodeWithSelector(ICourtTypes.WrongRendition.selector, 1, 0);
        _expectAppealReverts(objection, 1, 1, refusal);
    }

    function test_appeal_withTooLittle_reverts() public {
        bytes32 objection = _object(objector, 0, 3);
        _concede(objection);
        (Charge memory charge, MachineState memory end) = (_chargeOf(0, 0), _stateAt(0, 1, LENGTH));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.ValueTooLow.selector, 0, game.bondAt(block.basefee)));
        this.appealWith(objection, charge, end);
    }

    function test_resolveAppeal_ofOpenGame_reverts() public {
        bytes32 objection = _object(objector, 0, 3);
        _concede(objection);
        bytes32 gameId = _appeal(appellant, objection, 1);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.GameIsOpen.selector, gameId));
        court.resolveAppeal(claimId, 0, objection, gameId);
    }

    function test_resolveAppeal_ofObjection_reverts() public {
        bytes32 objection = _object(objector, 0, 3);
        _concede(objection);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.UnknownAppeal.selector, objection, objection));
        court.resolveAppeal(claimId, 0, objection, objection);
    }

    function test_resolveAppeal_forAnotherSegment_reverts() public {
        bytes32 objection = _object(objector, 0, 3);
        _concede(objection);
        bytes32 gameId = _appeal(appellant, objection, 1);
        _winByTime(gameId);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.UnknownAppeal.selector, objection, gameId));
        court.resolveAppeal(claimId, 1, objection, gameId);
    }

    function appealWith(bytes32 objection, Charge memory charge, MachineState memory end) external payable {
        bytes32[32] memory ends;
        court.appeal{value: msg.value}(objection, charge, end, ends);
    }

    function _expectAppealReverts(bytes32 objection, uint256 code, uint256 rendition, bytes memory refusal) private {
        (Charge memory charge, MachineState memory end) = (_chargeOf(0, rendition), _stateAt(0, code, LENGTH));
        vm.expectRevert(refusal);
        this.appealWith(objection, charge, end);
    }

    function _concede(bytes32 gameId) private {
        vm.prank(transcoder);
        court.concede(claimId, segmentOfGame[gameId], gameId);
    }

    function _resolveAppeal(bytes32 objection, bytes32 gameId) private {
        court.resolveAppeal(claimId, segmentOfGame[objection], objection, gameId);
    }
}
