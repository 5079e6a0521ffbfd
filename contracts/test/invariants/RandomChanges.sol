// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {IMinter} from "../../src/interfaces/IMinter.sol";
import {IRoundsManager} from "../../src/interfaces/IRoundsManager.sol";
import {IStakeGovernor} from "../../src/interfaces/IStakeGovernor.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Eip2935} from "../../src/randomness/Eip2935.sol";
import {BondedVerifier} from "../../src/verification/BondedVerifier.sol";
import {Governance} from "../Governance.sol";

/// @notice Random calls that a vote may decide. Each parameter is often at one of its bounds, and sometimes out of its bounds.
abstract contract RandomChanges is Governance {
    uint256 internal constant ACTORS = 6;
    address private immutable receiver = _account("receiver of common pools");
    uint256 internal randomState;

    function _randomChange() internal returns (address target, bytes memory call_) {
        uint256 which = _randomBelow(10);
        if (which == 0) return (address(bonding), abi.encodeCall(bonding.setParameters, (_randomBonding())));
        if (which == 1) return (address(governor), abi.encodeCall(governor.setParameters, (_randomGovernor())));
        if (which == 2) {
            IRoundsManager.Parameters memory ofRounds =
                IRoundsManager.Parameters(_randomWithin(10, 2_000), _randomWithin(0, 500_000));
            return (address(rounds), abi.encodeCall(rounds.setParameters, (ofRounds)));
        }
        if (which == 3) {
            uint256 max = _randomWithin(0, 10_000_000);
            IMinter.Parameters memory ofMinter =
                IMinter.Parameters(_randomWithin(0, max), _randomWithin(0, max), max, _randomWithin(0, 1_000_000_000));
            return (address(minter), abi.encodeCall(minter.setParameters, (ofMinter)));
        }
        if (which == 4) return (address(jobs), abi.encodeCall(jobs.setParameters, (_randomJobs())));
        if (which == 5) return (address(claims), abi.encodeCall(claims.setParameters, (_randomClaims())));
        if (which == 6) {
            IVerifier next = new BondedVerifier(claims, bonding, _randomActor(), 1);
            return (address(claims), abi.encodeCall(claims.setVerifier, (next)));
        }
        if (which == 8) return (address(randomness), abi.encodeCall(randomness.setSource, (new Eip2935())));
        if (which == 7) return (address(jobs), abi.encodeCall(jobs.spendCommonPool, (receiver, _randomBelow(2))));
        uint256 amount = _randomBelow(bonding.commonPool() + 2);
        return (
            address(bonding),
            abi.encodeCall(bonding.spendCommonPool, (_randomBelow(2) == 0 ? receiver : address(0), amount))
        );
    }

    function _randomBonding() internal returns (IBondingTypes.Parameters memory) {
        return IBondingTypes.Parameters({
            poolSize: _randomWithin(1, 250),
            unbondingPeriod: _randomWithin(110, 5_000),
            missedRewardSlashAmount: _randomWithin(0, 500_000),
            missedRewardRounds: _randomWithin(1, 1_000),
            finderFee: _randomWithin(0, 500_000),
            competitivenessTolerance: _randomWithin(0, 1_000_000),
            competitivenessWindow: _randomWithin(1, 1_000),
            minExpectedWork: _randomWithin(0, type(uint64).max),
            maxRoundSlashAmount: _randomWithin(1, 999_999),
            minSelfStake: _randomWithin(1, 200_000 ether),
            lowWorkSlashAmount: _randomWithin(0, 500_000)
        });
    }

    function _randomGovernor() internal returns (IStakeGovernor.Parameters memory) {
        return IStakeGovernor.Parameters(
            _randomWithin(19, 300), _randomWithin(1, 2_000), _randomWithin(0, 10_000), _randomWithin(1_000, 400_001)
        );
    }

    function _randomJobs() internal returns (IJobsManager.Parameters memory) {
        return IJobsManager.Parameters({
            claimIntervalSeconds: _randomWithin(10, 7 days),
            claimDeadlineBlocks: _randomWithin(10, 200),
            maxJobBlocks: _randomWithin(10, 10_000_000),
            candidateCount: _randomWithin(1, 8),
            equivocationSlashAmount: _randomWithin(0, 1_000_000),
            inputFinePercent: _randomWithin(0, 100)
        });
    }

    function _randomClaims() internal returns (IClaimsTypes.Parameters memory) {
        return IClaimsTypes.Parameters({
            verificationRate: _randomWithin(1, 1_000_000),
            verificationPeriodBlocks: _randomWithin(10, 100),
            slashingPeriodBlocks: _randomWithin(5, 100),
            failedVerificationSlashAmount: _randomWithin(0, 500_000),
            missedVerificationSlashAmount: _randomWithin(0, 500_000),
            equivocationSlashAmount: _randomWithin(0, 500_000),
            verificationFailureThreshold: 100_000,
            verificationWindow: _randomWithin(10, 200),
            minSelfStake: _randomWithin(0, 200_000 ether)
        });
    }

    function _randomBelow(uint256 limit) internal returns (uint256) {
        randomState = uint256(keccak256(abi.encode(randomState)));
        return randomState % limit;
    }

    /// @dev In a quarter of the cases each, the lower bound and the upper bound.
    function _randomWithin(uint256 min, uint256 max) internal returns (uint256) {
        uint256 kind = _randomBelow(4);
        if (kind == 0) return min;
        return kind == 1 || max == min ? max : min + _randomBelow(max - min);
    }

    function _randomActor() internal returns (address) {
        return _actor(_randomBelow(ACTORS));
    }

    function _actor(uint256 index) internal pure returns (address) {
        return _account(string.concat("actor", vm.toString(index)));
    }
}
