// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Payload} from "../types/Payload.sol";
import {IDisputeGame} from "./IDisputeGame.sol";
import {IVerifier} from "./IVerifier.sol";

/// @notice Types, events and errors of the Court.
interface ICourtTypes is IVerifier {
    enum Stage {
        None,
        /// @dev The game is open.
        Playing,
        /// @dev The objection was won or conceded, and can be appealed. Only with InputInvalid.
        Appealable,
        /// @dev The defender won the game.
        Lost,
        Won,
        /// @dev An appeal was won.
        Voided
    }

    enum DemandStage {
        None,
        Open,
        Answered,
        /// @dev The time passed without an answer.
        Failed,
        /// @dev The demand was answered, and its price was paid or returned.
        Settled
    }

    struct SegmentStatus {
        /// @dev Hash of the disclosed receipt; zero if the segment is not disclosed.
        bytes32 receiptHash;
        /// @dev The first block in which no objection and no demand is accepted, if open demands are answered now, and no further one comes.
        uint256 windowEnd;
        /// @dev Objections with InputInvalid that can be appealed are also open.
        uint256 openObjections;
        uint256 openDemands;
        /// @dev The gravest fault so far; None if there is none. See `verdictOf`.
        Verdict found;
        address finder;
    }

    struct ObjectionStatus {
        Stage stage;
        /// @dev Invalid or InputInvalid.
        Verdict verdict;
        uint256 rendition;
        /// @dev The first block in which no appeal is accepted; zero if the objection cannot be appealed.
        uint256 appealDeadline;
        uint256 openAppeals;
        /// @dev In wei.
        uint256 deposit;
    }

    struct DemandStatus {
        DemandStage stage;
        address demander;
        /// @dev The first block in which no answer is accepted.
        uint256 deadline;
        /// @dev In wei.
        uint256 price;
    }

    /// @notice Emitted when an account objects to a rendition of a segment.
    event Objected(
        bytes32 indexed claimId,
        bytes32 indexed gameId,
        address indexed objector,
        uint64 sequenceNumber,
        uint256 rendition,
        Verdict verdict
    );
    /// @notice Emitted when the stage of an objection changes.
    event ObjectionMoved(bytes32 indexed gameId, Stage stage);
    /// @notice Emitted when an account appeals against an objection.
    event Appealed(bytes32 indexed objectionId, bytes32 indexed gameId, address indexed appellant);
    /// @notice Emitted when the game of an appeal has ended.
    event AppealDecided(bytes32 indexed objectionId, bytes32 indexed gameId, IDisputeGame.Outcome outcome);
    /// @notice Emitted when a segment gets a fault that is graver than its earlier ones.
    event FaultFound(bytes32 indexed claimId, uint64 sequenceNumber, Verdict verdict, address indexed finder);
    /// @notice Emitted when chunks of a payload are demanded for the first time.
    event ChunksDemanded(
        bytes32 indexed claimId,
        bytes32 indexed dataHash,
        address indexed demander,
        uint64 sequenceNumber,
        uint256[] chunks
    );
    /// @notice Emitted when a demanded chunk is published. `data` is empty if the payload has no such chunk.
    event ChunkAnswered(
        bytes32 indexed claimId,
        bytes32 indexed dataHash,
        uint64 sequenceNumber,
        Payload payload,
        uint256 chunk,
        bytes data
    );
    /// @notice Emitted when the time of a demand passed without an answer.
    event DemandFailed(bytes32 indexed claimId, bytes32 indexed dataHash, uint64 sequenceNumber, uint256 chunk);
    /// @notice Emitted when a transcoder names the account that defends it.
    event DefenderAppointed(address indexed transcoder, address indexed defender);
    /// @notice Emitted when an account withdraws its deposits, prices and parts of deposits.
    event Withdrawal(address indexed account, uint256 amount);

    /// @notice Thrown when an account other than the ClaimsManager requests a verdict.
    error NotClaimsManager(address caller);
    /// @notice Thrown when the segment is not disclosed.
    error UnknownSegment(bytes32 claimId, uint64 sequenceNumber);
    /// @notice Thrown when an objection or a demand comes in block `windowEnd` or later.
    error WindowOver(uint256 windowEnd);
    /// @notice Thrown when the segment is already Invalid.
    error AlreadyInvalid(bytes32 claimId, uint64 sequenceNumber);
    /// @notice Thrown when the receipt is not the disclosed one.
    error WrongReceipt(bytes32 actual, bytes32 expected);
    /// @notice Thrown when the receipt commits to other outputs.
    error WrongOutputs(bytes32 actual, bytes32 expected);
    /// @notice Thrown when the options are not those of the job.
    error WrongOptions(bytes32 actual, bytes32 expected);
    /// @notice Thrown when root and length do not give the data hash of the receipt.
    error WrongPayload(bytes32 actual, bytes32 expected);
    /// @notice Thrown when the receipt has no such payload.
    error NoSuchPayload(uint256 payload);
    /// @notice Thrown when a payload is too long for a game. See `objectToLength`.
    error PayloadTooLong(uint256 length, uint256 max);
    /// @notice Thrown by `objectToLength` when the payload is not too long.
    error PayloadNotTooLong(uint256 length, uint256 max);
    /// @notice Thrown when an objection says that the program gives Valid, or an appeal says that it gives InputInvalid.
    error NothingToDispute(Verdict verdict);
    /// @notice Thrown when the value is too low. Both are in wei.
    error ValueTooLow(uint256 value, uint256 required);
    /// @notice Thrown when the objection is not in the stage that the function needs.
    error WrongStage(bytes32 gameId, Stage stage);
    /// @notice Thrown when the game has not ended.
    error GameIsOpen(bytes32 gameId);
    /// @notice Thrown when the game has ended, so that it is too late to concede.
    error GameIsOver(bytes32 gameId);
    /// @notice Thrown when the caller is not the defender of the game.
    error NotDefender(address caller, address defender);
    /// @notice Thrown when the objection says Invalid. Only InputInvalid can be conceded.
    error CannotConcede(Verdict verdict);
    /// @notice Thrown when an appeal is about another rendition than the objection.
    error WrongRendition(uint256 rendition, uint256 expected);
    /// @notice Thrown when an appeal comes in block `deadline` or later.
    error AppealTooLate(uint256 deadline);
    /// @notice Thrown when an objection can still be appealed, or has appeals that have not ended.
    error AppealsOpen(uint256 deadline, uint256 openAppeals);
    /// @notice Thrown when the game is not an open appeal against the objection.
    error UnknownAppeal(bytes32 objectionId, bytes32 gameId);
    /// @notice Thrown when no payload can have the chunk.
    error ChunkOutOfBounds(uint256 chunk, uint256 max);
    /// @notice Thrown when each of the chunks was already demanded.
    error NothingToDemand();
    /// @notice Thrown when the demand is not in the stage that the function needs.
    error WrongDemandStage(DemandStage stage);
    /// @notice Thrown when an answer comes in block `deadline` or later.
    error AnswerTooLate(uint256 deadline);
    /// @notice Thrown when the demand can still be answered.
    error AnswerStillPossible(uint256 deadline);
    /// @notice Thrown when the bytes and the siblings do not prove the chunk.
    error WrongChunk(uint256 chunk);
    /// @notice Thrown when the segment has no final verdict yet.
    error NotDecided(bytes32 claimId, uint64 sequenceNumber);
    /// @notice Thrown when there is nothing to withdraw.
    error NothingToWithdraw(address account);
    /// @notice Thrown when an account does not accept wei.
    error TransferFailed(address account, uint256 amount);
}
