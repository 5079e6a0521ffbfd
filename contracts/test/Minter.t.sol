// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMinter} from "../src/interfaces/IMinter.sol";
import {Protocol} from "./Protocol.sol";

contract MinterTest is Protocol {
    address private anna = _account("anna");

    function setUp() public {
        _deploy(3);
        _registerTranscoder(anna, 100 ether, PRICE);
    }

    function test_openRound_whenExactlyTargetPartIsBonded_keepsInflation() public {
        IMinter.Parameters memory values = minter.parameters();
        values.participationRate = bonding.totalBonded() * 1_000_000_000 / token.totalSupply();
        minter.setParameters(values);
        uint256 rate = minter.inflation();
        _initializeNextRound();
        vm.assertEq(minter.inflation(), rate);
    }

    function test_minted_afterBurn_countsOnlyMintedLpt() public {
        _initializeNextRound();
        vm.prank(anna);
        uint256 amount = bonding.reward();
        uint256 supply = token.totalSupply();
        token.burn(1_000 ether);
        vm.assertEq(token.totalSupply(), supply - 1_000 ether);
        vm.assertEq(token.burned(), 1_000 ether);
        vm.assertEq(minter.minted(), amount);
        _initializeNextRound();
        vm.assertEq(minter.minted(), 0);
    }

    /// @dev The supply must fit into 96 bits, because stakes have 96 bits.
    function test_openRound_nearMaxSupply_limitsMintableAmount() public {
        uint256 missing = type(uint96).max - token.totalSupply() - 5;
        vm.prank(address(minter));
        token.mint(_account("whale"), missing);
        _initializeNextRound();
        vm.assertEq(minter.mintable(), 5);
        vm.prank(anna);
        vm.assertEq(bonding.reward(), 5);
        vm.assertEq(token.totalSupply(), type(uint96).max);
        _initializeNextRound();
        vm.assertEq(minter.mintable(), 0);
        vm.prank(anna);
        vm.assertEq(bonding.reward(), 0);
    }
}
