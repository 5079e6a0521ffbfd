// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IDisputeGame} from "../../src/interfaces/IDisputeGame.sol";
import {IMachine} from "../../src/interfaces/IMachine.sol";
import {Part} from "../../src/types/Dissection.sol";
import {MachineState} from "../../src/types/MachineState.sol";
import {DisputeModel} from "./DisputeModel.sol";

contract DisputeGameTest is DisputeModel {
    function setUp() public {
        _deployGame();
    }

    function test_model_makesStepsOfMachine() public {
        for (uint256 step; step <= LENGTH; ++step) {
            (MachineState memory before, bytes32[25] memory fetched, bytes32[25] memory accessed) = _witness(step);
            vm.assertEq(machine.step(before, fetched, accessed), _trueHash(step + 1));
        }
    }

    function test_fundDefence_byStranger_isReturnedToStranger() public {
        bytes32 gameId = _open(_liar(1, false));
        uint256 bond = game.getGame(gameId).bond;
        address friend = _account("friend");
        vm.deal(friend, bond + 5);
        vm.expectEmit(address(game));
        emit IDisputeGame.DefenceFunded(gameId, friend);
        vm.prank(friend);
        game.fundDefence{value: bond + 5}(gameId);
        vm.assertEq(game.withdrawable(friend), 5);
        _dissect(gameId, _honest());
        _mine(CLOCK + 1);
        game.endByTime(gameId);
        vm.assertEq(game.withdrawable(friend), bond + 5);
        vm.assertEq(game.withdrawable(defender), bond - bond / 4);
    }

    function test_fundDefence_twice_creditsSecondValue() public {
        bytes32 gameId = _open(_honest());
        _fund(gameId);
        vm.deal(objector, 9);
        vm.prank(objector);
        game.fundDefence{value: 9}(gameId);
        vm.assertEq(game.withdrawable(objector), 9);
        vm.assertEq(game.getGame(gameId).funder, defender);
    }

    function test_fundDefence_withTooLittle_reverts() public {
        bytes32 gameId = _open(_honest());
        uint256 bond = game.getGame(gameId).bond;
        vm.deal(address(this), bond);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.BondTooLow.selector, bond - 1, bond));
        game.fundDefence{value: bond - 1}(gameId);
    }

    function test_fundDefence_afterDefendersTime_reverts() public {
        bytes32 gameId = _open(_honest());
        uint256 bond = game.getGame(gameId).bond;
        vm.deal(address(this), 2 * bond);
        _mine(CLOCK + 1);
        bytes memory refusal = abi.encodeWithSelector(IDisputeGame.OutOfTime.selector, CLOCK + 1, CLOCK);
        vm.expectRevert(refusal);
        game.fundDefence{value: bond}(gameId);
        gameId = _open(_liar(4, false));
        _mine(CLOCK);
        game.fundDefence{value: bond}(gameId);
        _mine(1);
        vm.expectRevert(refusal);
        game.fundDefence{value: bond}(gameId);
    }

    /// @dev The objector uses its own time, so this is not the time of the defender.
    function test_fundDefence_onObjectorsTurn_creditsValue() public {
        bytes32 gameId = _open(_liar(4, false));
        _fund(gameId);
        _dissect(gameId, _honest());
        _mine(CLOCK + 1);
        vm.deal(address(this), 3);
        game.fundDefence{value: 3}(gameId);
        vm.assertEq(game.withdrawable(address(this)), 3);
    }

    function test_dissect_withValue_paysBond() public {
        bytes32 gameId = _open(_liar(2, false));
        (Part memory part, bytes32[32] memory ends) = (_partAt(31), postedEnds);
        ends[31] = _trueHash(STEPS);
        uint256 bond = game.getGame(gameId).bond;
        vm.deal(defender, bond);
        vm.prank(defender);
        game.dissect{value: bond}(gameId, 1, part, ends);
        vm.assertEq(game.getGame(gameId).funder, defender);
        vm.assertEq(game.getGame(gameId).firstStep, STEPS / 32 * 31);
    }

    function test_dissect_beforeBondIsPaid_reverts() public {
        bytes32 gameId = _open(_honest());
        _expectDissectReverts(
            gameId, defender, _partAt(0), 0, abi.encodeWithSelector(IDisputeGame.DefenceNotFunded.selector, gameId)
        );
    }

    function test_dissect_outOfTurn_reverts() public {
        bytes32 gameId = _open(_honest());
        _fund(gameId);
        bytes memory refusal = abi.encodeWithSelector(IDisputeGame.NotOnTurn.selector, objector, defender);
        _expectDissectReverts(gameId, objector, _partAt(0), 0, refusal);
        _dissect(gameId, _liar(2, false));
        refusal = abi.encodeWithSelector(IDisputeGame.NotOnTurn.selector, defender, objector);
        _expectDissectReverts(gameId, defender, _partAt(0), 0, refusal);
    }

    function test_dissect_ofAnotherLevel_reverts() public {
        bytes32 gameId = _open(_honest());
        _fund(gameId);
        Part memory part = _partAt(0);
        bytes32[32] memory ends;
        for (uint256 level; level < 9; ++level) {
            if (level == 1) continue;
            vm.expectRevert(abi.encodeWithSelector(IDisputeGame.WrongLevel.selector, level, 1));
            vm.prank(defender);
            game.dissect(gameId, level, part, ends);
        }
    }

    function test_dissect_ofUnknownGame_reverts() public {
        bytes memory refusal =
            abi.encodeWithSelector(IDisputeGame.GameNotOpen.selector, bytes32("none"), IDisputeGame.Outcome.None);
        _expectDissectReverts("none", defender, _partAt(0), 0, refusal);
    }

    /// forge-config: default.fuzz.runs = 32
    /// forge-config: long.fuzz.runs = 500
    function test_fuzz_dissect_withChangedPart_reverts(uint256 seed, bytes32 other) public {
        // All states of an erratic dissection differ.
        bytes32 gameId = _open(_liar(seed, true));
        _fund(gameId);
        Part memory part = _partAt(seed % 32);
        uint256 field = seed / 32 % 8;
        if (field == 0) part.start = other;
        else if (field == 1) part.end = other;
        else if (field == 2) part.index ^= 1;
        else part.siblings[field - 3] = other;
        _expectDissectReverts(
            gameId, defender, part, 0, abi.encodeWithSelector(IDisputeGame.WrongPart.selector, part.index)
        );
    }

    /// @dev The proof of a part depends only on the lowest five bits of its index.
    function test_dissect_ofPartBeyondLast_reverts() public {
        bytes32 gameId = _open(_honest());
        _fund(gameId);
        Part memory part = _partAt(3);
        part.index += 32;
        bytes memory refusal = abi.encodeWithSelector(IDisputeGame.WrongPart.selector, 35);
        _expectDissectReverts(gameId, defender, part, 0, refusal);
    }

    function test_dissect_withDeniedEnd_reverts() public {
        bytes32 gameId = _open(_honest());
        _fund(gameId);
        Part memory part = _partAt(3);
        _expectDissectReverts(
            gameId, defender, part, part.end, abi.encodeWithSelector(IDisputeGame.SameEnd.selector, part.end)
        );
    }

    function test_dissect_ofSingleSteps_reverts() public {
        bytes32 gameId = _openToLastLevel(_honest(), _liar(4, false));
        _expectDissectReverts(
            gameId, defender, _partAt(0), 0, abi.encodeWithSelector(IDisputeGame.NoMoreParts.selector, 7)
        );
    }

    function test_decide_beforeSingleSteps_reverts() public {
        bytes32 gameId = _open(_liar(4, false));
        _expectDecideReverts(gameId, 0, abi.encodeWithSelector(IDisputeGame.NotASingleStep.selector, 1));
    }

    function test_decide_byObjector_reverts() public {
        bytes32 gameId = _openToLastLevel(_liar(4, false), _honest());
        (MachineState memory before, bytes32[25] memory fetched, bytes32[25] memory accessed) = _witness(2);
        vm.prank(objector);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NotOnTurn.selector, objector, defender));
        game.decide(gameId, _partAt(2), before, fetched, accessed);
    }

    function test_decide_ofRightStep_reverts() public {
        // This liar lies from the state after step 3 on.
        bytes32 gameId = _openToLastLevel(_liar(4, false), _honest());
        _expectDecideReverts(gameId, 1, abi.encodeWithSelector(IDisputeGame.StepIsRight.selector, _trueHash(2)));
    }

    function test_decide_ofWrongPart_reverts() public {
        bytes32 gameId = _openToLastLevel(_liar(4, false), _honest());
        Part memory part = _partAt(2);
        part.end = _trueHash(3);
        (MachineState memory before, bytes32[25] memory fetched, bytes32[25] memory accessed) = _witness(2);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.WrongPart.selector, 2));
        vm.prank(defender);
        game.decide(gameId, part, before, fetched, accessed);
    }

    function test_decide_withAnotherState_reverts() public {
        bytes32 gameId = _openToLastLevel(_liar(4, false), _honest());
        (MachineState memory before, bytes32[25] memory fetched, bytes32[25] memory accessed) = _witness(2);
        before.registers[3] = 1;
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.WrongState.selector, before.hash(), _trueHash(2)));
        vm.prank(defender);
        game.decide(gameId, _partAt(2), before, fetched, accessed);
    }

    function test_decide_withWrongProof_reverts() public {
        bytes32 gameId = _openToLastLevel(_liar(4, false), _honest());
        (MachineState memory before, bytes32[25] memory fetched, bytes32[25] memory accessed) = _witness(2);
        fetched[9] = 0;
        vm.expectRevert(abi.encodeWithSelector(IMachine.WrongProof.selector, 8));
        vm.prank(defender);
        game.decide(gameId, _partAt(2), before, fetched, accessed);
    }

    function test_decide_ofWrongStep_endsGame() public {
        bytes32 gameId = _openToLastLevel(_liar(4, false), _honest());
        vm.expectEmit(address(game));
        emit IDisputeGame.GameDecided(gameId, IDisputeGame.Outcome.DefenderWon);
        vm.assertTrue(_decide(gameId, _honest()));
        bytes memory refusal =
            abi.encodeWithSelector(IDisputeGame.GameNotOpen.selector, gameId, IDisputeGame.Outcome.DefenderWon);
        vm.expectRevert(refusal);
        game.endByTime(gameId);
        vm.expectRevert(refusal);
        game.fundDefence(gameId);
        _expectDissectReverts(gameId, defender, _partAt(0), 0, refusal);
        _expectDecideReverts(gameId, 2, refusal);
    }

    /// @dev A party that waits until its last block loses no move, and the sum of its times is limited.
    function test_dissect_atLastBlock_isPossible() public {
        bytes32 gameId = _open(_liar(4, false));
        _fund(gameId);
        _mine(CLOCK);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.StillInTime.selector, CLOCK, CLOCK));
        game.endByTime(gameId);
        _dissect(gameId, _honest());
        _mine(CLOCK);
        _dissect(gameId, _liar(4, false));
        // Both clocks are at zero. In the same block, a move is still possible.
        _dissect(gameId, _honest());
        _dissect(gameId, _liar(4, false));
        _mine(1);
        _expectDissectReverts(
            gameId, defender, _partAt(0), 0, abi.encodeWithSelector(IDisputeGame.OutOfTime.selector, 1, 0)
        );
        game.endByTime(gameId);
        vm.assertTrue(game.outcomeOf(gameId) == IDisputeGame.Outcome.ObjectorWon);
    }

    /// forge-config: default.fuzz.runs = 32
    /// forge-config: long.fuzz.runs = 500
    function test_fuzz_dissect_takesBlocksFromOwnClock(uint256 seed) public {
        bytes32 gameId = _open(_honest());
        _fund(gameId);
        uint256[2] memory left = [CLOCK, CLOCK];
        for (uint256 level = 1; level < 7; ++level) {
            uint256 side = level % 2;
            uint256 blocks = uint256(keccak256(abi.encode(seed, level))) % (left[side] + 1);
            left[side] -= blocks;
            _mine(blocks);
            _dissect(gameId, side == 1 ? _liar(4, false) : _honest());
            vm.assertEq(game.getGame(gameId).objectorBlocks, left[0]);
            vm.assertEq(game.getGame(gameId).defenderBlocks, left[1]);
        }
    }

    function test_endByTime_ofSilentDefender_returnsBond() public {
        bytes32 gameId = _open(_liar(4, false));
        _mine(CLOCK + 1);
        game.endByTime(gameId);
        vm.assertTrue(game.outcomeOf(gameId) == IDisputeGame.Outcome.ObjectorWon);
        vm.assertEq(game.withdrawable(objector), game.getGame(gameId).bond);
        vm.assertEq(game.burned(), 0);
    }

    function test_withdraw_paysWinner() public {
        bytes32 gameId = _open(_honest());
        vm.assertTrue(_play(gameId, _honest(), _liar(4, false)) == IDisputeGame.Outcome.ObjectorWon);
        uint256 bond = game.getGame(gameId).bond;
        vm.expectEmit(address(game));
        emit IDisputeGame.Withdrawal(objector, 2 * bond - bond / 4);
        vm.prank(objector);
        game.withdraw();
        vm.assertEq(objector.balance, 2 * bond - bond / 4);
        vm.assertEq(game.burned(), bond / 4);
        vm.assertEq(address(game).balance, bond / 4);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NothingToWithdraw.selector, objector));
        vm.prank(objector);
        game.withdraw();
    }

    function test_withdraw_byAccountThatRefusesWei_reverts() public {
        bytes32 gameId = _open(_honest());
        vm.deal(address(this), 4);
        _fund(gameId);
        game.fundDefence{value: 4}(gameId);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.TransferFailed.selector, this, 4));
        game.withdraw();
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 1000
    function test_fuzz_play_honestDefender_wins(uint256 seed, bool isErratic) public {
        Party memory liar = _liar(seed, isErratic);
        vm.assertTrue(_play(_open(liar), liar, _honest()) == IDisputeGame.Outcome.DefenderWon);
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 1000
    function test_fuzz_play_honestObjector_wins(uint256 seed, bool isErratic) public {
        bytes32 gameId = _open(_honest());
        vm.assertTrue(_play(gameId, _honest(), _liar(seed, isErratic)) == IDisputeGame.Outcome.ObjectorWon);
    }

    function _openToLastLevel(Party memory byObjector, Party memory byDefender) private returns (bytes32 gameId) {
        gameId = _open(byObjector);
        _fund(gameId);
        for (uint256 level = 1; level < 7; ++level) {
            _dissect(gameId, level % 2 == 1 ? byDefender : byObjector);
        }
    }

    function _expectDissectReverts(bytes32 gameId, address by, Part memory part, bytes32 end, bytes memory refusal)
        private
    {
        bytes32[32] memory ends;
        ends[31] = end;
        uint256 level = game.getGame(gameId).level;
        vm.expectRevert(refusal);
        vm.prank(by);
        game.dissect(gameId, level, part, ends);
    }

    /// @dev The defender lets the machine make the step after `step` steps.
    function _expectDecideReverts(bytes32 gameId, uint256 step, bytes memory refusal) private {
        (MachineState memory before, bytes32[25] memory fetched, bytes32[25] memory accessed) = _witness(step);
        Part memory part = _partAt(step);
        vm.expectRevert(refusal);
        vm.prank(defender);
        game.decide(gameId, part, before, fetched, accessed);
    }
}
