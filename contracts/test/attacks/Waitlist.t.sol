// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {Protocol} from "../Protocol.sol";

/// @notice Many accounts with little stake join the waitlist. They try to lower the chance of an honest transcoder in the
/// draw, or to make the waitlist unreadable.
contract WaitlistAttacksTest is Protocol {
    /// @dev Every public node executes a call that needs at most this gas.
    uint256 private constant CALL_GAS = 10_000_000;

    address private anna = _account("anna");
    address private dora = _account("dora");

    function setUp() public {
        _deploy(1);
        _registerTranscoder(_account("seated"), 10_000 ether, PRICE);
    }

    /// @dev Anna has 900 LPT, and 300 accounts have 1 LPT each. So Anna is drawn in about three of four rounds. If
    /// every account had the same chance, Anna would be drawn in one of 301 rounds.
    function test_initializeRound_with300Sybils_drawsByStake() public {
        _registerTranscoder(anna, 900 ether, PRICE);
        for (uint256 i; i < 300; ++i) {
            _join(_sybil(i), 1 ether);
        }
        vm.assertEq(bonding.waitingStake(), 900 ether + 300 ether - _roundingOf(900 ether) - 300 * _roundingOf(1 ether));
        uint256 rounds_ = 200;
        uint256 drawn;
        for (uint256 i; i < rounds_; ++i) {
            _initializeRoundWithHash(i);
            if (bonding.getTranscoder(anna).active) ++drawn;
        }
        // The standard deviation is 6 rounds.
        vm.assertGe(drawn, 132, "Anna was drawn too seldom for her stake");
        vm.assertLe(drawn, 168, "Anna was drawn too often for her stake");
    }

    /// @dev 5,000 accounts wait. No call can return all of them, but a call can return a page of 200 places. The draw of a round
    /// also fits into one call.
    function test_waitlist_with5000Waiting_isReadInPages() public {
        vm.pauseGasMetering();
        for (uint256 i; i < 5_000; ++i) {
            _join(_sybil(i), 1 ether);
        }
        vm.resumeGasMetering();
        vm.assertEq(_countOnPages(200), 5_000);
        // The first and the last place of a page, and all places of another page, become empty.
        _leave(200);
        _leave(399);
        for (uint256 i = 600; i < 800; ++i) {
            _leave(i);
        }
        vm.assertEq(_countOnPages(200), 4_798);
        (IBondingTypes.Transcoder[] memory page, uint256 next) = bonding.waitlist(600, 200);
        vm.assertEq(page.length, 0);
        vm.assertEq(next, 800);
        // A new transcoder gets the place that became empty last. No waiting transcoder has moved to another place.
        _registerTranscoder(anna, 2 ether, PRICE);
        (page,) = bonding.waitlist(799, 2);
        vm.assertEq(page[0].transcoder, anna);
        vm.assertEq(page[1].transcoder, _sybil(800));
        vm.roll(rounds.currentRoundStartBlock() + ROUND_LENGTH + 1);
        uint256 before = gasleft();
        rounds.initializeRound();
        vm.assertLe(before - gasleft(), 400_000, "the draw of a long waitlist costs too much");
    }

    /// @dev Each change of a waiting transcoder's stake changes its chance in the next draw.
    function test_waitingStake_followsEveryChangeOfStake() public {
        _join(anna, 100 ether);
        _assertWaitingStake(100 ether);
        _delegate(dora, 50 ether, anna);
        _assertWaitingStake(150 ether);
        vm.prank(dora);
        bonding.unbond(20 ether);
        _assertWaitingStake(130 ether);
        vm.prank(dora);
        bonding.rebond(0, anna);
        _assertWaitingStake(150 ether);
        _initializeRoundWithHash(0);
        vm.assertTrue(bonding.getTranscoder(anna).active);
        vm.prank(anna);
        uint256 reward = bonding.reward();
        vm.assertGe(reward, 1, "the guest got no reward");
        _assertWaitingStake(150 ether + reward);
        uint256 lost = _slash(anna, 100_000);
        _assertWaitingStake(150 ether + reward - lost);
        vm.prank(_account("seated"));
        bonding.reward();
        vm.prank(dora);
        bonding.bond(0, _account("seated"));
        _assertWaitingStake(bonding.stakeOf(anna));
        vm.prank(anna);
        bonding.resignAsTranscoder();
        vm.assertEq(bonding.waitingStake(), 0);
        // Stake that is bonded to a former transcoder does not count as waiting stake.
        _delegate(anna, 1 ether, anna);
        vm.assertEq(bonding.waitingStake(), 0);
    }

    function test_slash_belowMinSelfStake_removesFromWaitlist() public {
        _join(anna, 1 ether);
        _delegate(dora, 100 ether, anna);
        _slash(anna, 1_000);
        vm.assertFalse(bonding.getTranscoder(anna).registered);
        vm.assertEq(bonding.waitingStake(), 0);
        vm.assertEq(_waitlist().length, 0);
    }

    /// @dev Anna registered when less own stake sufficed. The draw does not invite her, and ends her role.
    function test_initializeRound_withTooLittleOwnStake_invitesNobody() public {
        _join(anna, 1 ether);
        _delegate(dora, 100 ether, anna);
        IBondingTypes.Parameters memory values = _bondingParameters(1);
        values.minSelfStake = 2 ether;
        bonding.setParameters(values);
        vm.roll(rounds.currentRoundStartBlock() + ROUND_LENGTH + 1);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.TranscoderResigned(anna);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.PoolLocked(1, 10_000 ether, address(0));
        rounds.initializeRound();
        vm.assertFalse(bonding.getTranscoder(anna).active);
        vm.assertEq(_waitlist().length, 0);
        vm.assertEq(bonding.stakeOf(anna), 101 ether);
    }

    /// @dev From the first block of a round until the round's initialization, no account can bond, unbond or move stake, or
    /// become a transcoder or resign. The hash of the first block decides the draw, and is known only from the next block on.
    /// A slash, or `updateDelegatorStake` after an earlier slash, can still lower a stake.
    function test_changesBeforeInitialization_revert() public {
        _join(anna, 100 ether);
        _initializeRoundWithHash(0);
        uint256 lockId = _unbondOne();
        vm.roll(rounds.currentRoundStartBlock() + ROUND_LENGTH);
        bytes memory refusal = abi.encodeWithSelector(IBondingTypes.RoundNotInitialized.selector, 2);
        vm.startPrank(anna);
        vm.expectRevert(refusal);
        bonding.bond(0, anna);
        vm.expectRevert(refusal);
        bonding.unbond(1 ether);
        vm.expectRevert(refusal);
        bonding.rebond(lockId, anna);
        vm.expectRevert(refusal);
        bonding.transcoder(PRICE, 0, 0);
        vm.expectRevert(refusal);
        bonding.resignAsTranscoder();
        vm.expectRevert(refusal);
        bonding.takeSeat(anna);
        vm.expectRevert(refusal);
        bonding.reward();
        vm.stopPrank();
    }

    function _unbondOne() private returns (uint256) {
        vm.prank(anna);
        return bonding.unbond(1 ether);
    }

    function _assertWaitingStake(uint256 stake) private view {
        vm.assertEq(bonding.waitingStake(), stake - _roundingOf(stake));
    }

    function _roundingOf(uint256 stake) private pure returns (uint256) {
        return stake % 2 ** 40;
    }

    function _initializeRoundWithHash(uint256 seed) private {
        vm.roll(rounds.currentRoundStartBlock() + ROUND_LENGTH + 1);
        vm.setBlockhash(vm.getBlockNumber() - 1, keccak256(abi.encode(seed)));
        rounds.initializeRound();
    }

    function _countOnPages(uint256 limit) private view returns (uint256 count) {
        uint256 from;
        do {
            (IBondingTypes.Transcoder[] memory page, uint256 next) = bonding.waitlist{gas: CALL_GAS}(from, limit);
            count += page.length;
            from = next;
        } while (from != 0);
    }

    function _join(address account, uint256 stake) private {
        _fund(account, stake);
        vm.startPrank(account);
        bonding.bond(stake, account);
        bonding.transcoder(PRICE, 0, 0);
        vm.stopPrank();
    }

    function _leave(uint256 number) private {
        vm.prank(_sybil(number));
        bonding.resignAsTranscoder();
    }

    function _sybil(uint256 number) private pure returns (address) {
        return address(uint160(0x5000_0000 + number));
    }
}
