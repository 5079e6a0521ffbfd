// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IDisputeGame} from "../../src/interfaces/IDisputeGame.sol";
import {IMachine} from "../../src/interfaces/IMachine.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {ITask} from "../../src/interfaces/ITask.sol";
import {dissectionRoot} from "../../src/types/Dissection.sol";
import {MachineState} from "../../src/types/MachineState.sol";
import {Status} from "../../src/types/Status.sol";
import {Task} from "../../src/types/Task.sol";
import {DisputeGame} from "../../src/verification/DisputeGame.sol";
import {DisputeModel} from "./DisputeModel.sol";

/// @notice Tests of `open` and of the constructor.
contract DisputeGameOpenTest is DisputeModel {
    function setUp() public {
        _deployGame();
    }

    function test_open_recordsGame() public {
        _mine(7);
        bytes32 gameId = _open(_honest());
        IDisputeGame.Game memory record = game.getGame(gameId);
        vm.assertEq(record.objector, objector);
        vm.assertEq(record.defender, defender);
        vm.assertEq(record.funder, address(0));
        vm.assertTrue(record.outcome == IDisputeGame.Outcome.Open);
        vm.assertTrue(game.outcomeOf(gameId) == IDisputeGame.Outcome.Open);
        vm.assertEq(record.level, 1);
        vm.assertEq(record.firstStep, 0);
        vm.assertEq(record.movedAt, vm.getBlockNumber());
        vm.assertEq(record.objectorBlocks, CLOCK);
        vm.assertEq(record.defenderBlocks, CLOCK);
        vm.assertEq(record.bond, game.bondAt(0));
        vm.assertEq(record.claimed, _exit(0));
        vm.assertEq(address(game).balance, record.bond);
    }

    function test_open_emitsGame() public {
        Task memory task = _task();
        bytes32[32] memory states = _firstStates(_honest());
        MachineState memory end = _endBy(_honest());
        uint256 bond = game.bondAt(0);
        IDisputeGame.Objection memory objection = _objection(_exit(1));
        bytes32 gameId = keccak256(abi.encode(this, objection, dissectionRoot(_trueHash(0), states)));
        vm.expectEmit(address(game));
        emit IDisputeGame.GameOpened(gameId, address(this), defender, objection, _exit(0), bond);
        vm.expectEmit(address(game));
        emit IDisputeGame.Dissected(gameId, _trueHash(0), postedEnds);
        vm.deal(address(this), bond);
        vm.assertEq(game.open{value: bond}(task, objection, end, states), gameId);
    }

    function test_open_withDefendedResult_reverts() public {
        Party memory party = _honest();
        _expectOpenReverts(party, _exit(0), 0, abi.encodeWithSelector(IDisputeGame.SameResult.selector, _exit(0)));
    }

    function test_open_ofSameGame_reverts() public {
        bytes32 gameId = _open(_honest());
        _expectOpenReverts(_honest(), _exit(1), 0, abi.encodeWithSelector(IDisputeGame.GameExists.selector, gameId));
        _mine(CLOCK + 1);
        game.endByTime(gameId);
        _expectOpenReverts(_honest(), _exit(1), 0, abi.encodeWithSelector(IDisputeGame.GameExists.selector, gameId));
    }

    function test_open_byAnotherCourt_isAnotherGame() public {
        bytes32 gameId = _open(_honest());
        (Task memory task, bytes32[32] memory states) = (_task(), _firstStates(_honest()));
        MachineState memory end = _endBy(_honest());
        uint256 bond = game.bondAt(0);
        vm.deal(objector, bond);
        vm.prank(objector);
        vm.assertNotEq(game.open{value: bond}(task, _objection(_exit(1)), end, states), gameId);
    }

    /// @dev A copy of an objection with wrong states does not use up the id of the objection.
    function test_open_withAnotherDissection_isAnotherGame() public {
        MachineState memory end = _endBy(_honest());
        bytes32[32] memory states = _firstStates(_honest());
        states[7] = "wrong";
        uint256 bond = game.bondAt(0);
        vm.deal(address(this), bond);
        bytes32 copy = game.open{value: bond}(_task(), _objection(_exit(1)), end, states);
        bytes32 gameId = _open(_honest());
        vm.assertNotEq(copy, gameId);
        vm.assertTrue(game.outcomeOf(gameId) == IDisputeGame.Outcome.Open);
    }

    function test_open_withTooLowBond_reverts() public {
        uint256 bond = game.bondAt(0);
        bytes memory refusal = abi.encodeWithSelector(IDisputeGame.BondTooLow.selector, bond - 1, bond);
        _expectOpenReverts(_honest(), _exit(1), bond - 1, refusal);
    }

    function test_open_withHigherValue_creditsRest() public {
        (Task memory task, bytes32[32] memory states) = (_task(), _firstStates(_honest()));
        MachineState memory end = _endBy(_honest());
        uint256 bond = game.bondAt(0);
        vm.deal(address(this), bond + 3);
        game.open{value: bond + 3}(task, _objection(_exit(1)), end, states);
        vm.assertEq(game.withdrawable(objector), 3);
    }

    function test_open_withRunningMachine_claimsThatProgramDoesNotHalt() public {
        MachineState memory end = _endBy(_honest());
        (end.status, end.registers[1]) = (Status.Running, 7 << 160);
        uint256 bond = game.bondAt(0);
        vm.deal(address(this), bond);
        bytes32[32] memory states = _firstStates(_honest());
        states[31] = end.hash();
        bytes32 gameId = game.open{value: bond}(_task(), _objection(_exit(0)), end, states);
        vm.assertEq(game.getGame(gameId).claimed, 0);
    }

    function test_open_withAnotherEnd_reverts() public {
        (Task memory task, bytes32[32] memory states) = (_task(), _firstStates(_honest()));
        MachineState memory end = _endBy(_honest());
        end.registers[0] = 0;
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.WrongState.selector, end.hash(), _trueHash(LENGTH)));
        game.open(task, _objection(_exit(1)), end, states);
    }

    function test_open_withTooManyOptions_reverts() public {
        Task memory task = _task();
        task.options = new bytes32[](31);
        _expectTaskReverts(task, abi.encodeWithSelector(ITask.TooManyOptions.selector, 31));
    }

    function test_open_withTooLongInput_reverts() public {
        Task memory task = _task();
        task.inputs[1].length = 2 ** 24 + 1;
        _expectTaskReverts(task, abi.encodeWithSelector(ITask.InputTooLong.selector, 2 ** 24 + 1));
    }

    function test_bondAt_followsBaseFee() public view {
        vm.assertEq(game.bondAt(0), game.bondAt(MIN_BASE_FEE));
        vm.assertEq(game.bondAt(3 * MIN_BASE_FEE), 3 * game.bondAt(MIN_BASE_FEE));
    }

    function test_open_afterBaseFeeRose_needsHigherBond() public {
        vm.fee(50 gwei);
        uint256 bond = 50 * game.bondAt(MIN_BASE_FEE);
        _expectOpenReverts(
            _honest(), _exit(1), bond - 1, abi.encodeWithSelector(IDisputeGame.BondTooLow.selector, bond - 1, bond)
        );
    }

    function test_constructor_withBadParameters_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IParameters.NoCode.selector, objector));
        new DisputeGame(IMachine(objector), CLOCK, MIN_BASE_FEE);
        vm.expectPartialRevert(IParameters.ParameterOutOfBounds.selector);
        new DisputeGame(machine, 0, MIN_BASE_FEE);
        vm.expectPartialRevert(IParameters.ParameterOutOfBounds.selector);
        new DisputeGame(machine, CLOCK, 0);
    }

    function _expectOpenReverts(Party memory party, uint256 defended, uint256 value, bytes memory refusal) private {
        (Task memory task, bytes32[32] memory states) = (_task(), _firstStates(party));
        MachineState memory end = _endBy(party);
        IDisputeGame.Objection memory objection = _objection(defended);
        vm.deal(address(this), value);
        vm.expectRevert(refusal);
        game.open{value: value}(task, objection, end, states);
    }

    function _expectTaskReverts(Task memory task, bytes memory refusal) private {
        MachineState memory end = _endBy(_honest());
        bytes32[32] memory states = _firstStates(_honest());
        vm.expectRevert(refusal);
        game.open(task, _objection(_exit(1)), end, states);
    }
}
