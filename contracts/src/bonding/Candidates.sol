// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICandidates} from "../interfaces/ICandidates.sol";
import {JobAssignment} from "../libraries/JobAssignment.sol";
import {TranscoderPool} from "../libraries/TranscoderPool.sol";
import {Stakes} from "./Stakes.sol";

/// @notice Draws the candidates of a job from the pool.
abstract contract Candidates is Stakes, ICandidates {
    using TranscoderPool for TranscoderPool.Pool;

    /// @inheritdoc ICandidates
    function draw(bytes32 seed, uint256 atBlock, uint256 maxPricePerUnit, uint256 count)
        external
        view
        returns (uint24[] memory drawnNumbers, address[] memory drawn, bool contested)
    {
        uint256 round = roundsManager.roundInForceAt(atBlock);
        (uint256[] memory cumulative, uint256 active) =
            pool.cumulativeWeights(TranscoderPool.Offer(atBlock, round, maxPricePerUnit));
        contested = active > 0 && 2 * cumulative[cumulative.length - 1] >= active;
        uint256[] memory places = JobAssignment.draw(seed, cumulative, count);
        (drawnNumbers, drawn) = (new uint24[](places.length), new address[](places.length));
        for (uint256 i; i < places.length; ++i) {
            drawnNumbers[i] = pool.numberAt(places[i], round);
            drawn[i] = accounts[drawnNumbers[i]];
        }
    }

    /// @inheritdoc ICandidates
    function transcoderOf(uint256 number) external view returns (address) {
        return accounts[number];
    }

    /// @inheritdoc ICandidates
    function numberOf(address account) external view returns (uint24) {
        return numbers[account];
    }

    /// @inheritdoc ICandidates
    function stakeOf(address account) external view returns (uint256) {
        return records[numbers[account]].stake;
    }
}
