// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IDisputeGame} from "../../src/interfaces/IDisputeGame.sol";
import {DisputeModel} from "../verification/DisputeModel.sol";

/// @notice Random moves of an honest party and of a liar in many games at the same time. In each game, one of them is the objector.
contract DisputeHandler is DisputeModel {
    struct Dissected {
        bytes32 start;
        bytes32[32] ends;
    }

    bytes32[] private gameIds;
    mapping(bytes32 gameId => uint256 seed) private seeds;
    mapping(bytes32 gameId => Dissected) private dissected;
    mapping(uint256 kind => uint256) private endCount;
    address private friend = _account("friend");

    uint256 private paidIn;
    uint256 private paidOut;

    uint256 private constant BY_MACHINE = 0;
    uint256 private constant BY_TIME_OF_LIAR = 1;
    uint256 private constant BY_TIME_OF_HONEST = 2;
    uint256 private constant BEFORE_BOND = 3;

    constructor() {
        _deployGame();
    }

    function act(uint256 seed) external {
        uint256 choice = seed % 16;
        uint256 rest = seed / 16;
        if (gameIds.length == 0 || choice == 0) return _openNew(uint256(keccak256(abi.encode(rest, gameIds.length))));
        if (choice == 1) return _mine(rest % (CLOCK / 3));
        // Most actions are in one of the eight newest games, so that games go on to their end.
        uint256 among = choice == 4 || choice == 5 || gameIds.length < 8 ? gameIds.length : 8;
        bytes32 gameId = gameIds[gameIds.length - 1 - rest % among];
        if (choice == 2) return _withdraw(rest);
        if (game.outcomeOf(gameId) != IDisputeGame.Outcome.Open) return;
        if (_isOutOfTime(gameId)) return _endByTime(gameId);
        if (choice == 3) return _fundBy(gameId, rest);
        _move(gameId);
    }

    function assertBooksAgree() external view {
        uint256 open;
        for (uint256 i; i < gameIds.length; ++i) {
            IDisputeGame.Game memory record = game.getGame(gameIds[i]);
            if (record.outcome != IDisputeGame.Outcome.Open) continue;
            open += record.funder == address(0) ? record.bond : 2 * record.bond;
        }
        uint256 owed = game.withdrawable(objector) + game.withdrawable(defender) + game.withdrawable(friend);
        vm.assertEq(
            address(game).balance, open + owed + game.burned(), "the balance is not bonds, credits and burned wei"
        );
        vm.assertEq(paidIn, paidOut + address(game).balance, "wei appeared or disappeared");
    }

    function assertEachEndHappened(uint256 times) external view {
        for (uint256 kind; kind < 4; ++kind) {
            vm.assertGe(endCount[kind], times, vm.toString(kind));
        }
    }

    function _openNew(uint256 seed) private {
        vm.fee(seed % 20 * 1 gwei);
        Party memory party = _isHonest(seed, true) ? _honest() : _liar(seed, seed % 3 == 0);
        // The salt of a liar is in its last state, and the defended result is in the objection. So each game has its own id.
        bytes32 gameId = _open(party, _exit(uint32(seed >> 32) | 2));
        gameIds.push(gameId);
        seeds[gameId] = seed;
        paidIn += game.getGame(gameId).bond;
        dissected[gameId] = Dissected(postedStart, postedEnds);
    }

    function _fundBy(bytes32 gameId, uint256 seed) private {
        address by = seed % 2 == 0 ? friend : defender;
        uint256 value = game.getGame(gameId).bond + seed % 3;
        vm.deal(by, by.balance + value);
        vm.prank(by);
        game.fundDefence{value: value}(gameId);
        paidIn += value;
    }

    function _move(bytes32 gameId) private {
        IDisputeGame.Game memory record = game.getGame(gameId);
        if (record.funder == address(0)) return;
        (postedStart, postedEnds) = (dissected[gameId].start, dissected[gameId].ends);
        bool isObjector = record.level % 2 == 0;
        uint256 seed = seeds[gameId];
        Party memory party = _isHonest(seed, isObjector) ? _honest() : _liar(seed, seed % 3 == 0);
        if (record.level < 7) {
            _dissect(gameId, party);
            dissected[gameId] = Dissected(postedStart, postedEnds);
            return;
        }
        bool done = _decide(gameId, party);
        vm.assertTrue(done == _isHonest(seed, false), "the machine decided against an honest party");
        if (done) ++endCount[BY_MACHINE];
    }

    function _endByTime(bytes32 gameId) private {
        IDisputeGame.Game memory record = game.getGame(gameId);
        bool isObjector = record.level % 2 == 0;
        game.endByTime(gameId);
        if (record.funder == address(0)) ++endCount[BEFORE_BOND];
        else ++endCount[_isHonest(seeds[gameId], isObjector) ? BY_TIME_OF_HONEST : BY_TIME_OF_LIAR];
    }

    function _withdraw(uint256 seed) private {
        address by = [objector, defender, friend][seed % 3];
        uint256 amount = game.withdrawable(by);
        if (amount == 0) return;
        uint256 before = by.balance;
        vm.prank(by);
        game.withdraw();
        vm.assertEq(by.balance - before, amount);
        paidOut += amount;
    }

    function _isOutOfTime(bytes32 gameId) private view returns (bool) {
        IDisputeGame.Game memory record = game.getGame(gameId);
        uint256 allowed = record.level % 2 == 1 ? record.defenderBlocks : record.objectorBlocks;
        return vm.getBlockNumber() - record.movedAt > allowed;
    }

    /// @dev In half of the games the objector is honest, and in the other half the defender.
    function _isHonest(uint256 seed, bool isObjector) private pure returns (bool) {
        return (seed / 7 % 2 == 0) == isObjector;
    }
}
