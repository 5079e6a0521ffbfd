// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TranscodingOptions} from "../types/TranscodingOptions.sol";

/// @notice The quantisers of a segment. The transcoder cannot choose them: they follow from the options and the
/// preceding receipt. protocol/RecipeQp.ts has the same rule and explains the numbers.
library QuantiserRule {
    uint256 private constant LOWEST = 16;
    uint256 private constant HIGHEST = 51;
    uint256 private constant RATIO_SCALE = 65_536;
    uint256 private constant LARGEST_FALL = 4;
    uint256 private constant FIRST = 18;

    /// @notice The quantiser of rendition `index` in the first segment under an Assignment.
    function qp0(TranscodingOptions memory options, uint256 index) internal pure returns (uint256 qp) {
        uint256 height = options.renditions[index].height;
        uint256 pixels = options.renditionWidth(height) * height * options.fps;
        uint256 density = uint256(options.renditions[index].bitrate) * 100_000 / pixels;
        uint16[22] memory densities = [
            29774,
            26188,
            23033,
            20258,
            17818,
            15672,
            13784,
            12123,
            10663,
            9378,
            8249,
            7255,
            6381,
            5612,
            4936,
            4342,
            3819,
            3359,
            2954,
            2598,
            2285,
            2010
        ];
        qp = FIRST;
        for (uint256 i; i < 22 && density < densities[i]; ++i) {
            ++qp;
        }
    }

    /// @notice The quantiser of the next segment.
    /// @param qp Quantiser of the preceding segment.
    /// @param bits Number of video bits of the preceding segment.
    /// @param target The number of video bits that the preceding segment should have had.
    function nextQp(uint256 qp, uint256 bits, uint256 target) internal pure returns (uint256) {
        if (bits == 0) return qp;
        uint24[12] memory ratios =
            [69880, 79451, 90333, 102705, 116772, 132765, 150949, 171624, 195130, 221855, 252241, 286789];
        uint256 rise;
        uint256 fall;
        // The products cannot overflow: `bits` has at most 32 bits, and `target` has at most 64 bits.
        unchecked {
            while (rise < 12 && bits * RATIO_SCALE >= target * ratios[rise]) ++rise;
            while (fall < LARGEST_FALL && target * RATIO_SCALE >= bits * ratios[fall]) ++fall;
        }
        qp += rise;
        if (qp < LOWEST + fall) return LOWEST;
        qp -= fall;
        return qp > HIGHEST ? HIGHEST : qp;
    }

    /// @notice The number of video bits that a segment of a rendition should have.
    /// @param bitrate In bit/s.
    function targetBits(uint256 bitrate, uint256 durationMs) internal pure returns (uint256) {
        return bitrate * durationMs / 1_000;
    }
}
