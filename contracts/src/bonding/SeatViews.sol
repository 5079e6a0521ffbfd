// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISeats} from "../interfaces/ISeats.sol";
import {TranscoderPool} from "../libraries/TranscoderPool.sol";
import {Waitlist} from "../libraries/Waitlist.sol";
import {Bonding} from "./Bonding.sol";
import {Seats} from "./Seats.sol";
import {State, TranscoderRecord} from "./State.sol";

/// @notice Views of the transcoders with a seat and of the waitlist.
abstract contract SeatViews is Bonding, ISeats {
    using Seats for State;
    using TranscoderPool for TranscoderPool.Pool;
    using Waitlist for Waitlist.List;

    /// @inheritdoc ISeats
    function transcoders() external view returns (Transcoder[] memory list) {
        uint256 seats = state.pool.seatCount;
        list = new Transcoder[](state.pool.holderCount);
        uint256 count;
        for (uint256 i; i < seats; ++i) {
            uint24 number = state.pool.seats[i].number();
            if (number != 0) list[count++] = getTranscoder(state.accounts[number]);
        }
    }

    /// @inheritdoc ISeats
    function waitlist(uint256 from, uint256 limit) external view returns (Transcoder[] memory list, uint256 next) {
        uint24[] memory numbers;
        (numbers, next) = state.pool.waitlist.page(from, limit);
        list = new Transcoder[](numbers.length);
        for (uint256 i; i < list.length; ++i) {
            list[i] = getTranscoder(state.accounts[numbers[i]]);
        }
    }

    /// @inheritdoc ISeats
    function waitingStake() external view returns (uint256) {
        return state.pool.waitlist.totalStake();
    }

    /// @inheritdoc ISeats
    function getTranscoder(address account) public view returns (Transcoder memory) {
        uint24 number = state.numbers[account];
        TranscoderRecord storage record = state.transcoders[number];
        return Transcoder({
            transcoder: account,
            stake: record.stake,
            pricePerUnit: record.pricePerUnit,
            available: record.registered && state.pool.isAvailable(number),
            registered: record.registered,
            blockRewardCut: record.blockRewardCut,
            feeShare: record.feeShare,
            seated: record.seat != 0,
            active: state.isActive(record)
        });
    }
}
