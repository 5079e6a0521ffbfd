// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Bonding} from "./bonding/Bonding.sol";
import {Rewards} from "./bonding/Rewards.sol";
import {Seats} from "./bonding/Seats.sol";
import {SeatViews} from "./bonding/SeatViews.sol";
import {Slashes} from "./bonding/Slashes.sol";
import {Snapshots} from "./bonding/Snapshots.sol";
import {MILLION, State, TranscoderRecord} from "./bonding/State.sol";
import {Stakes} from "./bonding/Stakes.sol";
import {IBatches} from "./interfaces/IBatches.sol";
import {IDelegation} from "./interfaces/IDelegation.sol";
import {IPoolFunding} from "./interfaces/IPoolFunding.sol";
import {IRoundsManager} from "./interfaces/IRoundsManager.sol";
import {ISeats} from "./interfaces/ISeats.sol";
import {ISlashing} from "./interfaces/ISlashing.sol";
import {TranscoderPool} from "./libraries/TranscoderPool.sol";
import {MAX_PRICE_PER_UNIT} from "./types/SeatTerms.sol";

/// @dev See ISeats, ISlashing, ISnapshots, IBatches and IPoolFunding. The BondingManager runs this code with delegatecall, on the
/// BondingManager's state. BondingSeats itself holds no stake.
contract BondingSeats is SeatViews, Snapshots, ISlashing, IBatches, IPoolFunding {
    using Rewards for State;
    using SafeERC20 for IERC20;
    using Seats for State;
    using Slashes for State;
    using Stakes for State;
    using TranscoderPool for TranscoderPool.Pool;

    constructor(address owner_, IERC20 token_, IRoundsManager roundsManager_, address claimsManager_, address governor_)
        Ownable(owner_)
        Bonding(token_, roundsManager_, claimsManager_)
        Snapshots(governor_)
    {}

    /// @inheritdoc ISeats
    function transcoder(uint256 pricePerUnit, uint256 blockRewardCut, uint256 feeShare) external {
        _requireRatesUnlocked();
        if (pricePerUnit > MAX_PRICE_PER_UNIT) revert PriceOutOfBounds(pricePerUnit, MAX_PRICE_PER_UNIT);
        if (blockRewardCut > MILLION) revert RateOutOfBounds(blockRewardCut, MILLION);
        if (feeShare > MILLION) revert RateOutOfBounds(feeShare, MILLION);
        uint24 number = state.numbers[msg.sender];
        TranscoderRecord storage record = state.transcoders[number];
        if (!record.registered) {
            (uint256 own, uint256 min) = (state.ownStake(msg.sender), state.terms.minSelfStake);
            if (own < min) revert InsufficientSelfStake(msg.sender, own, min);
        }
        state.checkpoint(record);
        uint32 round = state.clock.round;
        if (record.ratesRound < round) {
            (record.formerBlockRewardCut, record.formerFeeShare) = (record.blockRewardCut, record.feeShare);
            record.ratesRound = round;
        }
        (record.blockRewardCut, record.feeShare) = (uint24(blockRewardCut), uint24(feeShare));
        state.setPrice(record, pricePerUnit);
        emit TranscoderUpdate(msg.sender, pricePerUnit, blockRewardCut, feeShare);
        if (!record.registered) state.register(number);
    }

    /// @inheritdoc ISeats
    function matchPrice(uint256 pricePerUnit, address other) external whenRoundInitialized {
        TranscoderRecord storage record = _requireTranscoder(msg.sender);
        TranscoderRecord storage rival = state.transcoders[state.numbers[other]];
        if (rival.seat == 0) revert NotTranscoder(other);
        (uint256 min, uint256 max) = (rival.pricePerUnit, record.pricePerUnit);
        if (pricePerUnit < min || pricePerUnit > max) revert PriceNotMatched(pricePerUnit, min, max);
        state.checkpoint(record);
        state.setPrice(record, pricePerUnit);
        emit TranscoderUpdate(msg.sender, pricePerUnit, record.blockRewardCut, record.feeShare);
    }

    /// @inheritdoc ISeats
    function resignAsTranscoder() external whenRoundInitialized {
        _requireTranscoder(msg.sender);
        uint24 number = state.numbers[msg.sender];
        // A transcoder must not avoid the slash for missed rewards by resigning.
        state.slashForMissedRewards(token, number, address(0));
        state.resign(number);
    }

    /// @inheritdoc ISeats
    function transcodeAvailability(bool available) external {
        _requireTranscoder(msg.sender);
        state.pool.setAvailable(state.numbers[msg.sender], available);
        emit TranscoderAvailability(msg.sender, available);
    }

    /// @inheritdoc ISeats
    function takeSeat(address account) external whenRoundInitialized {
        TranscoderRecord storage record = _requireTranscoder(account);
        if (record.seat != 0 || !state.seatIfWon(state.numbers[account])) {
            revert NoSeatWon(account, record.stake, state.transcoders[state.lowestSeated()].stake);
        }
    }

    /// @inheritdoc ISeats
    function evictLowest() external whenRoundInitialized {
        (uint256 seats, uint256 size) = (state.pool.holderCount, state.terms.poolSize);
        if (seats <= size) revert PoolNotOverfull(seats, size);
        state.evictLowest();
    }

    /// @inheritdoc ISlashing
    function slash(address account, uint256 share, uint256 ownPart, uint256 sinceBlock, address finder)
        external
        returns (uint256 amount)
    {
        if (msg.sender != claimsManager) revert NotClaimsManager(msg.sender);
        if (share >= MILLION) revert SlashOutOfBounds(share, MILLION - 1);
        return state.slashForWork(token, account, share, ownPart, sinceBlock, finder);
    }

    /// @inheritdoc ISlashing
    function slashMissedReward(address account) external returns (uint256 amount) {
        uint24 number = state.numbers[account];
        (uint256 missed, uint256 required) =
            (state.missedRewards(state.transcoders[number]), state.terms.missedRewardRounds);
        if (missed < required) revert RewardsNotMissed(account, missed, required);
        return state.slashForMissedRewards(token, number, msg.sender);
    }

    /// @inheritdoc ISlashing
    function slashLowWork(address account) external whenRoundInitialized returns (uint256 amount) {
        return state.slashLowWork(token, account);
    }

    /// @inheritdoc IBatches
    function bondWithPermit(uint256 amount, address to, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        // If another account has already sent this permit, `permit` reverts, but the approval exists.
        try IERC20Permit(address(token)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _run(abi.encodeCall(IDelegation.bond, (amount, to)));
    }

    /// @inheritdoc IBatches
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results) {
        results = new bytes[](calls.length);
        for (uint256 i; i < calls.length; ++i) {
            results[i] = _run(calls[i]);
        }
    }

    /// @inheritdoc IPoolFunding
    function fundCommonPool(uint256 amount) external {
        token.safeTransferFrom(msg.sender, address(this), amount);
        state.creditCommonPool(msg.sender, amount);
    }

    /// @dev Runs a function of the BondingManager for the present caller.
    function _run(bytes memory call_) private returns (bytes memory result) {
        bool done;
        (done, result) = address(this).delegatecall(call_);
        if (done) return result;
        assembly ("memory-safe") {
            returndatacopy(0, 0, returndatasize())
            revert(0, returndatasize())
        }
    }

    function _requireRatesUnlocked() private view {
        uint256 round = _requireRoundInitialized();
        if (state.clock.roundCount > 0 && roundsManager.currentRoundLocked()) revert RatesLocked(round);
    }

    function _requireTranscoder(address account) private view returns (TranscoderRecord storage record) {
        record = state.transcoders[state.numbers[account]];
        if (!record.registered) revert NotTranscoder(account);
    }
}
