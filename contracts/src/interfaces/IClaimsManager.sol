// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaiming} from "./IClaiming.sol";
import {ISettlement} from "./ISettlement.sol";

/// @notice Claims of transcoded segments, their verification, and the fees that follow. Whitepaper, "End Job".
/// @dev A claim ends once: paid when every challenged segment is valid, else refunded to the broadcaster. A deadline is the
/// first block in which it is too late.
interface IClaimsManager is IClaiming, ISettlement {}
