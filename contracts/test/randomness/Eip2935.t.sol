// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRandomness} from "../../src/interfaces/IRandomness.sol";
import {Eip2935} from "../../src/randomness/Eip2935.sol";
import {Test} from "../Test.sol";

contract Eip2935Test is Test {
    address private constant HISTORY = 0x0000F90827F1c53A10cB7A002335175320002935;
    /// @dev The runtime code of the history contract, from EIP-2935. Forge does not deploy this contract.
    bytes private constant HISTORY_CODE =
        hex"3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";

    function setUp() public {
        vm.roll(20_000);
    }

    function test_reach_withHistoryContract_is8191() public {
        vm.assertEq(new Eip2935().reach(), 256);
        vm.etch(HISTORY, HISTORY_CODE);
        vm.assertEq(new Eip2935().reach(), 8191);
    }

    function test_hashOf_ofRecentBlock_readsChain() public {
        Eip2935 randomness = new Eip2935();
        vm.setBlockhash(19_999, "last");
        vm.assertEq(randomness.hashOf(19_999), "last");
        vm.setBlockhash(19_744, "oldest");
        vm.assertEq(randomness.hashOf(19_744), "oldest");
    }

    function test_hashOf_ofOlderBlock_readsHistoryContract() public {
        vm.etch(HISTORY, HISTORY_CODE);
        Eip2935 randomness = new Eip2935();
        _storeHistory(19_743, "old");
        vm.assertEq(randomness.hashOf(19_743), "old");
        _storeHistory(20_000 - 8191, "oldest");
        vm.assertEq(randomness.hashOf(20_000 - 8191), "oldest");
    }

    function test_hashOf_ofUnavailableBlock_reverts() public {
        Eip2935 randomness = new Eip2935();
        _expectHashUnavailable(20_000);
        randomness.hashOf(20_000);
        _expectHashUnavailable(19_743);
        randomness.hashOf(19_743);
    }

    function test_hashOf_whenHistoryGivesNoHash_reverts() public {
        vm.etch(HISTORY, HISTORY_CODE);
        Eip2935 randomness = new Eip2935();
        _expectHashUnavailable(19_743);
        randomness.hashOf(19_743);
        _storeHistory(20_000 - 8192, "gone");
        _expectHashUnavailable(20_000 - 8192);
        randomness.hashOf(20_000 - 8192);
        _expectHashUnavailable(type(uint256).max);
        randomness.hashOf(type(uint256).max);
    }

    function _storeHistory(uint256 blockNumber, bytes32 blockHash) private {
        vm.store(HISTORY, bytes32(blockNumber % 8191), blockHash);
    }

    function _expectHashUnavailable(uint256 blockNumber) private {
        vm.expectRevert(abi.encodeWithSelector(IRandomness.HashUnavailable.selector, blockNumber, vm.getBlockNumber()));
    }
}
