// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICourtTypes} from "../interfaces/ICourtTypes.sol";
import {IJobsManager} from "../interfaces/IJobsManager.sol";
import {IVerifier} from "../interfaces/IVerifier.sol";
import {Charge, DisclosedWork} from "../types/DisclosedWork.sol";
import {Output, transcodedDataHashOf} from "../types/Output.sol";
import {Payload} from "../types/Payload.sol";
import {Status} from "../types/Status.sol";
import {Input, MAX_INPUT_BYTES, Task} from "../types/Task.sol";
import {TranscodingOptions} from "../types/TranscodingOptions.sol";

/// @notice What the judged program is about: checks that a caller shows the disclosed work, and makes the program's task of it.
library Charges {
    /// @dev The results of a program that exits with the number of a verdict.
    uint256 internal constant VALID = uint256(Status.Exited) << 32 | uint256(IVerifier.Verdict.Valid);
    uint256 private constant INVALID = uint256(Status.Exited) << 32 | uint256(IVerifier.Verdict.Invalid);

    /// @notice The verdict that a result of the program stands for. A program that traps or does not end convicts nobody.
    function verdictOf(uint256 result) internal pure returns (IVerifier.Verdict) {
        if (result == VALID) return IVerifier.Verdict.Valid;
        return result == INVALID ? IVerifier.Verdict.Invalid : IVerifier.Verdict.InputInvalid;
    }

    /// @notice Reverts unless the work has the disclosed receipt.
    /// @return optionsHash Hash of the job's options.
    function requireWork(DisclosedWork memory work, bytes32 receiptHash, IJobsManager jobs)
        internal
        view
        returns (bytes32 optionsHash)
    {
        bytes32 separator;
        (, optionsHash, separator) = jobs.receiptTerms(work.receipt.jobId);
        bytes32 actual = work.receipt.hash(separator);
        if (actual != receiptHash) revert ICourtTypes.WrongReceipt(actual, receiptHash);
        actual = transcodedDataHashOf(work.outputs);
        bytes32 expected = work.receipt.transcodedDataHash;
        if (actual != expected) revert ICourtTypes.WrongOutputs(actual, expected);
    }

    function requirePayload(DisclosedWork memory work, uint256 index, Payload memory payload) internal pure {
        bytes32 actual = payload.dataHash();
        bytes32 expected = hashOf(work, index);
        if (actual != expected) revert ICourtTypes.WrongPayload(actual, expected);
    }

    /// @notice The data hash of a payload: 0 is the source, 1 the first rendition.
    function hashOf(DisclosedWork memory work, uint256 payload) internal pure returns (bytes32) {
        if (payload > work.outputs.length) revert ICourtTypes.NoSuchPayload(payload);
        return payload == 0 ? work.receipt.dataHash : work.outputs[payload - 1].dataHash;
    }

    /// @notice The task of the judged program, after all checks of the charge.
    /// @param program Root of the part of the memory that contains the program.
    function taskOf(Charge memory charge, bytes32 program, bytes32 receiptHash, uint256 durationMs, IJobsManager jobs)
        internal
        view
        returns (Task memory task)
    {
        bytes32 expected = requireWork(charge.work, receiptHash, jobs);
        bytes32 actual = charge.options.hash();
        if (actual != expected) revert ICourtTypes.WrongOptions(actual, expected);
        requirePayload(charge.work, 0, charge.source);
        if (charge.rendition >= charge.work.outputs.length) revert ICourtTypes.NoSuchPayload(charge.rendition);
        requirePayload(charge.work, charge.rendition + 1, charge.output);
        task.program = program;
        task.inputs[0] = _inputOf(charge.source);
        task.inputs[1] = _inputOf(charge.output);
        task.options = _factsOf(charge, durationMs);
    }

    function _inputOf(Payload memory payload) private pure returns (Input memory) {
        if (payload.length > MAX_INPUT_BYTES) revert ICourtTypes.PayloadTooLong(payload.length, MAX_INPUT_BYTES);
        return Input(payload.root, payload.length);
    }

    /// @dev In the order of `enum word` in contracts/judge/program/facts.h.
    function _factsOf(Charge memory charge, uint256 durationMs) private pure returns (bytes32[] memory facts) {
        TranscodingOptions memory options = charge.options;
        Output memory output = charge.work.outputs[charge.rendition];
        facts = new bytes32[](8);
        facts[0] = bytes32(uint256(options.width));
        facts[1] = bytes32(uint256(options.height));
        facts[2] = bytes32(uint256(options.fps));
        facts[3] = bytes32(uint256(options.renditions[charge.rendition].height));
        facts[4] = bytes32(uint256(output.qp));
        facts[5] = bytes32(durationMs);
        facts[6] = output.canonicalHash;
        facts[7] = bytes32(uint256(output.bits));
    }
}
