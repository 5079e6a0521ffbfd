// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {IMinter} from "../src/interfaces/IMinter.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {Protocol} from "./Protocol.sol";

contract BondingManagerEarningsTest is Protocol {
    address private anna = person("anna");
    address private ben = person("ben");
    address private dora = person("dora");
    address private emil = person("emil");

    /// @dev Anna keeps 2 % of rewards and shares 25 % of fees. She has 100 of her own, Dora 300 with her; Ben has 600.
    function setUp() public {
        deploy(3);
        join(anna, 100 ether, PRICE);
        join(ben, 600 ether, PRICE);
        vm.prank(anna);
        bonding.transcoder(PRICE, 20_000, 250_000);
        delegate(dora, 300 ether, anna);
        nextRound();
    }

    function test_reward_isSharedByStakeAndCut() public {
        uint256 mintable = minter.mintable();
        vm.assertEq(minter.inflation(), INFLATION + 3_000);
        vm.assertEq(mintable, 10_000_000 ether * (INFLATION + 3_000) / 1e9);
        uint256 part = mintable * 4 / 10;
        vm.expectEmit(address(bonding));
        emit IBondingTypes.Reward(anna, 1, part, part / 50);
        vm.assertEq(reward(anna), part);
        near(stakeOf(anna), 100 ether + part / 50 + (part - part / 50) / 4);
        near(stakeOf(dora), 300 ether + (part - part / 50) * 3 / 4);
        vm.assertEq(token.totalSupply(), 10_000_000 ether + part);
        vm.assertEq(minter.minted(), part);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.RewardCalled.selector, anna, 1));
        reward(anna);
        reward(ben);
        vm.assertLe(minter.minted(), mintable, "minted more than the round may");
        nextRound();
        // What was not called is not minted later.
        vm.assertEq(minter.minted(), 0);
    }

    function test_reward_keptByATranscoderIsItsOwn() public {
        vm.prank(anna);
        bonding.transcoder(PRICE, 1_000_000, 0);
        nextRound();
        (, uint256 shares) = bonding.delegationAt(anna, 2);
        uint256 amount = reward(anna);
        (uint256 stake, uint256 dorasStake) = (stakeOf(anna), stakeOf(dora));
        near(stake, 100 ether + amount);
        bonding.updateDelegatorStake(anna);
        vm.assertEq(stakeOf(anna), stake);
        (, uint256 joined) = bonding.delegationAt(anna, 2);
        vm.assertGe(joined, shares + 1, "what it kept is in no share");
        reward(ben);
        nextRound();
        amount = reward(anna);
        stake = stakeOf(anna);
        vm.prank(anna);
        bonding.unbond(stake);
        vm.assertEq(bonding.getUnbondingLock(anna, 0).amount, stake);
        vm.assertEq(stakeOf(anna), 0);
        vm.assertFalse(bonding.getTranscoder(anna).registered);
        vm.assertGe(stakeOf(dora), dorasStake, "another paid for it");
    }

    function test_reward_isOfTheStakeLockedForTheRound() public {
        delegate(emil, 10_000 ether, anna);
        vm.assertEq(reward(anna), minter.mintable() * 4 / 10);
    }

    function test_reward_needsAnActiveTranscoderWithStake() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotActive.selector, dora, 1));
        reward(dora);
        join(emil, 5 ether, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotActive.selector, emil, 1));
        reward(emil);
        vm.prank(ben);
        bonding.bond(0, anna);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NoStake.selector, ben));
        reward(ben);
    }

    function test_reward_usesTheRatesOfTheRoundsStart() public {
        vm.prank(anna);
        bonding.transcoder(PRICE, 1_000_000, 0);
        reward(anna);
        near(stakeOf(anna), 100 ether + minter.minted() / 50 + (minter.minted() - minter.minted() / 50) / 4);
        nextRound();
        uint256 before = stakeOf(dora);
        reward(anna);
        vm.assertEq(stakeOf(dora), before);
    }

    function test_slashMissedReward_afterSoManyInARow() public {
        for (uint256 i = 1; i < MISSED_REWARD_ROUNDS + 1; ++i) {
            vm.assertEq(bonding.missedRewards(anna), i - 1);
            vm.expectRevert(
                abi.encodeWithSelector(IBondingTypes.RewardsNotMissed.selector, anna, i - 1, MISSED_REWARD_ROUNDS)
            );
            bonding.slashMissedReward(anna);
            nextRound();
        }
        vm.prank(emil);
        vm.assertEq(bonding.slashMissedReward(anna), 12 ether);
        vm.assertEq(token.balanceOf(emil), 0.6 ether);
        vm.assertEq(bonding.commonPool(), 11.4 ether);
        vm.assertEq(stakeOf(dora), 291 ether);
        vm.expectPartialRevert(IBondingTypes.RewardsNotMissed.selector);
        bonding.slashMissedReward(anna);
        reward(ben);
        vm.assertEq(bonding.missedRewards(ben), 0);
    }

    function test_slashMissedReward_isNotEscapedByResigning() public {
        for (uint256 i; i < MISSED_REWARD_ROUNDS; ++i) {
            nextRound();
        }
        vm.prank(anna);
        bonding.resignAsTranscoder();
        vm.assertEq(stakeOf(dora), 291 ether);
    }

    function test_fees_areSharedByStakeFromTheNextRoundOn() public {
        earn(anna, 100 ether);
        // Of 25 shared, Dora's three quarters; Anna's own quarter and the rest are hers at once.
        vm.assertEq(jobs.earnings(anna), 81.25 ether);
        vm.assertEq(jobs.earnings(dora), 0);
        nextRound();
        near(jobs.earnings(dora), 18.75 ether);
        vm.prank(dora);
        jobs.withdrawFees();
        near(dora.balance, 18.75 ether);
        vm.prank(anna);
        jobs.withdrawFees();
        vm.assertEq(anna.balance, 81.25 ether);
        vm.assertEq(jobs.earnings(dora), 0);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.ZeroAmount.selector));
        vm.prank(dora);
        jobs.withdrawFees();
    }

    function test_fees_areNotForStakeThatComesForThem() public {
        delegate(emil, 1_000_000 ether, anna);
        earn(anna, 100 ether);
        nextRound();
        vm.assertEq(jobs.earnings(emil), 0);
        near(jobs.earnings(dora), 18.75 ether);
        earn(anna, 100 ether);
        nextRound();
        vm.assertGe(jobs.earnings(emil), 24.9 ether, "no fees for who stayed");
    }

    function test_fees_areNotForStakeThatCameInParts() public {
        delegate(emil, 100 ether, anna);
        delegate(emil, 200 ether, anna);
        vm.prank(emil);
        bonding.unbond(50 ether);
        earn(anna, 100 ether);
        vm.assertEq(jobs.earnings(anna), 81.25 ether);
        nextRound();
        near(jobs.earnings(dora), 18.75 ether);
        vm.assertEq(jobs.earnings(emil), 0);
    }

    function test_fees_ofAPartOfARoundAreKeptByWhoLeaves() public {
        earn(anna, 100 ether);
        vm.prank(dora);
        bonding.bond(0, ben);
        near(jobs.earnings(dora), 18.75 ether);
        earn(anna, 100 ether);
        vm.assertEq(jobs.earnings(anna), 181.25 ether);
        nextRound();
        near(jobs.earnings(dora), 18.75 ether);
    }

    function test_fees_ofStakeThatIsBurnedArePaid() public {
        vm.prank(dora);
        bonding.bond(0, ben);
        vm.prank(ben);
        bonding.transcoder(PRICE, 0, 1_000_000);
        nextRound();
        earn(ben, 90 ether);
        slash(anna, 500_000);
        // What is told is what is paid.
        uint256 told = jobs.earnings(dora);
        near(told, 15 ether);
        bonding.updateDelegatorStake(dora);
        vm.assertEq(jobs.earnings(dora), told);
        nextRound();
        near(jobs.earnings(dora), 30 ether);
    }

    function test_fees_cameInManyRoundsAndAreClaimedAtOnce() public {
        for (uint256 i; i < 40; ++i) {
            earn(anna, 4 ether);
            nextRound();
        }
        near(jobs.earnings(dora), 30 ether);
        bonding.updateDelegatorStake(dora);
        near(jobs.earnings(dora), 30 ether);
        earn(anna, 4 ether);
        near(jobs.earnings(dora), 30 ether);
        nextRound();
        near(jobs.earnings(dora), 30.75 ether);
    }

    function test_creditAndTakeFees_areByTheJobsManagerOnly() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotJobsManager.selector, address(this)));
        bonding.creditFees(anna, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.NotJobsManager.selector, address(this)));
        bonding.takeFees(anna);
    }

    function test_inflation_movesTowardTheParticipation() public {
        uint256 rate = minter.inflation();
        nextRound();
        vm.assertEq(minter.inflation(), rate + 3_000);
        delegate(emil, 6_000_000 ether, anna);
        nextRound();
        vm.assertEq(minter.inflation(), rate);
        minter.setParameters(IMinter.Parameters(3_000, 0, 100_000, 500_000_000));
        nextRound();
        vm.assertEq(minter.inflation(), 100_000);
        minter.setParameters(IMinter.Parameters(100_000, 0, 100_000, 0));
        nextRound();
        vm.assertEq(minter.inflation(), 0);
        vm.assertEq(reward(anna), 0);
    }

    function test_minter_isBoundedAndGuarded() public {
        vm.expectRevert(abi.encodeWithSelector(IMinter.NotRoundsManager.selector, address(this)));
        minter.openRound(1);
        vm.expectRevert(abi.encodeWithSelector(IMinter.NotBondingManager.selector, address(this)));
        minter.mintReward(1, 1);
        vm.prank(anna);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, anna));
        minter.setParameters(minterParameters());
        refuse("maxInflation", 10_000_001, 0, 10_000_000, IMinter.Parameters(0, 0, 10_000_001, 0));
        refuse("minInflation", 2, 0, 1, IMinter.Parameters(0, 2, 1, 0));
        refuse("inflationChange", 2, 0, 1, IMinter.Parameters(2, 0, 1, 0));
        refuse("participationRate", 1e9 + 1, 0, 1e9, IMinter.Parameters(0, 0, 0, 1e9 + 1));
        vm.assertEq(keccak256(abi.encode(minter.parameters())), keccak256(abi.encode(minterParameters())));
    }

    function refuse(string memory name, uint256 value, uint256 min, uint256 max, IMinter.Parameters memory values)
        private
    {
        vm.expectRevert(abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, name, value, min, max));
        minter.setParameters(values);
    }

    function reward(address who) private returns (uint256) {
        vm.prank(who);
        return bonding.reward();
    }

    /// @dev What a paid claim does.
    function earn(address who, uint256 fees) private {
        vm.deal(address(jobs), address(jobs).balance + fees);
        vm.prank(address(claims));
        jobs.earn(0, who, fees, 0);
    }

    /// @dev Rounding is against the delegator.
    function near(uint256 value, uint256 expected) private pure {
        vm.assertLe(value, expected, "rounded in favour of the delegator");
        vm.assertLe(expected - value, 3, "lost more than rounding");
    }
}
