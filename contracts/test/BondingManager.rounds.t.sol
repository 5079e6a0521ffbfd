// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {Protocol} from "./Protocol.sol";

contract BondingManagerRoundsTest is Protocol {
    uint256 private constant SEATS = 3;

    address private anna = person("anna");
    address private ben = person("ben");

    function setUp() public {
        deploy(SEATS);
        fund(anna, 1_000 ether);
        fund(ben, 1_000 ether);
    }

    function test_transcoder_takesSeatUnavailable() public {
        vm.startPrank(anna);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NoStake.selector, anna));
        bonding.transcoder(PRICE, 0, 0);
        bonding.bond(5 ether, anna);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.TranscoderUpdate(anna, PRICE, 20_000, 250_000);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.TranscoderSeated(anna);
        bonding.transcoder(PRICE, 20_000, 250_000);
        IBondingTypes.Transcoder memory listed = bonding.transcoders()[0];
        vm.assertEq(listed.transcoder, anna);
        vm.assertEq(listed.stake, 5 ether);
        vm.assertEq(listed.pricePerUnit, PRICE);
        vm.assertTrue(listed.registered && listed.seated && !listed.available);
        vm.assertEq(listed.blockRewardCut, 20_000);
        vm.assertEq(listed.feeShare, 250_000);
        bonding.transcoder(PRICE + 1, 0, 0);
        vm.assertEq(bonding.transcoders().length, 1);
        vm.assertEq(bonding.getTranscoder(anna).pricePerUnit, PRICE + 1);
    }

    function test_transcoder_rejectsRatesThatAreNone() public {
        uint256 max = type(uint48).max;
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.PriceOutOfBounds.selector, max + 1, max));
        bonding.transcoder(max + 1, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.RateOutOfBounds.selector, 1_000_001, 1_000_000));
        bonding.transcoder(1, 1_000_001, 0);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.RateOutOfBounds.selector, 1_000_001, 1_000_000));
        bonding.transcoder(1, 0, 1_000_001);
    }

    function test_transcoder_waitsUntilItsStakeWinsASeat() public {
        fill();
        join(anna, 2 ether, PRICE);
        vm.assertFalse(bonding.getTranscoder(anna).seated);
        vm.assertEq(bonding.waitlist()[0].transcoder, anna);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NoSeatWon.selector, anna, 2 ether, 2 ether));
        bonding.contend(anna);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.TranscoderEvicted(holder(2));
        vm.prank(ben);
        bonding.bond(1 ether, anna);
        vm.assertTrue(bonding.getTranscoder(anna).seated);
        vm.assertEq(bonding.waitlist().length, 1);
        vm.assertEq(bonding.waitlist()[0].transcoder, holder(2));
        vm.assertEq(bonding.transcoders().length, SEATS);
    }

    function test_contend_takesWhatResigningOrSlashingLeft() public {
        fill();
        join(anna, 2 ether, PRICE);
        slash(holder(3), 500_000);
        bonding.contend(anna);
        vm.assertFalse(bonding.getTranscoder(holder(3)).seated);
        vm.prank(holder(4));
        bonding.resignAsTranscoder();
        bonding.contend(holder(3));
        vm.assertEq(bonding.transcoders().length, SEATS);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotTranscoder.selector, holder(4)));
        bonding.contend(holder(4));
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NoSeatWon.selector, anna, 2 ether, 1.5 ether));
        bonding.contend(anna);
    }

    function test_resignAsTranscoder_freesSeatAndKeepsStake() public {
        fill();
        vm.expectEmit(address(bonding));
        emit IBondingTypes.TranscoderResigned(holder(3));
        vm.prank(holder(3));
        bonding.resignAsTranscoder();
        vm.assertEq(stakeOf(holder(3)), 3 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotTranscoder.selector, holder(3)));
        vm.prank(holder(3));
        bonding.transcodeAvailability(true);
        join(ben, 1, PRICE);
        vm.assertTrue(bonding.getTranscoder(ben).seated);
    }

    function test_round_locksWhoIsActiveAndItsTerms() public {
        fill();
        nextRound();
        // Anna evicts the one with 2, who works on for this round; she starts with the next.
        join(anna, 100 ether, 1);
        vm.prank(holder(4));
        bonding.transcoder(PRICE + 1, 0, 0);
        delegate(ben, 50 ether, holder(3));
        vm.assertTrue(bonding.getTranscoder(holder(2)).active);
        vm.assertFalse(bonding.getTranscoder(anna).active);
        address[] memory drawn = draw(PRICE);
        vm.assertEq(drawn.length, 3);
        vm.assertEq(sum(drawn), at(holder(2)) + at(holder(3)) + at(holder(4)));
        vm.prank(holder(2));
        bonding.transcodeAvailability(false);
        vm.assertEq(draw(PRICE).length, 2);
        nextRound();
        drawn = draw(PRICE);
        // The one that waits may be drawn by lot, but is not available.
        vm.assertEq(sum(drawn), at(anna) + at(holder(3)));
    }

    function test_round_invitesOneOfTheWaitlist() public {
        fill();
        for (uint256 i; i < 4; ++i) {
            join(person(string.concat("waits", vm.toString(i))), 1 ether, PRICE);
        }
        uint256 seen;
        for (uint256 i; i < 24; ++i) {
            vm.roll(rounds.currentRoundStartBlock() + ROUND_LENGTH + 1);
            vm.setBlockhash(vm.getBlockNumber() - 1, keccak256(abi.encode(i)));
            rounds.initializeRound();
            (,, uint256 activeStake) = bonding.roundInForce();
            vm.assertEq(activeStake, 10 ether);
            uint256 active;
            for (uint256 k; k < 4; ++k) {
                address who = person(string.concat("waits", vm.toString(k)));
                if (!bonding.getTranscoder(who).active) continue;
                ++active;
                seen |= 1 << k;
                vm.assertEq(draw(PRICE).length, 4);
            }
            vm.assertEq(active, 1);
        }
        vm.assertEq(seen, 15);
    }

    function test_rates_standStillInTheLockPeriod() public {
        fill();
        nextRound();
        vm.roll(rounds.currentRoundStartBlock() + ROUND_LENGTH - 3);
        vm.startPrank(holder(2));
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.RatesLocked.selector, 1));
        bonding.transcoder(PRICE, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.PriceNotMatched.selector, PRICE - 1, PRICE, PRICE));
        bonding.matchPrice(PRICE - 1, holder(3));
        vm.stopPrank();
        nextRound();
        vm.prank(holder(3));
        bonding.transcoder(PRICE / 2, 0, 0);
        vm.roll(rounds.currentRoundStartBlock() + ROUND_LENGTH - 3);
        vm.startPrank(holder(2));
        bonding.matchPrice(PRICE / 2, holder(3));
        vm.assertEq(bonding.getTranscoder(holder(2)).pricePerUnit, PRICE / 2);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.PriceNotMatched.selector, PRICE, PRICE / 2, PRICE / 2));
        bonding.matchPrice(PRICE, holder(3));
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotTranscoder.selector, anna));
        bonding.matchPrice(0, anna);
    }

    function test_openRound_isByTheRoundsManagerOnly() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotRoundsManager.selector, address(this)));
        bonding.openRound(1, 0);
    }

    function test_setParameters_holdsFromTheNextRoundOn() public {
        fill();
        IBondingTypes.Parameters memory values = bondingParameters(2);
        values.finderFee = 7;
        bonding.setParameters(values);
        vm.assertEq(bonding.parameters().poolSize, SEATS);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.PoolNotOverfull.selector, 3, 3));
        bonding.trim();
        nextRound();
        vm.assertEq(bonding.parameters().finderFee, 7);
        bonding.trim();
        vm.assertFalse(bonding.getTranscoder(holder(2)).seated);
        vm.assertEq(bonding.transcoders().length, 2);
        vm.assertEq(draw(PRICE).length, 3);
        nextRound();
        vm.assertEq(draw(PRICE).length, 3);
    }

    function test_setParameters_areBoundedAndByTheOwner() public {
        IBondingTypes.Parameters memory values = bondingParameters(3);
        vm.prank(anna);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, anna));
        bonding.setParameters(values);
        values.unbondingPeriod = 4;
        refuse("minUnbondingBlocks", 90, 120, type(uint256).max, values);
        values.unbondingPeriod = 101;
        refuse("unbondingPeriod", 101, 2, 100, values);
        values = bondingParameters(251);
        refuse("poolSize", 251, 1, 250, values);
        values = bondingParameters(3);
        values.missedRewardSlashAmount = 500_001;
        refuse("missedRewardSlashAmount", 500_001, 0, 500_000, values);
        values.missedRewardSlashAmount = 0;
        values.missedRewardRounds = 0;
        refuse("missedRewardRounds", 0, 1, 1_000, values);
        values.missedRewardRounds = 1;
        values.finderFee = 500_001;
        refuse("finderFee", 500_001, 0, 500_000, values);
    }

    function test_draw_isKeptForTwoRounds() public {
        fill();
        nextRound();
        uint256 atBlock = vm.getBlockNumber();
        reward(holder(4));
        nextRound();
        reward(holder(4));
        (, address[] memory drawn,) = bonding.draw("seed", atBlock, PRICE, 4);
        vm.assertEq(drawn.length, 3);
        nextRound();
        reward(holder(4));
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.DrawTooLate.selector, 1));
        bonding.draw("seed", atBlock, PRICE, 4);
    }

    function reward(address who) private {
        vm.prank(who);
        bonding.reward();
    }

    function draw(uint256 maxPricePerUnit) private view returns (address[] memory drawn) {
        (, drawn,) = bonding.draw("seed", vm.getBlockNumber(), maxPricePerUnit, 4);
    }

    function sum(address[] memory list) private pure returns (uint256 total) {
        for (uint256 i; i < list.length; ++i) {
            total += at(list[i]);
        }
    }

    function at(address who) private pure returns (uint256) {
        return uint160(who);
    }

    /// @dev Seats for stakes of 2, 3 and 4.
    function fill() private {
        for (uint256 stake = 2; stake < 2 + SEATS; ++stake) {
            join(holder(stake), stake * 1 ether, PRICE);
        }
    }

    function holder(uint256 stake) private pure returns (address) {
        return person(vm.toString(stake));
    }

    function refuse(string memory name, uint256 value, uint256 min, uint256 max, IBondingTypes.Parameters memory values)
        private
    {
        vm.expectRevert(abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, name, value, min, max));
        bonding.setParameters(values);
    }
}
