// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Charge, ChunkId, DisclosedWork} from "../types/DisclosedWork.sol";
import {MachineState} from "../types/MachineState.sol";
import {Payload} from "../types/Payload.sol";
import {ICourtTypes} from "./ICourtTypes.sol";

/// @notice Decides disclosed segments of claims. A segment is Valid unless an account with a bond objects, and wins the dispute about it; so
/// honest work needs no transaction. Any account may object, demand chunks of payloads, and appeal. See decisions/068.
/// @dev A deadline is the first block that is too late. Not seated yet: the ClaimsManager does not read its verdicts.
interface ICourt is ICourtTypes {
    /// @notice Opens a dispute about one rendition of a segment. The caller says with the state `end` what the judged program gives, and so
    /// names the verdict that it holds right: Invalid or InputInvalid. The value is the bond of the game, and for InputInvalid a deposit of the
    /// same size, which an appellant gets that wins. The caller can withdraw what exceeds this.
    /// @param end The machine's state after all steps of the judged program. See IDisputeGame.
    /// @param ends Hashes of the states after 1/32, 2/32, … 32/32 of the steps.
    /// @return gameId The game of the objector and the transcoder's defender.
    function object(Charge memory charge, MachineState calldata end, bytes32[32] calldata ends)
        external
        payable
        returns (bytes32 gameId);

    /// @notice Shows that a payload is longer than MAX_INPUT_BYTES (see Task.sol), so that no game can be about it. For the source, the verdict
    /// is InputInvalid, and for a rendition Invalid.
    /// @param payload 0 is the source, 1 the first rendition.
    function objectToLength(DisclosedWork memory work, uint256 payload, Payload memory shown) external;

    /// @notice Ends an objection whose game has ended. An objection with InputInvalid that was won can be appealed from then on.
    function resolve(bytes32 claimId, uint64 sequenceNumber, bytes32 gameId) external;

    /// @notice Agrees that the source of a segment is InputInvalid, before the game has ended. Only for the defender. It loses no bond,
    /// because it need not pay one. The objector gets back its bond when the defender's time in the game is over.
    function concede(bytes32 claimId, uint64 sequenceNumber, bytes32 gameId) external;

    /// @notice Opens a dispute with an objector that has won with InputInvalid. The caller names with `end` another verdict. If it wins, it gets
    /// three quarters of the objector's deposit, and the objection counts as lost. So a transcoder and an objector that are one person cannot
    /// take the fine of an honest broadcaster.
    function appeal(bytes32 objectionId, Charge memory charge, MachineState calldata end, bytes32[32] calldata ends)
        external
        payable
        returns (bytes32 gameId);

    /// @notice Ends an appeal whose game has ended.
    function resolveAppeal(bytes32 claimId, uint64 sequenceNumber, bytes32 objectionId, bytes32 gameId) external;

    /// @notice Makes an objection with InputInvalid final, after the time for appeals, if all appeals have ended.
    function uphold(bytes32 claimId, uint64 sequenceNumber, bytes32 gameId) external;

    /// @notice Demands chunks of a payload from the transcoder. Chunks that were already demanded are skipped. The value pays `demandPrice` for
    /// each new chunk; the caller can withdraw what exceeds this. It also gets the price back if the segment becomes Invalid or Unavailable. The
    /// window of the segment stops while a demand is open, at most `answerBlocks` in all.
    /// @param payload 0 is the source, 1 the first rendition.
    /// @param chunks Indices of chunks of 4 KiB.
    function demand(DisclosedWork memory work, uint256 payload, uint256[] calldata chunks) external payable;

    /// @notice Publishes a demanded chunk, or shows that the payload is shorter. Any account may call this function; the price is for the
    /// transcoder.
    /// @param data All bytes of the chunk; empty if there is no such chunk.
    /// @param siblings See Payload.verifyChunk.
    function answer(ChunkId calldata chunk, Payload memory payload, bytes calldata data, bytes32[] calldata siblings)
        external;

    /// @notice Ends a demand that was not answered in time. The segment becomes Unavailable, unless it becomes Invalid.
    function endDemand(ChunkId calldata chunk) external;

    /// @notice Pays the price of an answered demand, when the segment has its final verdict: to the transcoder if it is Valid or InputInvalid,
    /// and otherwise back to the demander.
    function settleDemand(ChunkId calldata chunk) external;

    /// @notice Names the account that defends the caller's segments in games that are opened later. Zero: the caller itself.
    function appoint(address defender) external;

    /// @notice Sends the caller the wei that `withdrawable` says.
    function withdraw() external;

    function getSegment(bytes32 claimId, uint64 sequenceNumber) external view returns (SegmentStatus memory);

    function getObjection(bytes32 claimId, uint64 sequenceNumber, bytes32 gameId)
        external
        view
        returns (ObjectionStatus memory);

    function getDemand(ChunkId calldata chunk) external view returns (DemandStatus memory);

    /// @notice The account that defends the segments of a transcoder.
    function defenderOf(address transcoder) external view returns (address);

    /// @notice In wei.
    function withdrawable(address account) external view returns (uint256);

    /// @notice The wei that lost deposits left here. Nobody can withdraw them.
    function burned() external view returns (uint256);

    /// @notice The price of a demanded chunk in wei, at this base fee: half of what the calldata of the answer costs.
    function demandPrice(uint256 baseFee) external pure returns (uint256);

    /// @notice After the disclosure, objections and demands are accepted for this number of blocks.
    function windowBlocks() external view returns (uint256);

    /// @notice A demand must be answered within this number of blocks.
    function answerBlocks() external view returns (uint256);

    /// @notice After the disclosure, the verdict can be open for at most this number of blocks, if all possible transactions were sent: with
    /// appeals, which never slash.
    function longestBlocks() external view returns (uint256);
}
