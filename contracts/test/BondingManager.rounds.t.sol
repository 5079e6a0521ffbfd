// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {DrawnList} from "../src/types/DrawnList.sol";
import {Protocol} from "./Protocol.sol";

contract BondingManagerRoundsTest is Protocol {
    uint256 private constant SEATS = 3;

    address private anna = _account("anna");
    address private ben = _account("ben");

    function setUp() public {
        _deploy(SEATS);
        _fund(anna, 1_000 ether);
        _fund(ben, 1_000 ether);
    }

    function test_transcoder_withVacantSeat_takesSeatAndIsUnavailable() public {
        vm.startPrank(anna);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.InsufficientSelfStake.selector, anna, 0, 1 ether));
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

    function test_transcoder_withRatesOutOfBounds_reverts() public {
        uint256 max = type(uint48).max;
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.PriceOutOfBounds.selector, max + 1, max));
        bonding.transcoder(max + 1, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.RateOutOfBounds.selector, 1_000_001, 1_000_000));
        bonding.transcoder(1, 1_000_001, 0);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.RateOutOfBounds.selector, 1_000_001, 1_000_000));
        bonding.transcoder(1, 0, 1_000_001);
    }

    function test_transcoder_withFullPool_waitsUntilStakeIsHighEnough() public {
        _fillSeats();
        _registerTranscoder(anna, 2 ether, PRICE);
        vm.assertFalse(bonding.getTranscoder(anna).seated);
        vm.assertEq(_waitlist()[0].transcoder, anna);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NoSeatWon.selector, anna, 2 ether, 2 ether));
        bonding.takeSeat(anna);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.TranscoderEvicted(_seatHolder(2));
        vm.prank(ben);
        bonding.bond(1 ether, anna);
        vm.assertTrue(bonding.getTranscoder(anna).seated);
        vm.assertEq(_waitlist().length, 1);
        vm.assertEq(_waitlist()[0].transcoder, _seatHolder(2));
        vm.assertEq(bonding.transcoders().length, SEATS);
    }

    function test_takeSeat_afterSlashOrResignation_givesSeat() public {
        _fillSeats();
        _registerTranscoder(anna, 2 ether, PRICE);
        _slash(_seatHolder(3), 499_999);
        bonding.takeSeat(anna);
        vm.assertFalse(bonding.getTranscoder(_seatHolder(3)).seated);
        vm.prank(_seatHolder(4));
        bonding.resignAsTranscoder();
        bonding.takeSeat(_seatHolder(3));
        vm.assertEq(bonding.transcoders().length, SEATS);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotTranscoder.selector, _seatHolder(4)));
        bonding.takeSeat(_seatHolder(4));
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NoSeatWon.selector, anna, 2 ether, 1.500003 ether));
        bonding.takeSeat(anna);
    }

    function test_resignAsTranscoder_vacatesSeatAndKeepsStake() public {
        _fillSeats();
        vm.expectEmit(address(bonding));
        emit IBondingTypes.TranscoderResigned(_seatHolder(3));
        vm.prank(_seatHolder(3));
        bonding.resignAsTranscoder();
        vm.assertEq(_stakeOf(_seatHolder(3)), 3 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotTranscoder.selector, _seatHolder(3)));
        vm.prank(_seatHolder(3));
        bonding.transcodeAvailability(true);
        _registerTranscoder(ben, 1 ether, PRICE);
        vm.assertTrue(bonding.getTranscoder(ben).seated);
    }

    function test_initializeRound_locksActiveTranscodersAndTerms() public {
        _fillSeats();
        _initializeNextRound();
        // Anna takes the seat of the transcoder that has only 2 LPT. The evicted transcoder stays active in this round.
        // Anna is active from the next round on.
        _registerTranscoder(anna, 100 ether, 1);
        vm.prank(_seatHolder(4));
        bonding.transcoder(PRICE + 1, 0, 0);
        _delegate(ben, 50 ether, _seatHolder(3));
        vm.assertTrue(bonding.getTranscoder(_seatHolder(2)).active);
        vm.assertFalse(bonding.getTranscoder(anna).active);
        address[] memory drawn = _draw(PRICE);
        vm.assertEq(drawn.length, 3);
        vm.assertEq(
            _sumOfAddresses(drawn), _asNumber(_seatHolder(2)) + _asNumber(_seatHolder(3)) + _asNumber(_seatHolder(4))
        );
        vm.prank(_seatHolder(2));
        bonding.transcodeAvailability(false);
        vm.assertEq(_draw(PRICE).length, 2);
        _initializeNextRound();
        drawn = _draw(PRICE);
        // Two transcoders cannot be drawn for the job: the evicted transcoder is not available, and the transcoder that
        // has 4 LPT has raised its price above the price of the job.
        vm.assertEq(_sumOfAddresses(drawn), _asNumber(anna) + _asNumber(_seatHolder(3)));
    }

    function test_initializeRound_withWaitlist_invitesOneTranscoder() public {
        _fillSeats();
        for (uint256 i; i < 4; ++i) {
            _registerTranscoder(_account(string.concat("waits", vm.toString(i))), 1 ether, PRICE);
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
                address account = _account(string.concat("waits", vm.toString(k)));
                if (!bonding.getTranscoder(account).active) continue;
                ++active;
                seen |= 1 << k;
                vm.assertEq(_draw(PRICE).length, 4);
            }
            vm.assertEq(active, 1);
        }
        vm.assertEq(seen, 15);
    }

    /// @dev In the lock period, a transcoder can only lower its price (`matchPrice`), and it cannot change its other rates. The call
    /// of `matchPrice` names another transcoder with a seat, and the new price must not be below the price of that transcoder.
    function test_transcoder_inLockPeriod_reverts() public {
        _fillSeats();
        _initializeNextRound();
        vm.roll(rounds.currentRoundStartBlock() + ROUND_LENGTH - 3);
        vm.startPrank(_seatHolder(2));
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.RatesLocked.selector, 1));
        bonding.transcoder(PRICE, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.PriceNotMatched.selector, PRICE - 1, PRICE, PRICE));
        bonding.matchPrice(PRICE - 1, _seatHolder(3));
        vm.stopPrank();
        _initializeNextRound();
        vm.prank(_seatHolder(3));
        bonding.transcoder(PRICE / 2, 0, 0);
        vm.roll(rounds.currentRoundStartBlock() + ROUND_LENGTH - 3);
        vm.startPrank(_seatHolder(2));
        bonding.matchPrice(PRICE / 2, _seatHolder(3));
        vm.assertEq(bonding.getTranscoder(_seatHolder(2)).pricePerUnit, PRICE / 2);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.PriceNotMatched.selector, PRICE, PRICE / 2, PRICE / 2));
        bonding.matchPrice(PRICE, _seatHolder(3));
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotTranscoder.selector, anna));
        bonding.matchPrice(0, anna);
    }

    function test_openRound_byAnotherCaller_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotRoundsManager.selector, address(this)));
        bonding.openRound(1, 0, 0);
    }

    function test_setParameters_takesEffectNextRound() public {
        _fillSeats();
        IBondingTypes.Parameters memory values = _bondingParameters(2);
        values.finderFee = 7;
        bonding.setParameters(values);
        vm.assertEq(bonding.parameters().poolSize, SEATS);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.PoolNotOverfull.selector, 3, 3));
        bonding.evictLowest();
        _initializeNextRound();
        vm.assertEq(bonding.parameters().finderFee, 7);
        bonding.evictLowest();
        vm.assertFalse(bonding.getTranscoder(_seatHolder(2)).seated);
        vm.assertEq(bonding.transcoders().length, 2);
        vm.assertEq(_draw(PRICE).length, 3);
        _initializeNextRound();
        vm.assertEq(_draw(PRICE).length, 3);
    }

    function test_setParameters_byStrangerOrOutOfBounds_reverts() public {
        IBondingTypes.Parameters memory values = _bondingParameters(3);
        vm.prank(anna);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, anna));
        bonding.setParameters(values);
        values.unbondingPeriod = 119;
        _expectOutOfBounds("unbondingPeriod", 119, 120, type(uint256).max, values);
        values.unbondingPeriod = 10_000_001;
        _expectOutOfBounds("unbondingPeriod", 10_000_001, 20, 10_000_000, values);
        values = _bondingParameters(SEATS);
        values.maxRoundSlashAmount = 0;
        _expectOutOfBounds("maxRoundSlashAmount", 0, 1, 999_999, values);
        values = _bondingParameters(SEATS);
        values.minSelfStake = 0;
        _expectOutOfBounds("minSelfStake", 0, 1, type(uint96).max, values);
        values = _bondingParameters(SEATS);
        values.lowWorkSlashAmount = 500_001;
        _expectOutOfBounds("lowWorkSlashAmount", 500_001, 0, 500_000, values);
        values = _bondingParameters(251);
        _expectOutOfBounds("poolSize", 251, 1, 250, values);
        values = _bondingParameters(3);
        values.missedRewardSlashAmount = 500_001;
        _expectOutOfBounds("missedRewardSlashAmount", 500_001, 0, 500_000, values);
        values.missedRewardSlashAmount = 0;
        values.missedRewardRounds = 0;
        _expectOutOfBounds("missedRewardRounds", 0, 1, 1_000, values);
        values.missedRewardRounds = 1;
        values.finderFee = 500_001;
        _expectOutOfBounds("finderFee", 500_001, 0, 500_000, values);
    }

    function test_draw_afterTwoRounds_reverts() public {
        _fillSeats();
        _initializeNextRound();
        uint256 atBlock = vm.getBlockNumber();
        _callReward(_seatHolder(4));
        _initializeNextRound();
        _callReward(_seatHolder(4));
        vm.assertEq(bonding.draw("seed", atBlock, PRICE, 4).length(), 3);
        _initializeNextRound();
        _callReward(_seatHolder(4));
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.DrawTooLate.selector, 1));
        bonding.draw("seed", atBlock, PRICE, 4);
    }

    function _callReward(address account) private {
        vm.prank(account);
        bonding.reward();
    }

    function _draw(uint256 maxPricePerUnit) private view returns (address[] memory drawn) {
        DrawnList list = bonding.draw("seed", vm.getBlockNumber(), maxPricePerUnit, 4);
        drawn = new address[](list.length());
        for (uint256 i; i < drawn.length; ++i) {
            drawn[i] = bonding.transcoderOf(list.at(i));
        }
    }

    function _sumOfAddresses(address[] memory list) private pure returns (uint256 total) {
        for (uint256 i; i < list.length; ++i) {
            total += _asNumber(list[i]);
        }
    }

    function _asNumber(address account) private pure returns (uint256) {
        return uint160(account);
    }

    /// @dev Fills the seats with transcoders whose stakes are 2, 3 and 4 LPT.
    function _fillSeats() private {
        for (uint256 stake = 2; stake < 2 + SEATS; ++stake) {
            _registerTranscoder(_seatHolder(stake), stake * 1 ether, PRICE);
        }
    }

    function _seatHolder(uint256 stake) private pure returns (address) {
        return _account(vm.toString(stake));
    }

    function _expectOutOfBounds(
        string memory name,
        uint256 value,
        uint256 min,
        uint256 max,
        IBondingTypes.Parameters memory values
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, name, value, min, max));
        bonding.setParameters(values);
    }
}
