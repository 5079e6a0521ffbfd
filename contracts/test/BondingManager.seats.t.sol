// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {Protocol} from "./Protocol.sol";

/// @dev Who comes and goes within a round.
contract BondingManagerSeatsTest is Protocol {
    address private anna = person("anna");
    address private ben = person("ben");
    address private carl = person("carl");
    address private dora = person("dora");

    /// @dev Two seats, Ben's and Carl's.
    function setUp() public {
        deploy(2);
        join(ben, 20 ether, PRICE);
        join(carl, 30 ether, PRICE);
        nextRound();
    }

    function test_seat_takenAndLeftInARoundGivesNoPartInIt() public {
        join(anna, 40 ether, PRICE);
        vm.assertTrue(bonding.getTranscoder(anna).seated);
        vm.prank(anna);
        bonding.resignAsTranscoder();
        vm.assertFalse(bonding.getTranscoder(anna).active);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotActive.selector, anna, 1));
        vm.prank(anna);
        bonding.reward();
        // Ben lost his seat to her, and has the round still.
        vm.prank(ben);
        vm.assertGe(bonding.reward(), 1, "no reward for who was active");
    }

    function test_resignAsTranscoder_leavesTheWaitlist() public {
        join(anna, 10 ether, PRICE);
        join(dora, 11 ether, PRICE);
        vm.assertEq(bonding.waitlist().length, 2);
        vm.prank(anna);
        bonding.resignAsTranscoder();
        vm.assertEq(bonding.waitlist().length, 1);
        vm.assertEq(bonding.waitlist()[0].transcoder, dora);
        vm.prank(anna);
        bonding.transcoder(PRICE, 0, 0);
        vm.assertEq(bonding.waitlist().length, 2);
        vm.assertEq(bonding.waitlist()[1].transcoder, anna);
    }

    function test_transcoder_thatComesBackIsNotAvailable() public {
        vm.startPrank(ben);
        bonding.resignAsTranscoder();
        bonding.transcoder(PRICE, 0, 0);
        vm.assertFalse(bonding.getTranscoder(ben).available);
        bonding.transcodeAvailability(true);
        vm.assertTrue(bonding.getTranscoder(ben).available);
    }

    function test_missedRewards_areOfRoundsInWhichItHeldItsSeat() public {
        for (uint256 i; i < 5; ++i) {
            nextRound();
        }
        join(anna, 40 ether, PRICE);
        vm.assertEq(bonding.missedRewards(anna), 0);
        // What it began in is not its own.
        nextRound();
        vm.assertEq(bonding.missedRewards(anna), 0);
        nextRound();
        vm.assertEq(bonding.missedRewards(anna), 1);
        vm.assertEq(bonding.missedRewards(carl), 7);
        vm.assertEq(bonding.missedRewards(ben), 0);
    }
}
