// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {SafeTransferLib} from "solady/utils/SafeTransferLib.sol";
import {IDisputeGame} from "../interfaces/IDisputeGame.sol";
import {IMachine} from "../interfaces/IMachine.sol";
import {Parameters} from "../libraries/Parameters.sol";
import {Part, dissectionRoot} from "../types/Dissection.sol";
import {MachineState} from "../types/MachineState.sol";
import {Task} from "../types/Task.sol";

/// @dev See IDisputeGame. No function but `withdraw` calls a party, and `withdraw` calls only its caller. So no party can block another.
contract DisputeGame is IDisputeGame {
    struct Record {
        /// @dev This slot and the next one change with each dissection.
        uint32 objectorBlocks;
        uint32 defenderBlocks;
        uint40 movedAt;
        uint40 firstStep;
        uint8 level;
        Outcome outcome;
        bool isFunded;
        uint40 claimed;
        bytes32 root;
        address objector;
        uint96 bond;
        address defender;
        /// @dev Zero if the defender itself paid its bond.
        address otherFunder;
    }

    /// @dev The parts of the last dissection are single steps: 32^7 = 2^35.
    uint256 private constant LEVELS = 7;
    /// @dev log2 of the number of parts in a dissection.
    uint256 private constant PARTS_BITS = 5;
    /// @dev Three times the gas that the more expensive side needs in the longest game (GasDispute.t.sol). So the winner's part of the bond
    /// pays its gas, even if the base fee doubles during the game.
    uint256 private constant BOND_GAS = 1_600_000;
    /// @dev A part of a lost bond is burned, because a person who plays both sides must lose by it.
    uint256 private constant BURNED_PART = 4;

    IMachine public immutable machine;
    uint256 public immutable clockBlocks;
    /// @dev In wei. If the base fee at the opening is lower, the bond is as if it were so high, because the base fee can rise.
    uint256 public immutable minBaseFee;

    uint256 public burned;
    mapping(address account => uint256 amount) public withdrawable;
    mapping(bytes32 gameId => Record) private games;

    constructor(IMachine machine_, uint256 clockBlocks_, uint256 minBaseFee_) {
        Parameters.requireCode(address(machine_));
        machine = machine_;
        clockBlocks = Parameters.bounded("clockBlocks", clockBlocks_, 1, type(uint32).max);
        minBaseFee = Parameters.bounded("minBaseFee", minBaseFee_, 1, 1 ether);
    }

    /// @inheritdoc IDisputeGame
    function open(
        Task calldata task,
        Objection calldata objection,
        MachineState calldata end,
        bytes32[32] calldata ends
    ) external payable returns (bytes32 gameId) {
        MachineState memory last = end;
        _requireState(last, ends[31]);
        bytes32 first = task.firstState();
        bytes32 root = dissectionRoot(first, ends);
        gameId = keccak256(abi.encode(msg.sender, objection, root));
        _begin(games[gameId], gameId, objection, last.result());
        _post(games[gameId], gameId, root, first, ends);
    }

    /// @inheritdoc IDisputeGame
    function fundDefence(bytes32 gameId) external payable {
        Record storage game = _openGame(gameId);
        // The winner would get a bond that is paid later.
        if (_isDefendersTurn(game.level)) _blocksLeft(game, true);
        _fund(game, gameId);
    }

    /// @inheritdoc IDisputeGame
    function dissect(bytes32 gameId, uint256 level, Part calldata part, bytes32[32] calldata ends) external payable {
        Record storage game = _openGame(gameId);
        // A party can repeat an earlier dissection. Then the root alone does not say how many steps a part has.
        if (level != game.level) revert WrongLevel(level, game.level);
        if (level == LEVELS) revert NoMoreParts(level);
        _useTurn(game, level);
        if (msg.value > 0) _fund(game, gameId);
        // Only the first move can be before the bond is paid, because the defender moves first.
        if (level == 1 && !game.isFunded) revert DefenceNotFunded(gameId);
        _requirePart(game, part);
        if (ends[31] == part.end) revert SameEnd(part.end);
        unchecked {
            // A part of the last dissection has 32^(7 - level) steps.
            game.firstStep += uint40(part.index << PARTS_BITS * (LEVELS - level));
        }
        _post(game, gameId, dissectionRoot(part.start, ends), part.start, ends);
    }

    /// @inheritdoc IDisputeGame
    function decide(
        bytes32 gameId,
        Part calldata part,
        MachineState calldata state,
        bytes32[25] calldata fetched,
        bytes32[25] calldata accessed
    ) external {
        Record storage game = _openGame(gameId);
        uint256 level = game.level;
        if (level != LEVELS) revert NotASingleStep(level);
        _useTurn(game, level);
        _requirePart(game, part);
        _requireState(state, part.start);
        bytes32 next = machine.step(state, fetched, accessed);
        if (next == part.end) revert StepIsRight(next);
        _end(game, gameId, _isDefendersTurn(level) ? Outcome.DefenderWon : Outcome.ObjectorWon);
    }

    /// @inheritdoc IDisputeGame
    function endByTime(bytes32 gameId) external {
        Record storage game = _openGame(gameId);
        bool isDefender = _isDefendersTurn(game.level);
        uint256 allowed = isDefender ? game.defenderBlocks : game.objectorBlocks;
        uint256 used = block.number - game.movedAt;
        if (used <= allowed) revert StillInTime(used, allowed);
        _end(game, gameId, isDefender ? Outcome.ObjectorWon : Outcome.DefenderWon);
    }

    /// @inheritdoc IDisputeGame
    function withdraw() external {
        uint256 amount = withdrawable[msg.sender];
        if (amount == 0) revert NothingToWithdraw(msg.sender);
        withdrawable[msg.sender] = 0;
        emit Withdrawal(msg.sender, amount);
        bool sent = SafeTransferLib.trySafeTransferETH(msg.sender, amount, gasleft());
        if (!sent) revert TransferFailed(msg.sender, amount);
    }

    /// @inheritdoc IDisputeGame
    function outcomeOf(bytes32 gameId) external view returns (Outcome) {
        return games[gameId].outcome;
    }

    /// @inheritdoc IDisputeGame
    function getGame(bytes32 gameId) external view returns (Game memory game) {
        Record storage record = games[gameId];
        (game.objector, game.defender, game.funder) = (record.objector, record.defender, _funderOf(record));
        (game.outcome, game.level, game.firstStep) = (record.outcome, record.level, record.firstStep);
        (game.root, game.movedAt) = (record.root, record.movedAt);
        (game.objectorBlocks, game.defenderBlocks) = (record.objectorBlocks, record.defenderBlocks);
        (game.bond, game.claimed) = (record.bond, record.claimed);
    }

    /// @inheritdoc IDisputeGame
    function bondAt(uint256 baseFee) public view returns (uint256) {
        return BOND_GAS * FixedPointMathLib.max(baseFee, minBaseFee);
    }

    function _begin(Record storage game, bytes32 gameId, Objection calldata objection, uint256 claimed) private {
        if (claimed == objection.defended) revert SameResult(claimed);
        if (game.outcome != Outcome.None) revert GameExists(gameId);
        uint256 bond = bondAt(block.basefee);
        _creditRest(objection.objector, msg.value, bond);
        (game.outcome, game.claimed) = (Outcome.Open, uint40(claimed));
        (game.objectorBlocks, game.defenderBlocks) = (uint32(clockBlocks), uint32(clockBlocks));
        // The cast is safe: there are fewer than 2^96 wei.
        (game.objector, game.bond, game.defender) = (objection.objector, uint96(bond), objection.defender);
        emit GameOpened(gameId, msg.sender, objection.defender, objection, claimed, bond);
    }

    function _openGame(bytes32 gameId) private view returns (Record storage game) {
        game = games[gameId];
        if (game.outcome != Outcome.Open) revert GameNotOpen(gameId, game.outcome);
    }

    function _isDefendersTurn(uint256 level) private pure returns (bool) {
        return level & 1 == 1;
    }

    /// @dev Takes the blocks since the last dissection from the clock of the party on turn, which must be the caller.
    function _useTurn(Record storage game, uint256 level) private {
        bool isDefender = _isDefendersTurn(level);
        address onTurn = isDefender ? game.defender : game.objector;
        if (msg.sender != onTurn) revert NotOnTurn(msg.sender, onTurn);
        uint32 left = _blocksLeft(game, isDefender);
        if (isDefender) game.defenderBlocks = left;
        else game.objectorBlocks = left;
    }

    /// @dev Reverts if the party on turn has used all its blocks.
    function _blocksLeft(Record storage game, bool isDefender) private view returns (uint32) {
        uint256 used = block.number - game.movedAt;
        uint256 allowed = isDefender ? game.defenderBlocks : game.objectorBlocks;
        if (used > allowed) revert OutOfTime(used, allowed);
        unchecked {
            return uint32(allowed - used);
        }
    }

    function _requirePart(Record storage game, Part calldata part) private view {
        if (part.index >= 32 || part.rootOf() != game.root) revert WrongPart(part.index);
    }

    function _requireState(MachineState memory state, bytes32 expected) private pure {
        bytes32 hash = state.hash();
        if (hash != expected) revert WrongState(hash, expected);
    }

    function _post(Record storage game, bytes32 gameId, bytes32 root, bytes32 start, bytes32[32] calldata ends)
        private
    {
        game.root = root;
        unchecked {
            ++game.level;
        }
        game.movedAt = uint40(block.number);
        emit Dissected(gameId, start, ends);
    }

    function _fund(Record storage game, bytes32 gameId) private {
        if (game.isFunded) {
            withdrawable[msg.sender] += msg.value;
            return;
        }
        _creditRest(msg.sender, msg.value, game.bond);
        game.isFunded = true;
        if (msg.sender != game.defender) game.otherFunder = msg.sender;
        emit DefenceFunded(gameId, msg.sender);
    }

    function _funderOf(Record storage game) private view returns (address) {
        if (!game.isFunded) return address(0);
        address other = game.otherFunder;
        return other == address(0) ? game.defender : other;
    }

    function _creditRest(address account, uint256 value, uint256 bond) private {
        if (value < bond) revert BondTooLow(value, bond);
        if (value > bond) withdrawable[account] += value - bond;
    }

    /// @dev A defender that wins has moved, so its bond is paid.
    function _end(Record storage game, bytes32 gameId, Outcome outcome) private {
        game.outcome = outcome;
        uint256 bond = game.bond;
        uint256 lost = game.isFunded ? bond : 0;
        uint256 burning = lost / BURNED_PART;
        if (burning > 0) burned += burning;
        if (outcome == Outcome.ObjectorWon) {
            withdrawable[game.objector] += bond + lost - burning;
        } else {
            (address defender, address other) = (game.defender, game.otherFunder);
            if (other != address(0)) withdrawable[other] += bond;
            withdrawable[defender] += (other == address(0) ? bond : 0) + lost - burning;
        }
        emit GameDecided(gameId, outcome);
    }
}
