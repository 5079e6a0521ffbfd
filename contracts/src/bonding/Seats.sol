// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IDelegation} from "../interfaces/IDelegation.sol";
import {SeatHeap} from "../libraries/SeatHeap.sol";
import {TranscoderPool} from "../libraries/TranscoderPool.sol";
import {MAX_PRICE_PER_UNIT, termsOf} from "../types/SeatTerms.sol";
import {Delegators} from "./Delegators.sol";

/// @notice Transcoders, their rates, and their seats in the pool.
abstract contract Seats is Delegators {
    using SafeCast for uint256;
    using SeatHeap for SeatHeap.Heap;
    using TranscoderPool for TranscoderPool.Pool;

    /// @inheritdoc IDelegation
    function transcoder(uint256 pricePerUnit, uint256 blockRewardCut, uint256 feeShare) external {
        _requireRatesUnlocked();
        if (pricePerUnit > MAX_PRICE_PER_UNIT) revert PriceOutOfBounds(pricePerUnit, MAX_PRICE_PER_UNIT);
        if (blockRewardCut > MILLION) revert RateOutOfBounds(blockRewardCut, MILLION);
        if (feeShare > MILLION) revert RateOutOfBounds(feeShare, MILLION);
        uint24 number = numbers[msg.sender];
        if (number == 0 || delegators[msg.sender].number != number || delegators[msg.sender].shares == 0) {
            revert NoStake(msg.sender);
        }
        TranscoderRecord storage record = records[number];
        _checkpointTranscoder(record);
        uint32 round = clock.round;
        if (record.ratesRound < round) {
            (record.formerBlockRewardCut, record.formerFeeShare) = (record.blockRewardCut, record.feeShare);
            record.ratesRound = round;
        }
        (record.blockRewardCut, record.feeShare) = (uint24(blockRewardCut), uint24(feeShare));
        _setPrice(record, pricePerUnit);
        emit TranscoderUpdate(msg.sender, pricePerUnit, blockRewardCut, feeShare);
        if (record.registered) return;
        record.registered = true;
        if (!_seatIfWon(number)) _joinWaitlist(number, record);
    }

    /// @inheritdoc IDelegation
    function matchPrice(uint256 pricePerUnit, address other) external {
        _requireRoundInitialized();
        TranscoderRecord storage record = _requireTranscoder(msg.sender);
        TranscoderRecord storage rival = records[numbers[other]];
        if (rival.seat == 0) revert NotTranscoder(other);
        (uint256 min, uint256 max) = (rival.pricePerUnit, record.pricePerUnit);
        if (pricePerUnit < min || pricePerUnit > max) revert PriceNotMatched(pricePerUnit, min, max);
        _checkpointTranscoder(record);
        _setPrice(record, pricePerUnit);
        emit TranscoderUpdate(msg.sender, pricePerUnit, record.blockRewardCut, record.feeShare);
    }

    /// @inheritdoc IDelegation
    function resignAsTranscoder() external {
        _requireRoundInitialized();
        _requireTranscoder(msg.sender);
        _resignIfRegistered(msg.sender);
    }

    /// @inheritdoc IDelegation
    function transcodeAvailability(bool available) external {
        _requireTranscoder(msg.sender);
        pool.setAvailable(numbers[msg.sender], available);
        emit TranscoderAvailability(msg.sender, available);
    }

    /// @inheritdoc IDelegation
    function contend(address account) external {
        _requireRoundInitialized();
        TranscoderRecord storage record = _requireTranscoder(account);
        if (record.seat != 0 || !_seatIfWon(numbers[account])) {
            revert NoSeatWon(account, record.stake, records[_lowestSeated()].stake);
        }
    }

    /// @inheritdoc IDelegation
    function trim() external {
        _requireRoundInitialized();
        (uint256 seats, uint256 size) = (pool.order.size, terms.poolSize);
        if (seats <= size) revert PoolNotOverfull(seats, size);
        uint24 number = _lowestSeated();
        TranscoderRecord storage record = records[number];
        pool.vacate(record.seat - 1, clock.round);
        _evict(number, record);
    }

    /// @inheritdoc Delegators
    function _resignIfRegistered(address account) internal override {
        uint24 number = numbers[account];
        TranscoderRecord storage record = records[number];
        if (!record.registered) return;
        // A transcoder must not avoid the slash for missed rewards by resigning.
        if (_missedRewardsOf(record) >= terms.missedRewardRounds) {
            _slashStake(account, terms.missedRewardSlashAmount, address(0));
        }
        if (record.seat != 0) {
            pool.vacate(record.seat - 1, clock.round);
            _unseat(record);
        }
        _leaveWaitlist(record);
        record.registered = false;
        pool.setAvailable(number, false);
        emit TranscoderResigned(account);
    }

    /// @dev Takes a vacant seat. In a full pool, takes the seat of the transcoder with the lowest stake, if the new
    /// transcoder has more stake.
    function _seatIfWon(uint24 number) internal override returns (bool won) {
        TranscoderRecord storage record = records[number];
        uint256 offered = termsOf(record.stake, record.pricePerUnit);
        uint32 round = clock.round;
        uint256 seat;
        if (pool.order.size < terms.poolSize) {
            seat = pool.join(number, round, offered);
        } else {
            uint24 lowest = _lowestSeated();
            TranscoderRecord storage evicted = records[lowest];
            if (evicted.stake >= record.stake) return false;
            seat = evicted.seat - 1;
            pool.replace(seat, number, round, offered);
            _evict(lowest, evicted);
        }
        _leaveWaitlist(record);
        record.seat = uint16(seat + 1);
        (record.seatedRound, record.seatedRoundCount) = (round, clock.roundCount);
        // A transcoder that lost its last seat at most two windows ago is not new: `workExpectedSince` stays. Otherwise
        // a transcoder could lower its expected work by leaving its seat for a short time.
        uint256 unseatedRound = record.unseatedRound;
        if (unseatedRound == 0 || round > unseatedRound + 2 * uint256(terms.competitivenessWindow)) {
            record.workExpectedSince = uint24(round);
        }
        totals.seated += record.stake;
        emit TranscoderSeated(accounts[number]);
        return true;
    }

    function _evict(uint24 number, TranscoderRecord storage record) private {
        _unseat(record);
        _joinWaitlist(number, record);
        emit TranscoderEvicted(accounts[number]);
    }

    /// @dev A transcoder that held its seat at the start of the round stays active until the round ends.
    function _unseat(TranscoderRecord storage record) private {
        uint32 round = clock.round;
        if (record.seatedRound < round) record.activeRound = round;
        (record.seat, record.unseatedRound) = (0, uint24(round));
        totals.seated -= record.stake;
    }

    function _joinWaitlist(uint24 number, TranscoderRecord storage record) private {
        pool.waitlist.push(number);
        record.waitlistPlace = pool.waitlist.length.toUint32();
    }

    function _leaveWaitlist(TranscoderRecord storage record) private {
        uint256 place = record.waitlistPlace;
        if (place == 0) return;
        uint24 last = pool.waitlist[pool.waitlist.length - 1];
        pool.waitlist[place - 1] = last;
        records[last].waitlistPlace = uint32(place);
        pool.waitlist.pop();
        record.waitlistPlace = 0;
    }

    function _setPrice(TranscoderRecord storage record, uint256 pricePerUnit) private {
        record.pricePerUnit = uint48(pricePerUnit);
        if (record.seat != 0) pool.setTerms(record.seat - 1, clock.round, termsOf(record.stake, uint48(pricePerUnit)));
    }

    function _lowestSeated() private view returns (uint24) {
        return pool.seats[pool.order.lowest()].number();
    }

    function _requireRatesUnlocked() private view {
        uint256 round = _requireRoundInitialized();
        if (clock.roundCount > 0 && roundsManager.currentRoundLocked()) revert RatesLocked(round);
    }

    function _requireTranscoder(address account) private view returns (TranscoderRecord storage record) {
        record = records[numbers[account]];
        if (!record.registered) revert NotTranscoder(account);
    }
}
