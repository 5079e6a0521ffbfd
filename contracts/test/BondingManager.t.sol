// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {BondingManager} from "../src/BondingManager.sol";
import {IBondingManager} from "../src/interfaces/IBondingManager.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {Protocol} from "./Protocol.sol";

contract BondingManagerTest is Protocol {
    uint256 private constant SEATS = 3;

    address private anna = person("anna");
    address private ben = person("ben");

    function setUp() public {
        deploy(SEATS);
        fund(anna, 1_000 ether);
    }

    function test_bond_movesToken() public {
        vm.expectEmit(address(bonding));
        emit IBondingManager.Bond(anna, 100 ether, 100 ether);
        vm.prank(anna);
        bonding.bond(100 ether);
        vm.assertEq(token.balanceOf(address(bonding)), 100 ether);
        vm.assertEq(bonding.getTranscoder(anna).stake, 100 ether);
        vm.assertFalse(bonding.getTranscoder(anna).registered);
    }

    function test_bond_rejectsNothingAndWhatIsNotApproved() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingManager.ZeroAmount.selector));
        bonding.bond(0);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(bonding), 0, 1)
        );
        vm.prank(ben);
        bonding.bond(1);
    }

    function test_unbond_locksForUnbondingPeriod() public {
        vm.startPrank(anna);
        bonding.bond(100 ether);
        uint256 withdrawRound = rounds.currentRound() + UNBONDING_PERIOD;
        vm.expectEmit(address(bonding));
        emit IBondingManager.Unbond(anna, 0, 30 ether, withdrawRound, 70 ether);
        vm.assertEq(bonding.unbond(30 ether), 0);
        vm.assertEq(bonding.unbond(20 ether), 1);
        vm.stopPrank();
        vm.assertEq(bonding.unbondingLockCount(anna), 2);
        vm.assertEq(bonding.getUnbondingLock(anna, 1).amount, 20 ether);
        vm.assertEq(bonding.getUnbondingLock(anna, 1).withdrawRound, withdrawRound);
        vm.assertEq(bonding.getTranscoder(anna).stake, 50 ether);
    }

    function test_unbond_rejectsNothingAndMoreThanBonded() public {
        vm.startPrank(anna);
        bonding.bond(1 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingManager.ZeroAmount.selector));
        bonding.unbond(0);
        vm.expectRevert(abi.encodeWithSelector(IBondingManager.InsufficientStake.selector, 1 ether + 1, 1 ether));
        bonding.unbond(1 ether + 1);
    }

    function test_unbond_ofEverythingResigns() public {
        join(anna, 10 ether, PRICE);
        vm.expectEmit(address(bonding));
        emit IBondingManager.TranscoderResigned(anna);
        vm.prank(anna);
        bonding.unbond(10 ether);
        vm.assertFalse(bonding.getTranscoder(anna).registered);
        vm.assertEq(bonding.transcoders().length, 0);
    }

    function test_withdrawStake_paysOnceAfterPeriod() public {
        vm.startPrank(anna);
        bonding.bond(100 ether);
        uint256 lockId = bonding.unbond(40 ether);
        uint256 round = rounds.currentRound();
        mine(bonding.minUnbondingBlocks());
        vm.expectRevert(
            abi.encodeWithSelector(
                IBondingManager.StakeLocked.selector, lockId, round + UNBONDING_PERIOD, rounds.currentRound()
            )
        );
        bonding.withdrawStake(lockId);
        mine(ROUND_LENGTH);
        vm.expectEmit(address(bonding));
        emit IBondingManager.WithdrawStake(anna, lockId, 40 ether);
        bonding.withdrawStake(lockId);
        vm.assertEq(token.balanceOf(anna), 940 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingManager.UnknownLock.selector, anna, lockId));
        bonding.withdrawStake(lockId);
    }

    function test_transcoder_takesSeatUnavailable() public {
        vm.startPrank(anna);
        vm.expectRevert(abi.encodeWithSelector(IBondingManager.NoStake.selector, anna));
        bonding.transcoder(PRICE);
        bonding.bond(5 ether);
        vm.expectEmit(address(bonding));
        emit IBondingManager.TranscoderUpdate(anna, PRICE);
        bonding.transcoder(PRICE);
        IBondingManager.Transcoder memory listed = bonding.transcoders()[0];
        vm.assertEq(listed.transcoder, anna);
        vm.assertEq(listed.stake, 5 ether);
        vm.assertEq(listed.pricePerUnit, PRICE);
        vm.assertTrue(listed.registered);
        vm.assertFalse(listed.available);
        bonding.transcoder(PRICE + 1);
        vm.assertEq(bonding.transcoders().length, 1);
        vm.assertEq(bonding.getTranscoder(anna).pricePerUnit, PRICE + 1);
    }

    function test_transcoder_rejectsPriceThatIsNotKept() public {
        uint256 max = type(uint64).max;
        vm.expectRevert(abi.encodeWithSelector(IBondingManager.PriceOutOfBounds.selector, max + 1, max));
        bonding.transcoder(max + 1);
    }

    function test_transcoder_takesWeakestSeatOfFullPool() public {
        fill();
        fund(ben, 100 ether);
        vm.startPrank(ben);
        bonding.bond(2 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingManager.PoolFull.selector, 2 ether, 2 ether));
        bonding.transcoder(PRICE);
        bonding.bond(1);
        vm.expectEmit(address(bonding));
        emit IBondingManager.TranscoderEvicted(seatHolder(2), ben);
        bonding.transcoder(PRICE);
        vm.stopPrank();
        vm.assertEq(bonding.transcoders().length, SEATS);
        vm.assertFalse(bonding.getTranscoder(seatHolder(2)).registered);
        vm.assertFalse(bonding.getTranscoder(seatHolder(2)).available);
        vm.assertTrue(bonding.getTranscoder(ben).registered);
    }

    function test_resignAsTranscoder_freesSeatAndKeepsStake() public {
        fill();
        vm.expectEmit(address(bonding));
        emit IBondingManager.TranscoderResigned(seatHolder(3));
        vm.prank(seatHolder(3));
        bonding.resignAsTranscoder();
        vm.assertEq(bonding.getTranscoder(seatHolder(3)).stake, 3 ether);
        join(ben, 1, PRICE);
        vm.assertTrue(bonding.getTranscoder(ben).registered);
        vm.assertEq(bonding.transcoders().length, SEATS);
    }

    function test_onlyTranscoders_resignAndOpen() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingManager.NotTranscoder.selector, address(this)));
        bonding.resignAsTranscoder();
        vm.expectRevert(abi.encodeWithSelector(IBondingManager.NotTranscoder.selector, address(this)));
        bonding.transcodeAvailability(true);
    }

    function test_transcodeAvailability_opensAndCloses() public {
        join(anna, 1 ether, PRICE);
        mine(1);
        vm.assertEq(drawn(PRICE).length, 1);
        vm.expectEmit(address(bonding));
        emit IBondingManager.TranscoderAvailability(anna, false);
        vm.prank(anna);
        bonding.transcodeAvailability(false);
        vm.assertEq(drawn(PRICE).length, 0);
    }

    function test_draw_passesOverWhoAsksMore() public {
        join(anna, 1 ether, PRICE);
        vm.assertEq(drawn(PRICE - 1).length, 0);
        vm.assertEq(drawn(PRICE)[0], anna);
        vm.assertEq(bonding.transcoderAt(0, vm.getBlockNumber()), anna);
        vm.assertEq(bonding.transcoderAt(0, vm.getBlockNumber() - 1), address(0));
        vm.assertEq(bonding.transcoderAt(SEATS, vm.getBlockNumber()), address(0));
    }

    /// @dev Whatever happens afterwards, a draw as of a block gives what it gave at the end of that block.
    function test_fuzz_draw_isAsOfItsBlock(uint256[24] memory actions) public {
        bytes32[] memory draws = new bytes32[](actions.length);
        uint256 start = vm.getBlockNumber();
        for (uint256 i; i < actions.length; ++i) {
            for (uint256 part; part < 3; ++part) {
                act(uint256(keccak256(abi.encode(actions[i], part))));
            }
            draws[i] = fingerprint(start + i);
            mine(1);
        }
        for (uint256 i; i < draws.length; ++i) {
            vm.assertEq(fingerprint(start + i), draws[i]);
        }
    }

    function test_constructor_boundsParameters() public {
        refuse("poolSize", 0, 1, 500);
        new BondingManager(token, rounds, address(claims), 0, 4);
        refuse("poolSize", 501, 1, 500);
        new BondingManager(token, rounds, address(claims), 501, 4);
        refuse("unbondingPeriod", 1, 2, 1_000);
        new BondingManager(token, rounds, address(claims), 1, 1);
    }

    function act(uint256 dice) private {
        address who = person(vm.toString(dice % 5));
        uint256 stake = bonding.getTranscoder(who).stake;
        bool registered = bonding.getTranscoder(who).registered;
        uint256 kind = (dice >> 8) % 5;
        if (stake == 0) return join(who, 1 ether + dice % 7 ether + 10 ether * (vm.getBlockNumber() - 999), dice % 4);
        vm.startPrank(who);
        if (kind == 0) bonding.unbond(stake);
        else if (kind == 1) bonding.unbond(1 + stake / 3);
        else if (kind == 2 && registered) bonding.resignAsTranscoder();
        else if (kind == 3 && registered) bonding.transcodeAvailability(dice >> 16 & 1 == 0);
        else if (registered) bonding.transcoder((dice >> 24) % 4);
        vm.stopPrank();
    }

    function fingerprint(uint256 atBlock) private view returns (bytes32) {
        (uint16[] memory seats, address[] memory who) = bonding.draw("seed", atBlock, 2, SEATS);
        return keccak256(abi.encode(seats, who));
    }

    function drawn(uint256 maxPricePerUnit) private view returns (address[] memory who) {
        (, who) = bonding.draw("seed", vm.getBlockNumber(), maxPricePerUnit, SEATS);
    }

    /// @dev Seats for stakes of 2, 3 and 4.
    function fill() private {
        for (uint256 stake = 2; stake < 2 + SEATS; ++stake) {
            join(seatHolder(stake), stake * 1 ether, PRICE);
        }
    }

    function seatHolder(uint256 stake) private pure returns (address) {
        return person(vm.toString(stake));
    }

    function refuse(string memory name, uint256 value, uint256 min, uint256 max) private {
        vm.expectRevert(abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, name, value, min, max));
    }
}
