// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {IDelegation} from "../src/interfaces/IDelegation.sol";
import {ISeats} from "../src/interfaces/ISeats.sol";
import {Protocol} from "./Protocol.sol";

contract BondingManagerTest is Protocol {
    address private anna = _account("anna");
    address private ben = _account("ben");
    address private dora = _account("dora");

    function setUp() public {
        _deploy(3);
        _registerTranscoder(anna, 100 ether, PRICE);
        _registerTranscoder(ben, 100 ether, PRICE);
        _fund(dora, 1_000 ether);
    }

    function test_bond_addsStakeToTranscoder() public {
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Bond(dora, anna, 30 ether, 30 ether);
        vm.startPrank(dora);
        bonding.bond(30 ether, anna);
        bonding.bond(12 ether, anna);
        vm.stopPrank();
        vm.assertEq(token.balanceOf(address(bonding)), 242 ether);
        vm.assertEq(_stakeOf(dora), 42 ether);
        vm.assertEq(bonding.getDelegator(dora).delegate, anna);
        vm.assertEq(bonding.getTranscoder(anna).stake, 142 ether);
        vm.assertEq(bonding.totalBonded(), 242 ether);
    }

    function test_bond_ofZeroOrUnapprovedAmountOrToNonTranscoder_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.ZeroAmount.selector));
        bonding.bond(0, anna);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotTranscoder.selector, dora));
        bonding.bond(1, dora);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(bonding), 0, 1)
        );
        bonding.bond(1, anna);
    }

    function test_bondWithPermit_afterPermitWasUsed_succeeds() public {
        (uint256 key, address account) = (_keyOf("signer"), _signingAccount("signer"));
        token.transfer(account, 50 ether);
        bytes32 typehash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash =
            keccak256(abi.encode(typehash, account, address(bonding), 50 ether, 0, vm.getBlockTimestamp() + 60));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash)));
        // Another caller submits the permit before `bondWithPermit` does.
        token.permit(account, address(bonding), 50 ether, vm.getBlockTimestamp() + 60, v, r, s);
        vm.prank(account);
        bonding.bondWithPermit(50 ether, anna, vm.getBlockTimestamp() + 60, v, r, s);
        vm.assertEq(_stakeOf(account), 50 ether);
    }

    function test_bond_toAnotherTranscoder_movesAllStake() public {
        _delegate(dora, 40 ether, anna);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.StakeMoved(dora, anna, ben, 40 ether);
        vm.prank(dora);
        bonding.bond(2 ether, ben);
        vm.assertEq(bonding.getTranscoder(anna).stake, 100 ether);
        vm.assertEq(bonding.getTranscoder(ben).stake, 142 ether);
        IBondingTypes.Delegator memory moved = bonding.getDelegator(dora);
        vm.assertEq(moved.delegate, ben);
        vm.assertEq(moved.exposedStake, 40 ether);
        vm.assertEq(moved.exposedTo, anna);
        uint256 until = vm.getBlockNumber() + UNBONDING_PERIOD;
        vm.assertEq(moved.exposedUntil, until);
        // Stake can be exposed to at most one former transcoder at a time.
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.StakeExposed.selector, anna, until));
        vm.prank(dora);
        bonding.bond(0, anna);
        _mine(UNBONDING_PERIOD);
        vm.assertEq(bonding.getDelegator(dora).exposedStake, 0);
        vm.prank(dora);
        bonding.bond(0, anna);
        vm.assertEq(bonding.getTranscoder(anna).stake, 142 ether);
    }

    function test_unbond_locksForUnbondingPeriod() public {
        _delegate(dora, 100 ether, anna);
        uint256 withdrawBlock = vm.getBlockNumber() + UNBONDING_PERIOD;
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Unbond(dora, 0, 30 ether, withdrawBlock, 70 ether);
        vm.startPrank(dora);
        vm.assertEq(bonding.unbond(30 ether), 0);
        vm.assertEq(bonding.unbond(20 ether), 1);
        vm.assertEq(bonding.unbondingLockCount(dora), 2);
        IBondingTypes.UnbondingLock memory lock = bonding.getUnbondingLock(dora, 1);
        vm.assertEq(lock.amount, 20 ether);
        vm.assertEq(lock.withdrawBlock, withdrawBlock);
        vm.assertEq(lock.delegate, anna);
        vm.assertEq(_stakeOf(dora), 50 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.ZeroAmount.selector));
        bonding.unbond(0);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.InsufficientStake.selector, 50 ether + 1, 50 ether));
        bonding.unbond(50 ether + 1);
    }

    function test_unbond_ofAllOwnStake_resignsTranscoder() public {
        _delegate(dora, 10 ether, anna);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.TranscoderResigned(anna);
        vm.prank(anna);
        bonding.unbond(100 ether);
        vm.assertFalse(bonding.getTranscoder(anna).registered);
        vm.assertEq(_stakeOf(dora), 10 ether);
        vm.prank(dora);
        bonding.bond(0, ben);
        vm.assertEq(bonding.getTranscoder(ben).stake, 110 ether);
    }

    function test_withdrawStake_afterUnbondingPeriod_paysOnce() public {
        _delegate(dora, 100 ether, anna);
        vm.startPrank(dora);
        uint256 lockId = bonding.unbond(40 ether);
        uint256 withdrawBlock = vm.getBlockNumber() + UNBONDING_PERIOD;
        _mine(UNBONDING_PERIOD - 1);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.StakeLocked.selector, lockId, withdrawBlock));
        bonding.withdrawStake(lockId);
        _mine(1);
        uint256 before = token.balanceOf(dora);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.WithdrawStake(dora, lockId, 40 ether);
        bonding.withdrawStake(lockId);
        vm.assertEq(token.balanceOf(dora) - before, 40 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.UnknownLock.selector, dora, lockId));
        bonding.withdrawStake(lockId);
    }

    function test_rebond_bondsStakeOfLockToDelegate() public {
        _delegate(dora, 100 ether, anna);
        vm.startPrank(dora);
        uint256 lockId = bonding.unbond(40 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.OtherDelegate.selector, anna));
        bonding.rebond(lockId, ben);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Rebond(dora, anna, lockId, 40 ether);
        bonding.rebond(lockId, anna);
        vm.assertEq(_stakeOf(dora), 100 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.UnknownLock.selector, dora, lockId));
        bonding.rebond(lockId, anna);
    }

    function test_rebond_afterResignation_bondsStakeOfLockToAnotherTranscoder() public {
        _delegate(dora, 100 ether, anna);
        vm.prank(dora);
        uint256 lockId = bonding.unbond(100 ether);
        vm.prank(anna);
        bonding.resignAsTranscoder();
        vm.startPrank(dora);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotTranscoder.selector, anna));
        bonding.rebond(lockId, anna);
        bonding.rebond(lockId, ben);
        vm.stopPrank();
        IBondingTypes.Delegator memory moved = bonding.getDelegator(dora);
        vm.assertEq(moved.delegate, ben);
        vm.assertEq(moved.exposedTo, anna);
        vm.assertEq(moved.exposedStake, 100 ether);
    }

    function test_multicall_bondsAndRegisters() public {
        bytes[] memory calls = new bytes[](3);
        calls[0] = abi.encodeCall(IDelegation.bond, (50 ether, dora));
        calls[1] = abi.encodeCall(ISeats.transcoder, (PRICE, 1, 2));
        calls[2] = abi.encodeCall(ISeats.transcodeAvailability, (true));
        vm.prank(dora);
        bonding.multicall(calls);
        IBondingTypes.Transcoder memory listed = bonding.getTranscoder(dora);
        vm.assertTrue(listed.available && listed.seated);
        vm.assertEq(listed.blockRewardCut, 1);
        vm.assertEq(listed.feeShare, 2);
    }

    function test_multicall_withFailingCall_revertsAll() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(IDelegation.bond, (50 ether, anna));
        calls[1] = abi.encodeCall(IDelegation.unbond, (60 ether));
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.InsufficientStake.selector, 60 ether, 50 ether));
        vm.prank(dora);
        bonding.multicall(calls);
        vm.assertEq(_stakeOf(dora), 0);
        vm.assertEq(token.balanceOf(dora), 1_000 ether);
    }

    function test_bondAndUnbond_beforeRoundIsInitialized_revert() public {
        _initializeNextRound();
        vm.roll(rounds.currentRoundStartBlock() + ROUND_LENGTH);
        bytes memory refusal = abi.encodeWithSelector(IBondingTypes.RoundNotInitialized.selector, 2);
        vm.startPrank(dora);
        vm.expectRevert(refusal);
        bonding.bond(1, anna);
        vm.expectRevert(refusal);
        bonding.unbond(1);
        vm.stopPrank();
        _mine(1);
        rounds.initializeRound();
        vm.prank(dora);
        bonding.bond(1, anna);
    }

    /// @dev After random bonds, unbonds and slashes, the stakes of the delegators and the transcoder's own stake together are the
    /// stake of the transcoder, or at most 3 units less.
    function test_fuzz_bondAndUnbond_withSlashes_matchSumOfStakes(uint96[8] memory amounts, uint256 dice) public {
        uint256 total;
        for (uint256 i; i < 8; ++i) {
            address account = dice >> i & 1 == 0 ? dora : _account("emil");
            uint256 amount = _bound(amounts[i], 1, 100_000 ether);
            if (dice >> (8 + i) & 1 == 0) {
                _delegate(account, amount, anna);
                total += amount;
            } else {
                uint256 stake = _stakeOf(account);
                if (stake == 0) continue;
                vm.prank(account);
                bonding.unbond(_bound(amount, 1, stake));
                vm.assertLe(_stakeOf(account), stake, "an unbond increased the stake");
            }
            if (dice >> (16 + i) & 3 == 0) _slash(anna, dice >> (32 + i) & 0xffff);
            if (!bonding.getTranscoder(anna).registered) {
                _delegate(anna, 1_000 ether, anna);
                vm.prank(anna);
                bonding.transcoder(PRICE, 0, 0);
            }
        }
        uint256 sum = _stakeOf(dora) + _stakeOf(_account("emil")) + _stakeOf(anna);
        vm.assertLe(sum, bonding.getTranscoder(anna).stake, "the delegators have more stake than their transcoder");
        vm.assertLe(bonding.getTranscoder(anna).stake - sum, 3, "more than 3 units have no owner");
    }
}
