// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";
import {Range} from "../types/Claim.sol";

/// @notice Selects the segments of a claim that must be verified: on average, one segment in every `rate` segments. The
/// hash of a block after the claim decides the selection, which can be empty. Whitepaper, "Verification of Work".
library Lottery {
    function isChallenged(bytes32 claimId, bytes32 blockHash, uint256 sequenceNumber, uint256 rate)
        internal
        pure
        returns (bool)
    {
        return uint256(EfficientHashLib.hash(claimId, blockHash, bytes32(sequenceNumber))) % rate == 0;
    }

    /// @param count Number of segments in the ranges.
    function drawChallenges(bytes32 claimId, bytes32 blockHash, Range[] memory ranges, uint256 count, uint256 rate)
        internal
        pure
        returns (uint64[] memory sequenceNumbers)
    {
        uint64[] memory found = new uint64[](count);
        uint256 length;
        for (uint256 i; i < ranges.length; ++i) {
            uint256 end = ranges[i].last;
            for (uint256 number = ranges[i].first; number <= end; ++number) {
                // forge-lint: disable-next-line(unsafe-typecast)
                if (isChallenged(claimId, blockHash, number, rate)) found[length++] = uint64(number);
            }
        }
        sequenceNumbers = new uint64[](length);
        for (uint256 i; i < length; ++i) {
            sequenceNumbers[i] = found[i];
        }
    }
}
