// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Protocol} from "../Protocol.sol";

/// @notice Attacks that try to get rewards without work, or to make other transcoders lose their rewards.
contract CompetitivenessAttackTest is Protocol {
    address private anna = _account("anna");
    address private ben = _account("ben");
    address private padder = _account("padder");

    function setUp() public {
        _deploy(100);
        _registerTranscoder(anna, 400 ether, PRICE);
        _registerTranscoder(ben, 600 ether, PRICE);
    }

    /// @dev Anna resigns and registers again in one call. She stays active in this round and in the next round.
    function test_reward_afterResigningAndRegisteringInOneRound_isWithheld() public {
        uint256 rewards;
        for (uint256 i; i < 8 * COMPETITIVENESS_WINDOW; ++i) {
            _initializeNextRound();
            _creditWork(ben, MIN_EXPECTED_WORK);
            if (_callReward(anna) > 0) ++rewards;
            if (i % (2 * COMPETITIVENESS_WINDOW) == 0) _resignAndRegister(anna);
        }
        // In the first span, no work is expected of any transcoder. In the second span, the expected work can be below
        // `minExpectedWork`. So Anna can get rewards in these two spans.
        vm.assertLe(rewards, 2 * COMPETITIVENESS_WINDOW, "an idle transcoder was rewarded");
    }

    /// @dev In every eight rounds (two spans), Anna resigns once, and registers again three rounds later.
    function test_reward_afterPausing_isWithheld() public {
        uint256 rewards;
        for (uint256 i; i < 8 * COMPETITIVENESS_WINDOW; ++i) {
            _initializeNextRound();
            _creditWork(ben, MIN_EXPECTED_WORK);
            uint256 roundOfCycle = i % (2 * COMPETITIVENESS_WINDOW);
            if (_isActive(anna) && _callReward(anna) > 0) ++rewards;
            vm.startPrank(anna);
            if (roundOfCycle == 0) bonding.resignAsTranscoder();
            if (roundOfCycle == COMPETITIVENESS_WINDOW - 1) bonding.transcoder(PRICE, 0, 0);
            vm.stopPrank();
        }
        vm.assertLe(rewards, 2 * COMPETITIVENESS_WINDOW, "an idle transcoder was rewarded");
    }

    /// @dev After an absence of more than two spans, a transcoder counts as new, because the contract stores work only
    /// for two spans.
    function test_competitiveness_afterLongAbsence_expectsNoWork() public {
        _initializeRoundsTo(8);
        vm.prank(anna);
        bonding.resignAsTranscoder();
        _initializeRoundsTo(9 + 2 * COMPETITIVENESS_WINDOW);
        vm.prank(anna);
        bonding.transcoder(PRICE, 0, 0);
        _initializeNextRound();
        _creditWork(ben, MIN_EXPECTED_WORK);
        (, uint256 expected) = bonding.competitiveness(anna);
        vm.assertEq(expected, 0);
    }

    /// @dev For 58 spans, a transcoder with a fifth of all stake pads: it pays itself for more false work than can
    /// count.
    function test_reward_whenAFifthOfStakePads_isPaidToHonestTranscoders() public {
        _registerTranscoder(padder, 250 ether, PRICE);
        vm.assertEq(_countWithheldRounds(60), 0);
    }

    /// @dev Honest transcoders must do a tenth of their expected work (the required part). If the padder has at least
    /// (1 − required part) ÷ (4 − required part) = 23 % of all stake, the work that counts for the padder grows from
    /// span to span, until honest transcoders fall below the required part. Decision 019 says what such a stake costs.
    function test_reward_whenAQuarterOfStakePads_isWithheldFromHonestTranscoders() public {
        _registerTranscoder(padder, 333 ether, PRICE);
        vm.assertGe(_countWithheldRounds(60), 1, "decisions 018 and 019 name a wrong boundary");
    }

    /// @dev Accepted risk: after a span without work, at most `minExpectedWork` counts for each transcoder. So a
    /// transcoder with a large stake cannot reach its expected work, which is its share of the work of many small
    /// transcoders. The transcoder loses its rewards only in the first span with work. See decision 018.
    function test_reward_ofLargeStakeAfterSpanWithoutWork_isWithheld() public {
        for (uint256 i; i < 40; ++i) {
            _registerTranscoder(_smallTranscoder(i), 15 ether, PRICE);
        }
        _initializeRoundsTo(8);
        for (uint256 i; i < 40; ++i) {
            _creditWork(_smallTranscoder(i), MIN_EXPECTED_WORK);
        }
        // Ben has less than half of the stake, and does half of the work.
        _creditWork(ben, 40 * MIN_EXPECTED_WORK);
        vm.assertEq(_callReward(ben), 0);
        _initializeRoundsTo(12);
        _creditWork(ben, 40 * MIN_EXPECTED_WORK);
        vm.assertGe(_callReward(ben), 1, "the reward is withheld for longer than a span");
    }

    function _smallTranscoder(uint256 i) private pure returns (address) {
        return address(uint160(0x5A11 + i));
    }

    /// @return rounds_ Number of checked rounds in which Anna or Ben gets no reward, although both do their share of
    /// the real work. One round of each span is checked.
    function _countWithheldRounds(uint256 spans) private returns (uint256 rounds_) {
        for (uint256 span = 2; span < spans; ++span) {
            _initializeRoundsTo(4 * span);
            _creditWork(padder, 1e18);
            _creditWork(ben, 30_000_000_000);
            _creditWork(anna, 20_000_000_000);
            // The padder, Anna and Ben all call `reward`, so the part of all stake that each of them has does not
            // change.
            _callReward(padder);
            uint256 toAnna = _callReward(anna);
            if (_callReward(ben) == 0 || toAnna == 0) ++rounds_;
        }
    }

    function _resignAndRegister(address account) private {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(bonding.resignAsTranscoder, ());
        calls[1] = abi.encodeCall(bonding.transcoder, (PRICE, 0, 0));
        vm.prank(account);
        bonding.multicall(calls);
    }

    function _isActive(address account) private view returns (bool) {
        return bonding.getTranscoder(account).active;
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
}
