// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITranscodingOptions as Rules} from "../../src/interfaces/ITranscodingOptions.sol";
import {Rendition, TranscodingOptions} from "../../src/types/TranscodingOptions.sol";
import {Vectors} from "../Vectors.sol";

contract TranscodingOptionsTest is Vectors {
    function setUp() public {
        _loadVectors("TranscodingOptions");
    }

    function test_transcodingOptions_matchVectors() public view {
        for (uint256 i; i < _count("cases"); ++i) {
            TranscodingOptions memory options = _readCase(i);
            vm.assertEq(options.hash(), _bytes32At(i, "hash"));
            vm.assertEq(options.unitsPerSecond(), _uintAt(i, "unitsPerSecond"));
            for (uint256 j; j < options.renditions.length; ++j) {
                string memory width = string.concat("widths[", vm.toString(j), "]");
                vm.assertEq(options.renditionWidth(options.renditions[j].height), _uintAt(i, width));
            }
        }
    }

    function test_validate_withThreeRenditions_succeeds() public pure {
        _ladder().validate();
    }

    function test_unitsPerSecond_countsPixelsAndBits() public pure {
        uint256 pixels = 854 * 480 + 640 * 360 + 426 * 240;
        vm.assertEq(_ladder().unitsPerSecond(), pixels * 30 + 1_900_000);
    }

    function test_renditionWidth_roundsToNearestEven() public pure {
        TranscodingOptions memory options = _ladder();
        vm.assertEq(options.renditionWidth(480), 854);
        vm.assertEq(options.renditionWidth(240), 426);
        (options.width, options.height) = (64, 4096);
        vm.assertEq(options.renditionWidth(64), 2);
    }

    function test_fuzz_renditionWidth_staysWithinOnePixelOfAspect(uint256 width, uint256 height, uint256 lower)
        public
        pure
    {
        TranscodingOptions memory options;
        options.width = uint16(_bound(width, 32, 2048) * 2);
        options.height = uint16(_bound(height, 32, 2048) * 2);
        lower = _bound(lower, 32, options.height / 2) * 2;
        uint256 scaled = options.renditionWidth(lower);
        vm.assertEq(scaled % 2, 0);
        vm.assertLe(scaled, options.width, "the rendition is upscaled");
        if (scaled == 2) return;
        vm.assertLe(scaled * options.height, lower * options.width + options.height, "the rendition is too wide");
        vm.assertGe(scaled * options.height + options.height, lower * options.width, "the rendition is too narrow");
    }

    function test_validate_withSourceOutOfBounds_reverts() public {
        _expectSourceOutOfBounds(62, 480, 30);
        _expectSourceOutOfBounds(4098, 480, 30);
        _expectSourceOutOfBounds(1281, 480, 30);
        _expectSourceOutOfBounds(1280, 62, 30);
        _expectSourceOutOfBounds(1280, 4098, 30);
        _expectSourceOutOfBounds(1280, 721, 30);
        _expectSourceOutOfBounds(1280, 720, 0);
        _expectSourceOutOfBounds(1280, 720, 61);
    }

    function test_validate_withNoOrTooManyRenditions_reverts() public {
        TranscodingOptions memory options = _ladder();
        options.renditions = new Rendition[](0);
        _expectRevert(options, abi.encodeWithSelector(Rules.RenditionCountOutOfBounds.selector, 0, 1, 4));
        options.renditions = new Rendition[](5);
        _expectRevert(options, abi.encodeWithSelector(Rules.RenditionCountOutOfBounds.selector, 5, 1, 4));
    }

    function test_validate_withHeightOutOfBounds_reverts() public {
        _expectHeightOutOfBounds(0, 722, 720);
        _expectHeightOutOfBounds(1, 480, 479);
        _expectHeightOutOfBounds(1, 500, 479);
        _expectHeightOutOfBounds(2, 239, 359);
        _expectHeightOutOfBounds(2, 62, 359);
    }

    function test_validate_withBitrateOutOfBounds_reverts() public {
        TranscodingOptions memory options = _ladder();
        options.renditions[1].bitrate = 49_999;
        bytes4 selector = Rules.RenditionBitrateOutOfBounds.selector;
        _expectRevert(options, abi.encodeWithSelector(selector, 1, 49_999, 50_000, 20_000_000));
        options.renditions[1].bitrate = 20_000_001;
        _expectRevert(options, abi.encodeWithSelector(selector, 1, 20_000_001, 50_000, 20_000_000));
    }

    /// @dev This function is external, because `vm.expectRevert` needs an external call.
    function validate(TranscodingOptions memory options) external pure {
        options.validate();
    }

    function _readCase(uint256 i) private view returns (TranscodingOptions memory) {
        Rendition[] memory renditions =
            new Rendition[](_count(string.concat("cases[", vm.toString(i), "].options.renditions")));
        for (uint256 j; j < renditions.length; ++j) {
            string memory rendition = string.concat("options.renditions[", vm.toString(j), "]");
            renditions[j] = Rendition(
                uint16(_uintAt(i, string.concat(rendition, ".height"))),
                uint32(_uintAt(i, string.concat(rendition, ".bitrate")))
            );
        }
        return TranscodingOptions(
            uint16(_uintAt(i, "options.width")),
            uint16(_uintAt(i, "options.height")),
            uint8(_uintAt(i, "options.fps")),
            renditions
        );
    }

    function _expectRevert(TranscodingOptions memory options, bytes memory why) private {
        vm.expectRevert(why);
        this.validate(options);
    }

    function _expectSourceOutOfBounds(uint16 width, uint16 height, uint8 fps) private {
        TranscodingOptions memory options = _ladder();
        (options.width, options.height, options.fps) = (width, height, fps);
        _expectRevert(options, abi.encodeWithSelector(Rules.SourceOutOfBounds.selector, width, height, fps));
    }

    function _expectHeightOutOfBounds(uint256 index, uint16 height, uint16 ceiling) private {
        TranscodingOptions memory options = _ladder();
        options.renditions[index].height = height;
        _expectRevert(
            options, abi.encodeWithSelector(Rules.RenditionHeightOutOfBounds.selector, index, height, 64, ceiling)
        );
    }

    function _ladder() private pure returns (TranscodingOptions memory) {
        Rendition[] memory renditions = new Rendition[](3);
        renditions[0] = Rendition(480, 1_000_000);
        renditions[1] = Rendition(360, 600_000);
        renditions[2] = Rendition(240, 300_000);
        return TranscodingOptions(1280, 720, 30, renditions);
    }
}
