// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaiming} from "./IClaiming.sol";
import {ISettlement} from "./ISettlement.sol";

/// @notice Claims of transcoded segments, their verification, and the payment of fees. Whitepaper, "End Job".
/// @dev If no challenged segment fails, the fees of an open claim are paid to the transcoder. If a challenged segment fails, or if slashes
/// of the transcoder have made the claim void, the fees are refunded to the broadcaster. A deadline is the first block in which an action
/// is too late.
interface IClaimsManager is IClaiming, ISettlement {}
