// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Part} from "../types/Dissection.sol";
import {MachineState} from "../types/MachineState.sol";
import {Task} from "../types/Task.sol";

/// @notice Decides what a program gives, if two parties disagree. The objector says in which state the machine is after 2^35 steps, and
/// divides these steps into 32 parts. Then the parties move in turn: each picks a part of the other's dissection, of which it accepts the
/// start and denies the end, and divides this part. After seven dissections a part is one step, and the machine decides it. So a party that
/// computes correctly wins against every other party. The contract does not know what programs are about. See decisions/065.
/// @dev A contract that seats the game, the court, opens games and reads their outcomes. It decides who may object and who may defend: it
/// must name an account as objector only if this account asked for it. Any account may open games, but a game that another account opens has
/// no meaning for the court, because the caller's address is in the game's id. If nobody pays the defender's bond, the game burns nothing. So
/// a court that slashes the defender must itself burn at least a quarter of the slashed stake: a person who plays both sides must lose by it.
interface IDisputeGame {
    enum Outcome {
        /// @dev There is no such game.
        None,
        Open,
        ObjectorWon,
        DefenderWon
    }

    /// @notice What a game is about.
    struct Objection {
        /// @dev Any value by which the court recognises the subject.
        bytes32 subject;
        address objector;
        address defender;
        /// @dev The result that the defender says the task gives, as `result` in MachineState.
        uint256 defended;
    }

    struct Game {
        address objector;
        address defender;
        /// @dev The account that paid the defender's bond. Zero if nobody has paid it.
        address funder;
        Outcome outcome;
        /// @dev The number of dissections so far. If it is odd, it is the defender's turn; otherwise, the objector's.
        uint256 level;
        /// @dev The number of steps before the last dissection.
        uint256 firstStep;
        /// @dev Root of the last dissection. A party can post a root again at a later level.
        bytes32 root;
        /// @dev The block of the last dissection.
        uint256 movedAt;
        /// @dev The blocks that each party may still use for all its moves together, as of `movedAt`.
        uint256 objectorBlocks;
        uint256 defenderBlocks;
        /// @dev The bond of each party, in wei.
        uint256 bond;
        /// @dev The result that the objector says the task gives.
        uint256 claimed;
    }

    /// @notice Emitted when a game begins.
    event GameOpened(
        bytes32 indexed gameId,
        address indexed court,
        address indexed defender,
        Objection objection,
        uint256 claimed,
        uint256 bond
    );
    /// @notice Emitted when a party divides steps. `start` is the state before these steps, and `ends` are the states after each part.
    event Dissected(bytes32 indexed gameId, bytes32 start, bytes32[32] ends);
    /// @notice Emitted when the defender's bond is paid.
    event DefenceFunded(bytes32 indexed gameId, address indexed funder);
    /// @notice Emitted when a game ends.
    event GameDecided(bytes32 indexed gameId, Outcome outcome);
    /// @notice Emitted when an account withdraws ether: bonds of games that it won, its share of the losers' bonds, and ether that it sent in
    /// addition to a bond.
    event Withdrawal(address indexed account, uint256 amount);

    /// @notice Thrown when the objector claims the result that the defender defends.
    error SameResult(uint256 result);
    /// @notice Thrown when the game was already opened.
    error GameExists(bytes32 gameId);
    /// @notice Thrown when the value does not cover the bond. Both values are in wei.
    error BondTooLow(uint256 value, uint256 bond);
    /// @notice Thrown when a party divides a part before its bond is paid.
    error DefenceNotFunded(bytes32 gameId);
    /// @notice Thrown when the game has ended, or was never opened.
    error GameNotOpen(bytes32 gameId, Outcome outcome);
    /// @notice Thrown when it is not the caller's turn.
    error NotOnTurn(address caller, address onTurn);
    /// @notice Thrown when a move is for another level than the game's present one.
    error WrongLevel(uint256 level, uint256 present);
    /// @notice Thrown when a party has used all its blocks, also if its bond is paid after that.
    error OutOfTime(uint256 used, uint256 allowed);
    /// @notice Thrown when the party on turn still has blocks.
    error StillInTime(uint256 used, uint256 allowed);
    /// @notice Thrown when the last dissection does not have this part.
    error WrongPart(uint256 index);
    /// @notice Thrown when a dissection ends in the state that its party denies.
    error SameEnd(bytes32 end);
    /// @notice Thrown when the parts of the last dissection are already single steps.
    error NoMoreParts(uint256 level);
    /// @notice Thrown when a part of the last dissection is more than one step.
    error NotASingleStep(uint256 level);
    /// @notice Thrown when a state does not have this hash.
    error WrongState(bytes32 hash, bytes32 expected);
    /// @notice Thrown when the machine makes the step as the other party says.
    error StepIsRight(bytes32 next);
    /// @notice Thrown when there is nothing to withdraw.
    error NothingToWithdraw(address account);
    /// @notice Thrown when an account does not accept wei.
    error TransferFailed(address account, uint256 amount);

    /// @notice Opens a game. The caller is its court. The value is the objector's bond; what exceeds it, the objector can withdraw.
    /// @param task The court has checked that lengths and roots belong together.
    /// @param end The machine's state after 2^35 steps, as the objector says. A halted machine makes no further step, so this is usually
    /// the state in which it halted.
    /// @param ends Hashes of the states after 1/32, 2/32, … 32/32 of the steps. The last is the hash of `end`.
    /// @return gameId The hash of the court, the objection and the root of the dissection, which contains the first and the last state. So
    /// no other objector, and no other dissection, can use up the id of this game. Each game can be opened once.
    function open(
        Task calldata task,
        Objection calldata objection,
        MachineState calldata end,
        bytes32[32] calldata ends
    ) external payable returns (bytes32 gameId);

    /// @notice Pays the defender's bond. If it is already paid, and for what exceeds it, the caller can withdraw the value. Reverts if the
    /// defender has used all its blocks.
    function fundDefence(bytes32 gameId) external payable;

    /// @notice Picks a part of the other party's dissection, and divides it. A value is for the defender's bond, as in `fundDefence`.
    /// @param level The level of the game for which the caller has made this move. So a transaction that arrives late cannot become a move at
    /// another level whose dissection has the same root.
    /// @param ends Hashes of the states after each part. The last must differ from the end of the picked part.
    function dissect(bytes32 gameId, uint256 level, Part calldata part, bytes32[32] calldata ends) external payable;

    /// @notice Picks a part that is one step, and wins if the machine makes another step. Reverts if not, so the party that picked can only
    /// wait until its time is over.
    /// @param state The state before the step.
    /// @param fetched See IMachine.
    /// @param accessed See IMachine.
    function decide(
        bytes32 gameId,
        Part calldata part,
        MachineState calldata state,
        bytes32[25] calldata fetched,
        bytes32[25] calldata accessed
    ) external;

    /// @notice Ends a game whose party on turn has used all its blocks. The other party wins. Any account may call this function.
    function endByTime(bytes32 gameId) external;

    /// @notice Sends the caller the wei that `withdrawable` says.
    function withdraw() external;

    function outcomeOf(bytes32 gameId) external view returns (Outcome);

    function getGame(bytes32 gameId) external view returns (Game memory);

    /// @notice The wei that the account can withdraw: bonds of games that it won, its share of the losers' bonds, and ether that it sent in
    /// addition to a bond.
    function withdrawable(address account) external view returns (uint256);

    /// @notice The bond of each party, in wei, if the game is opened in a block with this base fee.
    function bondAt(uint256 baseFee) external view returns (uint256);

    /// @notice The wei that lost bonds left here. Nobody can withdraw them.
    function burned() external view returns (uint256);

    /// @notice The blocks that each party has for all its moves together.
    function clockBlocks() external view returns (uint256);
}
