// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICourtTypes} from "../interfaces/ICourtTypes.sol";
import {IVerifier} from "../interfaces/IVerifier.sol";

/// @dev A disclosed segment of a claim.
struct SegmentRecord {
    bytes32 receiptHash;
    uint40 requestedAt;
    /// @dev The block in which the first of the open demands stopped the window; zero while the window runs.
    uint40 stoppedAt;
    /// @dev The blocks for which demands stopped the window, without the present stop.
    uint32 stoppedBlocks;
    uint24 openDemands;
    uint24 openObjections;
    /// @dev The gravest fault so far.
    IVerifier.Verdict found;
    address finder;
}

/// @dev The key is the game's id. Its game has objector and defender.
struct ObjectionRecord {
    ICourtTypes.Stage stage;
    IVerifier.Verdict verdict;
    uint8 rendition;
    uint40 appealDeadline;
    uint24 openAppeals;
    uint96 deposit;
}

struct DemandRecord {
    address demander;
    uint40 askedAt;
    /// @dev The base fee of that block. Higher ones count as 2^48 - 1 wei, about 281,000 gwei.
    uint48 baseFee;
    ICourtTypes.DemandStage stage;
}

/// @dev The wei of the court are the deposits of objections that have not ended, the prices of demands that are not settled, what accounts can
/// withdraw, and the burned wei. Bonds are in the DisputeGame.
struct State {
    mapping(bytes32 segmentId => SegmentRecord) segments;
    mapping(bytes32 segmentId => mapping(bytes32 gameId => ObjectionRecord)) objections;
    /// @dev Whether the game is an open appeal against the objection.
    mapping(bytes32 objectionId => mapping(bytes32 gameId => bool)) appeals;
    mapping(bytes32 segmentId => mapping(bytes32 dataHash => mapping(uint256 chunk => DemandRecord))) demands;
    mapping(address account => uint256) withdrawable;
    mapping(address transcoder => address) defenders;
    uint256 burned;
}

/// @dev The lengths of the court's periods, in blocks.
struct Periods {
    uint256 windowBlocks;
    uint256 answerBlocks;
}
