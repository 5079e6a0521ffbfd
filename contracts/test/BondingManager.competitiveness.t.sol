// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {Protocol} from "./Protocol.sol";

/// @notice A transcoder that does too little of the expected work gets no reward.
contract BondingManagerCompetitivenessTest is Protocol {
    address private anna = _account("anna");
    address private ben = _account("ben");

    /// @dev Anna has two fifths of the stake, and Ben has three fifths. Both took their seats in round 0. A span has
    /// four rounds. The tests start in round 8, the first round of the third span. The window is the present span and
    /// the previous span together.
    function setUp() public {
        _deploy(3);
        _registerTranscoder(anna, 400 ether, PRICE);
        _registerTranscoder(ben, 600 ether, PRICE);
        _initializeRoundsTo(4);
        // The previous span has no work, so at most `minExpectedWork` units of Ben's work count.
        _creditWork(ben, 2 * MIN_EXPECTED_WORK);
        _assertWork(ben, MIN_EXPECTED_WORK, MIN_EXPECTED_WORK * 6 / 10 * 3 / 4);
        _initializeRoundsTo(8);
        _creditWork(ben, 50_000_000_000);
    }

    function test_reward_byIdleTranscoder_isWithheld() public {
        _assertWork(anna, 0, 28_800_000_000);
        vm.assertEq(bonding.missedRewards(anna), 7);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.RewardWithheld(anna, 8, 0, 28_800_000_000);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Reward(anna, 8, 0, 0);
        vm.assertEq(_callReward(anna), 0);
        // Anna called `reward`, so she has not missed the reward of this round, although she got nothing.
        vm.assertEq(bonding.missedRewards(anna), 0);
        vm.assertGe(_callReward(ben), 1, "the reward of a working transcoder was withheld");
    }

    function test_reward_atATenthOfExpectedWork_isPaid() public {
        // The window has 75 billion units of work. Anna has two fifths of the stake, so 30 billion units are expected
        // of her. A tenth of the expected work, 3 billion units, is enough for the reward.
        _creditWork(anna, 2_999_999_999);
        vm.assertEq(_callReward(anna), 0);
        _initializeNextRound();
        _creditWork(anna, 1);
        _assertWork(anna, 3_000_000_000, 30_000_000_000);
        vm.assertEq(_callReward(anna), minter.mintable() * 4 / 10);
    }

    function test_reward_whenLittleWorkIsExpected_isPaid() public {
        IBondingTypes.Parameters memory values = _bondingParameters(3);
        values.minExpectedWork = 28_800_000_001;
        bonding.setParameters(values);
        _initializeNextRound();
        vm.assertGe(_callReward(anna), 1, "a reward was withheld although less than minExpectedWork was expected");
        values.minExpectedWork = 28_800_000_000;
        bonding.setParameters(values);
        _initializeNextRound();
        vm.assertEq(_callReward(anna), 0);
        values.competitivenessTolerance = 1_000_000;
        bonding.setParameters(values);
        _initializeNextRound();
        vm.assertGe(_callReward(anna), 1, "a reward was withheld at a tolerance of 100 %");
    }

    function test_competitiveness_ofNewTranscoder_growsWithActiveRounds() public {
        address carl = _account("carl");
        _registerTranscoder(carl, 1_000 ether, PRICE);
        _initializeNextRound();
        _assertWork(carl, 0, 0);
        _initializeRoundsTo(11);
        // Carl has half of the stake. Seven rounds of the window have ended, and he was active in two of them.
        uint256 all = 72_000_000_000;
        _assertWork(carl, 0, all / 2 * 2 / 7);
        _initializeRoundsTo(16);
        _creditWork(ben, MIN_EXPECTED_WORK);
        // Four rounds of the window have ended, and Carl was active in all of them.
        _assertWork(carl, 0, MIN_EXPECTED_WORK / 2);
    }

    /// @dev If a transcoder resigns and registers again within two spans, as much work is expected of it as if it had not resigned.
    function test_reward_afterResigningAndRegistering_isWithheld() public {
        uint256 rewards;
        uint256 last = 8 + 8 * 2 * COMPETITIVENESS_WINDOW;
        for (uint256 round = 8; round < last; ++round) {
            _creditWork(ben, 50_000_000_000);
            if (round % (2 * COMPETITIVENESS_WINDOW) == 0) _resignAndRegister(0);
            if (_callReward(anna) > 0) ++rewards;
            _initializeNextRound();
        }
        vm.assertEq(rewards, 0);
        // An absence of exactly two spans (eight rounds) does not help either. Only a longer absence makes Anna a new transcoder.
        _resignAndRegister(2 * COMPETITIVENESS_WINDOW);
        _creditWork(ben, 50_000_000_000);
        _initializeNextRound();
        vm.assertEq(_callReward(anna), 0);
    }

    function _resignAndRegister(uint256 away) private {
        vm.prank(anna);
        bonding.resignAsTranscoder();
        for (uint256 i; i < away; ++i) {
            _initializeNextRound();
            _creditWork(ben, 50_000_000_000);
        }
        vm.prank(anna);
        bonding.transcoder(PRICE, 1_000_000, 0);
    }

    function test_competitiveness_afterTwoSpans_ignoresOldWork() public {
        _initializeRoundsTo(12);
        _assertWork(ben, 50_000_000_000, 30_000_000_000);
        vm.assertEq(_callReward(anna), minter.mintable() * 4 / 10);
        _initializeRoundsTo(16);
        _assertWork(ben, 0, 0);
        // If no transcoder worked in the window, no work is expected.
        vm.assertGe(_callReward(anna), 1, "a reward was withheld though no work was expected");
    }

    /// @dev Anna pads: she pays herself for false work, as much as she can. Ben works as before and still gets his
    /// reward.
    function test_competitiveness_ofPadding_isCappedAtFourTimesShareOfPreviousSpan() public {
        _initializeRoundsTo(12);
        _creditWork(ben, 50_000_000_000);
        _creditWork(anna, 1e18);
        // The previous span has 50 billion units of work. Anna has two fifths of the stake, so at most four times 20
        // billion units of her work count.
        _assertWork(anna, 80_000_000_000, 72_000_000_000);
        vm.assertGe(_callReward(ben), 1, "padding withheld the reward of an honest transcoder");
        _creditWork(anna, 1);
        _assertWork(anna, 80_000_000_000, 72_000_000_000);
    }

    /// @dev The padder pays itself for false work. It has at most 300 LPT, and all stake is then at most 1,300 LPT.
    function test_fuzz_reward_whenAnotherPads_isPaidToHonestTranscoders(uint96 padding, uint96 stake) public {
        address padder = _account("padder");
        stake = uint96(_bound(stake, 1 ether, 300 ether));
        _registerTranscoder(padder, stake, PRICE);
        for (uint256 span = 3; span < 8; ++span) {
            _initializeRoundsTo(4 * span);
            _creditWork(ben, 30_000_000_000);
            _creditWork(anna, 20_000_000_000);
            _creditWork(padder, padding);
            vm.assertGe(_callReward(ben), 1, "padding withheld the reward of an honest transcoder");
            vm.assertGe(_callReward(anna), 1, "padding withheld the reward of an honest transcoder");
        }
    }

    function _initializeRoundsTo(uint256 round) private {
        while (rounds.lastInitializedRound() < round) _initializeNextRound();
    }

    function _creditWork(address account, uint256 units) private {
        vm.prank(address(jobs));
        bonding.creditFees(account, 0, units);
    }

    function _callReward(address account) private returns (uint256) {
        vm.prank(account);
        return bonding.reward();
    }

    function _assertWork(address account, uint256 work_, uint256 expected) private view {
        (uint256 actualWork, uint256 actualExpected) = bonding.competitiveness(account);
        vm.assertEq(actualWork, work_);
        vm.assertEq(actualExpected, expected);
    }
}
