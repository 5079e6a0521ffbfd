// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {JobAssignment} from "../../src/libraries/JobAssignment.sol";
import {TranscoderPool} from "../../src/libraries/TranscoderPool.sol";
import {Urn} from "../../src/libraries/Urn.sol";
import {DrawnList} from "../../src/types/DrawnList.sol";
import {termsOf} from "../../src/types/SeatTerms.sol";
import {Test} from "../Test.sol";

/// @notice Tests the draw in a pool whose seats changed in an earlier round. The TranscoderPoolTest compares the draw with a
/// model after all kinds of changes. Transcoder `i + 1` has seat `i`.
contract JobAssignmentTest is Test {
    using JobAssignment for TranscoderPool.Pool;
    using TranscoderPool for TranscoderPool.Pool;
    using Urn for Urn.Weights;

    uint256 private constant ROUND = 2;
    uint48 private constant PRICE = 7;

    TranscoderPool.Pool private pool;

    function test_draw_fromEmptyPool_returnsNoTranscoder() public view {
        (uint24[] memory numbers, bool contested) = this.draw("seed", PRICE, 5);
        vm.assertEq(numbers.length, 0);
        vm.assertFalse(contested);
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 512
    /// forge-config: mutation.fuzz.runs = 16
    function test_fuzz_draw_returnsDistinctDrawableTranscoders(bytes32 seed, uint96[] memory stakes, uint256 count)
        public
    {
        count = _bound(count, 1, 5);
        uint256 size = stakes.length < 60 ? stakes.length : 60;
        uint256 drawable;
        for (uint256 i; i < size; ++i) {
            bool isDear = stakes[i] % 3 == 0;
            _addTranscoder(stakes[i], isDear ? PRICE + 1 : PRICE, stakes[i] % 5 != 0);
            if (_isDrawable(stakes[i])) ++drawable;
        }
        (uint24[] memory numbers,) = this.draw(seed, PRICE, count);
        vm.assertEq(numbers.length, count < drawable ? count : drawable);
        for (uint256 i; i < numbers.length; ++i) {
            vm.assertTrue(_isDrawable(stakes[numbers[i] - 1]));
            for (uint256 j; j < i; ++j) {
                vm.assertTrue(numbers[i] != numbers[j]);
            }
        }
    }

    /// @dev Makes 4,000 draws. The stakes have the ratio 1 : 2 : 5. The StakeLine rounds each of them up, by less than half of its
    /// value. The number of draws in which a transcoder is the first candidate has a binomial distribution. Five standard deviations of
    /// this number are at most 158.
    function test_draw_isWeightedByExactStake() public {
        _addTranscoder(uint96(33) << 40, PRICE, true);
        _addTranscoder(uint96(66) << 40, PRICE, true);
        _addTranscoder(uint96(165) << 40, PRICE, true);
        uint256[3] memory firsts;
        for (uint256 i; i < 4_000; ++i) {
            (uint24[] memory numbers, bool contested) = this.draw(keccak256(abi.encode(i)), PRICE, 3);
            ++firsts[numbers[0] - 1];
            vm.assertTrue(contested);
        }
        _assertNear(firsts[0], 500, 158);
        _assertNear(firsts[1], 1_000, 158);
        _assertNear(firsts[2], 2_500, 158);
    }

    /// @dev A ticket selects a position below `total`. `total` is the sum of the upper bounds that the StakeLine has for the groups of
    /// seats. These bounds can be higher than the stakes, but the number of positions that hit a transcoder is exactly its stake in units
    /// of 2^40.
    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 512
    /// forge-config: mutation.fuzz.runs = 16
    function test_fuzz_positions_thatHitTranscoder_areAsManyAsItsStake(uint8[19] memory stakes) public {
        for (uint256 i; i < stakes.length; ++i) {
            _addTranscoder(uint96(stakes[i] % 32) << 40, PRICE, true);
        }
        uint256[] memory hits = new uint256[](stakes.length);
        uint256 total = pool.urnOf(ROUND).total;
        for (uint256 position; position < total; ++position) {
            (bool hit, uint256 seat) = this.hitBy(position);
            if (hit) ++hits[seat];
        }
        for (uint256 i; i < stakes.length; ++i) {
            vm.assertEq(hits[i], stakes[i] % 32);
        }
    }

    /// @dev The first transcoder has a stake of 5 units, and the StakeLine rounds it up to 6. A ticket at position 5 hits
    /// nothing. After that, the weight of the first transcoder is exact, so a ticket at position 5 or above hits the second
    /// transcoder.
    function test_draw_withTicketAtExactStake_hitsNothing() public {
        _addTranscoder(uint96(5) << 40, PRICE, true);
        _addTranscoder(uint96(6) << 40, PRICE, true);
        vm.assertEq(pool.urnOf(ROUND).total, 12);
        bytes32 seed;
        while (_ticketOf(seed, 0) % 12 != 5 || _ticketOf(seed, 1) % 11 < 5) seed = keccak256(abi.encode(seed));
        (uint24[] memory numbers,) = this.draw(seed, PRICE, 1);
        vm.assertEq(numbers[0], 2);
    }

    /// @dev Six of twelve transcoders cannot be drawn. The stakes of the other six have the ratio 1 : 2 : 5 : 1 : 2 :
    /// 5.
    function test_draw_withUndrawableTranscoders_isWeightedByStake() public {
        for (uint256 i; i < 12; ++i) {
            uint96 stake = uint96([33, 66, 165, 33][i % 4]) << 40;
            _addTranscoder(stake, i % 4 == 3 ? PRICE + 1 : PRICE, i < 8);
        }
        uint256[3] memory firsts;
        for (uint256 i; i < 4_000; ++i) {
            (uint24[] memory numbers,) = this.draw(keccak256(abi.encode(i)), PRICE, 5);
            vm.assertEq(numbers.length, 5);
            ++firsts[(numbers[0] - 1) % 4];
        }
        _assertNear(firsts[0], 500, 158);
        _assertNear(firsts[1], 1_000, 158);
        _assertNear(firsts[2], 2_500, 158);
    }

    /// @dev A draw of five is contested if, of the first nine tickets that hit a transcoder, at least five hit transcoders that
    /// can be drawn. If these transcoders have 30 % of the stake, 9.88 % of the draws are contested: 198 of 2,000
    /// draws, and five standard deviations are 67. If they have 50 % of the stake, 1,000 of 2,000 draws are contested,
    /// and five standard deviations are 112.
    function test_draw_isContestedWhenMostTicketsHitDrawableTranscoders() public {
        for (uint256 i; i < 20; ++i) {
            _addTranscoder(1 ether, i < 6 ? PRICE : i < 10 ? PRICE + 1 : PRICE + 2, true);
        }
        _assertNear(_countContested(PRICE), 198, 67);
        _assertNear(_countContested(PRICE + 1), 1_000, 112);
        vm.assertEq(_countContested(PRICE + 2), 2_000);
    }

    /// @dev A broadcaster has transcoders of its own and offers a price that only these transcoders accept. Only the work of
    /// contested draws counts. If a draw at this price is contested, then a draw with the same seed at a price that all
    /// transcoders accept also has a candidate of the broadcaster. So the low price is no advantage, even if the
    /// broadcaster divides its stake among many transcoders.
    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 512
    /// forge-config: mutation.fuzz.runs = 16
    function test_fuzz_draw_atOwnPrice_isContestedOnlyIfOpenDrawHasOwnCandidate(uint256 shape, bytes32 seed) public {
        uint256 own = 5 + shape % 20;
        for (uint256 i; i < 30; ++i) {
            bool isOwn = i < own;
            uint256 stake = isOwn ? 1 ether : 1 ether + (shape >> 8) % 8 ether;
            _addTranscoder(uint96(stake), isOwn ? PRICE : PRICE + 1, true);
        }
        for (uint256 i; i < 20; ++i) {
            (, bool contested) = this.draw(seed, PRICE, 5);
            (uint24[] memory open,) = this.draw(seed, PRICE + 1, 5);
            bool hasOwn;
            for (uint256 k; k < 5; ++k) {
                if (open[k] <= own) hasOwn = true;
            }
            vm.assertTrue(hasOwn || !contested);
            seed = keccak256(abi.encode(seed));
        }
    }

    /// @dev Six transcoders have almost all stake. The other 134 have little stake and are not available.
    function test_draw_withManySmallUnavailableTranscoders_isContested() public {
        for (uint256 i; i < 140; ++i) {
            _addTranscoder(i < 6 ? 1_000 ether : 0.1 ether, PRICE, i < 6);
        }
        for (uint256 i; i < 50; ++i) {
            (uint24[] memory numbers, bool contested) = this.draw(keccak256(abi.encode(i)), PRICE, 5);
            vm.assertEq(numbers.length, 5);
            vm.assertTrue(contested);
        }
    }

    function test_draw_ofFewerThanWanted_isContestedFromHalfOfStake() public {
        _addTranscoder(2 << 60, PRICE, true);
        _addTranscoder(1 << 60, PRICE + 1, true);
        _addTranscoder(1 << 60, PRICE, false);
        (uint24[] memory numbers, bool contested) = this.draw("seed", PRICE, 5);
        vm.assertEq(numbers.length, 1);
        vm.assertTrue(contested);
        _addTranscoder(1 << 40, PRICE + 1, true);
        (, contested) = this.draw("seed", PRICE, 5);
        vm.assertFalse(contested);
    }

    function _ticketOf(bytes32 seed, uint256 index) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, index)));
    }

    function _countContested(uint48 price) private view returns (uint256 count) {
        for (uint256 i; i < 2_000; ++i) {
            (, bool contested) = this.draw(keccak256(abi.encode(i)), price, 5);
            if (contested) ++count;
        }
    }

    function _assertNear(uint256 value, uint256 expected, uint256 deviation) private pure {
        vm.assertLe(value, expected + deviation, "the draw has this result too often");
        vm.assertGe(value + deviation, expected, "the draw has this result too seldom");
    }

    /// @dev This function is external, because the memory of an external call is freed when the call ends.
    function draw(bytes32 seed, uint256 maxPrice, uint256 count)
        external
        view
        returns (uint24[] memory numbers, bool contested)
    {
        DrawnList list = pool.draw(JobAssignment.Offer(block.number, ROUND, maxPrice), seed, count);
        numbers = new uint24[](list.length());
        for (uint256 i; i < numbers.length; ++i) {
            numbers[i] = list.at(i);
        }
        return (numbers, list.contested());
    }

    /// @dev The seat that the first ticket of a draw hits, if the ticket hits a seat.
    function hitBy(uint256 position) external view returns (bool hit, uint256 seat) {
        Urn.Weights memory urn = pool.urnOf(ROUND);
        uint256 group;
        (group, position) = urn.findGroup(position);
        pool.load(urn, group, ROUND);
        if (position >= urn.sums[group]) return (false, 0);
        (seat, position) = urn.findPlace(group, position);
        (, uint256 terms) = pool.termsIn(seat, ROUND);
        return (position < terms >> 48, seat);
    }

    function _addTranscoder(uint96 stake, uint48 price, bool available) private {
        uint24 number = uint24(pool.seatCount + 1);
        pool.join(number, ROUND - 1, termsOf(stake, price));
        pool.setAvailable(number, available);
    }

    function _isDrawable(uint96 stake) private pure returns (bool) {
        return stake >> 40 > 0 && stake % 3 != 0 && stake % 5 != 0;
    }
}
