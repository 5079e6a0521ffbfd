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
    /// @dev `id` of the previous claim under the same Assignment; zero for the first claim. The quantisers of this
    /// claim's first segment follow from the last receipt of the previous claim.
    bytes32 previousClaimId;
    /// @dev In ascending order, without segments that the transcoder never received.
    Range[] ranges;
    /// @dev Duration of all segments together.
    uint64 durationMs;
    /// @dev Root hash of the tree of receipts. See MerkleTree.
    bytes32 merkleRoot;
}

using {id} for Claim global;

/// @notice The hash of the whole claim. The contract stores only a claim's id and state, and uses the id to check the
/// claims that callers pass.
function id(Claim memory self) pure returns (bytes32) {
    return keccak256(abi.encode(self));
}
