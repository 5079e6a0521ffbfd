// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {IMinter} from "../src/interfaces/IMinter.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {Protocol} from "./Protocol.sol";

contract BondingManagerEarningsTest is Protocol {
    address private anna = _account("anna");
    address private ben = _account("ben");
    address private dora = _account("dora");
    address private emil = _account("emil");

    /// @dev Anna takes 2 % of her rewards and 75 % of her fees for herself. The rest is divided among all stake that is bonded
    /// to her: she bonded 100 LPT, and Dora bonded 300 LPT to her. Ben bonded 600 LPT to himself.
    function setUp() public {
        _deploy(3);
        _registerTranscoder(anna, 100 ether, PRICE);
        _registerTranscoder(ben, 600 ether, PRICE);
        vm.prank(anna);
        bonding.transcoder(PRICE, 20_000, 250_000);
        _delegate(dora, 300 ether, anna);
        _initializeNextRound();
    }

    function test_reward_isSharedByStakeAndCut() public {
        uint256 mintable = minter.mintable();
        vm.assertEq(minter.inflation(), INFLATION + 3_000);
        vm.assertEq(mintable, 10_000_000 ether * (INFLATION + 3_000) / 1e9);
        uint256 part = mintable * 4 / 10;
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Reward(anna, 1, part, part / 50);
        vm.assertEq(_callReward(anna), part);
        _assertRoundedDown(_stakeOf(anna), 100 ether + part / 50 + (part - part / 50) / 4);
        _assertRoundedDown(_stakeOf(dora), 300 ether + (part - part / 50) * 3 / 4);
        vm.assertEq(token.totalSupply(), 10_000_000 ether + part);
        vm.assertEq(minter.minted(), part);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.RewardCalled.selector, anna, 1));
        _callReward(anna);
        _callReward(ben);
        vm.assertLe(minter.minted(), mintable, "the Minter minted more than the round's mintable amount");
        _initializeNextRound();
        // If a transcoder did not call `reward` in a round, its reward of that round is never minted.
        vm.assertEq(minter.minted(), 0);
    }

    function test_reward_withFullRewardCut_becomesStakeOfTranscoder() public {
        vm.prank(anna);
        bonding.transcoder(PRICE, 1_000_000, 0);
        _initializeNextRound();
        uint256 round = bonding.takeSnapshot();
        uint256 amount = _callReward(anna);
        (uint256 stake, uint256 dorasStake) = (_stakeOf(anna), _stakeOf(dora));
        _assertRoundedDown(stake, 100 ether + amount);
        bonding.updateDelegatorStake(anna);
        vm.assertEq(_stakeOf(anna), stake);
        _callReward(ben);
        _initializeNextRound();
        // For each unit of her 100 LPT, Anna got 4,096 shares.
        (, uint256 joined) = bonding.delegationAt(anna, round);
        vm.assertGe(joined, 100 ether * 4_096 + 1, "the transcoder's cut of the reward added no shares");
        amount = _callReward(anna);
        stake = _stakeOf(anna);
        vm.prank(anna);
        bonding.unbond(stake);
        vm.assertEq(bonding.getUnbondingLock(anna, 0).amount, stake);
        vm.assertEq(_stakeOf(anna), 0);
        vm.assertFalse(bonding.getTranscoder(anna).registered);
        vm.assertGe(_stakeOf(dora), dorasStake, "the delegator paid for the transcoder's unbond");
    }

    function test_reward_afterStakeIsAdded_usesStakeOfRoundStart() public {
        _delegate(emil, 10_000 ether, anna);
        vm.assertEq(_callReward(anna), minter.mintable() * 4 / 10);
    }

    function test_reward_byInactiveTranscoderOrWithoutOwnStake_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotActive.selector, dora, 1));
        _callReward(dora);
        _registerTranscoder(emil, 5 ether, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotActive.selector, emil, 1));
        _callReward(emil);
        vm.startPrank(ben);
        bonding.unbond(_stakeOf(ben));
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NoStake.selector, ben));
        _callReward(ben);
    }

    function test_reward_afterRatesChange_usesRatesOfRoundStart() public {
        vm.prank(anna);
        bonding.transcoder(PRICE, 1_000_000, 0);
        _callReward(anna);
        _assertRoundedDown(
            _stakeOf(anna), 100 ether + minter.minted() / 50 + (minter.minted() - minter.minted() / 50) / 4
        );
        _initializeNextRound();
        uint256 before = _stakeOf(dora);
        _callReward(anna);
        vm.assertEq(_stakeOf(dora), before);
    }

    function test_slashMissedReward_afterConsecutiveMisses_slashesAndPaysFinder() public {
        for (uint256 i = 1; i < MISSED_REWARD_ROUNDS + 1; ++i) {
            vm.assertEq(bonding.missedRewards(anna), i - 1);
            vm.expectRevert(
                abi.encodeWithSelector(IBondingTypes.RewardsNotMissed.selector, anna, i - 1, MISSED_REWARD_ROUNDS)
            );
            bonding.slashMissedReward(anna);
            _initializeNextRound();
        }
        vm.prank(emil);
        vm.assertEq(bonding.slashMissedReward(anna), 12 ether);
        vm.assertEq(token.balanceOf(emil), 0.6 ether);
        vm.assertEq(bonding.commonPool(), 11.4 ether);
        vm.assertEq(_stakeOf(anna), 88 ether);
        vm.assertEq(_stakeOf(dora), 300 ether);
        vm.expectPartialRevert(IBondingTypes.RewardsNotMissed.selector);
        bonding.slashMissedReward(anna);
        _callReward(ben);
        vm.assertEq(bonding.missedRewards(ben), 0);
    }

    function test_resignAsTranscoder_afterMissedRewards_slashes() public {
        for (uint256 i; i < MISSED_REWARD_ROUNDS; ++i) {
            _initializeNextRound();
        }
        vm.prank(anna);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.RewardsMissed.selector, anna, MISSED_REWARD_ROUNDS));
        bonding.unbond(1 ether);
        vm.prank(anna);
        bonding.resignAsTranscoder();
        vm.assertEq(_stakeOf(anna), 88 ether);
        vm.assertEq(_stakeOf(dora), 300 ether);
    }

    function test_earn_sharesFeesByStakeAndPaysDelegatorInNextRound() public {
        _earnFees(anna, 100 ether);
        // 25 ether are divided by stake. Dora gets three quarters of the 25 ether, in the next round. Anna gets one quarter,
        // and the other 75 ether, immediately.
        vm.assertEq(jobs.earnings(anna), 81.25 ether);
        vm.assertEq(jobs.earnings(dora), 0);
        _initializeNextRound();
        _assertRoundedDown(jobs.earnings(dora), 18.75 ether);
        vm.prank(dora);
        jobs.withdrawFees();
        _assertRoundedDown(dora.balance, 18.75 ether);
        vm.prank(anna);
        jobs.withdrawFees();
        vm.assertEq(anna.balance, 81.25 ether);
        vm.assertEq(jobs.earnings(dora), 0);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.ZeroAmount.selector));
        vm.prank(dora);
        jobs.withdrawFees();
    }

    function test_earn_afterStakeIsAdded_paysNewStakeFromNextRound() public {
        _delegate(emil, 1_000_000 ether, anna);
        _earnFees(anna, 100 ether);
        _initializeNextRound();
        vm.assertEq(jobs.earnings(emil), 0);
        _assertRoundedDown(jobs.earnings(dora), 18.75 ether);
        _earnFees(anna, 100 ether);
        _initializeNextRound();
        vm.assertGe(jobs.earnings(emil), 24.9 ether, "stake that was added in an earlier round got too few fees");
    }

    function test_earn_afterStakeIsAddedInParts_paysNewStakeNothing() public {
        _delegate(emil, 100 ether, anna);
        _delegate(emil, 200 ether, anna);
        vm.prank(emil);
        bonding.unbond(50 ether);
        _earnFees(anna, 100 ether);
        vm.assertEq(jobs.earnings(anna), 81.25 ether);
        _initializeNextRound();
        _assertRoundedDown(jobs.earnings(dora), 18.75 ether);
        vm.assertEq(jobs.earnings(emil), 0);
    }

    function test_earn_beforeDelegatorMoves_paysDelegator() public {
        _earnFees(anna, 100 ether);
        vm.prank(dora);
        bonding.bond(0, ben);
        _assertRoundedDown(jobs.earnings(dora), 18.75 ether);
        _earnFees(anna, 100 ether);
        vm.assertEq(jobs.earnings(anna), 181.25 ether);
        _initializeNextRound();
        _assertRoundedDown(jobs.earnings(dora), 18.75 ether);
    }

    function test_earn_beforeSlashOfExposedStake_paysFullFees() public {
        vm.prank(dora);
        bonding.bond(0, ben);
        vm.prank(ben);
        bonding.transcoder(PRICE, 0, 1_000_000);
        _initializeNextRound();
        _earnFees(ben, 90 ether);
        // Of the 400 LPT that were bonded to Anna, 100 LPT were her own stake. The slash takes half of the 400 LPT:
        // Anna's 100 LPT, and 100 LPT of Dora's 300 LPT.
        vm.prank(address(claims));
        bonding.slash(anna, 500_000, 250_000, 1, address(0));
        // `earnings` already returns the amount that `updateDelegatorStake` will credit.
        uint256 earned = jobs.earnings(dora);
        _assertRoundedDown(earned, 10 ether);
        bonding.updateDelegatorStake(dora);
        vm.assertEq(jobs.earnings(dora), earned);
        _initializeNextRound();
        _assertRoundedDown(jobs.earnings(dora), 30 ether);
    }

    function test_updateDelegatorStake_afterManyRounds_collectsAllFees() public {
        for (uint256 i; i < 40; ++i) {
            _earnFees(anna, 4 ether);
            _initializeNextRound();
        }
        _assertRoundedDown(jobs.earnings(dora), 30 ether);
        bonding.updateDelegatorStake(dora);
        _assertRoundedDown(jobs.earnings(dora), 30 ether);
        _earnFees(anna, 4 ether);
        _assertRoundedDown(jobs.earnings(dora), 30 ether);
        _initializeNextRound();
        _assertRoundedDown(jobs.earnings(dora), 30.75 ether);
    }

    function test_creditFeesAndTakeFees_byAnotherCaller_revert() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotJobsManager.selector, address(this)));
        bonding.creditFees(anna, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotJobsManager.selector, address(this)));
        bonding.takeFees(anna);
    }

    /// @dev Fees are stored under the number of an account. So all accounts without a number would share the same fees.
    function test_creditFees_toAccountWithoutNumber_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotTranscoder.selector, emil));
        _earnFees(emil, 1 ether);
    }

    /// @dev A former transcoder can have fees that it earned as a transcoder, and fees that it earned as a delegator.
    function test_withdrawFees_ofTranscoderAndDelegator_paysBothOnce() public {
        _earnFees(anna, 100 ether);
        vm.prank(anna);
        bonding.unbond(100 ether);
        _delegate(anna, 600 ether, ben);
        vm.prank(ben);
        bonding.transcoder(PRICE, 0, 1_000_000);
        _initializeNextRound();
        _earnFees(ben, 10 ether);
        _initializeNextRound();
        uint256 fees = jobs.earnings(anna);
        _assertRoundedDown(fees, 86.25 ether);
        vm.prank(anna);
        jobs.withdrawFees();
        vm.assertEq(anna.balance, fees);
        vm.assertEq(jobs.earnings(anna), 0);
    }

    function test_inflation_risesBelowAndFallsAboveParticipationRate() public {
        uint256 rate = minter.inflation();
        _initializeNextRound();
        vm.assertEq(minter.inflation(), rate + 3_000);
        _delegate(emil, 6_000_000 ether, anna);
        _initializeNextRound();
        vm.assertEq(minter.inflation(), rate);
        minter.setParameters(IMinter.Parameters(3_000, 0, 100_000, 500_000_000));
        _initializeNextRound();
        vm.assertEq(minter.inflation(), 100_000);
        minter.setParameters(IMinter.Parameters(100_000, 0, 100_000, 0));
        _initializeNextRound();
        vm.assertEq(minter.inflation(), 0);
        vm.assertEq(_callReward(anna), 0);
    }

    function test_minter_byAnotherCallerOrOutOfBounds_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IMinter.NotRoundsManager.selector, address(this)));
        minter.openRound(1);
        vm.expectRevert(abi.encodeWithSelector(IMinter.NotBondingManager.selector, address(this)));
        minter.mintReward(1, 1);
        vm.prank(anna);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, anna));
        minter.setParameters(_minterParameters());
        _expectOutOfBounds("maxInflation", 10_000_001, 0, 10_000_000, IMinter.Parameters(0, 0, 10_000_001, 0));
        _expectOutOfBounds("minInflation", 2, 0, 1, IMinter.Parameters(0, 2, 1, 0));
        _expectOutOfBounds("inflationChange", 2, 0, 1, IMinter.Parameters(2, 0, 1, 0));
        _expectOutOfBounds("participationRate", 1e9 + 1, 0, 1e9, IMinter.Parameters(0, 0, 0, 1e9 + 1));
        vm.assertEq(keccak256(abi.encode(minter.parameters())), keccak256(abi.encode(_minterParameters())));
    }

    function _expectOutOfBounds(
        string memory name,
        uint256 value,
        uint256 min,
        uint256 max,
        IMinter.Parameters memory values
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, name, value, min, max));
        minter.setParameters(values);
    }

    function _callReward(address account) private returns (uint256) {
        vm.prank(account);
        return bonding.reward();
    }

    /// @dev In the name of the ClaimsManager, credits the fees of a paid claim.
    function _earnFees(address account, uint256 fees) private {
        vm.deal(address(jobs), address(jobs).balance + fees);
        vm.prank(address(claims));
        jobs.earn(0, account, fees, 0, false);
    }

    /// @dev Rounding takes at most 3 units from the account.
    function _assertRoundedDown(uint256 value, uint256 expected) private pure {
        vm.assertLe(value, expected, "rounding gave the account too much");
        vm.assertLe(expected - value, 3, "the account lost more than rounding can take");
    }
}
