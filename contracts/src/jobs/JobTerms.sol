// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IJobsManager} from "../interfaces/IJobsManager.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";
import {Parameters as Bounds} from "../libraries/Parameters.sol";
import {MAX_DRAWN} from "../types/DrawnList.sol";
import {Deposits} from "./Deposits.sol";

/// @notice The parameters of new jobs, which the owner sets.
abstract contract JobTerms is Deposits {
    using Checkpoints for Checkpoints.Trace208;

    struct Terms {
        uint32 claimIntervalSeconds;
        uint16 claimDeadlineBlocks;
        uint32 maxJobBlocks;
        uint8 candidateCount;
        uint24 equivocationSlashAmount;
        uint8 inputFinePercent;
    }

    uint256 internal constant MILLION = 1_000_000;

    IRandomness public immutable randomness;

    Terms internal terms;
    /// @inheritdoc IJobsManager
    uint256 public longestClaimDeadlineBlocks;

    /// @dev Each `equivocationSlashAmount` that was ever set, by the block in which it was set; block 0 for the first.
    Checkpoints.Trace208 private equivocationShares;

    constructor(IRandomness randomness_, Parameters memory values) {
        randomness = randomness_;
        _setTerms(values, 0);
    }

    /// @inheritdoc IJobsManager
    function setParameters(Parameters calldata values) external onlyOwner {
        _setTerms(values, block.number);
        // Unbonding stake must stay in the BondingManager until the last possible verdict on the work that the stake
        // backs.
        bondingManager.requireUnbondingBlocks();
    }

    /// @inheritdoc IJobsManager
    function parameters() external view returns (Parameters memory) {
        Terms memory values = terms;
        return Parameters({
            claimIntervalSeconds: values.claimIntervalSeconds,
            claimDeadlineBlocks: values.claimDeadlineBlocks,
            maxJobBlocks: values.maxJobBlocks,
            candidateCount: values.candidateCount,
            equivocationSlashAmount: values.equivocationSlashAmount,
            inputFinePercent: values.inputFinePercent
        });
    }

    /// @dev The `equivocationSlashAmount` that was in force at the end of the block before `jobBlock`. So a change does
    /// not apply to jobs that are posted in the block of the change or in an earlier block.
    function _equivocationShareOf(uint256 jobBlock) internal view returns (uint24) {
        // The cast is safe: each stored value is at most MILLION.
        return uint24(equivocationShares.upperLookupRecent(uint48(jobBlock - 1)));
    }

    function _setTerms(Parameters memory values, uint256 fromBlock) private {
        Bounds.bounded("claimIntervalSeconds", values.claimIntervalSeconds, 10, 7 days);
        // At the claim deadline of the shortest job, the hash that decides the draw must still be available, and the
        // stake that backs the work must still be in the BondingManager.
        uint256 latest = FixedPointMathLib.min(bondingManager.minUnbondingBlocks(), randomness.reach());
        latest = FixedPointMathLib.min(latest, type(uint16).max);
        Bounds.bounded("claimDeadlineBlocks", values.claimDeadlineBlocks, 10, latest);
        Bounds.bounded("maxJobBlocks", values.maxJobBlocks, 10, 10_000_000);
        Bounds.bounded("candidateCount", values.candidateCount, 1, MAX_DRAWN);
        Bounds.bounded("equivocationSlashAmount", values.equivocationSlashAmount, 0, MILLION);
        Bounds.bounded("inputFinePercent", values.inputFinePercent, 0, 100);
        longestClaimDeadlineBlocks = FixedPointMathLib.max(longestClaimDeadlineBlocks, values.claimDeadlineBlocks);
        terms = Terms({
            claimIntervalSeconds: uint32(values.claimIntervalSeconds),
            claimDeadlineBlocks: uint16(values.claimDeadlineBlocks),
            maxJobBlocks: uint32(values.maxJobBlocks),
            candidateCount: uint8(values.candidateCount),
            equivocationSlashAmount: uint24(values.equivocationSlashAmount),
            inputFinePercent: uint8(values.inputFinePercent)
        });
        equivocationShares.push(uint48(fromBlock), uint208(values.equivocationSlashAmount));
        emit ParametersUpdate(values);
    }
}
