// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StakeLine} from "../../src/libraries/StakeLine.sol";
import {Urn} from "../../src/libraries/Urn.sol";
import {Test} from "../Test.sol";

contract UrnTest is Test {
    using Urn for Urn.Weights;

    /// @dev Compares the search with a linear search over the weights of all places.
    function test_fuzz_find_matchesLinearSearch(uint16[] memory codes, uint256 ticket, uint256 changes) public pure {
        uint256 groups = (codes.length + 7) / 8;
        Urn.Weights memory urn = Urn.create(groups);
        uint256[] memory weights = new uint256[](8 * groups + 1);
        uint256 packed;
        for (uint256 i; i < codes.length; ++i) {
            weights[i] = StakeLine.weightOf(codes[i] %= 2 ** 8);
            packed |= uint256(codes[i]) << 8 * (i % 8);
            if (i % 8 < 7 && i + 1 < codes.length) continue;
            urn.setSum(i / 8, changes % 3);
            urn.load(i / 8, packed);
            packed = 0;
        }
        urn.load(groups, 0);
        for (uint256 i; i < 4; ++i) {
            uint256 place = (changes >> (32 * i)) % weights.length;
            weights[place] = changes >> (32 * i + 16) & 0xff;
            urn.set(place, weights[place]);
        }
        uint256 total;
        for (uint256 i; i < weights.length; ++i) {
            total += weights[i];
        }
        vm.assertEq(urn.total, total);
        if (total == 0) return;
        ticket %= total;
        (uint256 group, uint256 position) = urn.findGroup(ticket);
        vm.assertTrue(urn.isLoaded(group));
        (group, position) = urn.findPlace(group, position);
        uint256 expected;
        for (; ticket >= weights[expected]; ++expected) {
            ticket -= weights[expected];
        }
        vm.assertEq(group, expected);
        vm.assertEq(position, ticket);
    }

    function test_setBounds_setsUpperBoundsOfGroups() public pure {
        Urn.Weights memory urn = Urn.create(11);
        urn.setBounds(0, 1 | 3 << 56);
        urn.setBounds(1, 2 << 16);
        vm.assertEq(urn.sums[0], 1);
        vm.assertEq(urn.sums[7], 3);
        vm.assertEq(urn.sums[10], 2);
        vm.assertEq(urn.total, 6);
        urn.load(7, 1 | 1 << 8);
        vm.assertTrue(urn.isLoaded(7));
        vm.assertFalse(urn.isLoaded(0));
        vm.assertEq(urn.weights[57], 1);
        vm.assertEq(urn.total, 5);
    }
}
