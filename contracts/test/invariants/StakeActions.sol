// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IParameters} from "../../src/interfaces/IParameters.sol";
import {RandomChanges} from "./RandomChanges.sol";

/// @notice Actions of stakers between votes: they bond, move, unbond and withdraw stake, and slashes take a part of it.
abstract contract StakeActions is RandomChanges {
    uint256 internal constant TRANSCODERS = 3;

    mapping(bytes32 outcome => uint256) public outcomeCount;

    modifier randomAction(uint256 seed, uint256 salt) {
        randomState = uint256(keccak256(abi.encode(seed, salt)));
        _;
        if (_randomBelow(4) == 0) _pass(_randomBelow(20));
    }

    /// @dev Bonds, or moves all stake.
    function bond(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _startRound();
        address account = _randomActor();
        uint256 available = token.balanceOf(account);
        uint256 amount = available == 0 || _randomBelow(3) == 0 ? 0 : _randomBelow(available) + 1;
        _attempt(account, address(bonding), abi.encodeCall(bonding.bond, (amount, _actor(_randomBelow(3)))), "bond");
    }

    function unbond(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _startRound();
        address account = _randomActor();
        uint256 stake = _stakeOf(account);
        if (stake > 0) {
            uint256 amount = _randomBelow(stake / 4 + 1) + 1;
            _attempt(account, address(bonding), abi.encodeCall(bonding.unbond, (amount)), "unbond");
        }
    }

    function withdrawStake(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address account = _randomActor();
        uint256 count = bonding.unbondingLockCount(account);
        if (count == 0) return;
        uint256 lockId = _randomBelow(count);
        _attempt(account, address(bonding), abi.encodeCall(bonding.withdrawStake, (lockId)), "withdrawStake");
    }

    function reward(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _startRound();
        _attempt(_actor(_randomBelow(TRANSCODERS)), address(bonding), abi.encodeCall(bonding.reward, ()), "reward");
    }

    function slash(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address account = _actor(_randomBelow(TRANSCODERS));
        if (bonding.stakeOf(account) < 10_000 ether) return;
        _slash(account, _randomBelow(20_000));
        ++outcomeCount["slash"];
    }

    /// @dev Makes a call that the contracts may refuse with a custom error.
    function _attempt(address by, address target, bytes memory data, bytes32 outcome)
        internal
        returns (bool done, bytes memory result)
    {
        vm.prank(by);
        (done, result) = target.call(data);
        if (done) {
            ++outcomeCount[outcome];
            return (true, result);
        }
        vm.assertNotEq(bytes32(bytes4(result)), bytes32(bytes4(0x4e487b71)));
        vm.assertGe(result.length, 4, "a call failed without an error");
        if (bytes4(result) == IParameters.ParameterOutOfBounds.selector) ++outcomeCount["out of bounds"];
    }

    function _startRound() internal {
        if (rounds.currentRoundInitialized()) return;
        if (vm.getBlockNumber() == rounds.currentRoundStartBlock()) _pass(1);
        rounds.initializeRound();
    }

    function _nextRound() internal {
        uint256 next = rounds.currentRoundStartBlock() + rounds.roundLength() + 1;
        _pass(next - vm.getBlockNumber());
        _startRound();
    }

    function _pass(uint256 blocks) internal {
        _mine(blocks);
        vm.warp(vm.getBlockTimestamp() + blocks * SECONDS_PER_BLOCK);
    }
}
