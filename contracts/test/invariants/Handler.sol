// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IBondingManager} from "../../src/interfaces/IBondingManager.sol";
import {IClaimsManager} from "../../src/interfaces/IClaimsManager.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {JobsManager} from "../../src/JobsManager.sol";
import {LivepeerToken} from "../../src/LivepeerToken.sol";
import {Minter} from "../../src/Minter.sol";
import {RoundsManager} from "../../src/RoundsManager.sol";
import {BondedVerifier} from "../../src/verification/BondedVerifier.sol";
import {ExpectedOutcomes} from "./ExpectedOutcomes.sol";
import {UnreliableVerifier} from "./Verifiers.sol";

/// @notice Combines the handlers of all roles. Compares the state of the contracts with the recorded sums.
contract Handler is ExpectedOutcomes {
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

    /// @dev Registers three transcoders and initializes round 1, because in round 0 a later action can change the draw of a
    /// job.
    function start() external {
        unreliable = new UnreliableVerifier(claims, bonding, _account("verifier"), VERIFIER_BOND);
        claimVersions.push(ClaimVersion(0, claims.parameters(), address(verifier)));
        for (uint256 i; i < 3; ++i) {
            _registerTranscoder(_actor(i), 500 ether, i + 1);
            _recordBond(_actor(i), _actor(i), 500 ether, 0);
            tokenBonded += 500 ether;
        }
        _passBlocks(ROUND_LENGTH + 1);
        _initializeRound();
    }

    /// @dev The recorded amounts can add up to less than the contract's balance, because delegators get their share of a
    /// round's fees in the next round.
    function assertClaimableWeiIsHeld() external {
        (uint256 deposits, uint256 reserved) = _sumBroadcasterAccounts();
        uint256 books = deposits + reserved + _sumEscrows() + _sumEarnings() + jobs.commonPool();
        vm.assertLe(books, address(jobs).balance, "the contract holds less wei than it owes");
        vm.assertEq(_sumJobReserves() + finesHeld, reserved, "the reserves and fines differ from the reserved wei");
    }

    function assertWeiPaidInIsHeldOrPaidOut() external view {
        vm.assertEq(
            weiDeposited - weiWithdrawn - feesWithdrawn - weiSpent,
            address(jobs).balance,
            "the balance differs from the wei paid in minus the wei paid out"
        );
    }

    function assertCreditedFeesWereClaimed() external view {
        uint256 credited = feesWithdrawn + _sumEarnings() + _sumEscrows() + feesRefunded;
        vm.assertLe(credited, feesClaimed + finesEarned, "more fees were credited than claims and fines can explain");
    }

    function assertStakesAndLocksAreHeld() external view {
        uint256 held = token.balanceOf(address(bonding));
        uint256 paidIn = VERIFIER_BOND + tokenBonded + rewarded + tokenDonated;
        vm.assertEq(
            held,
            paidIn - tokenWithdrawn - finderFees - tokenSpent,
            "the balance differs from the LPT paid in minus the LPT paid out"
        );
        (uint256 stakes, uint256 atTranscoders) = (VERIFIER_BOND, VERIFIER_BOND);
        for (uint256 i; i < ACTORS; ++i) {
            stakes += _stakeOf(_actor(i)) + _lockedStakeOf(_actor(i));
            atTranscoders += bonding.stakeOf(_actor(i));
        }
        vm.assertEq(bonding.totalBonded(), atTranscoders, "totalBonded differs from the sum of the stakes");
        vm.assertLe(stakes + bonding.commonPool(), held, "the contract holds less LPT than it owes");
        // All lost stake and all gifts must be in the contract or with the finders, or the owner has spent them. `totalLost` includes
        // losses that the contract has not collected yet.
        uint256 books = stakes + totalLost + tokenDonated - finderFees - tokenSpent;
        vm.assertLe(held, books + ACTORS * _maxRounding(), "the contract holds LPT without an owner");
        vm.assertLe(books, held + ACTORS * _maxRounding(), "the contract holds less LPT than it owes");
    }

    /// @dev Every unit that comes into a common pool, and every unit that the owner spends, is in an event.
    function assertCommonPoolsFollowFromEvents() external view {
        vm.assertEq(
            bonding.commonPool(),
            pooledByEvents[address(bonding)],
            "the common pool of LPT differs from the sum of its events"
        );
        vm.assertEq(
            jobs.commonPool(),
            pooledByEvents[address(jobs)],
            "the common pool of wei differs from the sum of its events"
        );
        vm.assertEq(token.balanceOf(receiver), tokenSpent);
        vm.assertEq(receiver.balance, weiSpent);
    }

    /// @dev Except for rounding, each stake and each lock agrees with the ledger. The ledger applies every reward and every
    /// slash immediately. So no account has more stake than the rules give it, and no stake avoids a slash.
    function assertStakesMatchTheLedger() external view {
        for (uint256 i; i < ACTORS; ++i) {
            address account = _actor(i);
            _assertNear(_stakeOf(account), bondedBy[account].amount, "a stake differs from the ledger");
            for (uint256 lockId; lockId < lockedBy[account].length; ++lockId) {
                uint256 amount = bonding.getUnbondingLock(account, lockId).amount;
                _assertNear(amount, lockedBy[account][lockId].amount, "the amount of a lock differs from the ledger");
            }
        }
    }

    function assertRewardsAreWithinTheSchedule() external view {
        vm.assertEq(
            token.totalSupply(), initialSupply + rewarded, "the supply differs from the first supply plus the rewards"
        );
        vm.assertLe(minter.minted(), minter.mintable(), "the Minter minted more than the round's mintable amount");
        uint256 round = rounds.lastInitializedRound();
        (,, uint256 activeStake) = bonding.roundInForce();
        uint256 sum;
        for (uint256 i; i < ACTORS; ++i) {
            RoundEntry memory entry = roundEntries[round][_actor(i)];
            sum += entry.minted;
            if (entry.minted == 0) continue;
            vm.assertLe(
                entry.minted,
                minter.mintable() * entry.stake / activeStake,
                "a reward exceeds the transcoder's share of the mintable amount"
            );
        }
        vm.assertEq(sum, minter.minted(), "the minted LPT differs from the sum of the rewards");
    }

    function assertPoolAndWaitlistHoldEveryTranscoder() external view {
        uint256 seats = bonding.transcoders().length;
        vm.assertLe(seats, largestPool, "the pool has more transcoders than the largest poolSize so far");
        (IBondingTypes.Transcoder[] memory waiting,) = bonding.waitlist(0, ACTORS);
        uint256 registered;
        uint256 waitingStake;
        for (uint256 i; i < ACTORS; ++i) {
            IBondingTypes.Transcoder memory transcoder = bonding.getTranscoder(_actor(i));
            if (!transcoder.registered) continue;
            ++registered;
            (uint256 ownStake,) = bonding.selfStakeOf(_actor(i));
            vm.assertLe(1, ownStake, "a registered transcoder has no own stake");
            if (!transcoder.seated) waitingStake += transcoder.stake >> 40 << 40;
        }
        vm.assertEq(registered, seats + waiting.length, "a registered transcoder has no seat and does not wait");
        vm.assertEq(
            bonding.waitingStake(), waitingStake, "waitingStake differs from the sum of the stakes on the waitlist"
        );
    }

    function assertDrawsAreUnchanged() external {
        for (uint256 i; i < jobIds.length; ++i) {
            if (_isDrawable(jobIds[i])) _assertSameCandidates(jobIds[i]);
        }
    }

    /// @dev After all accounts are updated, the stake of each transcoder is the sum of the stakes of its delegators, or at most
    /// `ACTORS` units more because of rounding.
    function assertDelegatorStakesSumToTranscoderStake() external {
        for (uint256 i; i < ACTORS; ++i) {
            bonding.updateDelegatorStake(_actor(i));
        }
        for (uint256 i; i < ACTORS; ++i) {
            uint256 sum;
            for (uint256 k; k < ACTORS; ++k) {
                if (bonding.getDelegator(_actor(k)).delegate == _actor(i)) sum += _stakeOf(_actor(k));
            }
            vm.assertLe(sum, bonding.stakeOf(_actor(i)), "the delegators have more stake than their transcoder");
            vm.assertLe(bonding.stakeOf(_actor(i)) - sum, ACTORS, "the transcoder has stake without an owner");
        }
    }

    /// @dev All accounts unbond as much as the contract allows, and withdraw. After that, the common pool has all LPT that the
    /// contract still holds, except the verifier's bond, stake that is still bonded, and a few units because of rounding.
    function assertRemainingLptIsInCommonPool() external {
        _initializeRound();
        for (uint256 i; i < ACTORS; ++i) {
            address account = _actor(i);
            if (bonding.missedRewards(account) >= bonding.parameters().missedRewardRounds) {
                bonding.slashMissedReward(account);
            }
            // An account can have only eight locks of own stake. So the locks that have ended are withdrawn before the
            // next unbond.
            for (uint256 lockId; lockId < bonding.unbondingLockCount(account); ++lockId) {
                uint256 withdrawBlock = bonding.getUnbondingLock(account, lockId).withdrawBlock;
                if (withdrawBlock == 0 || vm.getBlockNumber() < withdrawBlock) continue;
                vm.prank(account);
                bonding.withdrawStake(lockId);
            }
            uint256 stake = _stakeOf(account);
            if (stake == 0) continue;
            vm.prank(account);
            try bonding.unbond(stake) {}
            catch (bytes memory refusal) {
                vm.assertEq(bytes32(bytes4(refusal)), bytes32(IBondingTypes.TooManyOwnLocks.selector));
            }
        }
        _passBlocks(bonding.parameters().unbondingPeriod + 4 * rounds.roundLength());
        for (uint256 i; i < ACTORS; ++i) {
            for (uint256 lockId; lockId < bonding.unbondingLockCount(_actor(i)); ++lockId) {
                if (bonding.getUnbondingLock(_actor(i), lockId).withdrawBlock == 0) continue;
                vm.prank(_actor(i));
                bonding.withdrawStake(lockId);
            }
        }
        uint256 left = token.balanceOf(address(bonding)) - VERIFIER_BOND;
        for (uint256 i; i < ACTORS; ++i) {
            left -= bonding.stakeOf(_actor(i));
        }
        vm.assertLe(bonding.commonPool(), left, "the common pool exceeds the remaining LPT");
        vm.assertLe(left - bonding.commonPool(), ACTORS * _maxRounding(), "the contract holds LPT without an owner");
    }

    function _sumBroadcasterAccounts() private view returns (uint256 deposits, uint256 reserved) {
        for (uint256 i; i < ACTORS; ++i) {
            IJobsManager.Broadcaster memory account = jobs.getBroadcaster(_actor(i));
            deposits += account.deposit;
            reserved += account.reserved;
        }
    }

    /// @dev Returns the sum of the reserves. Removes a job from `reservedJobIds` when its reserve is released and no open claim
    /// can return a fine to the reserve.
    function _sumJobReserves() private returns (uint256 reserves) {
        for (uint256 i = reservedJobIds.length; i > 0; --i) {
            bytes32 jobId = reservedJobIds[i - 1];
            IJobsManager.Job memory job_ = jobs.getJob(jobId);
            reserves += job_.reserve;
            vm.assertLe(_sumParts(jobId, job_), job_.reserve, "the reserve does not cover the transcoders' parts");
            bool isOver = vm.getBlockNumber() >= job_.claimDeadline && openClaimCount[jobId] == 0;
            if (job_.reserve > 0 || !isOver) continue;
            reservedJobIds[i - 1] = reservedJobIds[reservedJobIds.length - 1];
            reservedJobIds.pop();
        }
    }

    /// @dev The sum of the unspent parts of the reserve that belong to the drawn transcoders.
    function _sumParts(bytes32 jobId, IJobsManager.Job memory job_) private view returns (uint256 sum) {
        if (!job_.drawn) return 0;
        address[] memory drawn = jobs.candidates(jobId);
        for (uint256 i; i < drawn.length; ++i) {
            sum += jobs.reserveOf(jobId, drawn[i]);
        }
    }

    function _sumEscrows() private view returns (uint256 fees) {
        for (uint256 i; i < openIds.length; ++i) {
            IClaimsTypes.Status memory status = claims.getClaim(openIds[i]);
            vm.assertTrue(status.state == IClaimsTypes.State.Open, "a claim that is counted as open is not open");
            fees += status.fees;
        }
    }

    function _sumEarnings() private view returns (uint256 fees) {
        for (uint256 i; i < ACTORS; ++i) {
            fees += jobs.earnings(_actor(i));
        }
    }

    function _lockedStakeOf(address account) private view returns (uint256 sum) {
        for (uint256 lockId; lockId < bonding.unbondingLockCount(account); ++lockId) {
            sum += bonding.getUnbondingLock(account, lockId).amount;
        }
    }

    function _assertNear(uint256 amount, uint256 expected, string memory expectedError) private view {
        vm.assertLe(amount, expected + _maxRounding(), expectedError);
        vm.assertLe(expected, amount + _maxRounding(), expectedError);
    }
}
