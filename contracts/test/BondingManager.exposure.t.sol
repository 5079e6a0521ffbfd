// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {Protocol} from "./Protocol.sol";

/// @notice Tests of stake that has moved from one transcoder to another. Slashes of the former transcoder still reduce
/// this stake. Anna has bonded 1,000 LPT to herself, and Dora has bonded 3,000 LPT to Anna.
contract BondingManagerExposureTest is Protocol {
    /// @dev Anna's own stake as a part of all stake that is bonded to her, in parts per million.
    uint256 private constant OWN_PART = 250_000;

    address private anna = _account("anna");
    address private ben = _account("ben");
    address private carl = _account("carl");
    address private dora = _account("dora");

    function setUp() public {
        _deploy(3);
        _registerTranscoder(anna, 1_000 ether, PRICE);
        _registerTranscoder(ben, 1_000 ether, PRICE);
        _delegate(dora, 3_000 ether, anna);
    }

    function test_slash_afterStakeMoved_reducesMovedStake() public {
        vm.prank(dora);
        bonding.bond(0, ben);
        // All delegators have left Anna. They lose as much as if they had stayed.
        _slashAnnaFor(vm.getBlockNumber(), 400_000);
        vm.assertEq(bonding.getTranscoder(anna).stake, 0);
        vm.assertEq(_stakeOf(dora), 2_400 ether);
    }

    function test_slash_ofDelegatedStake_reducesMovedStakeByTheSamePart() public {
        _delegate(carl, 4_000 ether, anna);
        uint256 claimBlock = vm.getBlockNumber();
        vm.prank(dora);
        bonding.bond(0, ben);
        _slashAnnaFor(claimBlock, 400_000);
        vm.assertEq(_stakeOf(carl), 3_200 ether);
        vm.assertEq(_stakeOf(dora), 2_400 ether);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.ExposureSlash(dora, anna, 600 ether);
        bonding.updateDelegatorStake(dora);
        vm.assertEq(bonding.getTranscoder(ben).stake, 3_400 ether);
        vm.assertEq(bonding.commonPool(), 2_400 ether);
        vm.assertEq(_stakeOf(ben), 1_000 ether);
    }

    function test_slash_ofWorkAfterStakeMoved_ignoresMovedStake() public {
        _delegate(carl, 4_000 ether, anna);
        vm.prank(dora);
        bonding.bond(0, ben);
        _mine(1);
        _slash(anna, 400_000);
        vm.assertEq(_stakeOf(dora), 3_000 ether);
        bonding.updateDelegatorStake(dora);
        vm.assertEq(_stakeOf(dora), 3_000 ether);
    }

    function test_slash_afterMovedStakeUnbonded_reducesLock() public {
        _delegate(carl, 4_000 ether, anna);
        uint256 claimBlock = vm.getBlockNumber();
        vm.startPrank(dora);
        bonding.bond(0, ben);
        uint256 lockId = bonding.unbond(2_000 ether);
        vm.stopPrank();
        _slashAnnaFor(claimBlock, 400_000);
        vm.assertEq(bonding.getUnbondingLock(dora, lockId).amount, 1_600 ether);
        vm.assertEq(_stakeOf(dora), 800 ether);
        // After the rebond, the stake is still exposed to Anna.
        vm.prank(dora);
        bonding.rebond(lockId, ben);
        vm.assertEq(_stakeOf(dora), 2_400 ether);
        vm.assertEq(bonding.getDelegator(dora).exposedTo, anna);
        vm.assertEq(bonding.getDelegator(dora).exposedStake, 2_400 ether);
    }

    function test_bond_ofOwnStakeToAnother_reverts() public {
        vm.startPrank(anna);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.OwnStake.selector, anna));
        bonding.bond(0, ben);
        bonding.unbond(1_000 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.OwnStake.selector, anna));
        bonding.rebond(0, ben);
        _mine(UNBONDING_PERIOD);
        bonding.rebond(0, ben);
        vm.stopPrank();
        vm.assertEq(bonding.getDelegator(anna).delegate, ben);
    }

    function test_rebond_toFormerTranscoderWhileExposed_reverts() public {
        uint256 until = vm.getBlockNumber() + UNBONDING_PERIOD;
        vm.startPrank(dora);
        bonding.bond(0, ben);
        uint256 lockId = bonding.unbond(3_000 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.StakeExposed.selector, anna, until));
        bonding.rebond(lockId, anna);
        vm.stopPrank();
    }

    function test_rebond_whileAnotherPartIsExposed_reverts() public {
        vm.prank(dora);
        uint256 lockId = bonding.unbond(400 ether);
        _mine(1);
        uint256 until = vm.getBlockNumber() + UNBONDING_PERIOD;
        vm.startPrank(dora);
        bonding.bond(0, ben);
        // The stake in the lock left Anna in an earlier block than the moved stake. So a slash for her work between these
        // blocks reduces only the moved stake.
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.StakeExposed.selector, anna, until));
        bonding.rebond(lockId, ben);
        vm.stopPrank();
    }

    function test_unbond_ofExposedStake_locksUntilExposureEnds() public {
        IBondingTypes.Parameters memory values = _bondingParameters(3);
        values.unbondingPeriod = 2 * UNBONDING_PERIOD;
        bonding.setParameters(values);
        _initializeNextRound();
        vm.prank(dora);
        bonding.bond(0, ben);
        uint256 until = bonding.getDelegator(dora).exposedUntil;
        bonding.setParameters(_bondingParameters(3));
        _initializeNextRound();
        _delegate(carl, 10 ether, ben);
        vm.prank(carl);
        bonding.unbond(10 ether);
        vm.assertEq(bonding.getUnbondingLock(carl, 0).withdrawBlock, vm.getBlockNumber() + UNBONDING_PERIOD);
        vm.prank(dora);
        bonding.unbond(3_000 ether);
        vm.assertEq(bonding.getUnbondingLock(dora, 0).withdrawBlock, until);
    }

    /// @dev A slash of Anna takes 20 % of Dora's stake. The call that applies this loss to Dora's record ends Dora's role as a
    /// transcoder if her stake is then below `minSelfStake`.
    function test_updateDelegatorStake_belowMinSelfStake_endsRole() public {
        _makeDoraOweTooMuch();
        vm.expectEmit(address(bonding));
        emit IBondingTypes.TranscoderResigned(dora);
        bonding.updateDelegatorStake(dora);
        _assertRoleOfDoraEnded();
        vm.assertEq(bonding.stakeOf(dora), 2_392 ether);
    }

    function test_withdrawFees_belowMinSelfStake_endsRole() public {
        _makeDoraOweTooMuch();
        vm.deal(address(jobs), 1 ether);
        vm.prank(address(jobs));
        bonding.creditFees(dora, 1 ether, 0);
        vm.prank(dora);
        jobs.withdrawFees();
        _assertRoleOfDoraEnded();
    }

    function test_bond_ofTooLittleAfterLoss_endsRole() public {
        _makeDoraOweTooMuch();
        _delegate(dora, 107 ether, dora);
        _assertRoleOfDoraEnded();
        vm.assertEq(_stakeOf(dora), 2_499 ether);
    }

    function test_bond_ofEnoughAfterLoss_keepsRole() public {
        _makeDoraOweTooMuch();
        _delegate(dora, 108 ether + 1, dora);
        vm.assertTrue(bonding.getTranscoder(dora).seated);
    }

    function test_rebond_ofTooLittleAfterLoss_endsRole() public {
        _makeDoraOweTooMuch();
        vm.prank(dora);
        bonding.rebond(0, dora);
        _assertRoleOfDoraEnded();
    }

    function test_unbond_afterLoss_endsRole() public {
        _makeDoraOweTooMuch();
        vm.prank(dora);
        bonding.unbond(1);
        _assertRoleOfDoraEnded();
    }

    /// @dev Dora becomes a transcoder with the stake that was bonded to Anna, and has a lock of 10 LPT. A slash of Anna takes
    /// 20 % of both. Dora's record does not have this loss yet. With the loss, she needs 108 LPT more to keep her role.
    function _makeDoraOweTooMuch() private {
        uint256 claimBlock = vm.getBlockNumber();
        vm.startPrank(dora);
        bonding.unbond(10 ether);
        bonding.bond(0, dora);
        bonding.transcoder(PRICE, 0, 0);
        vm.stopPrank();
        IBondingTypes.Parameters memory values = _bondingParameters(3);
        values.minSelfStake = 2_500 ether;
        bonding.setParameters(values);
        _initializeNextRound();
        _slashAnnaFor(claimBlock, 400_000);
        vm.assertEq(_stakeOf(dora), 2_392 ether);
        vm.assertTrue(bonding.getTranscoder(dora).seated);
    }

    function _assertRoleOfDoraEnded() private view {
        vm.assertFalse(bonding.getTranscoder(dora).registered);
        vm.assertFalse(bonding.getTranscoder(dora).seated);
    }

    /// @dev Slashes Anna for a claim that she made when a quarter of all stake bonded to her was her own stake.
    function _slashAnnaFor(uint256 claimBlock, uint256 share) private returns (uint256) {
        vm.prank(address(claims));
        return bonding.slash(anna, share, OWN_PART, claimBlock, address(0));
    }
}
