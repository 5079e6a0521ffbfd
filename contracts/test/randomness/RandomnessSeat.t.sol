// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IRandomness} from "../../src/interfaces/IRandomness.sol";
import {IRandomnessSeat} from "../../src/interfaces/IRandomnessSeat.sol";
import {RandomnessSeat} from "../../src/randomness/RandomnessSeat.sol";
import {Protocol} from "../Protocol.sol";

/// @notice A source whose hashes name the source.
contract NamedSource is IRandomness {
    bytes32 private immutable name;
    uint256 public immutable reach;

    constructor(bytes32 name_, uint256 reach_) {
        (name, reach) = (name_, reach_);
    }

    function hashOf(uint256 blockNumber) external view returns (bytes32) {
        return keccak256(abi.encode(name, blockNumber));
    }
}

contract RandomnessSeatTest is Protocol {
    address private anna = _account("anna");

    function setUp() public {
        _deploy(10);
        _registerTranscoder(anna, 100 ether, PRICE);
        _registerTranscoder(_account("ben"), 100 ether, PRICE);
    }

    function test_setSource_decidesOnlyAboutLaterJobs() public {
        NamedSource next = new NamedSource("next", 256);
        bytes32 before = _postJob();
        vm.expectEmit(address(randomness));
        emit IRandomnessSeat.SourceUpdate(address(next));
        randomness.setSource(next);
        uint256 changed = vm.getBlockNumber();
        // The hash of the next block decides about the jobs of this block.
        vm.assertEq(address(randomness.sourceOf(changed + 1)), address(firstSource));
        vm.assertEq(address(randomness.sourceOf(changed + 2)), address(next));
        vm.assertEq(address(randomness.sourceOf(0)), address(firstSource));
        _mine(2);
        vm.setBlockhash(changed + 1, "hash");
        vm.assertEq(randomness.hashOf(changed + 1), "hash");
        jobs.drawCandidates(before);
        vm.prank(broadcaster);
        jobs.endJob(before);
        bytes32 later = _postJob();
        _mine(2);
        vm.expectCall(address(next), abi.encodeCall(next.hashOf, (changed + 3)));
        jobs.drawCandidates(later);
    }

    function test_setSource_manyTimes_keepsEachBlock() public {
        NamedSource[3] memory list;
        for (uint256 i; i < 3; ++i) {
            list[i] = new NamedSource(bytes32(i), 256);
            _mine(10);
            randomness.setSource(list[i]);
        }
        uint256 last = vm.getBlockNumber();
        vm.assertEq(address(randomness.sourceOf(last - 20 + 1)), address(firstSource));
        vm.assertEq(address(randomness.sourceOf(last - 20 + 2)), address(list[0]));
        vm.assertEq(address(randomness.sourceOf(last - 10 + 2)), address(list[1]));
        vm.assertEq(address(randomness.sourceOf(last + 2)), address(list[2]));
        vm.assertEq(address(randomness.sourceOf(type(uint256).max)), address(list[2]));
    }

    function test_setSource_byAnotherAccount_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, anna));
        vm.prank(anna);
        randomness.setSource(firstSource);
    }

    /// @dev Claim deadlines and verification periods were checked against the reach of the present source.
    function test_setSource_withSmallerReach_reverts() public {
        NamedSource brief = new NamedSource("brief", 255);
        vm.expectRevert(
            abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, "reach", 255, 256, type(uint256).max)
        );
        randomness.setSource(brief);
        vm.expectRevert(abi.encodeWithSelector(IParameters.NoCode.selector, anna));
        randomness.setSource(IRandomness(anna));
    }
}
