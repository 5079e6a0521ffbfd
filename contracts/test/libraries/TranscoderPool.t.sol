// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {JobAssignment} from "../../src/libraries/JobAssignment.sol";
import {SeatHeap} from "../../src/libraries/SeatHeap.sol";
import {TranscoderPool} from "../../src/libraries/TranscoderPool.sol";
import {Urn} from "../../src/libraries/Urn.sol";
import {DrawnList} from "../../src/types/DrawnList.sol";
import {MAX_PRICE_PER_UNIT, termsOf} from "../../src/types/SeatTerms.sol";
import {Test} from "../Test.sol";

/// @notice Compares the pool with a simple model. The model copies all seats when a round begins. When a block ends, it
/// copies which transcoders are available.
contract TranscoderPoolTest is Test {
    using JobAssignment for TranscoderPool.Pool;
    using SeatHeap for SeatHeap.Heap;
    using TranscoderPool for TranscoderPool.Pool;

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

    struct Place {
        uint256 number;
        uint256 stake;
        uint256 weight;
        uint256 price;
    }

    /// @dev The state of a draw from the model. See JobAssignment.Draw.
    struct Model {
        uint256[] weights;
        /// @dev By eight places: the sum of their weights, rounded up until a ticket hits one of the eight places.
        uint256[] sums;
        bool[] hit;
        uint24[] numbers;
        uint256 found;
        uint256 open;
        uint256 closed;
        uint256 openStake;
        uint256 allStake;
        bool isSifted;
    }

    TranscoderPool.Pool private pool;

    uint256 private round;
    uint256 private randomState;
    uint256 private accountCount = 40;
    /// @dev Difference between the numbers of two consecutive transcoders. A storage word of the pool has the
    /// availability of 208 consecutive numbers, so transcoders with a larger distance use more words.
    uint256 private numberDistance;
    Holder[250] private holders;
    mapping(uint256 number => uint256) private seatOf;
    mapping(uint256 number => bool) private available;
    /// @dev Seat holders at the start of each round. The exception is round 0: seat holders at the end of the round.
    mapping(uint256 round => mapping(uint256 seat => Holder)) private locked;
    mapping(uint256 round => Holder) private invited;
    Job[] private jobs;
    mapping(uint256 job => mapping(uint256 number => bool)) private availableFor;
    uint256 private endedJobs;

    function test_fuzz_draw_afterAnyChanges_matchesRoundStart(uint256 seed) public {
        randomState = seed;
        numberDistance = 1 + _randomBelow(40);
        for (uint256 i; i < 150; ++i) {
            _doRandomAction();
            _checkRandomJob();
        }
        for (uint256 i; i < endedJobs; ++i) {
            _assertWeightsOf(jobs[i]);
        }
    }

    /// @dev The availabilities of all transcoders are in two storage words. Half of the seats change after the job.
    function test_draw_with250Seats_matchesRoundStart() public {
        _assertWeightsOfAllSeats(1);
    }

    /// @dev The availability of each transcoder is in a different storage word.
    function test_draw_with250SeatsInDistantWords_matchesRoundStart() public {
        _assertWeightsOfAllSeats(209);
    }

    function _assertWeightsOfAllSeats(uint256 numberDistance_) private {
        (accountCount, numberDistance) = (250, numberDistance_);
        for (uint256 i; i < 250; ++i) {
            available[_numberOf(i)] = i % 3 != 1;
            this.setAvailable(_numberOf(i), i % 3 != 1);
            _takeSeat(_holder(_numberOf(i), uint96(1 ether + i * 1e15), uint48(i % 5)));
        }
        _beginRound(1);
        jobs.push(Job(vm.getBlockNumber(), 1, 3));
        _endBlock();
        for (uint256 i; i < 250; i += 2) {
            _setTerms(i, _holder(holders[i].number, uint96(9 ether + i * 1e15), 1));
            this.setAvailable(holders[i].number, true);
        }
        _assertWeightsOf(jobs[0]);
        _beginRound(1);
        for (uint256 i; i < 250; i += 3) {
            _setTerms(i, _holder(holders[i].number, uint96(2 ether), 4));
        }
        _assertWeightsOf(jobs[0]);
    }

    function _doRandomAction() private {
        uint256 action = _randomBelow(12);
        uint256 accountIndex = _randomBelow(accountCount);
        uint24 number = _numberOf(accountIndex);
        uint256 seat = seatOf[number];
        if (action < 2 && seat == 0 && pool.order.size < 12) _takeSeat(_randomHolder(number));
        else if (action == 2 && seat > 0) _vacateSeat(seat - 1);
        else if (action == 3 && seat > 0) _replaceHolder(seat - 1, _numberOf(_randomBelow(accountCount)));
        else if (action < 6 && seat > 0) _setTerms(seat - 1, _randomHolder(number));
        else if (action == 6) _toggleAvailability(number);
        else if (action < 9) jobs.push(Job(vm.getBlockNumber(), round, _randomBelow(4)));
        else if (action < 11) _endBlock();
        else _beginRound(1 + _randomBelow(8) / 7);
    }

    /// @dev Checks the weights of a random job. Only jobs whose block has ended are checked.
    function _checkRandomJob() private {
        if (endedJobs > 0) _assertWeightsOf(jobs[_randomBelow(endedJobs)]);
    }

    function _assertWeightsOf(Job memory job) private view {
        try this.places(job) returns (Place[] memory found) {
            for (uint256 i; i < found.length; ++i) {
                Holder memory holder = _modelHolder(job, i, found.length);
                uint256 stake = holder.stake >> 40;
                vm.assertEq(found[i].stake, stake, "the stake differs from the model");
                vm.assertGe(found[i].weight, stake, "the weight is below the stake");
                vm.assertLe(found[i].weight, stake + stake / 2, "the weight is too far above the stake");
                if (stake == 0) continue;
                vm.assertEq(found[i].number, holder.number, "the transcoder in the seat differs from the model");
                vm.assertEq(found[i].price, holder.price, "the price differs from the model");
            }
            _assertDrawOf(job, keccak256(abi.encode(randomState)), found.length);
        } catch (bytes memory reason) {
            vm.assertEq(bytes32(reason), bytes32(IBondingTypes.DrawTooLate.selector));
            vm.assertTrue(round > job.round + 1);
        }
    }

    /// @dev Compares a draw with the same draw from the model, which searches all places one after another.
    function _assertDrawOf(Job memory job, bytes32 seed, uint256 placeCount) private view {
        uint256 count = 1 + uint256(seed) % 5;
        uint256 groups = placeCount / 8 + 1;
        Model memory model = Model(
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
        bool exact = model.allStake > 0 && 2 * model.openStake >= model.allStake;
        (uint24[] memory numbers, bool contested) = this.draw(job, seed, count);
        vm.assertEq(numbers.length, model.found, "the number of candidates differs from the model");
        for (uint256 i; i < numbers.length; ++i) {
            vm.assertEq(numbers[i], model.numbers[i], "the candidate differs from the model");
        }
        vm.assertTrue(contested == (model.found == count ? model.open == count : exact));
    }

    function _siftModel(Job memory job, Model memory model) private view {
        uint256 count = model.weights.length;
        for (uint256 i; i < count; ++i) {
            Holder memory holder = _modelHolder(job, i, count);
            if (model.weights[i] == 0) continue;
            bool drawable = _modelDrawable(job, holder);
            model.weights[i] = drawable ? holder.stake >> 40 : 0;
            if (!drawable) model.allStake += holder.stake >> 40;
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
            model.allStake += stake;
            if (drawable) model.openStake += stake;
        } else {
            drawable ? ++model.open : ++model.closed;
        }
        if (!drawable || model.found == count) return;
        for (uint256 i; i < model.found; ++i) {
            if (model.numbers[i] == holder.number) return;
        }
        model.numbers[model.found++] = holder.number;
    }

    /// @dev The lowest product of a power of two and a number below 4 that is not below the stake.
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

    function _modelHolder(Job memory job, uint256 place, uint256 placeCount) private view returns (Holder memory) {
        return place + 1 == placeCount ? invited[job.round] : _lockedHolder(job.round, place);
    }

    function _modelDrawable(Job memory job, Holder memory holder) private view returns (bool) {
        return holder.price <= job.price && availableFor[_indexOf(job)][holder.number];
    }

    function _lockedHolder(uint256 inRound, uint256 seat) private view returns (Holder memory) {
        return inRound == 0 && round == 0 ? holders[seat] : locked[inRound][seat];
    }

    function _indexOf(Job memory job) private view returns (uint256 i) {
        while (jobs[i].atBlock != job.atBlock) ++i;
    }

    function places(Job memory job) external view returns (Place[] memory found) {
        Urn.Weights memory urn = pool.urnOf(job.round);
        for (uint256 i; i < urn.groups; ++i) {
            pool.load(urn, i, job.round);
        }
        found = new Place[](8 * urn.groups + 1);
        for (uint256 i; i < found.length; ++i) {
            (uint256 number, uint256 terms) =
                i + 1 == found.length ? pool.guestIn(job.round) : pool.termsIn(i, job.round);
            found[i] = Place(number, terms >> 48, urn.weights[i], terms & MAX_PRICE_PER_UNIT);
        }
    }

    function draw(Job memory job, bytes32 seed, uint256 count)
        external
        view
        returns (uint24[] memory numbers, bool contested)
    {
        DrawnList list = pool.draw(JobAssignment.Offer(job.atBlock, job.round, job.price), seed, count);
        numbers = new uint24[](list.length());
        for (uint256 i; i < numbers.length; ++i) {
            numbers[i] = list.at(i);
        }
        return (numbers, list.contested());
    }

    /// @dev An external call reads the present block number. Within one call, the compiler takes it as constant.
    function setAvailable(uint24 number, bool isAvailable) external {
        pool.setAvailable(number, isAvailable);
    }

    function _takeSeat(Holder memory holder) private {
        uint256 seat = pool.join(holder.number, round, termsOf(holder.stake, holder.price));
        (holders[seat], seatOf[holder.number]) = (holder, seat + 1);
    }

    function _vacateSeat(uint256 seat) private {
        pool.vacate(seat, round);
        seatOf[holders[seat].number] = 0;
        delete holders[seat];
    }

    function _replaceHolder(uint256 seat, uint24 by) private {
        if (seatOf[by] != 0) return;
        Holder memory holder = _randomHolder(by);
        pool.replace(seat, by, round, termsOf(holder.stake, holder.price));
        seatOf[holders[seat].number] = 0;
        (holders[seat], seatOf[by]) = (holder, seat + 1);
    }

    function _setTerms(uint256 seat, Holder memory holder) private {
        pool.setTerms(seat, round, termsOf(holder.stake, holder.price));
        holders[seat] = holder;
    }

    function _toggleAvailability(uint24 number) private {
        available[number] = !available[number];
        this.setAvailable(number, available[number]);
    }

    function _endBlock() private {
        for (; endedJobs < jobs.length; ++endedJobs) {
            for (uint256 i; i < accountCount; ++i) {
                availableFor[endedJobs][_numberOf(i)] = available[_numberOf(i)];
            }
        }
        _mine(1);
    }

    /// @dev Ends the present block first, because a round begins in a new block. The RoundsManager ensures this.
    function _beginRound(uint256 roundCount) private {
        _endBlock();
        for (uint256 i; i < pool.seatCount; ++i) {
            locked[round + roundCount][i] = holders[i];
            if (round == 0) locked[0][i] = holders[i];
        }
        round += roundCount;
        Holder memory invitedHolder = _randomHolder(_numberOf(_randomBelow(accountCount)));
        if (seatOf[invitedHolder.number] != 0 || _randomBelow(2) == 0) return;
        pool.invite(invitedHolder.number, round, termsOf(invitedHolder.stake, invitedHolder.price));
        invited[round] = invitedHolder;
    }

    function _numberOf(uint256 accountIndex) private view returns (uint24) {
        return uint24(1 + numberDistance * accountIndex);
    }

    function _randomHolder(uint24 number) private returns (Holder memory) {
        // The pool counts stake in units of 2^40, rounded down, so the stake of a random holder is often zero there. From 4
        // units on, the line of stakes rounds.
        uint256 stake = _randomBelow(4) == 0 ? _randomBelow(200) << 40 : _randomBelow(4) << 39;
        return _holder(number, uint96(stake), uint48(_randomBelow(4)));
    }

    function _holder(uint24 number, uint96 stake, uint48 price) private pure returns (Holder memory) {
        return Holder(number, stake, price);
    }

    function _randomBelow(uint256 sides) private returns (uint256) {
        randomState = uint256(keccak256(abi.encode(randomState)));
        return randomState % sides;
    }
}
