// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITranscodingOptions as Rules} from "../../src/interfaces/ITranscodingOptions.sol";
import {Rendition, TranscodingOptions} from "../../src/types/TranscodingOptions.sol";
import {Vectors} from "../Vectors.sol";

contract TranscodingOptionsTest is Vectors {
    function setUp() public {
        open("TranscodingOptions");
    }

    function test_hashUnitsAndWidths_matchVectors() public view {
        for (uint256 i; i < count("cases"); ++i) {
            TranscodingOptions memory options = read(i);
            vm.assertEq(options.hash(), word(i, "hash"));
            vm.assertEq(options.unitsPerSecond(), number(i, "unitsPerSecond"));
            for (uint256 j; j < options.renditions.length; ++j) {
                string memory width = string.concat("widths[", vm.toString(j), "]");
                vm.assertEq(options.renditionWidth(options.renditions[j].height), number(i, width));
            }
        }
    }

    function test_validate_acceptsLadderOfThree() public pure {
        ladder().validate();
    }

    function test_unitsPerSecond_countsPixelsAndBits() public pure {
        uint256 pixels = 854 * 480 + 640 * 360 + 426 * 240;
        vm.assertEq(ladder().unitsPerSecond(), pixels * 30 + 1_900_000);
    }

    function test_renditionWidth_roundsToNearestEven() public pure {
        TranscodingOptions memory options = ladder();
        vm.assertEq(options.renditionWidth(480), 854);
        vm.assertEq(options.renditionWidth(240), 426);
        (options.width, options.height) = (64, 4096);
        vm.assertEq(options.renditionWidth(64), 2);
    }

    function test_fuzz_renditionWidth_isWithinOnePixelOfAspect(uint256 width, uint256 height, uint256 lower)
        public
        pure
    {
        TranscodingOptions memory options;
        options.width = uint16(bound(width, 32, 2048) * 2);
        options.height = uint16(bound(height, 32, 2048) * 2);
        lower = bound(lower, 32, options.height / 2) * 2;
        uint256 scaled = options.renditionWidth(lower);
        vm.assertEq(scaled % 2, 0);
        vm.assertLe(scaled, options.width, "upscaled");
        if (scaled == 2) return;
        vm.assertLe(scaled * options.height, lower * options.width + options.height, "too wide");
        vm.assertGe(scaled * options.height + options.height, lower * options.width, "too narrow");
    }

    function test_validate_rejectsSourceOutOfBounds() public {
        refuseSource(62, 480, 30);
        refuseSource(4098, 480, 30);
        refuseSource(1281, 480, 30);
        refuseSource(1280, 62, 30);
        refuseSource(1280, 4098, 30);
        refuseSource(1280, 721, 30);
        refuseSource(1280, 720, 0);
        refuseSource(1280, 720, 61);
    }

    function test_validate_rejectsLadderWithoutSteps() public {
        TranscodingOptions memory options = ladder();
        options.renditions = new Rendition[](0);
        refuse(options, abi.encodeWithSelector(Rules.RenditionCountOutOfBounds.selector, 0, 1, 4));
        options.renditions = new Rendition[](5);
        refuse(options, abi.encodeWithSelector(Rules.RenditionCountOutOfBounds.selector, 5, 1, 4));
    }

    function test_validate_rejectsHeights() public {
        refuseHeight(0, 722, 720);
        refuseHeight(1, 480, 479);
        refuseHeight(1, 500, 479);
        refuseHeight(2, 239, 359);
        refuseHeight(2, 62, 359);
    }

    function test_validate_rejectsBitrates() public {
        TranscodingOptions memory options = ladder();
        options.renditions[1].bitrate = 49_999;
        bytes4 selector = Rules.RenditionBitrateOutOfBounds.selector;
        refuse(options, abi.encodeWithSelector(selector, 1, 49_999, 50_000, 20_000_000));
        options.renditions[1].bitrate = 20_000_001;
        refuse(options, abi.encodeWithSelector(selector, 1, 20_000_001, 50_000, 20_000_000));
    }

    /// @dev In a call of its own, so that its revert can be expected.
    function validate(TranscodingOptions memory options) external pure {
        options.validate();
    }

    function read(uint256 i) private view returns (TranscodingOptions memory) {
        Rendition[] memory renditions =
            new Rendition[](count(string.concat("cases[", vm.toString(i), "].options.renditions")));
        for (uint256 j; j < renditions.length; ++j) {
            string memory rendition = string.concat("options.renditions[", vm.toString(j), "]");
            renditions[j] = Rendition(
                uint16(number(i, string.concat(rendition, ".height"))),
                uint32(number(i, string.concat(rendition, ".bitrate")))
            );
        }
        return TranscodingOptions(
            uint16(number(i, "options.width")),
            uint16(number(i, "options.height")),
            uint8(number(i, "options.fps")),
            renditions
        );
    }

    function refuse(TranscodingOptions memory options, bytes memory why) private {
        vm.expectRevert(why);
        this.validate(options);
    }

    function refuseSource(uint16 width, uint16 height, uint8 fps) private {
        TranscodingOptions memory options = ladder();
        (options.width, options.height, options.fps) = (width, height, fps);
        refuse(options, abi.encodeWithSelector(Rules.SourceOutOfBounds.selector, width, height, fps));
    }

    function refuseHeight(uint256 index, uint16 height, uint16 ceiling) private {
        TranscodingOptions memory options = ladder();
        options.renditions[index].height = height;
        refuse(options, abi.encodeWithSelector(Rules.RenditionHeightOutOfBounds.selector, index, height, 64, ceiling));
    }

    function ladder() private pure returns (TranscodingOptions memory) {
        Rendition[] memory renditions = new Rendition[](3);
        renditions[0] = Rendition(480, 1_000_000);
        renditions[1] = Rendition(360, 600_000);
        renditions[2] = Rendition(240, 300_000);
        return TranscodingOptions(1280, 720, 30, renditions);
    }
}
