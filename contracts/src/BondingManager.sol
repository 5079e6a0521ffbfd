// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBondingManager} from "./interfaces/IBondingManager.sol";
import {IRoundsManager} from "./interfaces/IRoundsManager.sol";
import {JobAssignment} from "./libraries/JobAssignment.sol";
import {Parameters} from "./libraries/Parameters.sol";
import {TranscoderPool} from "./libraries/TranscoderPool.sol";

/// @dev See IBondingManager.
contract BondingManager is IBondingManager {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;
    using TranscoderPool for TranscoderPool.Pool;

    struct Bonder {
        uint96 bonded;
        uint64 pricePerUnit;
        bool available;
        /// @dev From 1; zero without a seat.
        uint16 seatNumber;
        uint32 lockCount;
        /// @dev Stake of all locks together. Slashing lowers it, and with it what a share is worth.
        uint96 unbonding;
        uint160 unbondingShares;
    }

    struct Lock {
        uint160 shares;
        uint48 withdrawRound;
    }

    uint256 private constant MILLION = 1_000_000;

    IERC20 public immutable token;
    IRoundsManager public immutable roundsManager;
    uint256 public immutable poolSize;
    uint256 public immutable unbondingPeriod;
    address public immutable claimsManager;
    uint256 public commonPool;

    TranscoderPool.Pool private pool;
    mapping(address account => Bonder) private bonders;
    mapping(address account => mapping(uint256 lockId => Lock)) private locks;

    /// @param claimsManager_ Which may slash.
    /// @param unbondingPeriod_ In rounds.
    constructor(
        IERC20 token_,
        IRoundsManager roundsManager_,
        address claimsManager_,
        uint256 poolSize_,
        uint256 unbondingPeriod_
    ) {
        token = token_;
        roundsManager = roundsManager_;
        claimsManager = claimsManager_;
        poolSize = Parameters.bounded("poolSize", poolSize_, 1, TranscoderPool.MAX_SEATS);
        unbondingPeriod = Parameters.bounded("unbondingPeriod", unbondingPeriod_, 2, 1_000);
    }

    /// @inheritdoc IBondingManager
    function bond(uint256 amount) external {
        if (amount == 0) revert ZeroAmount();
        Bonder storage bonder = bonders[msg.sender];
        bonder.bonded += amount.toUint96();
        offer(bonder);
        emit Bond(msg.sender, amount, bonder.bonded);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IBondingManager
    function unbond(uint256 amount) external returns (uint256 lockId) {
        if (amount == 0) revert ZeroAmount();
        Bonder storage bonder = bonders[msg.sender];
        uint96 bonded = bonder.bonded;
        if (amount > bonded) revert InsufficientStake(amount, bonded);
        bonded -= uint96(amount);
        bonder.bonded = bonded;
        if (bonded == 0 && bonder.seatNumber != 0) resign(bonder);
        offer(bonder);
        lockId = bonder.lockCount++;
        uint256 withdrawRound = roundsManager.currentRound() + unbondingPeriod;
        locks[msg.sender][lockId] = Lock(lockIn(bonder, amount), withdrawRound.toUint48());
        emit Unbond(msg.sender, lockId, amount, withdrawRound, bonded);
    }

    /// @inheritdoc IBondingManager
    function withdrawStake(uint256 lockId) external {
        Lock memory lock = locks[msg.sender][lockId];
        if (lock.shares == 0) revert UnknownLock(msg.sender, lockId);
        uint256 round = roundsManager.currentRound();
        if (round < lock.withdrawRound) revert StakeLocked(lockId, lock.withdrawRound, round);
        Bonder storage bonder = bonders[msg.sender];
        uint96 amount = worth(bonder, lock.shares);
        bonder.unbonding -= amount;
        bonder.unbondingShares -= lock.shares;
        delete locks[msg.sender][lockId];
        emit WithdrawStake(msg.sender, lockId, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IBondingManager
    function transcoder(uint256 pricePerUnit) external {
        if (pricePerUnit > type(uint64).max) revert PriceOutOfBounds(pricePerUnit, type(uint64).max);
        Bonder storage bonder = bonders[msg.sender];
        if (bonder.bonded == 0) revert NoStake(msg.sender);
        bonder.pricePerUnit = uint64(pricePerUnit);
        if (bonder.seatNumber == 0) sit(bonder);
        else offer(bonder);
        emit TranscoderUpdate(msg.sender, pricePerUnit);
    }

    /// @inheritdoc IBondingManager
    function resignAsTranscoder() external {
        resign(seated(msg.sender));
    }

    /// @inheritdoc IBondingManager
    function transcodeAvailability(bool available) external {
        Bonder storage bonder = seated(msg.sender);
        bonder.available = available;
        offer(bonder);
        emit TranscoderAvailability(msg.sender, available);
    }

    /// @inheritdoc IBondingManager
    function slash(address account, uint256 share) external returns (uint256 amount) {
        if (msg.sender != claimsManager) revert NotClaimsManager(msg.sender);
        if (share >= MILLION) revert SlashOutOfBounds(share, MILLION - 1);
        Bonder storage bonder = bonders[account];
        uint96 fromBonded = uint96(bonder.bonded * share / MILLION);
        uint96 fromUnbonding = uint96(bonder.unbonding * share / MILLION);
        bonder.bonded -= fromBonded;
        bonder.unbonding -= fromUnbonding;
        offer(bonder);
        amount = uint256(fromBonded) + fromUnbonding;
        commonPool += amount;
        emit Slash(account, amount, bonder.bonded);
    }

    /// @inheritdoc IBondingManager
    function draw(bytes32 seed, uint256 atBlock, uint256 maxPricePerUnit, uint256 count)
        external
        view
        returns (uint16[] memory seats, address[] memory drawn)
    {
        seats = JobAssignment.draw(seed, pool.lineAt(atBlock, maxPricePerUnit), count);
        drawn = new address[](seats.length);
        for (uint256 i; i < seats.length; ++i) {
            drawn[i] = pool.occupantAt(seats[i], atBlock);
        }
    }

    /// @inheritdoc IBondingManager
    function transcoderAt(uint256 seat, uint256 atBlock) external view returns (address) {
        return pool.occupantAt(seat, atBlock);
    }

    /// @inheritdoc IBondingManager
    function transcoders() external view returns (Transcoder[] memory list) {
        uint256 seats = pool.seatCount;
        list = new Transcoder[](seats - pool.vacant.length);
        uint256 count;
        for (uint256 i; i < seats; ++i) {
            address occupant = pool.occupant(i);
            if (occupant != address(0)) list[count++] = getTranscoder(occupant);
        }
    }

    /// @inheritdoc IBondingManager
    function getTranscoder(address account) public view returns (Transcoder memory) {
        Bonder storage bonder = bonders[account];
        return Transcoder(account, bonder.bonded, bonder.pricePerUnit, bonder.available, bonder.seatNumber != 0);
    }

    /// @inheritdoc IBondingManager
    function getUnbondingLock(address account, uint256 lockId) external view returns (UnbondingLock memory) {
        Lock memory lock = locks[account][lockId];
        return UnbondingLock(worth(bonders[account], lock.shares), lock.withdrawRound);
    }

    /// @inheritdoc IBondingManager
    function unbondingLockCount(address account) external view returns (uint256) {
        return bonders[account].lockCount;
    }

    /// @inheritdoc IBondingManager
    function minUnbondingBlocks() external view returns (uint256) {
        // The round in which stake is unbonded may be about to end.
        return (unbondingPeriod - 1) * roundsManager.roundLength();
    }

    function sit(Bonder storage bonder) private {
        (bool found, uint256 seat, address evicted, uint96 lowest) =
            pool.join(msg.sender, bonder.bonded, bonder.pricePerUnit, poolSize);
        if (!found) revert PoolFull(bonder.bonded, lowest);
        bonder.seatNumber = uint16(seat + 1);
        if (evicted == address(0)) return;
        (bonders[evicted].seatNumber, bonders[evicted].available) = (0, false);
        emit TranscoderEvicted(evicted, msg.sender);
    }

    function resign(Bonder storage bonder) private {
        pool.leave(bonder.seatNumber - 1);
        (bonder.seatNumber, bonder.available) = (0, false);
        emit TranscoderResigned(msg.sender);
    }

    /// @dev The pool follows what the transcoder has and wants.
    function offer(Bonder storage bonder) private {
        if (bonder.seatNumber == 0) return;
        pool.set(bonder.seatNumber - 1, bonder.bonded, bonder.pricePerUnit, bonder.available);
    }

    /// @dev Adds a lock's stake. A share is worth at most 1 of it, so that an amount never buys nothing.
    function lockIn(Bonder storage bonder, uint256 amount) private returns (uint160 shares) {
        (uint256 unbonding, uint256 all) = (bonder.unbonding, bonder.unbondingShares);
        shares = (all == 0 ? amount : amount * all / unbonding).toUint160();
        bonder.unbonding = (unbonding + amount).toUint96();
        bonder.unbondingShares = (all + shares).toUint160();
    }

    /// @dev What rounding keeps back is left to the account's other locks; the last gets it all.
    function worth(Bonder storage bonder, uint256 shares) private view returns (uint96) {
        return shares == 0 ? 0 : uint96(shares * bonder.unbonding / bonder.unbondingShares);
    }

    function seated(address account) private view returns (Bonder storage bonder) {
        bonder = bonders[account];
        if (bonder.seatNumber == 0) revert NotTranscoder(account);
    }
}
