// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IDisputeGame} from "../../src/interfaces/IDisputeGame.sol";
import {Part, dissectionRoot} from "../../src/types/Dissection.sol";
import {MachineState} from "../../src/types/MachineState.sol";
import {Status} from "../../src/types/Status.sol";
import {Input, Task} from "../../src/types/Task.sol";
import {DisputeGame} from "../../src/verification/DisputeGame.sol";
import {Machine} from "../../src/verification/Machine.sol";
import {MemoryModel} from "./MemoryModel.sol";

/// @notice A program of eight steps, all states of its execution, and parties of a dispute about it. The program's result is 0 if the first
/// byte of its input equals its option, and 1 if not.
abstract contract DisputeModel is MemoryModel {
    /// @dev What a party says about the execution. It says the truth about all states before `lieAt`, and lies about this state and all later
    /// ones. An honest party has a `lieAt` that is greater than all steps.
    struct Party {
        uint256 lieAt;
        uint256 salt;
        /// @dev Hash of the state in which the program halts, as the party says.
        bytes32 end;
        /// @dev Whether the party also divides and picks parts at random, so that its moves contradict each other.
        bool isErratic;
    }

    uint256 internal constant STEPS = 2 ** 35;
    uint256 internal constant LENGTH = 8;
    uint256 internal constant CLOCK = 100;
    uint256 internal constant MIN_BASE_FEE = 1 gwei;
    uint256 private constant DATUM = 0x400;
    uint256 private constant WORDS = 2 ** 24;
    uint256 private constant INPUT = 2 * WORDS;
    uint8 internal constant BYTE = 42;

    DisputeGame internal game;
    Machine internal machine;
    address internal objector = _account("objector");
    address internal defender = _account("defender");

    bytes32[LENGTH + 1] private trueHashes;
    bytes32 private programRoot;
    /// @dev The last dissection.
    bytes32 internal postedStart;
    bytes32[32] internal postedEnds;

    function _deployGame() internal {
        machine = new Machine();
        game = new DisputeGame(machine, CLOCK, MIN_BASE_FEE);
        _clear();
        uint256[LENGTH] memory code = [
            uint256(0x010002b7), // lui x5, 0x1000
            0x05f2c503, // lbu x10, 95(x5)
            0x02000337, // lui x6, 0x2000
            0x00034383, // lbu x7, 0(x6)
            0x40702023, // sw x7, 1024(x0)
            0x00754533, // xor x10, x10, x7
            0x00a03533, // sltu x10, x0, x10
            0x00000073 // ecall
        ];
        for (uint256 i; i < LENGTH; ++i) {
            _store(4 * i, code[i]);
        }
        programRoot = _prove(WORDS)[20];
        // The lengths of the inputs and the option are numbers whose highest byte comes first.
        _store(WORDS + 28, uint256(1) << 24);
        _store(WORDS + 92, uint256(BYTE) << 24);
        _store(INPUT, BYTE);
        for (uint256 step; step <= LENGTH; ++step) {
            _goTo(step);
            trueHashes[step] = _hash();
        }
    }

    function _task() internal view returns (Task memory task) {
        task.program = programRoot;
        task.inputs[0] = Input(bytes32(uint256(BYTE) << 248), 1);
        task.options = new bytes32[](1);
        task.options[0] = bytes32(uint256(BYTE));
    }

    /// @dev The result of a program that has exited with this value in a0.
    function _exit(uint256 code) internal pure returns (uint256) {
        return uint256(Status.Exited) << 32 | code;
    }

    function _objection(uint256 defended) internal view returns (IDisputeGame.Objection memory) {
        return IDisputeGame.Objection("subject", objector, defender, defended);
    }

    /// @dev Sets `state` to the state after `step` steps.
    function _goTo(uint256 step) internal {
        if (step > LENGTH) step = LENGTH;
        for (uint256 register = 1; register < 32; ++register) {
            _set(register, 0);
        }
        _set(0, 4 * (step < LENGTH ? step : LENGTH - 1));
        if (step > 0) _set(5, WORDS);
        if (step > 1) _set(10, step < 6 ? BYTE : 0);
        if (step > 2) _set(6, INPUT);
        if (step > 3) _set(7, BYTE);
        _store(DATUM, step > 4 ? BYTE : 0);
        state.status = step < LENGTH ? Status.Running : Status.Exited;
    }

    /// @dev What the machine needs to make the step after `step` steps.
    function _witness(uint256 step)
        internal
        returns (MachineState memory before, bytes32[25] memory fetched, bytes32[25] memory accessed)
    {
        _goTo(step);
        before = state;
        if (step >= LENGTH) return (before, fetched, accessed);
        fetched = _prove(4 * step);
        if (step == 1) accessed = _prove(WORDS + 95);
        if (step == 3) accessed = _prove(INPUT);
        if (step == 4) accessed = _prove(DATUM);
    }

    function _honest() internal view returns (Party memory) {
        return Party(type(uint256).max, 0, _trueHash(LENGTH), false);
    }

    /// @dev A party that lies about all states from a random step on. Half of these steps are steps of the program.
    function _liar(uint256 seed, bool isErratic) internal returns (Party memory party) {
        (party.lieAt, party.salt) = (1 + seed / 2 % (seed % 2 == 0 ? LENGTH : STEPS), seed);
        (party.end, party.isErratic) = (_endBy(party).hash(), isErratic);
    }

    function _trueHash(uint256 step) internal view returns (bytes32) {
        return trueHashes[step < LENGTH ? step : LENGTH];
    }

    /// @dev The hash of the state after `step` steps, as the party says.
    function _hashBy(Party memory party, uint256 step) internal view returns (bytes32) {
        if (step < party.lieAt) return _trueHash(step);
        return step >= LENGTH ? party.end : keccak256(abi.encode(party.salt, step));
    }

    /// @dev The state after all steps, as the party says. Liars disagree about a0, and with each other about another register.
    function _endBy(Party memory party) internal returns (MachineState memory) {
        _goTo(LENGTH);
        if (party.lieAt <= STEPS) {
            _set(10, 1);
            _set(11, uint32(party.salt));
        }
        return state;
    }

    function _open(Party memory party) internal returns (bytes32) {
        return _open(party, party.lieAt > STEPS ? _exit(1) : _exit(0));
    }

    function _open(Party memory party, uint256 defended) internal returns (bytes32 gameId) {
        Task memory task = _task();
        bytes32[32] memory states = _firstStates(party);
        MachineState memory end = _endBy(party);
        uint256 bond = game.bondAt(block.basefee);
        vm.deal(address(this), address(this).balance + bond);
        return game.open{value: bond}(task, _objection(defended), end, states);
    }

    /// @dev The first dissection of a party. Also records it as the last one.
    function _firstStates(Party memory party) internal returns (bytes32[32] memory states) {
        postedStart = _trueHash(0);
        for (uint256 i; i < 32; ++i) {
            postedEnds[i] = party.isErratic && i < 31
                ? keccak256(abi.encode(party.salt, i))
                : _hashBy(party, (i + 1) * (STEPS / 32));
            states[i] = postedEnds[i];
        }
    }

    function _fund(bytes32 gameId) internal {
        uint256 bond = game.getGame(gameId).bond;
        vm.deal(defender, defender.balance + bond);
        vm.prank(defender);
        game.fundDefence{value: bond}(gameId);
    }

    /// @dev The part with which the party disagrees first.
    function _pick(bytes32 gameId, Party memory party) internal view returns (Part memory) {
        IDisputeGame.Game memory record = game.getGame(gameId);
        uint256 partSteps = 32 ** (7 - record.level);
        if (party.isErratic) return _partAt(uint256(keccak256(abi.encode(party.salt, record.level))) % 32);
        for (uint256 i; i < 32; ++i) {
            if (_hashBy(party, record.firstStep + (i + 1) * partSteps) != postedEnds[i]) return _partAt(i);
        }
        return _partAt(31);
    }

    function _partAt(uint256 index) internal view returns (Part memory part) {
        bytes32[32] memory nodes;
        for (uint256 i; i < 32; ++i) {
            nodes[i] = keccak256(abi.encode(i == 0 ? postedStart : postedEnds[i - 1], postedEnds[i]));
        }
        (part.index, part.start, part.end) =
        (index, index == 0 ? postedStart : postedEnds[index - 1], postedEnds[index]);
        for (uint256 level; level < 5; ++level) {
            part.siblings[level] = nodes[index >> level ^ 1];
            for (uint256 i; i < 16 >> level; ++i) {
                nodes[i] = keccak256(abi.encode(nodes[2 * i], nodes[2 * i + 1]));
            }
        }
        vm.assertEq(dissectionRoot(postedStart, postedEnds), nodes[0]);
    }

    /// @dev The party on turn divides a part.
    function _dissect(bytes32 gameId, Party memory party) internal {
        (Part memory part, bytes32[32] memory ends) = _dissectionBy(gameId, party);
        _post(gameId, part, ends);
    }

    /// @dev The party on turn picks this part, and says that it has these ends.
    function _post(bytes32 gameId, Part memory part, bytes32[32] memory ends) internal {
        uint256 level = game.getGame(gameId).level;
        vm.prank(_onTurn(gameId));
        game.dissect(gameId, level, part, ends);
        (postedStart, postedEnds) = (part.start, ends);
    }

    /// @dev The next move of the party.
    function _dissectionBy(bytes32 gameId, Party memory party)
        internal
        view
        returns (Part memory part, bytes32[32] memory ends)
    {
        part = _pick(gameId, party);
        IDisputeGame.Game memory record = game.getGame(gameId);
        uint256 steps = 32 ** (7 - record.level);
        ends = _endsBy(party, record.firstStep + part.index * steps, steps / 32);
        if (ends[31] == part.end) ends[31] = keccak256(abi.encode(party.salt, "another end"));
    }

    function _endsBy(Party memory party, uint256 firstStep, uint256 partSteps)
        internal
        view
        returns (bytes32[32] memory ends)
    {
        for (uint256 i; i < 32; ++i) {
            ends[i] = party.isErratic
                ? keccak256(abi.encode(party.salt, firstStep, i))
                : _hashBy(party, firstStep + (i + 1) * partSteps);
        }
    }

    /// @dev The party on turn lets the machine make the step that it denies. Returns whether this succeeded.
    function _decide(bytes32 gameId, Party memory party) internal returns (bool done) {
        Part memory part = _pick(gameId, party);
        (MachineState memory before, bytes32[25] memory fetched, bytes32[25] memory accessed) =
            _witness(game.getGame(gameId).firstStep + part.index);
        vm.prank(_onTurn(gameId));
        (done,) = address(game).call(abi.encodeCall(game.decide, (gameId, part, before, fetched, accessed)));
    }

    function _onTurn(bytes32 gameId) internal view returns (address) {
        IDisputeGame.Game memory record = game.getGame(gameId);
        return record.level % 2 == 1 ? record.defender : record.objector;
    }

    /// @dev Plays to the end. A party that cannot move lets its time pass.
    function _play(bytes32 gameId, Party memory byObjector, Party memory byDefender)
        internal
        returns (IDisputeGame.Outcome)
    {
        _fund(gameId);
        for (uint256 level = 1; level < 7; ++level) {
            _dissect(gameId, level % 2 == 1 ? byDefender : byObjector);
        }
        if (!_decide(gameId, byDefender)) {
            _mine(CLOCK + 1);
            game.endByTime(gameId);
        }
        return game.outcomeOf(gameId);
    }
}
