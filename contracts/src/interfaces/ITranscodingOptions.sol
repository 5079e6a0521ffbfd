// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The errors of invalid TranscodingOptions.
interface ITranscodingOptions {
    /// @notice Thrown when the source's width or height is odd or outside 64..4096, or when the source's frame rate is
    /// outside 1..60.
    error SourceOutOfBounds(uint256 width, uint256 height, uint256 fps);
    /// @notice Thrown when the ladder has no rendition, or too many renditions.
    error RenditionCountOutOfBounds(uint256 count, uint256 min, uint256 max);
    /// @notice Thrown when a rendition's height is odd, below the minimum, above the source's height, or not below the
    /// previous rendition's height.
    error RenditionHeightOutOfBounds(uint256 index, uint256 height, uint256 min, uint256 max);
    /// @notice Thrown when a rendition's bitrate, in bit/s, is out of bounds.
    error RenditionBitrateOutOfBounds(uint256 index, uint256 bitrate, uint256 min, uint256 max);
}
