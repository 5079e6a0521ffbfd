// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {IMinter} from "../../src/interfaces/IMinter.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IRoundsManager} from "../../src/interfaces/IRoundsManager.sol";
import {SettlementHandler} from "./SettlementHandler.sol";

/// @notice The owner sets random parameters. Another account tries the same, and the contracts must refuse it.
abstract contract OwnerHandler is SettlementHandler {
    /// @dev The largest `poolSize` that was ever set.
    uint256 internal largestPool = 3;

    function setParameters(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        uint256 which = _randomBelow(5);
        if (which == 0) _setBondingParameters();
        else if (which == 1) _setRoundsParameters();
        else if (which == 2) _setMinterParameters();
        else if (which == 3) _setJobsParameters();
        else _setClaimsParameters();
    }

    function _setBondingParameters() private {
        uint256 poolSize = _randomBetween(2, 5);
        IBondingTypes.Parameters memory values = IBondingTypes.Parameters({
            poolSize: poolSize,
            unbondingPeriod: _randomBetween(4, 7) * ROUND_LENGTH,
            missedRewardSlashAmount: _randomBelow(200_000),
            missedRewardRounds: _randomBetween(1, 4),
            finderFee: _randomBelow(500_001),
            competitivenessTolerance: _randomBelow(1_000_001),
            competitivenessWindow: _randomBetween(1, 4),
            minExpectedWork: _randomBelow(2) == 0 ? 1_000 : 100_000_000,
            maxRoundSlashAmount: _randomBetween(200_000, 600_000),
            minSelfStake: _randomBetween(1, 2 ether),
            lowWorkSlashAmount: _randomBelow(2) * _randomBelow(200_000)
        });
        bool changed = _callAsOwner(address(bonding), abi.encodeCall(bonding.setParameters, (values)), "setBonding");
        if (changed && poolSize > largestPool) largestPool = poolSize;
    }

    function _setRoundsParameters() private {
        IRoundsManager.Parameters memory values =
            IRoundsManager.Parameters(_randomBetween(25, 45), _randomBelow(500_001));
        _callAsOwner(address(rounds), abi.encodeCall(rounds.setParameters, (values)), "setRounds");
    }

    function _setMinterParameters() private {
        IMinter.Parameters memory values = IMinter.Parameters(
            _randomBelow(100_000),
            _randomBelow(400_000),
            _randomBetween(400_000, 11_000_000),
            _randomBelow(1_000_000_001)
        );
        _callAsOwner(address(minter), abi.encodeCall(minter.setParameters, (values)), "setMinter");
    }

    function _setJobsParameters() private {
        IJobsManager.Parameters memory values = IJobsManager.Parameters({
            claimIntervalSeconds: _randomBetween(10, 120),
            claimDeadlineBlocks: _randomBetween(40, 70),
            maxJobBlocks: _randomBetween(1_000, 2_000),
            candidateCount: _randomBetween(2, 5),
            equivocationSlashAmount: _randomBelow(1_000_001),
            inputFinePercent: _randomBelow(101)
        });
        _callAsOwner(address(jobs), abi.encodeCall(jobs.setParameters, (values)), "setJobs");
    }

    function _setClaimsParameters() private {
        IClaimsTypes.Parameters memory values = IClaimsTypes.Parameters({
            verificationRate: _randomBetween(1, 3),
            verificationPeriodBlocks: _randomBetween(25, 45),
            slashingPeriodBlocks: _randomBetween(10, 22),
            failedVerificationSlashAmount: _randomBelow(200_000),
            missedVerificationSlashAmount: _randomBelow(200_000),
            equivocationSlashAmount: _randomBelow(400_000),
            verificationFailureThreshold: 100_000,
            verificationWindow: _randomBetween(10, 30),
            minSelfStake: _randomBelow(_randomBelow(4) == 0 ? 1_000 ether : 20 ether)
        });
        bool changed = _callAsOwner(address(claims), abi.encodeCall(claims.setParameters, (values)), "setClaims");
        if (changed) claimVersions.push(ClaimVersion(vm.getBlockNumber(), values));
    }

    function _callAsOwner(address target, bytes memory data, bytes32 what) private returns (bool succeeded) {
        if (_randomBelow(4) == 0) {
            _assertRefused(_randomActor(), target, data, bytes4(keccak256("OwnableUnauthorizedAccount(address)")));
        }
        bytes memory refusal;
        vm.prank(owner);
        (succeeded, refusal) = target.call(data);
        if (!succeeded) vm.assertEq(bytes32(bytes4(refusal)), bytes32(IParameters.ParameterOutOfBounds.selector));
        _countOutcome(succeeded ? what : bytes32(IParameters.ParameterOutOfBounds.selector));
    }
}
