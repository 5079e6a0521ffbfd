// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITranscodingOptions as Rules} from "../interfaces/ITranscodingOptions.sol";

/// @notice One rendition of the ladder. The rendition's width follows from the source's aspect ratio.
struct Rendition {
    uint16 height;
    /// @dev Target in bit/s.
    uint32 bitrate;
}

/// @notice The limits of a job's source, and the job's ladder: its renditions, from the highest rendition down.
struct TranscodingOptions {
    uint16 width;
    uint16 height;
    uint8 fps;
    Rendition[] renditions;
}

using {validate, hash, renditionWidth, unitsPerSecond} for TranscodingOptions global;

/// @notice Reverts unless every width and height is even, every value is within its bounds, and every rendition is
/// lower than the rendition before it. The first rendition may be as high as the source.
function validate(TranscodingOptions memory self) pure {
    (uint16 width, uint16 height, uint8 fps) = (self.width, self.height, self.fps);
    bool sized = width >= 64 && width <= 4096 && height >= 64 && height <= 4096 && (width | height) & 1 == 0;
    if (!sized || fps == 0 || fps > 60) revert Rules.SourceOutOfBounds(width, height, fps);
    uint256 count = self.renditions.length;
    if (count == 0 || count > 4) revert Rules.RenditionCountOutOfBounds(count, 1, 4);
    uint16 ceiling = height;
    for (uint256 i; i < count; ++i) {
        Rendition memory rendition = self.renditions[i];
        bool steps = rendition.height >= 64 && rendition.height <= ceiling && rendition.height & 1 == 0;
        if (!steps) revert Rules.RenditionHeightOutOfBounds(i, rendition.height, 64, ceiling);
        bool paced = rendition.bitrate >= 50_000 && rendition.bitrate <= 20_000_000;
        if (!paced) revert Rules.RenditionBitrateOutOfBounds(i, rendition.bitrate, 50_000, 20_000_000);
        ceiling = rendition.height - 1;
    }
}

function hash(TranscodingOptions memory self) pure returns (bytes32) {
    return keccak256(abi.encode(self));
}

/// @notice The even width that comes nearest to the source's aspect ratio at this height; at least 2.
function renditionWidth(TranscodingOptions memory self, uint256 height) pure returns (uint256 width) {
    width = 2 * ((height * self.width + self.height) / (2 * uint256(self.height)));
    if (width == 0) width = 2;
}

/// @notice Pixels per second plus bits per second of all renditions. One pixel and one bit are one unit each.
/// Whitepaper, "Note on price".
function unitsPerSecond(TranscodingOptions memory self) pure returns (uint256 units) {
    // No overflow: all values have at most 32 bits.
    unchecked {
        for (uint256 i; i < self.renditions.length; ++i) {
            Rendition memory rendition = self.renditions[i];
            units += self.renditionWidth(rendition.height) * rendition.height * self.fps + rendition.bitrate;
        }
    }
}
