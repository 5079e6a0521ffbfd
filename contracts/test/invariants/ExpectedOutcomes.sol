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
import {InvalidCallHandler} from "./InvalidCallHandler.sol";

/// @notice Lists the outcomes and the errors that the actions must reach, and how often.
abstract contract ExpectedOutcomes is InvalidCallHandler {
    function assertEachOutcomeHappened() external view {
        string[46] memory often = [
            "bond",
            "bondWithPermit",
            "moveStake",
            "transcoder",
            "matchPrice",
            "transcodeAvailability",
            "unbond",
            "rebond",
            "rebondElsewhere",
            "withdrawStake",
            "updateDelegatorStake",
            "reward",
            "slashMissedReward",
            "slash",
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
            "unbondAndResign"
        ];
        for (uint256 i; i < often.length; ++i) {
            vm.assertLe(5, outcomeCounts[bytes32(bytes(often[i]))], often[i]);
        }
        string[12] memory seldom = [
            "resignAsTranscoder",
            "contend",
            "trim",
            "rewardWithheld",
            "verdict3",
            "inputFine",
            "forgiven",
            "setBonding",
            "setRounds",
            "setMinter",
            "setJobs",
            "setClaims"
        ];
        for (uint256 i; i < seldom.length; ++i) {
            vm.assertLe(1, outcomeCounts[bytes32(bytes(seldom[i]))], seldom[i]);
        }
        _assertStakingRefusalsHappened();
        _assertWorkRefusalsHappened();
        _assertJobRefusalsHappened();
    }

    function _assertStakingRefusalsHappened() private view {
        bytes4[20] memory expectedError = [
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
        bytes4[27] memory expectedError = [
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
            IClaimsTypes.NotVerifier.selector,
            IClaimsTypes.WrongVerdict.selector,
            IClaimsTypes.TooEarly.selector,
            IClaimsTypes.SameOutputs.selector,
            IClaimsTypes.AlreadySlashed.selector,
            IClaimsTypes.Expelled.selector,
            IClaimsTypes.NotVerified.selector,
            IClaimsTypes.NotExpired.selector,
            IBondedVerifier.NotVerifier.selector,
            IBondedVerifier.NotClaimsManager.selector,
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
        vm.assertLe(1, outcomeCounts[expectedError], vm.toString(bytes32(expectedError)));
    }
}
