// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @notice The EIP-712 digest of a struct in a domain.
function digestOf(bytes32 structHash, bytes32 domainSeparator) pure returns (bytes32) {
    return MessageHashUtils.toTypedDataHash(domainSeparator, structHash);
}

/// @notice The signer of a digest; the zero address when `signature` is malformed. For example, a signature is
/// malformed if its length is not 65 bytes, or if its `s` is in the upper half of the curve order.
function signerOf(bytes32 digest, bytes memory signature) pure returns (address signer) {
    (signer,,) = ECDSA.tryRecover(digest, signature);
}
