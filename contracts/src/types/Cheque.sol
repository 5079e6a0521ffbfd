// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";
import {Split} from "./Split.sol";
import {digestOf} from "./signature.sol";

/// @notice A promise of the issuer to pay the beneficiary. Issuer, beneficiary and split together are the cheque's channel.
struct Cheque {
    address issuer;
    address beneficiary;
    Split split;
    /// @dev Sum of all payments in the channel so far, this payment included, in wei.
    uint96 cumulative;
}

using {hash, channelId, isValid} for Cheque global;

bytes32 constant CHEQUE_TYPEHASH =
    keccak256("Cheque(address issuer,address beneficiary,address splitee,uint16 splitBps,uint96 cumulative)");

/// @notice The EIP-712 digest that is signed.
function hash(Cheque memory self, bytes32 domainSeparator) pure returns (bytes32) {
    bytes32 structHash = EfficientHashLib.hash(
        CHEQUE_TYPEHASH,
        bytes32(uint256(uint160(self.issuer))),
        bytes32(uint256(uint160(self.beneficiary))),
        bytes32(uint256(uint160(self.split.splitee()))),
        bytes32(self.split.bps()),
        bytes32(uint256(self.cumulative))
    );
    return digestOf(structHash, domainSeparator);
}

/// @notice The id of the cheque's channel.
function channelId(Cheque memory self) pure returns (bytes32) {
    return EfficientHashLib.hash(
        bytes32(uint256(uint160(self.issuer))),
        bytes32(uint256(uint160(self.beneficiary))),
        bytes32(uint256(uint160(self.split.splitee()))),
        bytes32(self.split.bps())
    );
}

/// @notice Whether cheques in this channel can be cashed.
function isValid(Cheque memory self) pure returns (bool) {
    bool hasEnds = self.issuer != address(0) && self.beneficiary != address(0) && self.issuer != self.beneficiary;
    return hasEnds && self.split.isValid();
}
