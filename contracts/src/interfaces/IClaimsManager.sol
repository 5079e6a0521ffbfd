// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaiming} from "./IClaiming.sol";
import {ISettlement} from "./ISettlement.sol";

/// @notice Claims of transcoded segments, their verification, and the payment of fees. Whitepaper, "End Job".
/// @dev The fees of an open claim are paid to the transcoder, or they are refunded to the broadcaster for one of the reasons in
/// `IClaimsTypes.Reason`. A deadline is the first block in which an action is too late.
interface IClaimsManager is IClaiming, ISettlement {}
