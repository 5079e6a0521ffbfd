// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {StakeLine} from "../../src/libraries/StakeLine.sol";
import {Test} from "../Test.sol";

contract StakeLineTest is Test {
    using StakeLine for StakeLine.Line;

    StakeLine.Line private line;

    function test_fuzz_codeOf_roundsUpByAtMostAHalf(uint256 stake, uint8 bits) public pure {
        stake = stake % 2 ** 60 >> bits % 60;
        uint256 weight = StakeLine.weightOf(StakeLine.codeOf(stake));
        vm.assertGe(weight, stake, "the weight is below the stake");
        vm.assertLe(weight, stake + stake / 2, "the weight is too far above the stake");
        vm.assertTrue(StakeLine.codeOf(stake) < 2 ** 8);
        // The weight is the lowest weight that is not below the stake.
        vm.assertEq(StakeLine.codeOf(weight), StakeLine.codeOf(stake));
    }

    function test_codeOf_atBorders_isExactOrNextStep() public pure {
        for (uint256 stake; stake <= 4; ++stake) {
            vm.assertEq(StakeLine.weightOf(StakeLine.codeOf(stake)), stake);
        }
        vm.assertEq(StakeLine.weightOf(StakeLine.codeOf(5)), 6);
        vm.assertEq(StakeLine.weightOf(StakeLine.codeOf(7)), 8);
        vm.assertEq(StakeLine.weightOf(StakeLine.codeOf(2 ** 60 - 1)), 2 ** 60);
    }

    /// @dev A storage word keeps the codes at the start of two rounds: the last two rounds in which the word changed.
    function test_stakesIn_afterChanges_returnsCodesOfRoundStart() public {
        line.update(3, 1, 0, 2);
        line.update(4, 1, 0, 1);
        line.update(3, 4, 2, 3);
        // The code of 4 is 1 << 2 | 2.
        line.update(3, 4, 3, 4);
        line.update(249, 4, 0, 3);
        for (uint256 round = 1; round <= 4; ++round) {
            vm.assertEq(line.stakesIn(0, round), round == 1 ? 0 : uint256(2) << 24 | 1 << 32);
            vm.assertEq(line.sumsIn(0, round), round == 1 ? 0 : 3);
            vm.assertEq(line.stakesIn(31, round), 0);
        }
        vm.assertEq(line.stakesIn(0, 5), 6 << 24 | 1 << 32);
        // 4 + 1 is rounded up to 3 * 2.
        vm.assertEq(line.sumsIn(0, 5), 1 << 2 | 3);
        vm.assertEq(line.stakesIn(31, 5), 3 << 8);
        vm.assertEq(line.sumsIn(3, 5), 3 << 56);
        line.update(3, 6, 4, 1);
        vm.assertEq(line.stakesIn(0, 4), 2 << 24 | 1 << 32);
        vm.assertEq(line.stakesIn(0, 5), 6 << 24 | 1 << 32);
        vm.assertEq(line.stakesIn(0, 6), 6 << 24 | 1 << 32);
        vm.assertEq(line.stakesIn(0, 7), 1 << 24 | 1 << 32);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.DrawTooLate.selector, 3));
        this.stakesIn(0, 3);
    }

    function test_stakesIn_afterManyRoundsWithoutChange_returnsCodesOfRoundStart() public {
        line.update(0, 1, 0, 2);
        line.update(0, 100_000, 2, 3);
        vm.assertEq(line.stakesIn(0, 99_999), 2);
        vm.assertEq(line.stakesIn(0, 100_000), 2);
        vm.assertEq(line.stakesIn(0, 100_001), 3);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.DrawTooLate.selector, 100_000 - 65_535));
        this.stakesIn(0, 100_000 - 65_535);
    }

    /// @dev In round 0, no stake is locked.
    function test_stakesIn_round0_returnsCodesAtItsEnd() public {
        line.update(0, 0, 0, 2);
        vm.assertEq(line.stakesIn(0, 0), 2);
        line.update(0, 1, 2, 3);
        vm.assertEq(line.stakesIn(0, 0), 2);
        line.update(0, 2, 3, 1);
        vm.assertEq(line.stakesIn(0, 0), 2);
        line.update(0, 3, 1, 2);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.DrawTooLate.selector, 0));
        this.stakesIn(0, 0);
    }

    /// @dev After each update, the line has the code of the new stake.
    function test_fuzz_update_storesCode(uint256 oldStake, uint256 newStake, uint8 bits) public {
        oldStake = oldStake % 2 ** 56 >> bits % 56;
        // Half of the new stakes are near the old stake.
        newStake = bits & 1 == 0 ? newStake % 2 ** 56 : oldStake + newStake % (oldStake / 4 + 2);
        line.update(0, 1, 0, oldStake);
        line.update(0, 1, oldStake, newStake);
        vm.assertEq(line.stakesIn(0, 2), StakeLine.codeOf(newStake));
        vm.assertEq(line.sumsIn(0, 2), StakeLine.codeOf(StakeLine.weightOf(StakeLine.codeOf(newStake))));
    }

    function stakesIn(uint256 group, uint256 round) external view returns (uint256) {
        return line.stakesIn(group, round);
    }
}
