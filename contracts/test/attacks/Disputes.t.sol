// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IDisputeGame} from "../../src/interfaces/IDisputeGame.sol";
import {Part} from "../../src/types/Dissection.sol";
import {DisputeModel} from "../verification/DisputeModel.sol";

/// @notice Attacks on disputes. See decisions/065.
contract DisputeAttacksTest is DisputeModel {
    bool private isReceiving;
    uint256 private reentries;

    function setUp() public {
        _deployGame();
    }

    /// @dev A person who plays both sides loses the burned part of a bond, whichever side wins.
    /// forge-config: default.fuzz.runs = 16
    /// forge-config: long.fuzz.runs = 200
    function test_fuzz_play_againstOneself_loses(uint256 seed, bool isObjectorHonest) public {
        (objector, defender) = (_account("person"), _account("person"));
        Party memory liar = _liar(seed, false);
        bytes32 gameId = _open(isObjectorHonest ? _honest() : liar);
        _play(gameId, isObjectorHonest ? _honest() : liar, isObjectorHonest ? liar : _honest());
        uint256 bond = game.getGame(gameId).bond;
        vm.assertEq(game.withdrawable(objector), 2 * bond - bond / 4);
    }

    /// @dev An objector that loses on purpose does not protect a liar: the next objector wins its own game.
    function test_play_shamObjectorFirst_doesNotProtectLiar() public {
        Party memory liar = _liar(6, false);
        objector = _account("sham");
        bytes32 sham = _open(_honest());
        _fund(sham);
        _dissect(sham, liar);
        _mine(CLOCK + 1);
        game.endByTime(sham);
        vm.assertTrue(game.outcomeOf(sham) == IDisputeGame.Outcome.DefenderWon);
        objector = _account("objector");
        vm.assertTrue(_play(_open(_honest()), _honest(), liar) == IDisputeGame.Outcome.ObjectorWon);
    }

    /// @dev Another account can copy an objection, and then plays a game of its own.
    function test_open_copiedObjection_leavesOriginal() public {
        bytes32 original = _open(_honest());
        objector = _account("copier");
        bytes32 copy = _open(_honest());
        vm.assertNotEq(copy, original);
        objector = _account("objector");
        vm.assertTrue(_play(original, _honest(), _liar(6, false)) == IDisputeGame.Outcome.ObjectorWon);
        vm.assertTrue(game.outcomeOf(copy) == IDisputeGame.Outcome.Open);
    }

    /// @dev An objector repeats its first dissection at level 3. An old transaction of the defender has no effect there.
    function test_dissect_oldMove_atLevelThreeWithRootOfLevelOne_reverts() public {
        bytes32 gameId = _open(_liar(4, false));
        _fund(gameId);
        _expectReplayReverts(gameId, _honest());
    }

    /// @dev A defender repeats its first dissection at level 4. An old transaction of the objector has no effect there.
    function test_dissect_oldMove_atLevelFourWithRootOfLevelTwo_reverts() public {
        bytes32 gameId = _open(_honest());
        _fund(gameId);
        _dissect(gameId, _liar(4, false));
        _expectReplayReverts(gameId, _honest());
    }

    /// @dev Twenty false objections at the same time: each is a game of its own, and the defender wins each.
    function test_open_twentyFalseObjections_allLose() public {
        bytes32[20] memory gameIds;
        for (uint256 i; i < 20; ++i) {
            objector = _account(vm.toString(i));
            gameIds[i] = _open(_liar(2 * i, false));
        }
        for (uint256 i; i < 20; ++i) {
            Party memory liar = _liar(2 * i, false);
            _firstStates(liar);
            vm.assertTrue(_play(gameIds[i], liar, _honest()) == IDisputeGame.Outcome.DefenderWon);
        }
        uint256 bond = game.bondAt(MIN_BASE_FEE);
        vm.assertEq(game.withdrawable(defender), 20 * (2 * bond - bond / 4));
    }

    /// @dev A loser that is a contract without a way to receive wei cannot delay the winner.
    function test_decide_againstContractThatRefusesWei_paysWinner() public {
        objector = address(this);
        bytes32 gameId = _open(_liar(4, false));
        vm.assertTrue(_play(gameId, _liar(4, false), _honest()) == IDisputeGame.Outcome.DefenderWon);
        vm.prank(defender);
        game.withdraw();
    }

    /// @dev A contract that calls again while it is paid gets nothing twice.
    function test_withdraw_reentrant_paysOnce() public {
        bytes32 gameId = _open(_honest());
        _fund(gameId);
        vm.deal(address(this), 6);
        game.fundDefence{value: 6}(gameId);
        isReceiving = true;
        game.withdraw();
        vm.assertEq(reentries, 1);
        vm.assertEq(address(this).balance, 6);
    }

    /// @dev The honest party on turn moves, the other party posts its last dissection again, and then the same move comes a second time.
    function _expectReplayReverts(bytes32 gameId, Party memory honest) private {
        uint256 level = game.getGame(gameId).level;
        (bytes32 root, bytes32[32] memory repeated) = (game.getGame(gameId).root, postedEnds);
        (Part memory part, bytes32[32] memory ends) = _dissectionBy(gameId, honest);
        address mover = _onTurn(gameId);
        _post(gameId, part, ends);
        _post(gameId, _partAt(0), repeated);
        vm.assertEq(game.getGame(gameId).root, root);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.WrongLevel.selector, level, level + 2));
        vm.prank(mover);
        game.dissect(gameId, level, part, ends);
        // The move that names the present level goes on.
        _post(gameId, part, ends);
        vm.assertEq(game.getGame(gameId).level, level + 3);
    }

    receive() external payable {
        vm.assertTrue(isReceiving, "an unexpected payment");
        ++reentries;
        (bool done,) = address(game).call(abi.encodeCall(game.withdraw, ()));
        vm.assertFalse(done);
    }
}
