// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LibBit} from "solady/utils/LibBit.sol";
import {IBondingTypes} from "../interfaces/IBondingTypes.sol";
import {Urn} from "./Urn.sol";

/// @notice The stake of each seat, rounded up, and the sum of each group of eight seats. Eight stakes or eight sums share a word,
/// so a draw reads few words. A draw usually reads the exact stake only of the seats that its tickets hit.
/// @dev Layout of a word: `changed`, the round of the last change (24 bits) ‖ `gap`, the number of rounds between the last
/// change and the change before it (16) ‖ eight present codes (64) ‖ eight codes at the start of round `changed` (64) ‖ eight codes
/// at the start of round `changed - gap` (64). A code is an exponent (6 bits) ‖ a factor (2): it stands for the weight
/// `factor * 2^exponent`.
library StakeLine {
    uint256 private constant PER_WORD = Urn.PER_GROUP;
    uint256 private constant CODE_BITS = 8;
    uint256 private constant CODES_BITS = PER_WORD * CODE_BITS;
    uint256 private constant CODES = (1 << CODES_BITS) - 1;
    uint256 private constant MAX_GAP = type(uint16).max;
    /// @dev The first word of sums.
    uint256 private constant SUMS = 32;

    /// @dev A fixed-length array, because a mapping would cost a hash for each read. It has 32 words of stakes and 4 words of
    /// sums.
    struct Line {
        uint256[36] words;
    }

    /// @notice Changes the stake of a seat from the next round on. Most small changes of the stake do not change its code. If the
    /// code does not change, this function neither reads nor writes storage.
    function update(Line storage line, uint256 seat, uint256 round, uint256 oldStake, uint256 newStake) internal {
        (uint256 oldCode, uint256 newCode) = (codeOf(oldStake), codeOf(newStake));
        if (oldCode == newCode) return;
        unchecked {
            uint256 group = seat / PER_WORD;
            uint256 sum = _sumOf(_change(line, group, seat % PER_WORD, round, oldCode ^ newCode));
            (oldCode, newCode) = (codeOf(sum + weightOf(oldCode) - weightOf(newCode)), codeOf(sum));
            if (oldCode == newCode) return;
            _change(line, SUMS + group / PER_WORD, group % PER_WORD, round, oldCode ^ newCode);
        }
    }

    /// @notice The codes of eight seats in force in a round. The code of the first seat is in the lowest bits. Reverts if the
    /// codes changed in two later rounds.
    function stakesIn(Line storage line, uint256 group, uint256 round) internal view returns (uint256) {
        return _codesIn(_wordAt(line, group), round);
    }

    /// @notice Like `stakesIn`, but for the sums of eight groups.
    function sumsIn(Line storage line, uint256 index, uint256 round) internal view returns (uint256) {
        return _codesIn(_wordAt(line, SUMS + index), round);
    }

    /// @notice The code of the smallest weight that is at least the stake. This weight is at most 1.5 times the stake.
    /// @param stake At most 60 bits.
    function codeOf(uint256 stake) internal pure returns (uint256) {
        if (stake < 4) return stake;
        unchecked {
            uint256 exponent = LibBit.fls(stake) - 1;
            uint256 factor = (stake + (1 << exponent) - 1) >> exponent;
            // A factor of 4 does not fit into two bits. 4 * 2^exponent is 2 * 2^(exponent + 1).
            return factor == 4 ? (exponent + 1) << 2 | 2 : exponent << 2 | factor;
        }
    }

    /// @notice The weight that a code stands for.
    function weightOf(uint256 code) internal pure returns (uint256) {
        return (code & 3) << (code >> 2);
    }

    /// @dev Changes one present code of a word. The first change in a round also stores the codes that the word had at the start
    /// of the round.
    /// @return present The present codes after the change.
    function _change(Line storage line, uint256 at, uint256 index, uint256 round, uint256 difference)
        private
        returns (uint256 present)
    {
        unchecked {
            uint256 word = _wordAt(line, at);
            present = _present(word);
            uint256 changed = word >> 232;
            if (changed != round) {
                uint256 gap = round - changed;
                if (gap > MAX_GAP) gap = MAX_GAP;
                word = round << 232 | gap << 216 | present << CODES_BITS | word >> CODES_BITS & CODES;
            } else {
                word ^= present << 2 * CODES_BITS;
            }
            present ^= difference << CODE_BITS * index;
            word |= present << 2 * CODES_BITS;
            assembly ("memory-safe") {
                sstore(add(line.slot, at), word)
            }
        }
    }

    function _codesIn(uint256 word, uint256 round) private pure returns (uint256) {
        unchecked {
            // In round 0, no stake is locked. So the stakes at the end of round 0, which are the stakes at the start of
            // round 1, are in force.
            uint256 from = round == 0 ? 1 : round;
            (uint256 changed, uint256 gap) = (word >> 232, word >> 216 & MAX_GAP);
            if (from > changed) return _present(word);
            if (from + gap > changed) return word >> CODES_BITS & CODES;
            if (from + gap < changed || gap == MAX_GAP) revert IBondingTypes.DrawTooLate(round);
            return word & CODES;
        }
    }

    /// @dev `at` must be below 36.
    function _wordAt(Line storage line, uint256 at) private view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(add(line.slot, at))
        }
    }

    function _present(uint256 word) private pure returns (uint256) {
        return word >> 2 * CODES_BITS & CODES;
    }

    /// @dev This function is assembly, because the compiled code of the same loop costs several times as much gas.
    function _sumOf(uint256 codes) private pure returns (uint256 sum) {
        assembly ("memory-safe") {
            for {} codes { codes := shr(8, codes) } {
                sum := add(sum, shl(and(shr(2, codes), 63), and(codes, 3)))
            }
        }
    }
}
