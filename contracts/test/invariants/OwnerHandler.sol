// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {IMinter} from "../../src/interfaces/IMinter.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IRoundsManager} from "../../src/interfaces/IRoundsManager.sol";
import {SettlementHandler} from "./SettlementHandler.sol";

/// @notice Plays an owner that turns every knob, as far as the bounds let him, and somebody who would like to.
abstract contract OwnerHandler is SettlementHandler {
    /// @dev The most seats that there could be.
    uint256 internal largestPool = 3;

    function turnKnob(uint256 seed, uint256 salt) external played(seed, salt) {
        uint256 which = below(5);
        if (which == 0) setBonding();
        else if (which == 1) setRounds();
        else if (which == 2) setMinter();
        else if (which == 3) setJobs();
        else setClaims();
    }

    function setBonding() private {
        uint256 poolSize = between(2, 5);
        IBondingTypes.Parameters memory values = IBondingTypes.Parameters({
            poolSize: poolSize,
            unbondingPeriod: between(4, 7),
            missedRewardSlashAmount: below(200_000),
            missedRewardRounds: between(1, 4),
            finderFee: below(500_001),
            competitivenessTolerance: below(1_000_001),
            competitivenessWindow: between(1, 4),
            minExpectedWork: below(2) == 0 ? 1_000 : 100_000_000
        });
        bool changed = set(address(bonding), abi.encodeCall(bonding.setParameters, (values)), "setBonding");
        if (changed && poolSize > largestPool) largestPool = poolSize;
    }

    function setRounds() private {
        IRoundsManager.Parameters memory values = IRoundsManager.Parameters(between(25, 45), below(500_001));
        set(address(rounds), abi.encodeCall(rounds.setParameters, (values)), "setRounds");
    }

    function setMinter() private {
        IMinter.Parameters memory values =
            IMinter.Parameters(below(100_000), below(400_000), between(400_000, 11_000_000), below(1_000_000_001));
        set(address(minter), abi.encodeCall(minter.setParameters, (values)), "setMinter");
    }

    function setJobs() private {
        IJobsManager.Parameters memory values = IJobsManager.Parameters({
            claimIntervalSeconds: between(10, 120),
            claimDeadlineBlocks: between(40, 70),
            maxJobBlocks: between(1_000, 2_000),
            candidateCount: between(2, 5),
            equivocationSlashAmount: below(1_000_001)
        });
        set(address(jobs), abi.encodeCall(jobs.setParameters, (values)), "setJobs");
    }

    function setClaims() private {
        IClaimsTypes.Parameters memory values = IClaimsTypes.Parameters({
            verificationRate: between(1, 3),
            verificationPeriodBlocks: between(25, 45),
            slashingPeriodBlocks: between(10, 22),
            failedVerificationSlashAmount: below(200_000),
            missedVerificationSlashAmount: below(200_000),
            equivocationSlashAmount: below(400_000),
            verificationFailureThreshold: 100_000,
            verificationWindow: between(10, 30),
            minClaimStake: below(20 ether)
        });
        set(address(claims), abi.encodeCall(claims.setParameters, (values)), "setClaims");
    }

    function set(address target, bytes memory data, bytes32 what) private returns (bool succeeded) {
        if (below(4) == 0) {
            refused(anybody(), target, data, bytes4(keccak256("OwnableUnauthorizedAccount(address)")));
        }
        bytes memory refusal;
        vm.prank(owner);
        (succeeded, refusal) = target.call(data);
        if (!succeeded) vm.assertEq(bytes32(bytes4(refusal)), bytes32(IParameters.ParameterOutOfBounds.selector));
        did(succeeded ? what : bytes32(IParameters.ParameterOutOfBounds.selector));
    }
}
