// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondedVerifier} from "../../src/interfaces/IBondedVerifier.sol";
import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {ILivepeerToken} from "../../src/interfaces/ILivepeerToken.sol";
import {IMinter} from "../../src/interfaces/IMinter.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IRoundsManager} from "../../src/interfaces/IRoundsManager.sol";
import {ISnapshots} from "../../src/interfaces/ISnapshots.sol";
import {InvalidCallHandler} from "./InvalidCallHandler.sol";

/// @notice Lists the actions, and the outcomes and refusals that the actions must reach. Says how often they must reach
/// each outcome.
abstract contract ExpectedOutcomes is InvalidCallHandler {
    /// @dev All actions that forge may call.
    function actions() public pure returns (bytes4[] memory list) {
        bytes4[38] memory all = [
            this.bond.selector,
            this.moveStake.selector,
            this.transcoder.selector,
            this.matchPrice.selector,
            this.resign.selector,
            this.unbond.selector,
            this.rebond.selector,
            this.withdrawStake.selector,
            this.updateDelegatorStake.selector,
            this.reward.selector,
            this.slashMissedReward.selector,
            this.slashLowWork.selector,
            this.slash.selector,
            this.takeSeat.selector,
            this.skipRounds.selector,
            this.deposit.selector,
            this.withdraw.selector,
            this.job.selector,
            this.endJob.selector,
            this.drawCandidates.selector,
            this.reportEquivocation.selector,
            this.releaseReserve.selector,
            this.withdrawAll.selector,
            this.claimWork.selector,
            this.showAssignment.selector,
            this.verify.selector,
            this.withdrawFees.selector,
            this.claimAndSettle.selector,
            this.reportVerdicts.selector,
            this.distributeFees.selector,
            this.expire.selector,
            this.slashEquivocation.selector,
            this.setParameters.selector,
            this.setVerifier.selector,
            this.spendCommonPool.selector,
            this.takeSnapshot.selector,
            this.tryInvalidWorkCalls.selector,
            this.tryInvalidStakeCalls.selector
        ];
        list = new bytes4[](all.length);
        for (uint256 i; i < list.length; ++i) {
            list[i] = all[i];
        }
    }

    /// @dev Every action has changed the state of the contracts at least once, except the actions that make invalid
    /// calls.
    function assertEachActionSucceeded() external view {
        bytes4[] memory all = actions();
        for (uint256 i; i < all.length; ++i) {
            if (all[i] == this.tryInvalidWorkCalls.selector || all[i] == this.tryInvalidStakeCalls.selector) continue;
            vm.assertLe(
                1,
                successCount(all[i]),
                string.concat("this action never changed the state: ", vm.toString(bytes32(all[i])))
            );
        }
    }

    /// @dev Every outcome has occurred as often as its list requires: at least five times, or at least once.
    function assertEachOutcomeHappened() external view {
        string[53] memory often = [
            "bond",
            "bondWithPermit",
            "moveStake",
            "transcoder",
            "matchPrice",
            "transcodeAvailability",
            "unbond",
            "rebond",
            "withdrawStake",
            "updateDelegatorStake",
            "reward",
            "slashMissedReward",
            "slashLowWork",
            "slash",
            "finderFee",
            "finderFeeOfAlly",
            "skipRounds",
            "initializeRound",
            "deposit",
            "withdraw",
            "job",
            "endJob",
            "endJobByStreamEnd",
            "endJobByTranscoder",
            "drawCandidates",
            "reportEquivocation",
            "releaseReserve",
            "releaseFined",
            "withdrawAll",
            "claimWork",
            "claimWorkAndDraw",
            "claimRanges",
            "showAssignment",
            "sealChallenges",
            "verify",
            "verdict1",
            "verdict2",
            "verdict4",
            "distributeFees",
            "distributeFeesOfSeveral",
            "withdrawFees",
            "expire",
            "expireMissed",
            "expireMissedLate",
            "slashEquivocation",
            "expelled",
            "refundExpelled",
            "unbondAndResign",
            "rightVerdict",
            "wrongVerdict",
            "setVerifier",
            "takeSnapshot",
            "multicall"
        ];
        for (uint256 i; i < often.length; ++i) {
            vm.assertLe(5, outcomeCount(bytes32(bytes(often[i]))), often[i]);
        }
        string[16] memory seldom = [
            "paidAfterRefusal",
            "rebondElsewhere",
            "resignAsTranscoder",
            "takeSeat",
            "evictLowest",
            "rewardWithheld",
            "verdict3",
            "inputFine",
            "forgiven",
            "setBonding",
            "setRounds",
            "setMinter",
            "setJobs",
            "setClaims",
            "spendToken",
            "spendWei"
        ];
        for (uint256 i; i < seldom.length; ++i) {
            vm.assertLe(1, outcomeCount(bytes32(bytes(seldom[i]))), seldom[i]);
        }
    }

    function assertEachRefusalHappened() external view {
        _assertStakingRefusalsHappened();
        _assertWorkRefusalsHappened();
        _assertJobRefusalsHappened();
    }

    function _assertStakingRefusalsHappened() private view {
        bytes4[21] memory expectedError = [
            IBondingTypes.ZeroAmount.selector,
            IBondingTypes.InsufficientStake.selector,
            IBondingTypes.NotTranscoder.selector,
            IBondingTypes.NotActive.selector,
            IBondingTypes.PoolNotOverfull.selector,
            IBondingTypes.RatesLocked.selector,
            IBondingTypes.RoundNotInitialized.selector,
            IBondingTypes.UnknownLock.selector,
            IBondingTypes.StakeLocked.selector,
            IBondingTypes.StakeExposed.selector,
            IBondingTypes.RewardCalled.selector,
            IBondingTypes.RewardsNotMissed.selector,
            IBondingTypes.NotClaimsManager.selector,
            IBondingTypes.NotJobsManager.selector,
            IBondingTypes.NotRoundsManager.selector,
            ISnapshots.NotGovernor.selector,
            IMinter.NotBondingManager.selector,
            ILivepeerToken.NotMinter.selector,
            IRoundsManager.RoundAlreadyInitialized.selector,
            IRoundsManager.RoundTooYoung.selector,
            IParameters.ParameterOutOfBounds.selector
        ];
        for (uint256 i; i < expectedError.length; ++i) {
            _assertRefusalHappened(expectedError[i]);
        }
    }

    function _assertWorkRefusalsHappened() private view {
        bytes4[25] memory expectedError = [
            IClaimsTypes.NotTranscoder.selector,
            IClaimsTypes.NotDrawn.selector,
            IClaimsTypes.WrongSigner.selector,
            IClaimsTypes.AlreadyShown.selector,
            IClaimsTypes.WrongPreviousClaim.selector,
            IClaimsTypes.RangeOutOfOrder.selector,
            IClaimsTypes.AlreadyClaimed.selector,
            IClaimsTypes.AssignedToSuccessor.selector,
            IClaimsTypes.InsufficientClaimStake.selector,
            IClaimsTypes.WrongState.selector,
            IClaimsTypes.NotYetSealable.selector,
            IClaimsTypes.NotSealed.selector,
            IClaimsTypes.TooLate.selector,
            IClaimsTypes.NotChallenged.selector,
            IClaimsTypes.AlreadyRequested.selector,
            IClaimsTypes.UnknownRequest.selector,
            IClaimsTypes.WrongVerdict.selector,
            IClaimsTypes.TooEarly.selector,
            IClaimsTypes.SameOutputs.selector,
            IClaimsTypes.AlreadySlashed.selector,
            IClaimsTypes.Expelled.selector,
            IClaimsTypes.NotVerified.selector,
            IClaimsTypes.NotExpired.selector,
            IBondedVerifier.NotVerifier.selector,
            IJobsManager.ClaimDeadlinePassed.selector
        ];
        for (uint256 i; i < expectedError.length; ++i) {
            _assertRefusalHappened(expectedError[i]);
        }
    }

    function _assertJobRefusalsHappened() private view {
        bytes4[11] memory expectedError = [
            IJobsManager.InsufficientDeposit.selector,
            IJobsManager.WrongSigner.selector,
            IJobsManager.StreamTaken.selector,
            IJobsManager.JobActive.selector,
            IJobsManager.JobOver.selector,
            IJobsManager.NotBroadcaster.selector,
            IJobsManager.NotAssigned.selector,
            IJobsManager.NoEquivocation.selector,
            IJobsManager.AlreadyReported.selector,
            IJobsManager.ReserveLocked.selector,
            IJobsManager.NothingReserved.selector
        ];
        for (uint256 i; i < expectedError.length; ++i) {
            _assertRefusalHappened(expectedError[i]);
        }
    }

    function _assertRefusalHappened(bytes4 expectedError) private view {
        vm.assertLe(1, refusalCount(expectedError), vm.toString(bytes32(expectedError)));
    }
}
