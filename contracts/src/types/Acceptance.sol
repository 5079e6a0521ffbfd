// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StreamId} from "./StreamId.sol";
import {digestOf, signerOf} from "./signature.sol";

/// @notice A drawn transcoder agrees to transcode the job's segments from `fromSequence` on. Signed by the transcoder's account.
/// Whitepaper, step 4.
struct Acceptance {
    bytes32 jobId;
    StreamId streamId;
    /// @dev Address of the key that signs the receipts. This address is also the origin of the renditions' streams.
    address renditionKey;
    uint64 fromSequence;
}

using {hash, recover} for Acceptance global;

bytes32 constant ACCEPTANCE_TYPEHASH =
    keccak256("Acceptance(bytes32 jobId,bytes32 streamId,address renditionKey,uint64 fromSequence)");

/// @notice The EIP-712 digest that is signed.
function hash(Acceptance memory self, bytes32 domainSeparator) pure returns (bytes32) {
    bytes32 structHash =
        keccak256(abi.encode(ACCEPTANCE_TYPEHASH, self.jobId, self.streamId, self.renditionKey, self.fromSequence));
    return digestOf(structHash, domainSeparator);
}

/// @notice The signer; the zero address when `signature` is malformed.
function recover(Acceptance memory self, bytes32 domainSeparator, bytes memory signature) pure returns (address) {
    return signerOf(self.hash(domainSeparator), signature);
}
