// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {SeatHeap} from "../../src/libraries/SeatHeap.sol";
import {TranscoderPool} from "../../src/libraries/TranscoderPool.sol";
import {termsOf} from "../../src/types/SeatTerms.sol";
import {Test} from "../Test.sol";

/// @notice The line that a draw reads is that of a pool which is written down whole when a round begins, and whose
/// availabilities are when a block ends.
contract TranscoderPoolTest is Test {
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

    TranscoderPool.Pool private pool;

    uint256 private round;
    uint256 private dice;
    uint256 private people = 40;
    /// @dev From one number to the next: of how many people availabilities are in one word.
    uint256 private spread;
    Holder[250] private present;
    mapping(uint256 number => uint256) private seatOf;
    mapping(uint256 number => bool) private available;
    /// @dev As each round began. What round 0 ended with is its own.
    mapping(uint256 round => mapping(uint256 seat => Holder)) private locked;
    mapping(uint256 round => Holder) private guests;
    Job[] private jobs;
    mapping(uint256 job => mapping(uint256 number => bool)) private availableFor;
    uint256 private told;

    function test_fuzz_line_isThatOfTheRoundsStart(uint256 seed) public {
        dice = seed;
        spread = 1 + roll(40);
        for (uint256 i; i < 150; ++i) {
            act();
            ask();
        }
        for (uint256 i; i < told; ++i) {
            check(jobs[i]);
        }
    }

    /// @dev Every seat, in two words of availabilities, and half of them changed since.
    function test_line_of250Seats() public {
        ofAllSeats(1);
    }

    /// @dev In as many words as there are seats.
    function test_line_of250SeatsFarApart() public {
        ofAllSeats(209);
    }

    function ofAllSeats(uint256 spread_) private {
        (people, spread) = (250, spread_);
        for (uint256 i; i < 250; ++i) {
            available[numberOf(i)] = i % 3 != 1;
            this.setAvailable(numberOf(i), i % 3 != 1);
            take(holder(numberOf(i), uint96(1 ether + i * 1e15), uint48(i % 5)));
        }
        openRound(1);
        jobs.push(Job(vm.getBlockNumber(), 1, 3));
        endBlock();
        for (uint256 i; i < 250; i += 2) {
            set(i, holder(present[i].number, uint96(9 ether + i * 1e15), 1));
            this.setAvailable(present[i].number, true);
        }
        check(jobs[0]);
        openRound(1);
        for (uint256 i; i < 250; i += 3) {
            set(i, holder(present[i].number, uint96(2 ether), 4));
        }
        check(jobs[0]);
    }

    function act() private {
        uint256 kind = roll(12);
        uint256 who = roll(people);
        uint24 number = numberOf(who);
        uint256 seat = seatOf[number];
        if (kind < 2 && seat == 0 && pool.order.size < 12) take(some(number));
        else if (kind == 2 && seat > 0) vacate(seat - 1);
        else if (kind == 3 && seat > 0) replace(seat - 1, numberOf(roll(people)));
        else if (kind < 6 && seat > 0) set(seat - 1, some(number));
        else if (kind == 6) setAvailability(number);
        else if (kind < 9) jobs.push(Job(vm.getBlockNumber(), round, roll(4)));
        else if (kind < 11) endBlock();
        else openRound(1 + roll(8) / 7);
    }

    /// @dev About any job whose block is over.
    function ask() private {
        if (told > 0) check(jobs[roll(told)]);
    }

    function check(Job memory job) private view {
        try this.line(job) returns (uint256[] memory line_, uint256 active, uint24[] memory numbers) {
            uint256 end;
            uint256 all;
            for (uint256 i; i < line_.length; ++i) {
                Holder memory it = i + 1 == line_.length ? guests[job.round] : inForce(job.round, i);
                uint256 stake = it.stake >> 40;
                all += stake;
                if (it.price > job.price || !availableFor[indexOf(job)][it.number]) stake = 0;
                end += stake;
                vm.assertEq(line_[i], end, "another line");
                if (stake > 0) vm.assertEq(numbers[i], it.number, "another transcoder");
            }
            vm.assertEq(active, all, "another sum of stakes");
        } catch (bytes memory reason) {
            vm.assertEq(bytes32(reason), bytes32(IBondingTypes.DrawTooLate.selector));
            vm.assertTrue(round > job.round + 1);
        }
    }

    function inForce(uint256 inRound, uint256 seat) private view returns (Holder memory) {
        return inRound == 0 && round == 0 ? present[seat] : locked[inRound][seat];
    }

    function indexOf(Job memory job) private view returns (uint256 i) {
        while (jobs[i].atBlock != job.atBlock) ++i;
    }

    function line(Job memory job)
        external
        view
        returns (uint256[] memory line_, uint256 active, uint24[] memory numbers)
    {
        (line_, active) = pool.cumulativeWeights(TranscoderPool.Offer(job.atBlock, job.round, job.price));
        numbers = new uint24[](line_.length);
        for (uint256 i; i < numbers.length; ++i) {
            numbers[i] = pool.numberAt(i, job.round);
        }
    }

    /// @dev In a call of its own, which sees the present block.
    function setAvailable(uint24 number, bool is_) external {
        pool.setAvailable(number, is_);
    }

    function take(Holder memory it) private {
        uint256 seat = pool.join(it.number, round, termsOf(it.stake, it.price));
        (present[seat], seatOf[it.number]) = (it, seat + 1);
    }

    function vacate(uint256 seat) private {
        pool.vacate(seat, round);
        seatOf[present[seat].number] = 0;
        delete present[seat];
    }

    function replace(uint256 seat, uint24 by) private {
        if (seatOf[by] != 0) return;
        Holder memory it = some(by);
        pool.replace(seat, by, round, termsOf(it.stake, it.price));
        seatOf[present[seat].number] = 0;
        (present[seat], seatOf[by]) = (it, seat + 1);
    }

    function set(uint256 seat, Holder memory it) private {
        pool.setTerms(seat, round, termsOf(it.stake, it.price));
        present[seat] = it;
    }

    function setAvailability(uint24 number) private {
        available[number] = !available[number];
        this.setAvailable(number, available[number]);
    }

    function endBlock() private {
        for (; told < jobs.length; ++told) {
            for (uint256 i; i < people; ++i) {
                availableFor[told][numberOf(i)] = available[numberOf(i)];
            }
        }
        mine(1);
    }

    /// @dev Rounds are begun in a block of their own, as the RoundsManager sees to.
    function openRound(uint256 later) private {
        endBlock();
        for (uint256 i; i < pool.seatCount; ++i) {
            locked[round + later][i] = present[i];
            if (round == 0) locked[0][i] = present[i];
        }
        round += later;
        Holder memory guest = some(numberOf(roll(people)));
        if (seatOf[guest.number] != 0 || roll(2) == 0) return;
        pool.invite(guest.number, round, termsOf(guest.stake, guest.price));
        guests[round] = guest;
    }

    function numberOf(uint256 who) private view returns (uint24) {
        return uint24(1 + spread * who);
    }

    function some(uint24 number) private returns (Holder memory) {
        // Often a stake that is nothing in the pool's unit, and a price that is nothing.
        return holder(number, uint96(roll(4) << 39), uint48(roll(4)));
    }

    function holder(uint24 number, uint96 stake, uint48 price) private pure returns (Holder memory) {
        return Holder(number, stake, price);
    }

    function roll(uint256 sides) private returns (uint256) {
        dice = uint256(keccak256(abi.encode(dice)));
        return dice % sides;
    }
}
