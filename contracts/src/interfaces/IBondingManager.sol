// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICandidates} from "./ICandidates.sol";
import {IDelegation} from "./IDelegation.sol";
import {IEarnings} from "./IEarnings.sol";
import {ISlashing} from "./ISlashing.sol";

/// @notice Stake, those who answer with it, and what it earns. Whitepaper, "Bonding + Delegation".
/// @dev A round here is one in force: from its initialization to that of the next. Before the first is initialized, nothing
/// is locked, nothing is minted, and the pool counts as it stands.
interface IBondingManager is IDelegation, ICandidates, ISlashing, IEarnings {}
