// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Consecutive segments, both ends included.
struct Range {
    uint64 first;
    uint64 last;
}

/// @notice Segments that a transcoder says it transcoded, under one Assignment. Whitepaper, `ClaimWork()`.
struct Claim {
    bytes32 jobId;
    address transcoder;
    /// @dev Signer of the receipts, by the Acceptance and the Assignment.
    address renditionKey;
    /// @dev Of the Assignment.
    uint64 fromSequence;
    /// @dev The claim before this one under the same Assignment, in whose last receipt the quantisers go on; zero for
    /// the first.
    bytes32 previousClaimId;
    /// @dev Ascending. A segment that was never received is in none.
    Range[] ranges;
    /// @dev Of all segments together.
    uint64 durationMs;
    /// @dev See MerkleTree.
    bytes32 merkleRoot;
}

using {id} for Claim global;

/// @notice The name of a claim is its content, so that the chain needs to keep little of it.
function id(Claim memory self) pure returns (bytes32) {
    return keccak256(abi.encode(self));
}

/// @notice The name of the check of one of its segments.
function requestIdOf(bytes32 claimId, uint256 sequenceNumber) pure returns (bytes32) {
    return keccak256(abi.encode(claimId, sequenceNumber));
}
