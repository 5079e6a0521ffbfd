// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Consecutive segments, from `first` to `last` inclusive.
struct Range {
    uint64 first;
    uint64 last;
}

/// @notice Segments that a transcoder claims to have transcoded under one Assignment. Whitepaper, `ClaimWork()`.
struct Claim {
    bytes32 jobId;
    address transcoder;
    /// @dev Signer of the receipts, named in the Acceptance and the Assignment.
    address renditionKey;
    /// @dev `fromSequence` of the Assignment.
    uint64 fromSequence;
    /// @dev The previous claim under the same Assignment; zero for the first claim. The first quantisers of this claim
    /// follow from the last receipt of that claim.
    bytes32 previousClaimId;
    /// @dev Ascending. They do not contain segments that the transcoder never received.
    Range[] ranges;
    /// @dev Duration of all segments together.
    uint64 durationMs;
    /// @dev See MerkleTree.
    bytes32 merkleRoot;
}

using {id} for Claim global;

/// @notice The hash of the whole claim, so that the contract can store little and check the rest.
function id(Claim memory self) pure returns (bytes32) {
    return keccak256(abi.encode(self));
}

/// @notice Identifies the verification of one segment of a claim.
function requestIdOf(bytes32 claimId, uint256 sequenceNumber) pure returns (bytes32) {
    return keccak256(abi.encode(claimId, sequenceNumber));
}
