// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IDisputeGame} from "../src/interfaces/IDisputeGame.sol";
import {Part} from "../src/types/Dissection.sol";
import {MachineState} from "../src/types/MachineState.sol";
import {Task} from "../src/types/Task.sol";
import {DisputeModel} from "./verification/DisputeModel.sol";

/// @notice Measures the gas of a whole dispute over 2^35 steps, as whole transactions. The objector lies from the result of a store on,
/// which is the most expensive step.
/// forge-config: default.isolate = true
contract GasDisputeTest is DisputeModel {
    string private constant GROUP = "dispute over 2^35 steps";
    uint256[2] private gasOf;

    function setUp() public {
        _deployGame();
        // An earlier dispute has burned wei.
        _play(_open(_liar(2, false)), _liar(2, false), _honest());
        vm.prank(defender);
        game.withdraw();
    }

    function test_gas_dispute() public {
        // Its first lie is the state after step 5.
        Party memory liar = _liar(8, false);
        bytes32 gameId = _measureOpening(liar);
        for (uint256 level = 1; level < 7; ++level) {
            _measureDissection(gameId, level % 2 == 1 ? _honest() : liar, level);
        }
        _measureDecision(gameId);
        vm.prank(defender);
        game.withdraw();
        gasOf[1] += vm.snapshotGasLastCall(GROUP, "withdraw");
        vm.assertLe(gasOf[0] + gasOf[1], 900_000, "both sides together");
        // The winner's part of the other side's bond.
        uint256 won = (game.bondAt(MIN_BASE_FEE) / MIN_BASE_FEE) * 3 / 4;
        vm.assertLe(2 * gasOf[0], won, "the bond must pay twice the gas of the objector");
        vm.assertLe(2 * gasOf[1], won, "the bond must pay twice the gas of the defender");
    }

    function test_gas_endByTime() public {
        bytes32 gameId = _open(_liar(8, false));
        _fund(gameId);
        _dissect(gameId, _honest());
        _mine(CLOCK + 1);
        game.endByTime(gameId);
        vm.snapshotGasLastCall(GROUP, "endByTime");
    }

    function _measureOpening(Party memory liar) private returns (bytes32 gameId) {
        (Task memory task, bytes32[32] memory states) = (_task(), _firstStates(liar));
        MachineState memory end = _endBy(liar);
        IDisputeGame.Objection memory objection = _objection(_exit(0));
        objection.subject = keccak256("subject");
        uint256 bond = game.bondAt(0);
        vm.deal(address(this), bond);
        gameId = game.open{value: bond}(task, objection, end, states);
        gasOf[0] += vm.snapshotGasLastCall(GROUP, "open");
    }

    function _measureDissection(bytes32 gameId, Party memory party, uint256 level) private {
        (Part memory part, bytes32[32] memory ends) = _dissectionBy(gameId, party);
        uint256 bond = level == 1 ? game.getGame(gameId).bond : 0;
        address by = _onTurn(gameId);
        vm.deal(by, bond);
        _mine(5);
        vm.prank(by);
        game.dissect{value: bond}(gameId, level, part, ends);
        gasOf[level % 2] += vm.snapshotGasLastCall(GROUP, level == 1 ? "dissect, with the bond" : "dissect");
        (postedStart, postedEnds) = (part.start, ends);
    }

    function _measureDecision(bytes32 gameId) private {
        Part memory part = _pick(gameId, _honest());
        (MachineState memory before, bytes32[25] memory fetched, bytes32[25] memory accessed) = _witness(4);
        vm.prank(defender);
        game.decide(gameId, part, before, fetched, accessed);
        gasOf[1] += vm.snapshotGasLastCall(GROUP, "decide");
    }
}
