// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBondingManager} from "../interfaces/IBondingManager.sol";
import {IClaimsTypes} from "../interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../interfaces/IJobsManager.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";
import {IVerifier} from "../interfaces/IVerifier.sol";
import {Parameters as Bounds} from "../libraries/Parameters.sol";
import {VerdictHistory} from "../libraries/VerdictHistory.sol";

/// @notice The contracts that claims depend on, and the parameters that the owner sets. Old parameters and verifiers
/// stay stored, because the parameters of a claim, and the verifier of a request, never change.
abstract contract ClaimTerms is IClaimsTypes, Ownable {
    using SafeCast for uint256;

    uint256 internal constant MILLION = 1_000_000;

    IBondingManager public immutable bondingManager;
    IJobsManager public immutable jobsManager;
    IRandomness public immutable randomness;

    struct Terms {
        uint96 minClaimStake;
        uint32 verificationRate;
        uint32 verificationPeriodBlocks;
        uint32 slashingPeriodBlocks;
        // -- slot, used only after a failure or an offence
        uint24 failedVerificationSlashAmount;
        uint24 missedVerificationSlashAmount;
        uint24 equivocationSlashAmount;
        uint24 verificationFailureThreshold;
        uint8 verificationWindow;
    }

    struct CurrentVerifier {
        IVerifier verifier;
        uint16 index;
    }

    Terms[] internal terms;
    CurrentVerifier internal currentVerifier;
    mapping(uint256 index => IVerifier) internal verifiers;

    constructor(address owner_, IBondingManager bondingManager_, IJobsManager jobsManager_, IRandomness randomness_)
        Ownable(owner_)
    {
        (bondingManager, jobsManager, randomness) = (bondingManager_, jobsManager_, randomness_);
    }

    function _setVerifier(IVerifier verifier_) internal {
        uint16 index = currentVerifier.index + 1;
        currentVerifier = CurrentVerifier(verifier_, index);
        verifiers[index] = verifier_;
        emit VerifierUpdate(address(verifier_));
    }

    /// @dev Three bounds depend on other values. The hash of the block after the claim must be available during the
    /// whole verification period. Unbonding stake must stay in the BondingManager until the last possible verdict on
    /// the work that the stake backs. In a full window, the threshold must forgive at least one failure.
    function _pushTerms(Parameters memory values) internal {
        Bounds.bounded("verificationRate", values.verificationRate, 1, MILLION);
        Bounds.bounded("verificationPeriodBlocks", values.verificationPeriodBlocks, 10, randomness.reach());
        uint256 answerableBlocks = jobsManager.parameters().claimDeadlineBlocks + values.verificationPeriodBlocks;
        uint256 unbondingBlocks = bondingManager.minUnbondingBlocks();
        Bounds.bounded(
            "slashingPeriodBlocks",
            values.slashingPeriodBlocks,
            5,
            unbondingBlocks > answerableBlocks ? unbondingBlocks - answerableBlocks : 0
        );
        Bounds.bounded("failedVerificationSlashAmount", values.failedVerificationSlashAmount, 0, MILLION / 2);
        Bounds.bounded("missedVerificationSlashAmount", values.missedVerificationSlashAmount, 0, MILLION / 2);
        Bounds.bounded("equivocationSlashAmount", values.equivocationSlashAmount, 0, MILLION / 2);
        uint256 threshold =
            Bounds.bounded("verificationFailureThreshold", values.verificationFailureThreshold, 0, MILLION / 10);
        uint256 shortest = threshold == 0 ? 1 : (MILLION + threshold - 1) / threshold;
        Bounds.bounded("verificationWindow", values.verificationWindow, shortest, VerdictHistory.LENGTH);
        Bounds.bounded("minClaimStake", values.minClaimStake, 0, type(uint96).max);
        terms.push(
            Terms({
                minClaimStake: uint96(values.minClaimStake),
                verificationRate: uint32(values.verificationRate),
                verificationPeriodBlocks: uint32(values.verificationPeriodBlocks),
                slashingPeriodBlocks: uint32(values.slashingPeriodBlocks),
                failedVerificationSlashAmount: uint24(values.failedVerificationSlashAmount),
                missedVerificationSlashAmount: uint24(values.missedVerificationSlashAmount),
                equivocationSlashAmount: uint24(values.equivocationSlashAmount),
                verificationFailureThreshold: uint24(values.verificationFailureThreshold),
                verificationWindow: uint8(values.verificationWindow)
            })
        );
        // Reverts if the new index does not fit the 16 bits of `ClaimRecord.termsIndex`.
        (terms.length - 1).toUint16();
        emit ParametersUpdate(values);
    }
}
