// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {WorkSimulation} from "./WorkSimulation.sol";

/// @notice Simulates 20 rounds of the whole protocol. At the end, every account withdraws all its stake and fees.
contract EconomySimulationTest is WorkSimulation {
    uint256 private constant ROUNDS = 20;

    /// @dev The test checks that every wei and every 10^-18 LPT has an owner, except the few units that rounding can leave without an
    /// owner. The test limits the number of these units by the number of roundings.
    function test_economy_afterAllAccountsWithdrew_accountsForAllWeiAndLpt() public {
        vm.pauseGasMetering();
        this.start();
        // Each step is an external call, because the EVM frees the memory of a call when the call ends.
        for (uint256 round = 1; round <= ROUNDS; ++round) {
            _initializeNextRound();
            this.callRewards(round);
            this.slashMissedRewards();
            this.postAndSettleJobs(round);
            this.actAsDelegators(round);
            _mine(15);
            this.settlePostponed();
            this.changeParameters(round);
        }
        for (uint256 i; i < 4; ++i) {
            _initializeNextRound();
            _mine(15);
            this.settlePostponed();
        }
        this.withdrawAllDeposits();
        this.unbondEverything();
        this.unbondVerifier();
        for (uint256 i; i < 8; ++i) {
            _initializeNextRound();
        }
        this.withdrawAllLocks();
        this.withdrawAllFees();
        _assertEnoughHappened();
        _assertWeiIsAccountedFor();
        _assertTokenIsAccountedFor();
    }

    function start() external {
        _deploy(SEATS);
        _bondVerifier();
        // With a threshold of zero, no failure is forgiven.
        (claimTerms.verificationFailureThreshold, claimTerms.verificationRate) = (0, 2);
        claims.setParameters(claimTerms);
        _setUpStakers();
    }

    /// @dev The owner changes parameters of all contracts during the simulation.
    function changeParameters(uint256 round) external {
        IBondingTypes.Parameters memory terms = bonding.parameters();
        if (round == 3) (terms.poolSize, terms.finderFee) = (SEATS - 4, 100_000);
        if (round == 7) (terms.poolSize, terms.missedRewardSlashAmount) = (SEATS + 2, 77_777);
        if (round == 10) terms.minExpectedWork = 1_000_000;
        if (round == 13) terms.minExpectedWork = MIN_EXPECTED_WORK;
        if (round == 14) (terms.unbondingPeriod, terms.competitivenessWindow) = (UNBONDING_PERIOD + 30, 3);
        bonding.setParameters(terms);
        if (round == 5) minter.setParameters(_changedMinterParameters());
        if (round == 6) {
            (claimTerms.verificationRate, claimTerms.failedVerificationSlashAmount) = (3, 123_456);
            claims.setParameters(claimTerms);
        }
        if (round == 9) {
            IJobsManager.Parameters memory values = _jobsParameters();
            (values.candidateCount, values.claimIntervalSeconds, values.equivocationSlashAmount) = (3, 90, 333_333);
            values.inputFinePercent = 33;
            jobs.setParameters(values);
        }
        if (round == 11) rounds.setParameters(_changedRoundsParameters());
        while (bonding.transcoders().length > terms.poolSize && round != 3 && round != 7) {
            bonding.evictLowest();
        }
        (IBondingTypes.Transcoder[] memory waiting,) = bonding.waitlist(0, 100);
        for (uint256 i; i < waiting.length && bonding.transcoders().length < bonding.parameters().poolSize; ++i) {
            bonding.takeSeat(waiting[i].transcoder);
        }
    }

    function unbondVerifier() external {
        vm.prank(_account("verifier"));
        bonding.unbond(VERIFIER_BOND);
    }

    function _assertEnoughHappened() private view {
        vm.assertLe(400, stakeMoves, "too few stake moves");
        vm.assertLe(300, rebonds, "too few rebonds");
        vm.assertLe(150, slashes, "too few slashes");
        vm.assertLe(300, withheldRewards, "too few withheld rewards");
        vm.assertLe(60, paidClaims, "too few paid claims");
        vm.assertLe(4, finedBroadcasters, "too few fined broadcasters");
        vm.assertLe(4, finedClaims, "too few claims with a broken input");
        vm.assertLe(1, token.balanceOf(finder), "no finder got a fee");
    }

    function _assertWeiIsAccountedFor() private view {
        for (uint256 i; i < BROADCASTERS; ++i) {
            address account = _broadcasterAt(i);
            uint256 left = depositedBy[account] - spentBy[account];
            vm.assertEq(account.balance, left, "a broadcaster did not get back the wei that it did not spend");
        }
        vm.assertEq(
            jobs.commonPool() + finder.balance + finesToTranscoders,
            totalFines,
            "the sum of the common pool and the finders' parts differs from the fines"
        );
        // `dust` is the fees that were credited to delegators, minus the fees that delegators withdrew. Each credit
        // divides once, and each payment divides once, and a division loses less than one wei. One operation causes at
        // most two payments.
        uint256 dust = feesOfDelegators - (feesWithdrawn - feesOfTranscoders);
        vm.assertEq(
            address(jobs).balance,
            jobs.commonPool() + dust,
            "the balance differs from the sum of the common pool and the rounding losses"
        );
        vm.assertLe(dust, paidClaims + 2 * operations, "more wei have no owner than rounding can explain");
    }

    function _assertTokenIsAccountedFor() private view {
        vm.assertEq(
            token.totalSupply(),
            10_000_000 ether + minted,
            "the supply differs from the first supply plus the minted LPT"
        );
        vm.assertEq(bonding.totalBonded(), 0, "stake is bonded after all accounts left");
        uint256 held = token.balanceOf(address(bonding));
        uint256 dust = tokenBonded + minted - tokenWithdrawn - token.balanceOf(finder) - bonding.commonPool();
        vm.assertEq(
            held,
            bonding.commonPool() + dust,
            "the balance differs from the sum of the common pool and the rounding losses"
        );
        // The stake of a transcoder has no dust when its last delegator has left, so only locks and slashes leave dust. A lock leaves at
        // most one unit when it is created, and at most one unit when it is withdrawn. A slash leaves at most one unit, because it can
        // collect one unit less than it takes from the stake.
        vm.assertLe(dust, 2 * _lockCount() + slashes, "more LPT has no owner than rounding can explain");
    }
}
