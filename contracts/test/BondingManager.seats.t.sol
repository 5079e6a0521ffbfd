// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {Protocol} from "./Protocol.sol";

/// @dev Tests of transcoders that take or leave a seat in the middle of a round.
contract BondingManagerSeatsTest is Protocol {
    address private anna = _account("anna");
    address private ben = _account("ben");
    address private carl = _account("carl");
    address private dora = _account("dora");

    /// @dev The pool has two seats. Ben and Carl hold them.
    function setUp() public {
        _deploy(2);
        _registerTranscoder(ben, 20 ether, PRICE);
        _registerTranscoder(carl, 30 ether, PRICE);
        _initializeNextRound();
    }

    function test_resignAsTranscoder_inRoundOfRegistration_givesNoReward() public {
        _registerTranscoder(anna, 40 ether, PRICE);
        vm.assertTrue(bonding.getTranscoder(anna).seated);
        vm.prank(anna);
        bonding.resignAsTranscoder();
        vm.assertFalse(bonding.getTranscoder(anna).active);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotActive.selector, anna, 1));
        vm.prank(anna);
        bonding.reward();
        // Ben lost his seat to Anna, but stays active in this round.
        vm.prank(ben);
        vm.assertGe(bonding.reward(), 1, "an active transcoder got no reward");
    }

    function test_resignAsTranscoder_whileWaiting_leavesWaitlist() public {
        _registerTranscoder(anna, 10 ether, PRICE);
        _registerTranscoder(dora, 11 ether, PRICE);
        vm.assertEq(_waitlist().length, 2);
        vm.prank(anna);
        bonding.resignAsTranscoder();
        vm.assertEq(_waitlist().length, 1);
        vm.assertEq(_waitlist()[0].transcoder, dora);
        vm.prank(anna);
        bonding.transcoder(PRICE, 0, 0);
        vm.assertEq(_waitlist().length, 2);
        // Anna gets her former place on the waitlist, because it is still empty.
        vm.assertEq(_waitlist()[0].transcoder, anna);
        vm.assertEq(_waitlist()[1].transcoder, dora);
    }

    function test_transcoder_afterResignation_isUnavailable() public {
        vm.startPrank(ben);
        bonding.resignAsTranscoder();
        bonding.transcoder(PRICE, 0, 0);
        vm.assertFalse(bonding.getTranscoder(ben).available);
        bonding.transcodeAvailability(true);
        vm.assertTrue(bonding.getTranscoder(ben).available);
    }

    function test_missedRewards_countsRoundsThatBeganInTheSeat() public {
        for (uint256 i; i < 5; ++i) {
            _initializeNextRound();
        }
        _registerTranscoder(anna, 40 ether, PRICE);
        vm.assertEq(bonding.missedRewards(anna), 0);
        // Anna cannot miss the reward of the round in which she took her seat.
        _initializeNextRound();
        vm.assertEq(bonding.missedRewards(anna), 0);
        _initializeNextRound();
        vm.assertEq(bonding.missedRewards(anna), 1);
        vm.assertEq(bonding.missedRewards(carl), 7);
        vm.assertEq(bonding.missedRewards(ben), 0);
    }
}
