// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Bonding} from "./bonding/Bonding.sol";
import {BondingViews} from "./bonding/BondingViews.sol";
import {Delegation} from "./bonding/Delegation.sol";
import {Fees} from "./bonding/Fees.sol";
import {Rewards} from "./bonding/Rewards.sol";
import {Seats} from "./bonding/Seats.sol";
import {Clock, State} from "./bonding/State.sol";
import {Stakes} from "./bonding/Stakes.sol";
import {IClaimsManager} from "./interfaces/IClaimsManager.sol";
import {ICommonPool} from "./interfaces/ICommonPool.sol";
import {IEarnings} from "./interfaces/IEarnings.sol";
import {IJobsManager} from "./interfaces/IJobsManager.sol";
import {ILivepeerToken} from "./interfaces/ILivepeerToken.sol";
import {IMinter} from "./interfaces/IMinter.sol";
import {IRoundsManager} from "./interfaces/IRoundsManager.sol";
import {IStakeGovernor} from "./interfaces/IStakeGovernor.sol";
import {Extension} from "./libraries/Extension.sol";
import {Parameters as Bounds} from "./libraries/Parameters.sol";
import {TranscoderPool} from "./libraries/TranscoderPool.sol";

/// @dev See IEarnings. The BondingManager runs this code with delegatecall, on the BondingManager's state. For the
/// functions of ISeats, ISlashing, ISnapshots, IBatches and IPoolFunding, this code runs the code of `seats` on the same state.
/// BondingEarnings itself holds no stake.
contract BondingEarnings is BondingViews {
    using Delegation for State;
    using Fees for State;
    using Rewards for State;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;
    using Seats for State;
    using Stakes for State;
    using TranscoderPool for TranscoderPool.Pool;

    IMinter public immutable minter;
    address public immutable jobsManager;
    address public immutable seats;
    address private immutable governor;

    modifier onlyJobsManager() {
        if (msg.sender != jobsManager) revert NotJobsManager(msg.sender);
        _;
    }

    /// @param seats_ A BondingSeats with the same token, RoundsManager, ClaimsManager and governor.
    constructor(
        address owner_,
        IERC20 token_,
        IMinter minter_,
        IRoundsManager roundsManager_,
        address jobsManager_,
        address claimsManager_,
        address governor_,
        address seats_
    ) Ownable(owner_) Bonding(token_, roundsManager_, claimsManager_) {
        Bounds.requireCode(seats_);
        (minter, jobsManager, governor, seats) = (minter_, jobsManager_, governor_, seats_);
    }

    fallback() external {
        Extension.forward(seats);
    }

    /// @inheritdoc IEarnings
    function openRound(uint256 round, uint256 endBlock, bytes32 seed) external {
        if (msg.sender != address(roundsManager)) revert NotRoundsManager(msg.sender);
        state.closeSnapshot();
        if (state.totals.termsChange) {
            state.terms = state.nextTerms;
            state.totals.termsChange = false;
        }
        Clock memory present = state.clock;
        (present.round, present.activeStake) = (round.toUint24(), state.totals.seated);
        ++present.roundCount;
        state.clock = present;
        state.pool.open(round, endBlock);
        address guest = seed == 0 ? address(0) : state.inviteGuest(seed);
        emit PoolLocked(round, state.clock.activeStake, guest);
    }

    /// @inheritdoc IEarnings
    function reward() external returns (uint256 amount) {
        return state.reward(minter, _requireRoundInitialized());
    }

    /// @inheritdoc IEarnings
    function updateDelegatorStake(address delegator) external {
        state.updateDelegator(delegator);
    }

    /// @inheritdoc IEarnings
    function creditFees(address account, uint256 amount, uint256 work) external onlyJobsManager {
        uint24 number = state.numbers[account];
        if (number == 0) revert NotTranscoder(account);
        if (work > 0) state.tallyWork(state.transcoders[number], work);
        state.shareFees(account, number, amount);
    }

    /// @inheritdoc IEarnings
    function takeFees(address account) external onlyJobsManager returns (uint256 amount) {
        state.updateDelegator(account);
        return state.takeFees(account);
    }

    /// @inheritdoc IEarnings
    function setParameters(Parameters calldata values) external onlyOwner {
        _setNextTerms(values);
        requireUnbondingBlocks();
    }

    /// @inheritdoc ICommonPool
    function spendCommonPool(address to, uint256 amount) external onlyOwner {
        uint256 available = state.ledger.commonPool;
        if (amount > available) revert InsufficientCommonPool(amount, available);
        state.ledger.commonPool = uint96(available - amount);
        emit CommonPoolSpend(to, amount);
        if (to == address(0)) ILivepeerToken(address(token)).burn(amount);
        else token.safeTransfer(to, amount);
    }

    /// @inheritdoc IEarnings
    function requireUnbondingBlocks() public view {
        uint256 required =
            IJobsManager(jobsManager).longestClaimDeadlineBlocks() + IClaimsManager(claimsManager).longestClaimBlocks();
        uint256 decision = IStakeGovernor(governor).longestDecisionBlocks() + 1;
        if (decision > required) required = decision;
        Bounds.bounded("unbondingPeriod", minUnbondingBlocks(), required, type(uint256).max);
    }

    /// @inheritdoc IEarnings
    function minUnbondingBlocks() public view returns (uint256) {
        (uint256 present, uint256 next) = (state.terms.unbondingPeriod, state.nextTerms.unbondingPeriod);
        return next < present ? next : present;
    }
}
