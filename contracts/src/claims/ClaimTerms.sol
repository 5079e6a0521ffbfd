// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IBondingManager} from "../interfaces/IBondingManager.sol";
import {IClaimsManager} from "../interfaces/IClaimsManager.sol";
import {IJobsManager} from "../interfaces/IJobsManager.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";
import {IVerifier} from "../interfaces/IVerifier.sol";
import {Parameters as Bounds} from "../libraries/Parameters.sol";

/// @notice What the claims to come are subject to: the seats around them, and the parameters that the owner sets.
abstract contract ClaimTerms is IClaimsManager, Ownable {
    uint256 private constant MILLION = 1_000_000;

    IBondingManager public immutable bondingManager;
    IJobsManager public immutable jobsManager;
    IRandomness public immutable randomness;
    IVerifier public verifier;

    /// @dev In one slot, because every claim copies it.
    struct Terms {
        uint32 verificationRate;
        uint32 verificationPeriodBlocks;
        uint32 slashingPeriodBlocks;
        uint24 failedVerificationSlashAmount;
        uint96 minClaimStake;
    }

    Terms internal terms;

    constructor(
        IBondingManager bondingManager_,
        IJobsManager jobsManager_,
        IRandomness randomness_,
        IVerifier verifier_,
        Parameters memory values
    ) Ownable(msg.sender) {
        bondingManager = bondingManager_;
        jobsManager = jobsManager_;
        randomness = randomness_;
        seat(verifier_);
        set(values);
    }

    /// @inheritdoc IClaimsManager
    function setVerifier(IVerifier verifier_) external onlyOwner {
        seat(verifier_);
    }

    /// @inheritdoc IClaimsManager
    function setParameters(Parameters calldata values) external onlyOwner {
        set(values);
    }

    /// @inheritdoc IClaimsManager
    function parameters() external view returns (Parameters memory) {
        Terms memory values = terms;
        return Parameters({
            verificationRate: values.verificationRate,
            verificationPeriodBlocks: values.verificationPeriodBlocks,
            slashingPeriodBlocks: values.slashingPeriodBlocks,
            failedVerificationSlashAmount: values.failedVerificationSlashAmount,
            minClaimStake: values.minClaimStake
        });
    }

    function seat(IVerifier verifier_) private {
        verifier = verifier_;
        emit VerifierUpdate(address(verifier_));
    }

    /// @dev A seal is possible as long as verification is, and stake stays until the last verdict on what it answers for.
    function set(Parameters memory values) private {
        Bounds.bounded("verificationRate", values.verificationRate, 1, 1_000_000);
        Bounds.bounded("verificationPeriodBlocks", values.verificationPeriodBlocks, 10, randomness.reach());
        uint256 taken = jobsManager.parameters().claimDeadlineBlocks + values.verificationPeriodBlocks;
        uint256 stays = bondingManager.minUnbondingBlocks();
        Bounds.bounded("slashingPeriodBlocks", values.slashingPeriodBlocks, 5, stays > taken ? stays - taken : 0);
        Bounds.bounded("failedVerificationSlashAmount", values.failedVerificationSlashAmount, 0, MILLION / 2);
        Bounds.bounded("minClaimStake", values.minClaimStake, 0, type(uint96).max);
        terms = Terms({
            verificationRate: uint32(values.verificationRate),
            verificationPeriodBlocks: uint32(values.verificationPeriodBlocks),
            slashingPeriodBlocks: uint32(values.slashingPeriodBlocks),
            failedVerificationSlashAmount: uint24(values.failedVerificationSlashAmount),
            minClaimStake: uint96(values.minClaimStake)
        });
        emit ParametersUpdate(values);
    }
}
