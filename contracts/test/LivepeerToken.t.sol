// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ILivepeerToken} from "../src/interfaces/ILivepeerToken.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {LivepeerToken} from "../src/LivepeerToken.sol";
import {Test} from "./Test.sol";

contract LivepeerTokenTest is Test {
    address private constant MINTER = address(0x317);

    LivepeerToken private token = new LivepeerToken(_allocationsOf(7_500_000 ether, 2_500_000 ether), MINTER);

    function _allocationsOf(uint256 first, uint256 second)
        private
        pure
        returns (ILivepeerToken.Allocation[] memory list)
    {
        list = new ILivepeerToken.Allocation[](2);
        list[0] = ILivepeerToken.Allocation(_account("first"), first);
        list[1] = ILivepeerToken.Allocation(_account("second"), second);
    }

    function test_constructor_givesEachAllocation_andNothingToDeployer() public view {
        vm.assertEq(token.name(), "Livepeer Token");
        vm.assertEq(token.symbol(), "LPT");
        vm.assertEq(token.decimals(), 18);
        vm.assertEq(token.totalSupply(), 10_000_000 ether);
        vm.assertEq(token.balanceOf(_account("first")), 7_500_000 ether);
        vm.assertEq(token.balanceOf(_account("second")), 2_500_000 ether);
        vm.assertEq(token.balanceOf(address(this)), 0);
    }

    function test_constructor_withAllocationOutOfBounds_reverts() public {
        uint256 max = type(uint96).max;
        bytes4 selector = IParameters.ParameterOutOfBounds.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, "initialAllocation", max + 1, 1, max));
        new LivepeerToken(_allocationsOf(max, 1), MINTER);
        vm.expectRevert(abi.encodeWithSelector(selector, "initialAllocation", 0, 1, max));
        new LivepeerToken(_allocationsOf(0, 0), MINTER);
    }

    function test_permit_withSignature_approves() public {
        (uint256 key, address spender) = (0xA11CE, address(0xBEEF));
        bytes32 typehash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typehash, vm.addr(key), spender, 5 ether, 0, block.timestamp));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash)));
        token.permit(vm.addr(key), spender, 5 ether, block.timestamp, v, r, s);
        vm.assertEq(token.allowance(vm.addr(key), spender), 5 ether);
    }

    function test_permit_afterDeadline_reverts() public {
        vm.warp(100);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612ExpiredSignature.selector, 99));
        token.permit(address(1), address(2), 1, 99, 27, 0, 0);
    }

    function test_mint_byAnotherCaller_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(ILivepeerToken.NotMinter.selector, address(this)));
        token.mint(address(this), 1);
        vm.prank(MINTER);
        token.mint(address(7), 5);
        vm.assertEq(token.balanceOf(address(7)), 5);
        vm.assertEq(token.totalSupply(), 10_000_000 ether + 5);
    }
}
