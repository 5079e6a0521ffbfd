// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What one rendition of one segment came to.
struct Output {
    /// @dev Of the bytes as they are served. See PayloadTree.
    bytes32 dataHash;
    /// @dev Of the canonical bytes: the same from every correct encoder.
    bytes32 canonicalHash;
    uint8 qp;
    /// @dev Of the video alone.
    uint32 bits;
}

/// @notice What a TranscodeReceipt names: the outputs from the highest rendition down.
function transcodedDataHashOf(Output[] memory outputs) pure returns (bytes32) {
    return keccak256(abi.encode(outputs));
}
