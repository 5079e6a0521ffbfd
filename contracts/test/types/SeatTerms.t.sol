// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SeatTerms, seatTerms, termsOf} from "../../src/types/SeatTerms.sol";
import {Test} from "../Test.sol";

contract SeatTermsTest is Test {
    function test_fuzz_seatTerms_packsEveryField(uint24 number, uint24 round, uint96 stake, uint48 price, uint104 then)
        public
        pure
    {
        SeatTerms terms = seatTerms(number, round, termsOf(stake, price), then);
        vm.assertEq(terms.number(), number);
        vm.assertEq(terms.round(), round);
        vm.assertEq(terms.stake(), stake >> 40);
        vm.assertEq(terms.locked(uint256(round) + 1), uint256(stake >> 40) << 48 | price);
        vm.assertEq(terms.locked(round), round == 0 ? terms.locked(1) : then);
    }

    function test_locked_inRoundAfterChange_returnsPresentTerms() public pure {
        SeatTerms terms = seatTerms(1, 7, 22, 11);
        vm.assertEq(terms.locked(7), 11);
        vm.assertEq(terms.locked(8), 22);
        // In round 0, the present terms are in force, so `locked` returns them.
        vm.assertEq(seatTerms(1, 0, 22, 11).locked(0), 22);
    }

    function test_covers_ifTranscoderHeldSeatWhenRoundBegan_isTrue() public pure {
        SeatTerms held = seatTerms(1, 7, 22, 11);
        vm.assertFalse(held.covers(6));
        vm.assertTrue(held.covers(7));
        vm.assertTrue(held.covers(8));
        SeatTerms taken = seatTerms(1, 7, 22, 0);
        vm.assertFalse(taken.covers(7));
        vm.assertTrue(taken.covers(8));
        vm.assertTrue(seatTerms(1, 0, 22, 0).covers(0));
        vm.assertFalse(held.covers(0));
    }
}
