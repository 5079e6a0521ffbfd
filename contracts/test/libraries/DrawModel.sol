// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {JobAssignment} from "../../src/libraries/JobAssignment.sol";
import {Test} from "../Test.sol";

/// @notice A simple model of the draw of JobAssignment. It searches the groups of eight places one after another, and
/// then the places of one group one after another.
abstract contract DrawModel is Test {
    struct Holder {
        uint24 number;
        uint96 stake;
        uint48 price;
    }

    struct Job {
        uint256 atBlock;
        uint256 round;
        uint256 price;
    }

    /// @dev The state of a draw from the model. See JobAssignment.Draw.
    struct Model {
        uint256[] weights;
        /// @dev One sum for each group of eight places. The sum is rounded up until a ticket selects the group. After
        /// that, it is the exact sum of the group's weights. The last group has only the guest, and its sum is exact
        /// from the start.
        uint256[] sums;
        bool[] hit;
        uint24[] numbers;
        uint256 found;
        uint256 open;
        uint256 closed;
        uint256 drawableStake;
        uint256 removedStake;
        bool isSifted;
    }

    /// @dev The holder of a place in the round of the job. The last place belongs to the guest.
    function _modelHolder(Job memory job, uint256 place, uint256 placeCount)
        internal
        view
        virtual
        returns (Holder memory);

    function _modelDrawable(Job memory job, Holder memory holder) internal view virtual returns (bool);

    function _drawModel(Job memory job, bytes32 seed, uint256 count, uint256 placeCount)
        internal
        view
        returns (Model memory model)
    {
        uint256 groups = placeCount / 8 + 1;
        model = Model(
            new uint256[](placeCount),
            new uint256[](groups),
            new bool[](groups),
            new uint24[](count),
            0,
            0,
            0,
            0,
            0,
            false
        );
        for (uint256 i; i < placeCount; ++i) {
            uint256 stake = _modelHolder(job, i, placeCount).stake >> 40;
            model.weights[i] = i + 1 == placeCount ? stake : _roundedUp(stake);
        }
        for (uint256 i; i < groups; ++i) {
            uint256 sum = _sum(model.weights, 8 * i, 8 * i + 8);
            model.sums[i] = i + 1 == groups ? sum : _roundedUp(sum);
        }
        for (uint256 i; _total(model) > 0; ++i) {
            if (model.found == count && (model.open == count || model.closed == count)) break;
            bool isPollOver = model.open == count || model.closed == count;
            if (i >= JobAssignment.MAX_BLIND_TICKETS && isPollOver && !model.isSifted) _siftModel(job, model);
            else _drawInModel(job, model, uint256(keccak256(abi.encode(seed, i))) % _total(model));
        }
    }

    function _siftModel(Job memory job, Model memory model) private view {
        uint256 count = model.weights.length;
        for (uint256 i; i < count; ++i) {
            Holder memory holder = _modelHolder(job, i, count);
            if (model.weights[i] == 0) continue;
            bool drawable = _modelDrawable(job, holder);
            model.weights[i] = drawable ? holder.stake >> 40 : 0;
            if (!drawable) model.removedStake += holder.stake >> 40;
        }
        for (uint256 i; i < model.sums.length; ++i) {
            (model.sums[i], model.hit[i]) = (_sum(model.weights, 8 * i, 8 * i + 8), true);
        }
        model.isSifted = true;
    }

    function _drawInModel(Job memory job, Model memory model, uint256 ticket) private view {
        uint256 group;
        for (; ticket >= model.sums[group]; ++group) {
            ticket -= model.sums[group];
        }
        uint256 place = 8 * group;
        if (!model.hit[group]) {
            model.hit[group] = true;
            model.sums[group] = _sum(model.weights, place, place + 8);
            if (ticket >= model.sums[group]) return;
        }
        for (; ticket >= model.weights[place]; ++place) {
            ticket -= model.weights[place];
        }
        Holder memory holder = _modelHolder(job, place, model.weights.length);
        uint256 stake = holder.stake >> 40;
        _setWeight(model, place, stake);
        if (ticket >= stake) return;
        bool drawable = _modelDrawable(job, holder);
        uint256 count = model.numbers.length;
        if (model.open == count || model.closed == count) {
            _setWeight(model, place, 0);
            model.removedStake += stake;
            if (drawable) model.drawableStake += stake;
        } else {
            drawable ? ++model.open : ++model.closed;
        }
        if (!drawable || model.found == count) return;
        for (uint256 i; i < model.found; ++i) {
            if (model.numbers[i] == holder.number) return;
        }
        model.numbers[model.found++] = holder.number;
    }

    /// @dev The lowest value that is at least the stake and is 1, 2 or 3 times a power of two. If the stake is zero,
    /// the result is zero.
    function _roundedUp(uint256 stake) private pure returns (uint256) {
        uint256 unit = 1;
        while ((stake + unit - 1) / unit > 3) unit *= 2;
        return (stake + unit - 1) / unit * unit;
    }

    function _setWeight(Model memory model, uint256 place, uint256 weight) private pure {
        model.sums[place / 8] = model.sums[place / 8] + weight - model.weights[place];
        model.weights[place] = weight;
    }

    function _total(Model memory model) private pure returns (uint256) {
        return _sum(model.sums, 0, model.sums.length);
    }

    function _sum(uint256[] memory values, uint256 from, uint256 end) private pure returns (uint256 sum) {
        for (uint256 i = from; i < end && i < values.length; ++i) {
            sum += values[i];
        }
    }
}
