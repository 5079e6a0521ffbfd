// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {JobAssignment} from "../src/libraries/JobAssignment.sol";
import {TranscoderPool} from "../src/libraries/TranscoderPool.sol";
import {DrawnList} from "../src/types/DrawnList.sol";
import {termsOf} from "../src/types/SeatTerms.sol";
import {Test} from "./Test.sol";

/// @notice Measures the gas of the most expensive draws, in a pool of 250 transcoders of which only one can be drawn. This
/// transcoder has the lowest stake. Each draw is a transaction, with 21,000 gas for the transaction itself. Writes the results to
/// snapshots/.
/// forge-config: default.isolate = true
contract GasDrawTest is Test {
    using JobAssignment for TranscoderPool.Pool;
    using TranscoderPool for TranscoderPool.Pool;

    string private constant GROUP = "draw, 250 transcoders";
    uint48 private constant PRICE = 7;

    TranscoderPool.Pool private pool;

    function test_gas_onePriceAtOffer() public {
        _fill(1);
        _measure(2, PRICE, "one price at the offer");
    }

    function test_gas_oneAvailable() public {
        _fill(1);
        _measure(2, PRICE + 1, "one available");
        // Every seat changes in the round of the job.
        _change(2);
        _measure(2, PRICE + 1, "one available, all seats changed in the round");
        // The round of the job has ended, and every seat has changed again.
        _change(3);
        _measure(2, PRICE + 1, "one available, job of the round before");
    }

    /// @dev The availability of each transcoder is in a word of its own.
    function test_gas_oneAvailableInDistantWords() public {
        _fill(208);
        _measure(2, PRICE + 1, "one available, distant numbers");
    }

    /// @dev This draw has everything that makes a draw expensive. The availability of each transcoder is in a word of
    /// its own, and has changed in each of the ten blocks after the job. In the round of the job, each seat went to
    /// a different new transcoder. In the next round, the terms of each seat changed again.
    function test_gas_oneAvailableAfterAllChanges() public {
        uint24 distance = 208;
        _fill(distance);
        uint256 atBlock = block.number;
        for (uint256 i = 1; i <= 10; ++i) {
            vm.roll(atBlock + i);
            for (uint24 seat; seat < 250; ++seat) {
                pool.setAvailable(1 + seat * distance, i % 2 == 0);
            }
        }
        for (uint24 seat; seat < 250; ++seat) {
            pool.replace(seat, 60_000 + seat, 2, termsOf(uint96(60 ether), PRICE + 1));
        }
        _change(3);
        _measure(atBlock, 2, PRICE + 1, "one available, after all changes");
    }

    function draw(uint256 atBlock, uint256 round, uint256 price) external view returns (DrawnList) {
        return pool.draw(JobAssignment.Offer(atBlock, round, price), "seed", 5);
    }

    function _measure(uint256 round, uint256 price, string memory name) private {
        _measure(block.number, round, price, name);
    }

    function _measure(uint256 atBlock, uint256 round, uint256 price, string memory name) private {
        DrawnList list = this.draw(atBlock, round, price);
        vm.snapshotGasLastCall(GROUP, name);
        vm.assertEq(list.length(), 1);
    }

    function _fill(uint24 distance) private {
        for (uint24 i; i < 250; ++i) {
            bool isLast = i == 249;
            uint96 stake = isLast ? 1 ether : 100 ether + i;
            pool.join(1 + i * distance, 1, termsOf(stake, isLast ? PRICE : PRICE + 1));
            pool.setAvailable(1 + i * distance, isLast);
        }
    }

    function _change(uint256 round) private {
        for (uint256 i; i < 250; ++i) {
            uint96 stake = i == 249 ? 1 ether : uint96(50 ether + round * 10 ether);
            pool.setTerms(i, round, termsOf(stake, PRICE + 1));
        }
    }
}
