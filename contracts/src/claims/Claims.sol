// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVerifier} from "../interfaces/IVerifier.sol";
import {Handovers} from "../libraries/Handovers.sol";
import {VerdictHistory} from "../libraries/VerdictHistory.sol";
import {ClaimTerms} from "./ClaimTerms.sol";

/// @notice The stored state of claims and of verification requests. The content of a claim is not stored: the caller of
/// a function passes the whole claim.
abstract contract Claims is ClaimTerms {
    /// @dev Value of `challenged` until `sealChallenges` has decided the lottery of the claim.
    uint16 internal constant UNSEALED = type(uint16).max;

    /// @dev The record must fit into one slot, because every claim pays the gas for storing it.
    struct ClaimRecord {
        uint88 fees;
        uint40 claimBlock;
        /// @dev Index of the claim's terms in `versions`.
        uint16 termsIndex;
        State state;
        /// @dev Whether the broadcaster's fine was reserved for the claim.
        bool holdsFine;
        /// @dev Whether the transcoder was slashed because of this claim.
        bool isSlashed;
        /// @dev Number of segments that the lottery selected, or UNSEALED.
        uint16 challenged;
        uint16 requested;
        uint16 passed;
        /// @dev Number of requests that the verifier refused, and on which it has given no verdict since.
        uint16 refused;
        /// @dev The transcoder's own stake as a part of all stake that was bonded to it when it claimed, in parts per million.
        uint24 ownPart;
    }

    /// @dev Stored by `sealChallenges`, because disclosures and verdicts need these values.
    struct Seal {
        bytes32 blockHash;
        bytes32 jobId;
    }

    /// @dev Number and total duration of those segments of a claim that have the verdict InputInvalid.
    struct BrokenInputs {
        uint16 count;
        uint64 durationMs;
    }

    /// @dev The record fits into one slot. The claim and the sequence number are its keys, so the record does not
    /// contain them.
    struct RequestRecord {
        /// @dev Zero when the request does not exist.
        address transcoder;
        /// @dev At most MerkleTree.MAX_DURATION_MS.
        uint16 durationMs;
        IVerifier.Verdict verdict;
        /// @dev Whether a call to the verifier failed: the request, or a question for the verdict.
        bool isRefused;
    }

    mapping(bytes32 claimId => ClaimRecord) internal claims;
    mapping(bytes32 claimId => Seal) internal seals;
    mapping(bytes32 claimId => mapping(uint256 sequenceNumber => RequestRecord)) internal requests;
    mapping(bytes32 claimId => BrokenInputs) internal brokenInputs;
    mapping(address transcoder => VerdictHistory.History) internal histories;
    mapping(bytes32 jobId => Handovers.List) internal handovers;
    /// @dev Whether the transcoder was slashed for an offence in the job. After the slash, the transcoder gets no more
    /// money from the job.
    mapping(bytes32 jobId => mapping(address transcoder => bool)) internal expelled;

    function _requireNotExpelled(bytes32 jobId, address transcoder) internal view {
        // The first condition costs little gas, because every claim reads this slot of `handovers` anyway.
        if (handovers[jobId].hasExpelled && expelled[jobId][transcoder]) revert Expelled(jobId, transcoder);
    }

    function _requireOpenClaim(bytes32 claimId) internal view returns (ClaimRecord storage record) {
        record = claims[claimId];
        if (record.state != State.Open) revert WrongState(claimId, record.state);
    }

    function _isSealed(ClaimRecord storage record) internal view returns (bool) {
        return record.challenged != UNSEALED;
    }

    function _requireBefore(bytes32 claimId, uint256 deadline) internal view {
        if (block.number >= deadline) revert TooLate(claimId, deadline);
    }

    function _verificationDeadline(ClaimRecord storage record) internal view returns (uint256) {
        return uint256(record.claimBlock) + versions[record.termsIndex].verificationPeriodBlocks;
    }

    function _verdictDeadline(ClaimRecord storage record) internal view returns (uint256) {
        return _verificationDeadline(record) + versions[record.termsIndex].slashingPeriodBlocks;
    }
}
