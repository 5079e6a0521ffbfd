// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {JobAssignment} from "../../src/libraries/JobAssignment.sol";
import {TranscoderPool} from "../../src/libraries/TranscoderPool.sol";
import {Urn} from "../../src/libraries/Urn.sol";
import {DrawnList} from "../../src/types/DrawnList.sol";
import {MAX_PRICE_PER_UNIT, termsOf} from "../../src/types/SeatTerms.sol";
import {DrawModel} from "./DrawModel.sol";

/// @notice Compares the pool with a simple model. The model copies all seats when a round begins. When a block ends, it
/// copies which transcoders are available.
contract TranscoderPoolTest is DrawModel {
    using JobAssignment for TranscoderPool.Pool;
    using TranscoderPool for TranscoderPool.Pool;

    struct Place {
        uint256 number;
        uint256 stake;
        uint256 weight;
        uint256 price;
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

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 512
    /// forge-config: mutation.fuzz.runs = 16
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

    /// @dev The availabilities of all transcoders are in two storage words. After the job, the terms of half of the seats change in the
    /// same round, and the terms of a third of the seats in the next round.
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
        if (action < 2 && seat == 0 && pool.holderCount < 12) _takeSeat(_randomHolder(number));
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

    /// @dev Compares a draw with the same draw from the model.
    function _assertDrawOf(Job memory job, bytes32 seed, uint256 placeCount) private view {
        uint256 count = 1 + uint256(seed) % 5;
        Model memory model = _drawModel(job, seed, count, placeCount);
        bool exact = model.removedStake > 0 && 2 * model.drawableStake >= model.removedStake;
        (uint24[] memory numbers, bool contested) = this.draw(job, seed, count);
        vm.assertEq(numbers.length, model.found, "the number of candidates differs from the model");
        for (uint256 i; i < numbers.length; ++i) {
            vm.assertEq(numbers[i], model.numbers[i], "the candidate differs from the model");
        }
        vm.assertTrue(contested == (model.found == count ? model.open == count : exact));
    }

    /// @inheritdoc DrawModel
    function _modelHolder(Job memory job, uint256 place, uint256 placeCount)
        internal
        view
        override
        returns (Holder memory)
    {
        return place + 1 == placeCount ? invited[job.round] : _lockedHolder(job.round, place);
    }

    /// @inheritdoc DrawModel
    function _modelDrawable(Job memory job, Holder memory holder) internal view override returns (bool) {
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

    /// @dev This function is external, because an external call reads the present block number. Within one call, the
    /// compiler assumes that the block number is constant.
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
        // The pool counts stake in units of 2^40, rounded down, so the stake of a random holder is often zero there. The StakeLine
        // rounds up most stakes above 4 units.
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
