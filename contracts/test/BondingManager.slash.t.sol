// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {ICommonPool} from "../src/interfaces/ICommonPool.sol";
import {Protocol} from "./Protocol.sol";

/// @notice Anna has bonded 1,000 LPT to herself, and Dora has bonded 3,000 LPT to Anna. A slash of 40 % takes 1,600 LPT: Anna's
/// 1,000 LPT, and 600 LPT of Dora, which are 20 % of Dora's stake.
contract BondingManagerSlashTest is Protocol {
    /// @dev In parts per million.
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

    function test_slash_byAnotherCallerOrOutOfBounds_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotClaimsManager.selector, address(this)));
        bonding.slash(anna, 1, 1, 1, address(0));
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.SlashOutOfBounds.selector, 1_000_000, 999_999));
        vm.prank(address(claims));
        bonding.slash(anna, 1_000_000, OWN_PART, 1, address(0));
    }

    function test_slash_takesOwnStakeFirst() public {
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Slash(anna, 400 ether, 400 ether, 3_600 ether, address(0), 0);
        vm.assertEq(_slash(anna, 100_000), 400 ether);
        vm.assertEq(_stakeOf(anna), 600 ether);
        vm.assertEq(_stakeOf(dora), 3_000 ether);
        vm.assertEq(bonding.commonPool(), 400 ether);
        vm.assertEq(_stakeOf(ben), 1_000 ether);
    }

    function test_slash_aboveOwnStake_reducesDelegatorsAndLocksByTheSamePart() public {
        vm.prank(dora);
        uint256 lockId = bonding.unbond(1_000 ether);
        _delegate(carl, 1_000 ether, anna);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Slash(anna, 1_600 ether, 1_000 ether, 2_400 ether, address(0), 0);
        _slash(anna, 400_000);
        vm.assertEq(_stakeOf(anna), 0);
        vm.assertEq(_stakeOf(carl), 800 ether);
        vm.assertEq(_stakeOf(dora), 1_600 ether);
        vm.assertEq(bonding.getUnbondingLock(dora, lockId).amount, 800 ether);
        _mine(UNBONDING_PERIOD);
        vm.expectEmit(address(bonding));
        emit ICommonPool.CommonPoolCredit(dora, 200 ether);
        vm.prank(dora);
        bonding.withdrawStake(lockId);
        vm.assertEq(token.balanceOf(dora), 800 ether);
        vm.assertEq(bonding.commonPool(), 1_800 ether);
    }

    function test_slash_paysFinderPartOfOwnLossOnly() public {
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Slash(anna, 1_600 ether, 1_000 ether, 2_400 ether, carl, 50 ether);
        vm.prank(address(claims));
        bonding.slash(anna, 400_000, OWN_PART, vm.getBlockNumber(), carl);
        vm.assertEq(token.balanceOf(carl), 50 ether);
        vm.assertEq(bonding.commonPool(), 1_550 ether);
    }

    function test_slash_ofOwnLocks_takesLocksThatBackedTheWork() public {
        uint256 claimBlock = vm.getBlockNumber();
        _mine(1);
        vm.prank(anna);
        bonding.unbond(500 ether);
        // The slash takes 10 % of 4,000 LPT: 200 LPT of Anna's bonded stake, and 200 LPT of her lock.
        vm.assertEq(_slashAnnaFor(claimBlock, 100_000), 400 ether);
        vm.assertEq(_stakeOf(anna), 300 ether);
        vm.assertEq(bonding.getUnbondingLock(anna, 0).amount, 300 ether);
        vm.assertLe(3_000 ether - 1, _stakeOf(dora), "Dora lost stake");
        // The next slash is for later work, which the lock did not back.
        _mine(1);
        vm.assertEq(_slash(anna, 50_000) / 1e15, 165_000);
        vm.assertEq(bonding.getUnbondingLock(anna, 0).amount, 300 ether);
        vm.assertLe(3_000 ether - 1, _stakeOf(dora), "Dora lost stake");
    }

    function test_slash_ofWholeOwnLock_freesItsPlace() public {
        vm.startPrank(anna);
        for (uint256 i; i < 8; ++i) {
            bonding.unbond(1 ether);
        }
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.TooManyOwnLocks.selector, 8));
        bonding.unbond(1 ether);
        vm.stopPrank();
        _slash(anna, 400_000);
        vm.assertEq(bonding.getUnbondingLock(anna, 7).amount, 0);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.UnknownLock.selector, anna, 7));
        vm.prank(anna);
        bonding.withdrawStake(7);
        _delegate(anna, 10 ether, anna);
        vm.prank(anna);
        bonding.unbond(1 ether);
        vm.assertEq(bonding.getUnbondingLock(anna, 8).amount, 1 ether);
    }

    function test_withdrawStake_ofOwnLock_freesItsPlace() public {
        vm.startPrank(anna);
        for (uint256 i; i < 8; ++i) {
            bonding.unbond(1 ether);
        }
        _mine(UNBONDING_PERIOD);
        bonding.withdrawStake(3);
        bonding.rebond(5, anna);
        bonding.unbond(1 ether);
        bonding.unbond(1 ether);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.TooManyOwnLocks.selector, 8));
        bonding.unbond(1 ether);
        vm.stopPrank();
        // Eight locks are not withdrawn. Six of the eight have ended, so the slash takes nothing from these six.
        vm.assertEq(_slash(anna, 100_000) / 1e9, (991 ether + 2 ether) / uint256(1e9) * 100_000 / 248_308);
    }

    function test_slash_belowMinSelfStake_endsRole() public {
        vm.expectEmit(address(bonding));
        emit IBondingTypes.TranscoderResigned(anna);
        _slash(anna, 249_800);
        vm.assertEq(_stakeOf(anna), 0.8 ether);
        vm.assertFalse(bonding.getTranscoder(anna).registered);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.InsufficientSelfStake.selector, anna, 0.8 ether, 1 ether));
        vm.prank(anna);
        bonding.transcoder(PRICE, 0, 0);
    }

    function test_slash_upToLimitOfRound_takesSeatAndVoidsClaims() public {
        _slash(anna, 300_000);
        vm.assertEq(bonding.forfeitBlock(anna), 0);
        vm.expectEmit(address(bonding));
        emit IBondingTypes.ClaimsForfeited(anna, vm.getBlockNumber());
        // The limit of the round is 50 %, so 20 % are left for this slash. Anna has no own stake any more.
        vm.assertEq(_slash(anna, 300_000), 560 ether);
        vm.assertEq(bonding.forfeitBlock(anna), vm.getBlockNumber());
        vm.assertFalse(bonding.getTranscoder(anna).registered);
        // The limit is reached. So no later slash takes stake for work of this block or of earlier blocks.
        vm.assertEq(_slash(anna, 300_000), 0);
        _initializeNextRound();
        vm.assertEq(_slashAnnaFor(bonding.forfeitBlock(anna), 300_000), 0);
        vm.assertEq(_slash(anna, 300_000), _share(2_240 ether, 300_000));
    }

    function test_slash_inNextRound_hasNewLimit() public {
        _delegate(anna, 10_000 ether, anna);
        _slash(anna, 400_000);
        _initializeNextRound();
        _slash(anna, 400_000);
        vm.assertEq(bonding.forfeitBlock(anna), 0);
    }

    function test_slash_ofWorkBeforeStakeLeft_reducesOnlyStakeThatBackedIt() public {
        vm.prank(dora);
        uint256 early = bonding.unbond(500 ether);
        _mine(1);
        uint256 claimBlock = vm.getBlockNumber();
        vm.prank(dora);
        uint256 late = bonding.unbond(500 ether);
        _mine(1);
        _slashAnnaFor(claimBlock, 400_000);
        vm.assertEq(bonding.getUnbondingLock(dora, early).amount, 500 ether);
        vm.assertEq(bonding.getUnbondingLock(dora, late).amount, 400 ether);
        vm.assertEq(_stakeOf(dora), 1_600 ether);
    }

    function test_slash_afterLockEnded_ignoresLock() public {
        vm.prank(dora);
        uint256 lockId = bonding.unbond(1_000 ether);
        uint256 claimBlock = vm.getBlockNumber();
        _mine(UNBONDING_PERIOD);
        _slashAnnaFor(claimBlock, 400_000);
        vm.prank(dora);
        bonding.withdrawStake(lockId);
        vm.assertEq(token.balanceOf(dora), 1_000 ether);
    }

    function test_slash_ofUnknownAccount_returnsZero() public {
        vm.assertEq(_slash(_account("nobody"), 500_000), 0);
    }

    /// @dev Stake that unbonds or moves after the claim loses as much as stake that stays.
    function test_fuzz_slash_afterAnyActions_reducesDelegatedStakeEqually(uint256 dice, uint24[3] memory shares)
        public
    {
        _delegate(carl, 3_000 ether, anna);
        uint256 claimBlock = vm.getBlockNumber();
        for (uint256 i; i < 3; ++i) {
            uint256 stake = _stakeOf(dora);
            vm.startPrank(dora);
            uint256 how = (dice >> (8 * i)) % 5;
            if (how == 0 && stake > 0) {
                bonding.unbond(1 + (dice >> 40) % stake);
            } else if (how == 1 && bonding.getUnbondingLock(dora, 0).amount > 0) {
                try bonding.rebond(0, _delegateOf(dora)) {} catch {}
            } else if (how == 2 && stake > 0) {
                try bonding.bond(0, ben) {} catch {}
            } else if (how == 3 && stake > 0) {
                try bonding.bond(0, anna) {} catch {}
            } else {
                bonding.updateDelegatorStake(dora);
            }
            vm.stopPrank();
            _mine(1);
            _slashAnnaFor(claimBlock, shares[i] % 499_999);
        }
        uint256 total = _stakeOf(dora);
        for (uint256 i; i < bonding.unbondingLockCount(dora); ++i) {
            total += bonding.getUnbondingLock(dora, i).amount;
        }
        vm.assertLe(total, _stakeOf(carl) + 1, "Dora lost less than a delegator that stayed");
        vm.assertLe(_stakeOf(carl), total + 20, "Dora lost more than a delegator that stayed");
        vm.assertLe(_stakeOf(ben), 1_000 ether + 20, "another transcoder gained stake");
    }

    function test_fuzz_slash_withUnbonds_losesNoLpt(uint96[6] memory amounts, uint24[3] memory shares) public {
        for (uint256 i; i < 6; ++i) {
            _delegate(dora, _bound(amounts[i], 1 ether, 1_000_000 ether), anna);
            if (i % 2 == 1) _slash(anna, shares[i / 2] % 500_001);
            if (!bonding.getTranscoder(anna).registered) {
                _delegate(anna, 1_000 ether, anna);
                vm.prank(anna);
                bonding.transcoder(PRICE, 0, 0);
            }
            uint256 amount = _bound(amounts[5 - i], 1, _stakeOf(dora));
            vm.prank(dora);
            bonding.unbond(amount);
        }
        _mine(UNBONDING_PERIOD);
        vm.startPrank(dora);
        for (uint256 i; i < 6; ++i) {
            uint256 before = token.balanceOf(dora);
            uint256 amount = bonding.getUnbondingLock(dora, i).amount;
            bonding.withdrawStake(i);
            vm.assertEq(token.balanceOf(dora) - before, amount);
        }
        uint256 kept = bonding.totalBonded() + bonding.commonPool();
        vm.assertLe(kept, token.balanceOf(address(bonding)), "the contract holds less LPT than it owes");
        vm.assertLe(token.balanceOf(address(bonding)) - kept, 12, "more than 12 units of LPT have no owner");
    }

    /// @dev Slashes Anna for a claim that she made when a quarter of all stake bonded to her was her own stake.
    function _slashAnnaFor(uint256 claimBlock, uint256 share) private returns (uint256) {
        vm.prank(address(claims));
        return bonding.slash(anna, share, OWN_PART, claimBlock, address(0));
    }

    function _share(uint256 amount, uint256 share) private pure returns (uint256) {
        return amount * share / 1_000_000;
    }

    function _delegateOf(address account) private view returns (address) {
        address delegate_ = bonding.getDelegator(account).delegate;
        return delegate_ == address(0) ? anna : delegate_;
    }
}
