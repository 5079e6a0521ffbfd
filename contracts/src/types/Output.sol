// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

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

/// @notice `transcodedDataHash` of a TranscodeReceipt: the hash of all outputs, from the highest rendition down.
function transcodedDataHashOf(Output[] memory outputs) pure returns (bytes32) {
    return keccak256(abi.encode(outputs));
}
