// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";
import {IRandomnessSeat} from "../interfaces/IRandomnessSeat.sol";
import {Parameters as Bounds} from "../libraries/Parameters.sol";

/// @dev See IRandomnessSeat.
contract RandomnessSeat is IRandomnessSeat, Ownable {
    using Checkpoints for Checkpoints.Trace208;

    /// @dev Each source that was ever seated, by the block in which it was seated; block 0 for the first.
    Checkpoints.Trace208 private sources;

    constructor(address owner_, IRandomness source) Ownable(owner_) {
        _seat(source, 0);
    }

    /// @inheritdoc IRandomnessSeat
    function setSource(IRandomness source) external onlyOwner {
        Bounds.requireCode(address(source));
        Bounds.bounded("reach", source.reach(), reach(), type(uint256).max);
        _seat(source, block.number);
    }

    /// @inheritdoc IRandomness
    function hashOf(uint256 blockNumber) external view returns (bytes32) {
        return sourceOf(blockNumber).hashOf(blockNumber);
    }

    /// @inheritdoc IRandomness
    function reach() public view returns (uint256) {
        return IRandomness(address(uint160(sources.latest()))).reach();
    }

    /// @inheritdoc IRandomnessSeat
    function sourceOf(uint256 blockNumber) public view returns (IRandomness) {
        // The hash of a block decides about the jobs and claims of the block before. These must be later than the change.
        uint256 lastChange = blockNumber < 2 ? 0 : blockNumber - 2;
        (, uint48 since, uint208 latest) = sources.latestCheckpoint();
        if (since > lastChange) latest = sources.upperLookupRecent(uint48(lastChange));
        return IRandomness(address(uint160(latest)));
    }

    function _seat(IRandomness source, uint256 fromBlock) private {
        sources.push(uint48(fromBlock), uint160(address(source)));
        emit SourceUpdate(address(source));
    }
}
