// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {ICommonPool} from "../../src/interfaces/ICommonPool.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {IMinter} from "../../src/interfaces/IMinter.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IRoundsManager} from "../../src/interfaces/IRoundsManager.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {SettlementHandler} from "./SettlementHandler.sol";

/// @notice The owner sets random parameters and verifiers, and spends the common pools. Another account tries the
/// same calls, and the contracts must refuse these calls.
abstract contract OwnerHandler is SettlementHandler {
    address internal immutable receiver = _account("receiver of common pools");
    uint256 internal tokenDonated;
    uint256 internal tokenSpent;
    uint256 internal weiSpent;
    /// @dev The largest `poolSize` that was ever set.
    uint256 internal largestPool = 3;

    function setParameters(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        bool changed;
        uint256 which = _randomBelow(5);
        // Some random values do not fit together. Then the owner tries other values.
        for (uint256 i; i < 4 && !changed; ++i) {
            if (which == 0) changed = _setBondingParameters();
            else if (which == 1) changed = _setRoundsParameters();
            else if (which == 2) changed = _setMinterParameters();
            else if (which == 3) changed = _setJobsParameters();
            else changed = _setClaimsParameters();
        }
    }

    /// @dev Changes the verifier for jobs that are posted in later blocks. In half of the cases, the new verifier is
    /// the unreliable verifier.
    function setVerifier(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address next = _randomBelow(2) == 0 ? address(unreliable) : address(verifier);
        _callAsOwner(address(claims), abi.encodeCall(claims.setVerifier, (IVerifier(next))), "setVerifier");
        vm.assertEq(address(claims.verifier()), next);
        claimVersions.push(ClaimVersion(vm.getBlockNumber(), claims.parameters(), next));
    }

    /// @dev Spends a part of the common pool of LPT or of the common pool of wei. Before, an actor pays LPT into its pool.
    function spendCommonPool(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address donor = _randomActor();
        vm.prank(donor);
        token.approve(address(bonding), type(uint256).max);
        uint256 gift = token.balanceOf(donor) / 1_000;
        (bool funded,) = _attempt(donor, address(bonding), abi.encodeCall(bonding.fundCommonPool, (gift)));
        vm.assertTrue(funded, "the common pool refused LPT");
        tokenDonated += gift;
        bool ofToken = bonding.commonPool() > 0 && _randomBelow(2) == 0;
        ICommonPool pool = ofToken ? ICommonPool(address(bonding)) : ICommonPool(address(jobs));
        uint256 available = pool.commonPool();
        bytes memory data = abi.encodeCall(pool.spendCommonPool, (receiver, available + 1));
        _assertRefused(owner, address(pool), data, ICommonPool.InsufficientCommonPool.selector);
        if (available == 0) return;
        uint256 amount = _randomBetween(1, available);
        data = abi.encodeCall(pool.spendCommonPool, (receiver, amount));
        _callAsOwner(address(pool), data, ofToken ? bytes32("spendToken") : bytes32("spendWei"));
        if (ofToken) tokenSpent += amount;
        else weiSpent += amount;
    }

    function _setBondingParameters() private returns (bool changed) {
        uint256 poolSize = _randomBetween(2, 4);
        IBondingTypes.Parameters memory values = IBondingTypes.Parameters({
            poolSize: poolSize,
            unbondingPeriod: _randomBetween(4, 7) * ROUND_LENGTH,
            missedRewardSlashAmount: _randomBelow(200_000),
            missedRewardRounds: _randomBetween(1, 4),
            finderFee: _randomBelow(500_001),
            competitivenessTolerance: _randomBelow(_randomBelow(4) == 0 ? 1_000_001 : 300_001),
            competitivenessWindow: _randomBetween(1, 3),
            minExpectedWork: _randomBelow(4) > 0 ? 1_000 : 100_000_000,
            maxRoundSlashAmount: _randomBetween(200_000, 600_000),
            minSelfStake: _randomBetween(1, 2 ether),
            lowWorkSlashAmount: _randomBelow(4) == 0 ? 0 : _randomBelow(200_000)
        });
        changed = _callAsOwner(address(bonding), abi.encodeCall(bonding.setParameters, (values)), "setBonding");
        if (changed && poolSize > largestPool) largestPool = poolSize;
    }

    function _setRoundsParameters() private returns (bool changed) {
        IRoundsManager.Parameters memory values =
            IRoundsManager.Parameters(_randomBetween(25, 45), _randomBelow(500_001));
        return _callAsOwner(address(rounds), abi.encodeCall(rounds.setParameters, (values)), "setRounds");
    }

    function _setMinterParameters() private returns (bool changed) {
        IMinter.Parameters memory values = IMinter.Parameters(
            _randomBelow(100_000),
            _randomBelow(400_000),
            _randomBetween(400_000, 11_000_000),
            _randomBelow(1_000_000_001)
        );
        return _callAsOwner(address(minter), abi.encodeCall(minter.setParameters, (values)), "setMinter");
    }

    function _setJobsParameters() private returns (bool changed) {
        IJobsManager.Parameters memory values = IJobsManager.Parameters({
            claimIntervalSeconds: _randomBetween(10, 120),
            claimDeadlineBlocks: _randomBetween(40, 70),
            maxJobBlocks: _randomBetween(1_000, 2_000),
            candidateCount: _randomBetween(2, 5),
            equivocationSlashAmount: _randomBelow(1_000_001),
            inputFinePercent: _randomBelow(101)
        });
        return _callAsOwner(address(jobs), abi.encodeCall(jobs.setParameters, (values)), "setJobs");
    }

    function _setClaimsParameters() private returns (bool changed) {
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
        changed = _callAsOwner(address(claims), abi.encodeCall(claims.setParameters, (values)), "setClaims");
        if (changed) claimVersions.push(ClaimVersion(vm.getBlockNumber(), values, address(claims.verifier())));
    }

    function _callAsOwner(address target, bytes memory data, bytes32 what) internal returns (bool succeeded) {
        if (_randomBelow(4) == 0) {
            _assertRefused(_randomActor(), target, data, bytes4(keccak256("OwnableUnauthorizedAccount(address)")));
        }
        bytes memory refusal;
        (succeeded, refusal) = _attempt(owner, target, data);
        if (succeeded) _countOutcome(what);
        else _countRefusal(IParameters.ParameterOutOfBounds.selector);
        if (!succeeded) vm.assertEq(bytes32(bytes4(refusal)), bytes32(IParameters.ParameterOutOfBounds.selector));
    }
}
