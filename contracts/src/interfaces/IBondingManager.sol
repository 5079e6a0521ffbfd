// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBatches} from "./IBatches.sol";
import {ICandidates} from "./ICandidates.sol";
import {IDelegation} from "./IDelegation.sol";
import {IEarnings} from "./IEarnings.sol";
import {IPoolFunding} from "./IPoolFunding.sol";
import {ISeats} from "./ISeats.sol";
import {ISlashing} from "./ISlashing.sol";
import {ISnapshots} from "./ISnapshots.sol";

/// @notice Bonded stake, transcoders, rewards and fees. Whitepaper, "Bonding + Delegation".
/// @dev A round is in force from its initialization until the initialization of the next round. Before the first round
/// is initialized, no stake is locked, no LPT is minted, and draws use the present pool.
interface IBondingManager is
    IDelegation,
    ICandidates,
    ISlashing,
    IEarnings,
    ISeats,
    ISnapshots,
    IBatches,
    IPoolFunding
{}
