// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Protocol} from "./Protocol.sol";

contract MinterTest is Protocol {
    address private anna = person("anna");

    function setUp() public {
        deploy(3);
        join(anna, 100 ether, PRICE);
    }

    /// @dev Stakes are kept in 96 bits.
    function test_openRound_mintsUpToTheMostThatTheTokenMayBe() public {
        uint256 missing = type(uint96).max - token.totalSupply() - 5;
        vm.prank(address(minter));
        token.mint(person("whale"), missing);
        nextRound();
        vm.assertEq(minter.mintable(), 5);
        vm.prank(anna);
        vm.assertEq(bonding.reward(), 5);
        vm.assertEq(token.totalSupply(), type(uint96).max);
        nextRound();
        vm.assertEq(minter.mintable(), 0);
        vm.prank(anna);
        vm.assertEq(bonding.reward(), 0);
    }
}
