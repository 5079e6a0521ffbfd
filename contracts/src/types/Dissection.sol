// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";
import {Tree32} from "../libraries/Tree32.sol";

/// @notice A part of a dissection. A dissection divides steps of a machine into 32 equal parts, and says in which state each part ends. The
/// game stores only the root of a tree whose leaves are the parts. See relay/src/judge/Dissection.ts.
struct Part {
    /// @dev Below 32.
    uint256 index;
    /// @dev Hashes of the states before and after the part, as the dissection says.
    bytes32 start;
    bytes32 end;
    /// @dev From the part up to the root.
    bytes32[5] siblings;
}

using {rootOf} for Part global;

/// @notice The root of the dissection that has this part.
function rootOf(Part calldata part) pure returns (bytes32) {
    return Tree32.rootFrom(EfficientHashLib.hash(part.start, part.end), part.index, part.siblings);
}

/// @notice The root of a dissection.
/// @param start The state before the first part.
/// @param ends The states after the parts, in order.
function dissectionRoot(bytes32 start, bytes32[32] memory ends) pure returns (bytes32) {
    bytes32[32] memory parts;
    parts[0] = EfficientHashLib.hash(start, ends[0]);
    // The two ends of a part are beside each other in the memory.
    assembly ("memory-safe") {
        for { let at := 0x20 } lt(at, 0x400) { at := add(at, 0x20) } {
            mstore(add(parts, at), keccak256(add(ends, sub(at, 0x20)), 0x40))
        }
    }
    return Tree32.rootOf(parts);
}
