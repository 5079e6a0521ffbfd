// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRandomness} from "./IRandomness.sol";

/// @notice Seats a source of randomness. The owner can replace the source for later blocks.
interface IRandomnessSeat is IRandomness {
    /// @notice Emitted when the owner seats a source.
    event SourceUpdate(address source);

    /// @notice Seats a source for the jobs and claims of later blocks. The hashes that decide about the jobs and claims of
    /// this block and of earlier blocks keep their source. The reach of a source must not be below the reach of the source
    /// before it, because parameters depend on the reach. Only for the owner.
    function setSource(IRandomness source) external;

    /// @notice The source that gives the hash of a block.
    function sourceOf(uint256 blockNumber) external view returns (IRandomness);
}
