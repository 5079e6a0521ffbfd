// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {LifeOfWork} from "./LifeOfWork.sol";

/// @notice A whole economic life through the real contracts, at the end of which everybody takes everything out.
contract EconomicLifeTest is LifeOfWork {
    uint256 private constant ROUNDS = 20;

    /// @dev To the wei: every sum is exact, what rounding left over is named, and there is no more of it than there were
    /// roundings.
    function test_economicLife_theBooksClose() public {
        vm.pauseGasMetering();
        this.begin();
        // Each step is a call of its own, so that its memory is given back.
        for (uint256 round = 1; round <= ROUNDS; ++round) {
            nextRound();
            this.callRewards(round);
            this.findMissedRewards();
            this.broadcast(round);
            this.liveOn(round);
            mine(15);
            this.settlePostponed();
            this.turnKnobs(round);
        }
        for (uint256 i; i < 4; ++i) {
            nextRound();
            mine(15);
            this.settlePostponed();
        }
        this.leaveAsBroadcasters();
        this.unbondEverything();
        this.dismissVerifier();
        for (uint256 i; i < 8; ++i) {
            nextRound();
        }
        this.takeAllLocks();
        this.takeAllFees();
        assertMuchHappened();
        assertWeiClose();
        assertTokenCloses();
    }

    function begin() external {
        deploy(SEATS);
        appointVerifier();
        // No failure is forgiven here.
        (claimTerms.verificationFailureThreshold, claimTerms.verificationRate) = (0, 2);
        claims.setParameters(claimTerms);
        settleIn();
    }

    /// @dev An owner who never rests.
    function turnKnobs(uint256 round) external {
        IBondingTypes.Parameters memory terms = bonding.parameters();
        if (round == 3) (terms.poolSize, terms.finderFee) = (SEATS - 4, 100_000);
        if (round == 7) (terms.poolSize, terms.missedRewardSlashAmount) = (SEATS + 2, 77_777);
        if (round == 10) terms.minExpectedWork = 1_000_000;
        if (round == 13) terms.minExpectedWork = MIN_EXPECTED_WORK;
        if (round == 14) (terms.unbondingPeriod, terms.competitivenessWindow) = (UNBONDING_PERIOD + 1, 3);
        bonding.setParameters(terms);
        if (round == 5) minter.setParameters(minterParametersAfter());
        if (round == 6) {
            (claimTerms.verificationRate, claimTerms.failedVerificationSlashAmount) = (3, 123_456);
            claims.setParameters(claimTerms);
        }
        if (round == 9) {
            IJobsManager.Parameters memory values = parameters();
            (values.candidateCount, values.claimIntervalSeconds, values.equivocationSlashAmount) = (3, 90, 333_333);
            jobs.setParameters(values);
        }
        if (round == 11) rounds.setParameters(roundsParametersAfter());
        while (bonding.transcoders().length > terms.poolSize && round != 3 && round != 7) {
            bonding.trim();
        }
        IBondingTypes.Transcoder[] memory waiting = bonding.waitlist();
        for (uint256 i; i < waiting.length && bonding.transcoders().length < bonding.parameters().poolSize; ++i) {
            bonding.contend(waiting[i].transcoder);
        }
    }

    function dismissVerifier() external {
        vm.prank(person("verifier"));
        bonding.unbond(VERIFIER_BOND);
    }

    function assertMuchHappened() private view {
        vm.assertLe(400, moves, "moves");
        vm.assertLe(300, rebonds, "rebonds");
        vm.assertLe(150, slashes, "slashes");
        vm.assertLe(300, withheld, "rewards withheld");
        vm.assertLe(60, credits, "claims paid");
        vm.assertLe(4, fined, "broadcasters fined");
        vm.assertLe(1, token.balanceOf(finder), "finders' fees");
    }

    function assertWeiClose() private view {
        for (uint256 i; i < BROADCASTERS; ++i) {
            address who = broadcasterAt(i);
            uint256 left = broughtBy[who] - spentBy[who];
            vm.assertEq(who.balance, left, "a broadcaster left with other wei than he brought and did not spend");
        }
        vm.assertEq(jobs.commonPool() + finder.balance, finedWei, "fines went elsewhere");
        // What delegators were given, less what they took: nothing but the remainders of two divisions, by the shares of a
        // credit and by those of each payment. An account is paid at most twice when it is touched.
        uint256 dust = feesShared - (feesTaken - feesKept);
        vm.assertEq(address(jobs).balance, jobs.commonPool() + dust, "wei appeared or vanished");
        vm.assertLe(dust, credits + 2 * operations, "wei that belong to nobody");
    }

    function assertTokenCloses() private view {
        vm.assertEq(token.totalSupply(), 10_000_000 ether + minted, "token from nowhere");
        vm.assertEq(bonding.totalBonded(), 0, "stake that belongs to nobody");
        uint256 held = token.balanceOf(address(bonding));
        uint256 dust = brought + minted - takenOut - token.balanceOf(finder) - bonding.commonPool();
        vm.assertEq(held, bonding.commonPool() + dust, "token appeared or vanished");
        // Pools give their dust away with their last share, so it is in locks: a unit when one is measured, another when it is
        // taken, and one less collected by a slash.
        vm.assertLe(dust, 2 * lockCount() + slashes, "token that belongs to nobody");
    }
}
