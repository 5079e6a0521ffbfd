// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";

/// @notice The result of transcoding one segment into one rendition.
struct Output {
    /// @dev Data hash of the served bytes. See contracts/protocol/PayloadTree.ts.
    bytes32 dataHash;
    /// @dev Hash of the canonical bytes, which are the same from every correct encoder.
    bytes32 canonicalHash;
    uint8 qp;
    /// @dev Number of bits of the video, without audio.
    uint32 bits;
}

using EfficientHashLib for bytes32[];

/// @notice `transcodedDataHash` of a TranscodeReceipt: the hash of all outputs, from the highest rendition down.
/// @dev The same hash as `keccak256(abi.encode(outputs))`, with less gas.
function transcodedDataHashOf(Output[] memory outputs) pure returns (bytes32) {
    uint256 count = outputs.length;
    bytes32[] memory words = EfficientHashLib.malloc(4 * count + 2);
    // The offset of the array, and its length.
    words.set(0, uint256(32)).set(1, count);
    for (uint256 i; i < count; ++i) {
        Output memory output = outputs[i];
        uint256 place = 4 * i + 2;
        words.set(place, output.dataHash).set(place + 1, output.canonicalHash);
        words.set(place + 2, uint256(output.qp)).set(place + 3, uint256(output.bits));
    }
    return words.hash();
}
