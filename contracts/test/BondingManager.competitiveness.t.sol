// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {Protocol} from "./Protocol.sol";

/// @notice Who does too little of the work gets no new token.
contract BondingManagerCompetitivenessTest is Protocol {
    address private anna = person("anna");
    address private ben = person("ben");

    /// @dev Two fifths and three fifths of the stake, seated since round 0. It is round 8: the third span has begun, and from
    /// now on work is expected.
    function setUp() public {
        deploy(3);
        join(anna, 400 ether, PRICE);
        join(ben, 600 ether, PRICE);
        toRound(4);
        // In the first spans nothing can be told from a share: only the minimum counts.
        work(ben, 2 * MIN_EXPECTED_WORK);
        assertWork(ben, MIN_EXPECTED_WORK, MIN_EXPECTED_WORK * 6 / 10 * 3 / 4);
        toRound(8);
        work(ben, 50_000_000_000);
    }

    function test_reward_isWithheldFromTheIdle() public {
        assertWork(anna, 0, 28_800_000_000);
        vm.assertEq(bonding.missedRewards(anna), 7);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.RewardWithheld(anna, 8, 0, 28_800_000_000);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Reward(anna, 8, 0, 0);
        vm.assertEq(reward(anna), 0);
        // It was called: it is not missed.
        vm.assertEq(bonding.missedRewards(anna), 0);
        vm.assertGe(reward(ben), 1, "withheld from who worked");
    }

    function test_reward_isForATenthOfTheShare() public {
        // With 3 of 75 there are 30 to be expected.
        work(anna, 2_999_999_999);
        vm.assertEq(reward(anna), 0);
        nextRound();
        work(anna, 1);
        assertWork(anna, 3_000_000_000, 30_000_000_000);
        vm.assertEq(reward(anna), minter.mintable() * 4 / 10);
    }

    function test_reward_isForEverybodyWhereLittleIsExpected() public {
        IBondingTypes.Parameters memory values = bondingParameters(3);
        values.minExpectedWork = 28_800_000_001;
        bonding.setParameters(values);
        nextRound();
        vm.assertGe(reward(anna), 1, "a small share is a matter of luck");
        values.minExpectedWork = 28_800_000_000;
        bonding.setParameters(values);
        nextRound();
        vm.assertEq(reward(anna), 0);
        values.competitivenessTolerance = 1_000_000;
        bonding.setParameters(values);
        nextRound();
        vm.assertGe(reward(anna), 1, "everything is tolerated");
    }

    function test_reward_expectsOfANewcomerWhatItsTimeLetsExpect() public {
        address carl = person("carl");
        join(carl, 1_000 ether, PRICE);
        nextRound();
        assertWork(carl, 0, 0);
        toRound(11);
        // Half of the stake; active in two of the seven rounds that are over.
        uint256 all = 72_000_000_000;
        assertWork(carl, 0, all / 2 * 2 / 7);
        toRound(16);
        work(ben, MIN_EXPECTED_WORK);
        // In all four of the window's.
        assertWork(carl, 0, MIN_EXPECTED_WORK / 2);
    }

    /// @dev Whoever leaves its seat and takes it again is not new.
    function test_reward_isNotSavedByTakingTheSeatAnew() public {
        uint256 rewards;
        uint256 last = 8 + 8 * 2 * COMPETITIVENESS_WINDOW;
        for (uint256 round = 8; round < last; ++round) {
            work(ben, 50_000_000_000);
            if (round % (2 * COMPETITIVENESS_WINDOW) == 0) retake(0);
            if (reward(anna) > 0) ++rewards;
            nextRound();
        }
        vm.assertEq(rewards, 0);
        // Nor by being away for as long as less than the longest window.
        retake(2 * COMPETITIVENESS_WINDOW);
        work(ben, 50_000_000_000);
        nextRound();
        vm.assertEq(reward(anna), 0);
    }

    function retake(uint256 away) private {
        vm.prank(anna);
        bonding.resignAsTranscoder();
        for (uint256 i; i < away; ++i) {
            nextRound();
            work(ben, 50_000_000_000);
        }
        vm.prank(anna);
        bonding.transcoder(PRICE, 1_000_000, 0);
    }

    function test_work_isForgottenAfterTwoSpans() public {
        toRound(12);
        assertWork(ben, 50_000_000_000, 30_000_000_000);
        vm.assertEq(reward(anna), minter.mintable() * 4 / 10);
        toRound(16);
        assertWork(ben, 0, 0);
        // A network without work expects none.
        vm.assertGe(reward(anna), 1, "nothing was to be done");
    }

    /// @dev Anna pays herself for all that can be paid: Ben, who works as before, does not fall short.
    function test_work_countsNotBeyondFourTimesTheShare() public {
        toRound(12);
        work(ben, 50_000_000_000);
        work(anna, 1e18);
        // Four times two fifths of what the span before had.
        assertWork(anna, 80_000_000_000, 72_000_000_000);
        vm.assertGe(reward(ben), 1, "padding makes others fall short");
        work(anna, 1);
        assertWork(anna, 80_000_000_000, 72_000_000_000);
    }

    function test_fuzz_padding_neverWithholdsFromWhoKeepsHisShare(uint96 padding, uint96 stake) public {
        address padder = person("padder");
        stake = uint96(bound(stake, 1 ether, 300 ether));
        join(padder, stake, PRICE);
        for (uint256 span = 3; span < 8; ++span) {
            toRound(4 * span);
            work(ben, 30_000_000_000);
            work(anna, 20_000_000_000);
            work(padder, padding);
            vm.assertGe(reward(ben), 1, "padding makes others fall short");
            vm.assertGe(reward(anna), 1, "padding makes others fall short");
        }
    }

    function toRound(uint256 round) private {
        while (rounds.lastInitializedRound() < round) nextRound();
    }

    function work(address who, uint256 units) private {
        vm.prank(address(jobs));
        bonding.creditFees(who, 0, units);
    }

    function reward(address who) private returns (uint256) {
        vm.prank(who);
        return bonding.reward();
    }

    function assertWork(address who, uint256 work_, uint256 expected) private view {
        (uint256 has, uint256 should) = bonding.competitiveness(who);
        vm.assertEq(has, work_);
        vm.assertEq(should, expected);
    }
}
