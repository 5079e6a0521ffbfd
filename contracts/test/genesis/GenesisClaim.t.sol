// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {GenesisClaim} from "../../src/genesis/GenesisClaim.sol";
import {ICommonPool} from "../../src/interfaces/ICommonPool.sol";
import {IGenesisClaim} from "../../src/interfaces/IGenesisClaim.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {Allocations} from "./Allocations.sol";

contract GenesisClaimTest is Allocations {
    uint256 private constant COUNT = 13;
    uint256 private constant OPEN_SECONDS = 365 days;

    GenesisClaim private genesis;
    bytes32[][] private tree;

    function setUp() public {
        _deploy(3);
        tree = _treeOf(COUNT);
        genesis = _genesisOf(tree, COUNT);
    }

    /// @dev A GenesisClaim that holds the sum of its allocations.
    function _genesisOf(bytes32[][] memory levels, uint256 count) private returns (GenesisClaim created) {
        created = new GenesisClaim(token, bonding, _rootOf(levels), count, OPEN_SECONDS);
        token.transfer(address(created), _sumOf(count));
    }

    function _claim(uint256 index) private {
        genesis.claim(index, _accountAt(index), _amountAt(index), _siblingsOf(tree, index));
    }

    function test_claim_of10000Allocations_paysEachOnceAndToTheUnit() public {
        vm.pauseGasMetering();
        uint256 count = 10_000;
        bytes32[][] memory levels = _treeOf(count);
        GenesisClaim large = _genesisOf(levels, count);
        for (uint256 i; i < count; ++i) {
            large.claim(i, _accountAt(i), _amountAt(i), _siblingsOf(levels, i));
        }
        vm.assertEq(token.balanceOf(address(large)), 0);
        for (uint256 i; i < count; ++i) {
            vm.assertEq(token.balanceOf(_accountAt(i)), _amountAt(i));
            vm.assertTrue(large.isClaimed(i));
        }
        // With LPT for a second payment, each second claim is refused all the same.
        token.transfer(address(large), _sumOf(count));
        for (uint256 i; i < count; ++i) {
            bytes32[] memory siblings = _siblingsOf(levels, i);
            vm.expectRevert(abi.encodeWithSelector(IGenesisClaim.AlreadyClaimed.selector, i));
            large.claim(i, _accountAt(i), _amountAt(i), siblings);
        }
        vm.assertEq(token.balanceOf(address(large)), _sumOf(count));
    }

    function test_claim_byAnotherAccount_paysOnlyTheAccountOfTheAllocation() public {
        address stranger = _account("stranger");
        vm.expectEmit(address(genesis));
        emit IGenesisClaim.AllocationClaimed(4, _accountAt(4), _amountAt(4));
        vm.prank(stranger);
        _claim(4);
        vm.assertEq(token.balanceOf(_accountAt(4)), _amountAt(4));
        vm.assertEq(token.balanceOf(stranger), 0);
        vm.assertEq(token.balanceOf(address(genesis)), _sumOf(COUNT) - _amountAt(4));
        vm.assertTrue(genesis.isClaimed(4));
        vm.assertFalse(genesis.isClaimed(5));
    }

    function test_claim_thenBond_stakesAllocation() public {
        _registerTranscoder(_account("transcoder"), 5 ether, PRICE);
        _claim(2);
        vm.startPrank(_accountAt(2));
        token.approve(address(bonding), _amountAt(2));
        bonding.bond(_amountAt(2), _account("transcoder"));
        vm.stopPrank();
        vm.assertEq(_stakeOf(_accountAt(2)), _amountAt(2));
    }

    function test_fuzz_claim_ofAnythingElse_reverts(uint256 index, address account, uint256 amount) public {
        bytes32[] memory siblings = _siblingsOf(tree, 3);
        _expectNotAllocated(index == 3 ? 2 : index, _accountAt(3), _amountAt(3), siblings);
        if (account != _accountAt(3)) _expectNotAllocated(3, account, _amountAt(3), siblings);
        if (amount != _amountAt(3)) _expectNotAllocated(3, _accountAt(3), amount, siblings);
    }

    function test_fuzz_claim_withOtherSiblings_reverts(bytes32 noise, uint256 level) public {
        bytes32[] memory siblings = _siblingsOf(tree, 3);
        level = level % siblings.length;
        vm.assume(noise != siblings[level]);
        siblings[level] = noise;
        _expectNotAllocated(3, _accountAt(3), _amountAt(3), siblings);
    }

    function test_fuzz_claim_withOtherNumberOfSiblings_reverts(uint8 length) public {
        vm.assume(length != 4);
        bytes32[] memory path = _siblingsOf(tree, 3);
        bytes32[] memory siblings = new bytes32[](length);
        for (uint256 i; i < length && i < 4; ++i) {
            siblings[i] = path[i];
        }
        _expectNotAllocated(3, _accountAt(3), _amountAt(3), siblings);
    }

    /// @dev The two children of an inner node have 64 bytes, and an allocation has 96 bytes and is hashed twice. Here, the
    /// root is an inner node of the true tree, and the contract takes it for a tree with one allocation.
    function test_claim_ofInnerNode_reverts() public {
        GenesisClaim half = new GenesisClaim(token, bonding, tree[1][0], 1, OPEN_SECONDS);
        token.transfer(address(half), 1 ether);
        (bytes32 left, bytes32 right) = (tree[0][0], tree[0][1]);
        bytes32[] memory none = new bytes32[](0);
        bytes memory refusal = abi.encodeWithSelector(
            IGenesisClaim.NotAllocated.selector, uint256(0), address(uint160(uint256(left))), uint256(right)
        );
        vm.expectRevert(refusal);
        half.claim(0, address(uint160(uint256(left))), uint256(right), none);
        bytes32[] memory one = new bytes32[](1);
        one[0] = right;
        vm.expectRevert(
            abi.encodeWithSelector(IGenesisClaim.NotAllocated.selector, uint256(0), _accountAt(0), _amountAt(0))
        );
        half.claim(0, _accountAt(0), _amountAt(0), one);
    }

    /// @dev Three empty leaves pad the tree of 13 allocations to 16 leaves.
    function test_claim_ofPadding_reverts() public {
        for (uint256 index = COUNT; index < 16; ++index) {
            _expectNotAllocated(index, address(0), 0, _siblingsOf(tree, index));
        }
    }

    /// @dev A list with a wrong index in a leaf, which `script/publishGenesis.ts` never makes.
    function test_claim_ofIndexAfterLastAllocation_reverts() public {
        GenesisClaim one = new GenesisClaim(token, bonding, tree[0][1], 1, OPEN_SECONDS);
        vm.expectRevert(abi.encodeWithSelector(IGenesisClaim.NotAllocated.selector, 1, _accountAt(1), _amountAt(1)));
        one.claim(1, _accountAt(1), _amountAt(1), new bytes32[](0));
    }

    function test_claim_ofOnlyAllocation_needsNoSiblings() public {
        GenesisClaim one = _genesisOf(_treeOf(1), 1);
        one.claim(0, _accountAt(0), _amountAt(0), new bytes32[](0));
        vm.assertEq(token.balanceOf(_accountAt(0)), _amountAt(0));
    }

    function test_claim_atClosingTime_reverts() public {
        uint256 closing = genesis.closingTime();
        vm.assertEq(closing, vm.getBlockTimestamp() + OPEN_SECONDS);
        vm.warp(closing - 1);
        _claim(0);
        vm.warp(closing);
        bytes32[] memory siblings = _siblingsOf(tree, 1);
        vm.expectRevert(abi.encodeWithSelector(IGenesisClaim.ClaimsClosed.selector, closing));
        genesis.claim(1, _accountAt(1), _amountAt(1), siblings);
    }

    function test_returnUnclaimed_beforeClosingTime_reverts() public {
        uint256 closing = genesis.closingTime();
        vm.warp(closing - 1);
        vm.expectRevert(abi.encodeWithSelector(IGenesisClaim.ClaimsOpen.selector, closing));
        genesis.returnUnclaimed();
    }

    function test_returnUnclaimed_afterClosingTime_fillsCommonPoolOnce() public {
        _claim(0);
        _claim(12);
        uint256 rest = _sumOf(COUNT) - _amountAt(0) - _amountAt(12);
        uint256 supply = token.totalSupply();
        vm.warp(genesis.closingTime());
        vm.expectEmit(address(genesis));
        emit IGenesisClaim.UnclaimedReturned(rest);
        vm.expectEmit(address(bonding));
        emit ICommonPool.CommonPoolCredit(address(genesis), rest);
        vm.prank(_account("stranger"));
        vm.assertEq(genesis.returnUnclaimed(), rest);
        vm.assertEq(bonding.commonPool(), rest);
        vm.assertEq(token.balanceOf(address(bonding)), rest);
        vm.assertEq(token.balanceOf(address(genesis)), 0);
        vm.assertEq(token.totalSupply(), supply);
        vm.expectRevert(abi.encodeWithSelector(IGenesisClaim.NothingUnclaimed.selector));
        genesis.returnUnclaimed();
        vm.assertEq(bonding.commonPool(), rest);
    }

    /// @dev This test contract owns the protocol, as the timelock does. It can spend the returned LPT, because they are in the CommonPool.
    function test_returnUnclaimed_canBeSpentByVotes() public {
        vm.warp(genesis.closingTime());
        uint256 rest = genesis.returnUnclaimed();
        bonding.spendCommonPool(_account("receiver"), rest);
        vm.assertEq(token.balanceOf(_account("receiver")), rest);
    }

    function test_returnUnclaimed_afterAllClaims_reverts() public {
        for (uint256 i; i < COUNT; ++i) {
            _claim(i);
        }
        vm.warp(genesis.closingTime());
        vm.expectRevert(abi.encodeWithSelector(IGenesisClaim.NothingUnclaimed.selector));
        genesis.returnUnclaimed();
    }

    function test_constructor_withParametersOutOfBounds_reverts() public {
        bytes4 selector = IParameters.ParameterOutOfBounds.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, "claimCount", 0, 1, type(uint32).max));
        new GenesisClaim(token, bonding, 0, 0, OPEN_SECONDS);
        vm.expectRevert(abi.encodeWithSelector(selector, "claimSeconds", 30 days - 1, 30 days, 3_650 days));
        new GenesisClaim(token, bonding, 0, 1, 30 days - 1);
        vm.expectRevert(abi.encodeWithSelector(selector, "claimSeconds", 3_650 days + 1, 30 days, 3_650 days));
        new GenesisClaim(token, bonding, 0, 1, 3_650 days + 1);
    }

    function test_fundCommonPool_byAnyAccount_addsToPool() public {
        address donor = _account("donor");
        _fund(donor, 5 ether);
        vm.expectEmit(address(bonding));
        emit ICommonPool.CommonPoolCredit(donor, 3 ether);
        vm.prank(donor);
        bonding.fundCommonPool(3 ether);
        vm.assertEq(bonding.commonPool(), 3 ether);
        vm.assertEq(token.balanceOf(address(bonding)), 3 ether);
        vm.assertEq(token.balanceOf(donor), 2 ether);
        vm.assertEq(bonding.totalBonded(), 0);
    }

    function test_fundCommonPool_withoutAllowanceOrBalance_reverts() public {
        token.transfer(_account("donor"), 1 ether);
        vm.prank(_account("donor"));
        vm.expectPartialRevert(IERC20Errors.ERC20InsufficientAllowance.selector);
        bonding.fundCommonPool(1);
        _fund(_account("donor"), 1 ether);
        vm.prank(_account("donor"));
        vm.expectPartialRevert(IERC20Errors.ERC20InsufficientBalance.selector);
        bonding.fundCommonPool(2 ether + 1);
        vm.assertEq(bonding.commonPool(), 0);
    }

    function _expectNotAllocated(uint256 index, address account, uint256 amount, bytes32[] memory siblings) private {
        vm.expectRevert(abi.encodeWithSelector(IGenesisClaim.NotAllocated.selector, index, account, amount));
        genesis.claim(index, account, amount, siblings);
    }
}
