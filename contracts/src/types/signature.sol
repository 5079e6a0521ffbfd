// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @notice The EIP-712 digest of a struct in a domain.
function digestOf(bytes32 structHash, bytes32 domainSeparator) pure returns (bytes32) {
    return MessageHashUtils.toTypedDataHash(domainSeparator, structHash);
}

/// @notice The signer of a digest. The zero address when `signature` is malformed: not 65 bytes, or with a high s.
function signerOf(bytes32 digest, bytes memory signature) pure returns (address signer) {
    (signer,,) = ECDSA.tryRecover(digest, signature);
}
