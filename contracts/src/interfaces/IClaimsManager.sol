// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaiming} from "./IClaiming.sol";
import {ISettlement} from "./ISettlement.sol";

/// @notice Claims of transcoded segments, their verification, and the payment of fees. Whitepaper, "End Job".
/// @dev An open claim is either paid, when every challenged segment is valid, or refunded to the broadcaster. A
/// deadline is the first block in which the action is too late.
interface IClaimsManager is IClaiming, ISettlement {}
