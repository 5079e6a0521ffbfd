// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IBondingManager} from "../../src/interfaces/IBondingManager.sol";
import {IClaimsManager} from "../../src/interfaces/IClaimsManager.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {JobsManager} from "../../src/JobsManager.sol";
import {LivepeerToken} from "../../src/LivepeerToken.sol";
import {Minter} from "../../src/Minter.sol";
import {RoundsManager} from "../../src/RoundsManager.sol";
import {BondedVerifier} from "../../src/verification/BondedVerifier.sol";
import {Expected} from "./Expected.sol";

/// @notice Plays all of them at once, and looks at the books.
contract Handler is Expected {
    uint256 private immutable initialSupply;

    constructor(
        LivepeerToken token_,
        RoundsManager rounds_,
        IBondingManager bonding_,
        JobsManager jobs_,
        IClaimsManager claims_,
        BondedVerifier verifier_,
        Minter minter_
    ) {
        minter = minter_;
        (token, rounds, bonding, jobs, claims, verifier) = (token_, rounds_, bonding_, jobs_, claims_, verifier_);
        initialSupply = token_.totalSupply();
    }

    /// @dev Three transcoders, and the first round, from which on draws stand.
    function begin() external {
        for (uint256 i; i < 3; ++i) {
            join(someone(i), 500 ether, i + 1);
            enter(someone(i), someone(i), 500 ether, 0);
            brought += 500 ether;
        }
        pass(ROUND_LENGTH + 1);
        openRound();
    }

    /// @dev Everything that anybody here does.
    function actions() external pure returns (bytes4[] memory list) {
        bytes4[34] memory all = [
            this.bond.selector,
            this.moveStake.selector,
            this.transcoder.selector,
            this.matchPrice.selector,
            this.resign.selector,
            this.unbond.selector,
            this.rebond.selector,
            this.withdrawStake.selector,
            this.update.selector,
            this.reward.selector,
            this.slashMissed.selector,
            this.slashSomeone.selector,
            this.contend.selector,
            this.sleep.selector,
            this.deposit.selector,
            this.withdraw.selector,
            this.job.selector,
            this.endJob.selector,
            this.drawCandidates.selector,
            this.reportSegments.selector,
            this.releaseReserve.selector,
            this.withdrawAll.selector,
            this.claimWork.selector,
            this.handOver.selector,
            this.verify.selector,
            this.withdrawFees.selector,
            this.work.selector,
            bytes4(keccak256("report(uint256,uint256)")),
            this.distributeFees.selector,
            this.expire.selector,
            this.slashEquivocation.selector,
            this.turnKnob.selector,
            this.cheatAtWork.selector,
            this.cheatAtStake.selector
        ];
        list = new bytes4[](all.length);
        for (uint256 i; i < list.length; ++i) {
            list[i] = all[i];
        }
    }

    /// @dev Of a round's fees, what delegators share is on nobody's account before the next.
    function assertClaimableWeiAreHeld() external view {
        (uint256 deposits, uint256 reserved) = broadcasterSums();
        uint256 books = deposits + reserved + escrowed() + earned() + jobs.commonPool();
        vm.assertLe(books, address(jobs).balance, "more wei on the books than there are");
        vm.assertEq(jobReserves(), reserved, "jobs hold other than their broadcasters' reserves");
    }

    function assertWeiPaidInAreHeldOrPaidOut() external view {
        vm.assertEq(deposited - withdrawn - feesWithdrawn, address(jobs).balance, "wei appeared or vanished");
    }

    function assertFeesCreditedWereClaimed() external view {
        uint256 credited = feesWithdrawn + earned() + escrowed() + feesRefunded;
        vm.assertLe(credited, feesClaimed, "fees came from nowhere");
    }

    function assertStakesAndLocksAreHeld() external view {
        uint256 held = token.balanceOf(address(bonding));
        uint256 paidIn = VERIFIER_BOND + brought + rewarded;
        vm.assertEq(held, paidIn - takenOut - token.balanceOf(finder), "token appeared or vanished");
        (uint256 stakes, uint256 atTranscoders) = (VERIFIER_BOND, VERIFIER_BOND);
        for (uint256 i; i < PEOPLE; ++i) {
            stakes += stakeOf(someone(i)) + locksOf(someone(i));
            atTranscoders += bonding.stakeOf(someone(i));
        }
        vm.assertEq(bonding.totalBonded(), atTranscoders, "the sum of stakes is another");
        vm.assertLe(stakes + bonding.commonPool(), held, "more token on the books than there is");
        // What moved stake owes is nobody's any more, though it is not collected.
        uint256 books = stakes + lost - token.balanceOf(finder);
        vm.assertLe(held, books + PEOPLE * rounding(), "token that belongs to nobody");
        vm.assertLe(books, held + PEOPLE * rounding(), "more token on the books than there is");
    }

    /// @dev So nobody gains by what another does, and no slash is escaped.
    function assertStakesAreAsInTheLedger() external view {
        for (uint256 i; i < PEOPLE; ++i) {
            address who = someone(i);
            assertNear(stakeOf(who), bondedBy[who].amount, "stake is another than in the ledger");
            for (uint256 lockId; lockId < lockedBy[who].length; ++lockId) {
                uint256 amount = bonding.getUnbondingLock(who, lockId).amount;
                assertNear(amount, lockedBy[who][lockId].amount, "a lock holds another amount than in the ledger");
            }
        }
    }

    function assertRewardsAreWithinTheSchedule() external view {
        vm.assertEq(token.totalSupply(), initialSupply + rewarded, "token from nowhere");
        vm.assertLe(minter.minted(), minter.mintable(), "minted more than the round may");
        uint256 round = rounds.lastInitializedRound();
        (,, uint256 activeStake) = bonding.roundInForce();
        uint256 sum;
        for (uint256 i; i < PEOPLE; ++i) {
            Standing memory standing = standings[round][someone(i)];
            sum += standing.minted;
            if (standing.minted == 0) continue;
            vm.assertLe(standing.minted, minter.mintable() * standing.stake / activeStake, "more than a share");
        }
        vm.assertEq(sum, minter.minted(), "minted to another");
    }

    function assertPoolAndWaitlistHoldTheRegistered() external view {
        uint256 seats = bonding.transcoders().length;
        vm.assertLe(seats, largestPool, "more transcoders than seats");
        uint256 registered;
        for (uint256 i; i < PEOPLE; ++i) {
            if (bonding.getTranscoder(someone(i)).registered) ++registered;
        }
        vm.assertEq(registered, seats + bonding.waitlist().length, "a transcoder neither seated nor waiting");
    }

    function assertDrawsStand() external {
        for (uint256 i; i < jobIds.length; ++i) {
            if (drawable(jobIds[i])) look(jobIds[i]);
        }
    }

    /// @dev What delegators of each transcoder have together is what it has, once they have paid what they owe for others.
    function assertDelegatorsHaveWhatTranscodersHave() external {
        for (uint256 i; i < PEOPLE; ++i) {
            bonding.updateDelegatorStake(someone(i));
        }
        for (uint256 i; i < PEOPLE; ++i) {
            uint256 sum;
            for (uint256 k; k < PEOPLE; ++k) {
                if (bonding.getDelegator(someone(k)).delegate == someone(i)) sum += stakeOf(someone(k));
            }
            vm.assertLe(sum, bonding.stakeOf(someone(i)), "delegators have more than their transcoder");
            vm.assertLe(bonding.stakeOf(someone(i)) - sum, PEOPLE, "stake that belongs to nobody");
        }
    }

    /// @dev Everybody leaves, and the rest is the common pool's.
    function assertBooksClose() external {
        openRound();
        for (uint256 i; i < PEOPLE; ++i) {
            uint256 stake = stakeOf(someone(i));
            if (stake == 0) continue;
            vm.prank(someone(i));
            bonding.unbond(stake);
        }
        pass(rounds.roundLength() * (bonding.parameters().unbondingPeriod + 4));
        for (uint256 i; i < PEOPLE; ++i) {
            for (uint256 lockId; lockId < bonding.unbondingLockCount(someone(i)); ++lockId) {
                if (bonding.getUnbondingLock(someone(i), lockId).withdrawRound == 0) continue;
                vm.prank(someone(i));
                bonding.withdrawStake(lockId);
            }
        }
        uint256 left = token.balanceOf(address(bonding)) - VERIFIER_BOND;
        vm.assertLe(bonding.commonPool(), left, "more in the common pool than there is");
        vm.assertLe(left - bonding.commonPool(), PEOPLE * rounding(), "token that belongs to nobody");
    }

    function broadcasterSums() private view returns (uint256 deposits, uint256 reserved) {
        for (uint256 i; i < PEOPLE; ++i) {
            IJobsManager.Broadcaster memory account = jobs.getBroadcaster(someone(i));
            deposits += account.deposit;
            reserved += account.reserved;
        }
    }

    function jobReserves() private view returns (uint256 reserves) {
        for (uint256 i; i < jobIds.length; ++i) {
            reserves += jobs.getJob(jobIds[i]).reserve;
        }
    }

    function escrowed() private view returns (uint256 fees) {
        for (uint256 i; i < openIds.length; ++i) {
            IClaimsTypes.Status memory status = claims.getClaim(openIds[i]);
            vm.assertTrue(status.state == IClaimsTypes.State.Open);
            fees += status.fees;
        }
    }

    function earned() private view returns (uint256 fees) {
        for (uint256 i; i < PEOPLE; ++i) {
            fees += jobs.earnings(someone(i));
        }
    }

    function locksOf(address who) private view returns (uint256 sum) {
        for (uint256 lockId; lockId < bonding.unbondingLockCount(who); ++lockId) {
            sum += bonding.getUnbondingLock(who, lockId).amount;
        }
    }

    function assertNear(uint256 amount, uint256 expected, string memory why) private view {
        vm.assertLe(amount, expected + rounding(), why);
        vm.assertLe(expected, amount + rounding(), why);
    }
}
