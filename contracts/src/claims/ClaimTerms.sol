// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IBondingManager} from "../interfaces/IBondingManager.sol";
import {IClaimsTypes} from "../interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../interfaces/IJobsManager.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";
import {IVerifier} from "../interfaces/IVerifier.sol";
import {GuardedCall} from "../libraries/GuardedCall.sol";
import {Parameters as Bounds} from "../libraries/Parameters.sol";
import {VerdictHistory} from "../libraries/VerdictHistory.sol";

/// @notice The contracts that claims depend on, and the versions of the terms: the parameters and the verifier that the
/// owner sets. All versions stay stored, because a claim keeps the terms of its job.
abstract contract ClaimTerms is IClaimsTypes, Ownable {
    using SafeCast for uint256;

    uint256 internal constant MILLION = 1_000_000;

    /// @dev Gas that a verifier gets for a question. The Court and the BondedVerifier use less than 20,000.
    uint256 internal constant VERDICT_GAS = 100_000;

    IBondingManager public immutable bondingManager;
    IJobsManager public immutable jobsManager;
    IRandomness public immutable randomness;

    /// @dev The first slot holds all values that `claimWork` reads.
    struct Terms {
        uint88 minSelfStake;
        uint24 verificationRate;
        uint16 verificationPeriodBlocks;
        uint24 slashingPeriodBlocks;
        /// @dev Block in which the owner set this version. The version is in force for the jobs of later blocks, until
        /// the block of the next version.
        uint40 setBlock;
        uint16 index;
        // -- slot, which `claimWork` does not read
        IVerifier verifier;
        uint24 failedVerificationSlashAmount;
        uint24 missedVerificationSlashAmount;
        uint24 equivocationSlashAmount;
        uint24 verificationFailureThreshold;
        // -- slot, used only after a failure
        uint8 verificationWindow;
    }

    mapping(uint256 index => Terms) internal versions;
    /// @dev The latest version, stored a second time. So a claim of a recent job reads one slot.
    Terms internal latest;
    /// @dev The largest sum of verification period and slashing period of a version, in blocks.
    uint256 internal longestPeriods;

    constructor(address owner_, IBondingManager bondingManager_, IJobsManager jobsManager_, IRandomness randomness_)
        Ownable(owner_)
    {
        (bondingManager, jobsManager, randomness) = (bondingManager_, jobsManager_, randomness_);
    }

    /// @dev Adds a version with this verifier and the latest parameters. In the constructor, `_setParameters` checks the slashing period.
    function _setVerifier(IVerifier verifier_) internal {
        Terms memory values = latest;
        if (values.verificationRate > 0) {
            Bounds.bounded("verdictBlocks", _verdictBlocksOf(verifier_), 0, values.slashingPeriodBlocks);
        }
        values.verifier = verifier_;
        _push(values);
        emit VerifierUpdate(address(verifier_));
    }

    /// @dev The version that was in force at the job's block: the last version that was set in an earlier block. If no
    /// version was set in an earlier block, it is the first version.
    function _termsAt(uint256 jobBlock) internal view returns (Terms storage) {
        if (latest.setBlock < jobBlock) return latest;
        // Version `end` was set too late for the job. Version `index` was set early enough, or is the first version.
        (uint256 index, uint256 end) = (0, latest.index);
        while (end > index + 1) {
            uint256 middle = (index + end) / 2;
            if (versions[middle].setBlock < jobBlock) index = middle;
            else end = middle;
        }
        return versions[index];
    }

    /// @dev Four bounds depend on other values. The hash of the block after the claim must be available during the
    /// whole verification period. Unbonding stake must stay in the BondingManager until the last possible verdict on
    /// the work that the stake backs. The verifier must have enough time for this verdict. A threshold above zero must forgive at least one failure in a full window.
    function _setParameters(Parameters memory values) internal {
        Bounds.bounded("verificationRate", values.verificationRate, 1, MILLION);
        uint256 reach = FixedPointMathLib.min(randomness.reach(), type(uint16).max);
        Bounds.bounded("verificationPeriodBlocks", values.verificationPeriodBlocks, 10, reach);
        uint256 answerableBlocks = jobsManager.longestClaimDeadlineBlocks() + values.verificationPeriodBlocks;
        uint256 unbondingBlocks = bondingManager.minUnbondingBlocks();
        Bounds.bounded(
            "slashingPeriodBlocks",
            values.slashingPeriodBlocks,
            FixedPointMathLib.max(5, _verdictBlocksOf(latest.verifier)),
            FixedPointMathLib.min(FixedPointMathLib.zeroFloorSub(unbondingBlocks, answerableBlocks), type(uint24).max)
        );
        Bounds.bounded("failedVerificationSlashAmount", values.failedVerificationSlashAmount, 0, MILLION / 2);
        Bounds.bounded("missedVerificationSlashAmount", values.missedVerificationSlashAmount, 0, MILLION / 2);
        Bounds.bounded("equivocationSlashAmount", values.equivocationSlashAmount, 0, MILLION / 2);
        uint256 threshold =
            Bounds.bounded("verificationFailureThreshold", values.verificationFailureThreshold, 0, MILLION / 10);
        uint256 shortest = threshold == 0 ? 1 : (MILLION + threshold - 1) / threshold;
        Bounds.bounded("verificationWindow", values.verificationWindow, shortest, VerdictHistory.LENGTH);
        Bounds.bounded("minSelfStake", values.minSelfStake, 0, type(uint88).max);
        _push(
            Terms({
                minSelfStake: uint88(values.minSelfStake),
                verificationRate: uint24(values.verificationRate),
                verificationPeriodBlocks: uint16(values.verificationPeriodBlocks),
                slashingPeriodBlocks: uint24(values.slashingPeriodBlocks),
                setBlock: 0,
                index: 0,
                verifier: latest.verifier,
                failedVerificationSlashAmount: uint24(values.failedVerificationSlashAmount),
                missedVerificationSlashAmount: uint24(values.missedVerificationSlashAmount),
                equivocationSlashAmount: uint24(values.equivocationSlashAmount),
                verificationFailureThreshold: uint24(values.verificationFailureThreshold),
                verificationWindow: uint8(values.verificationWindow)
            })
        );
        emit ParametersUpdate(values);
    }

    /// @dev Reverts if the contract is no verifier. So no vote can set a contract by mistake.
    function _verdictBlocksOf(IVerifier verifier_) private view returns (uint256) {
        bytes memory call_ = abi.encodeCall(IVerifier.verdictBlocks, ());
        (bool answered, uint256 blocks,) = GuardedCall.tryRead(address(verifier_), call_, VERDICT_GAS);
        if (!answered) revert NoVerifier(address(verifier_));
        return blocks;
    }

    /// @dev Stores the version that follows the latest version.
    function _push(Terms memory values) private {
        // The constructor sets the verifier and the parameters. Both are in the first version.
        uint256 index = latest.verificationRate == 0 ? 0 : uint256(latest.index) + 1;
        (values.index, values.setBlock) = (index.toUint16(), block.number.toUint40());
        (versions[index], latest) = (values, values);
        uint256 periods = uint256(values.verificationPeriodBlocks) + values.slashingPeriodBlocks;
        if (periods > longestPeriods) longestPeriods = periods;
    }
}
