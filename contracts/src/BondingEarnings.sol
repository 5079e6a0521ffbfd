// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {BondingTerms} from "./bonding/BondingTerms.sol";
import {BondingViews} from "./bonding/BondingViews.sol";
import {Stakes} from "./bonding/Stakes.sol";
import {IClaimsManager} from "./interfaces/IClaimsManager.sol";
import {IEarnings} from "./interfaces/IEarnings.sol";
import {IJobsManager} from "./interfaces/IJobsManager.sol";
import {IMinter} from "./interfaces/IMinter.sol";
import {IRoundsManager} from "./interfaces/IRoundsManager.sol";
import {Parameters as Bounds} from "./libraries/Parameters.sol";
import {TranscoderPool} from "./libraries/TranscoderPool.sol";
import {WorkTally} from "./libraries/WorkTally.sol";
import {termsOf} from "./types/SeatTerms.sol";

/// @dev See IEarnings. The BondingManager runs this code with delegatecall, on the BondingManager's storage.
/// BondingEarnings itself holds no stake.
contract BondingEarnings is BondingViews {
    using Checkpoints for Checkpoints.Trace208;
    using FixedPointMathLib for uint256;
    using SafeCast for uint256;
    using TranscoderPool for TranscoderPool.Pool;
    using WorkTally for WorkTally.Tally;

    IMinter public immutable minter;
    address public immutable jobsManager;
    address public immutable claimsManager;

    modifier onlyJobsManager() {
        if (msg.sender != jobsManager) revert NotJobsManager(msg.sender);
        _;
    }

    constructor(
        address owner_,
        IERC20 token_,
        IMinter minter_,
        IRoundsManager roundsManager_,
        address jobsManager_,
        address claimsManager_
    ) Ownable(owner_) BondingTerms(roundsManager_) Stakes(token_) {
        (minter, jobsManager, claimsManager) = (minter_, jobsManager_, claimsManager_);
    }

    /// @inheritdoc IEarnings
    function openRound(uint256 round, bytes32 seed) external {
        if (msg.sender != address(roundsManager)) revert NotRoundsManager(msg.sender);
        terms = nextTerms;
        Clock memory present = clock;
        (present.round, present.activeStake) = (round.toUint32(), totals.seated);
        ++present.roundCount;
        clock = present;
        address guest;
        uint256 waiting = pool.waitlist.length;
        if (seed != 0 && waiting > 0) {
            uint24 number = pool.waitlist[uint256(seed) % waiting];
            guest = accounts[number];
            TranscoderRecord storage record = records[number];
            _checkpointTranscoder(record);
            record.activeRound = present.round;
            pool.invite(number, round, termsOf(record.stake, record.pricePerUnit));
            clock.activeStake = present.activeStake += record.stake;
        }
        emit PoolLocked(round, present.activeStake, guest);
    }

    /// @inheritdoc IEarnings
    function reward() external returns (uint256 amount) {
        uint256 round = _requireRoundInitialized();
        TranscoderRecord storage record = records[numbers[msg.sender]];
        uint32 count = clock.roundCount;
        if (count == 0 || !_isActive(record)) revert NotActive(msg.sender, round);
        if (delegators[msg.sender].shares == 0 || !_isSelfBonded(msg.sender, delegators[msg.sender])) {
            revert NoStake(msg.sender);
        }
        if (record.rewardRoundCount == count) revert RewardCalled(msg.sender, round);
        _checkpointTranscoder(record);
        record.rewardRoundCount = count;
        uint256 cut;
        if (_isCompetitive(record)) {
            amount = minter.mintReward(record.lockedStake, clock.activeStake);
            cut = amount * (record.ratesRound < round ? record.blockRewardCut : record.formerBlockRewardCut) / MILLION;
            uint256 shares = cut * record.shares / (record.stake + amount - cut);
            record.cutShares = (record.cutShares + shares).toUint112();
            _setStake(record, record.stake + amount, record.shares + shares);
        }
        emit Reward(msg.sender, round, amount, cut);
    }

    /// @inheritdoc IEarnings
    function updateDelegatorStake(address delegator) external {
        _updateDelegator(delegator);
    }

    /// @inheritdoc IEarnings
    function creditFees(address account, uint256 amount, uint256 work)
        external
        onlyJobsManager
        returns (uint256 ownFees)
    {
        TranscoderRecord storage record = records[numbers[account]];
        uint32 round = clock.round;
        if (work > 0) _tallyWork(record, work);
        uint256 feeShare = round == 0 || record.ratesRound < round ? record.feeShare : record.formerFeeShare;
        (uint256 earning, uint256 others) = _feeSharesOf(account, record, round);
        if (feeShare == 0 || others == 0) return amount;
        uint256 shared = (amount * feeShare / MILLION).fullMulDiv(others, earning);
        record.feesPerShare.push(round, (record.feesPerShare.latest() + shared.fullMulDiv(RAY, others)).toUint208());
        emit FeesShared(account, round, amount, shared);
        return amount - shared;
    }

    /// @inheritdoc IEarnings
    function takeFees(address delegator) external onlyJobsManager returns (uint256 amount) {
        _updateDelegator(delegator);
        amount = delegators[delegator].fees;
        if (amount > 0) delegators[delegator].fees = 0;
    }

    /// @inheritdoc IEarnings
    function setParameters(Parameters calldata values) external onlyOwner {
        _setNextTerms(values);
        requireUnbondingBlocks();
    }

    /// @inheritdoc IEarnings
    function requireUnbondingBlocks() public view {
        uint256 required =
            IJobsManager(jobsManager).longestClaimDeadlineBlocks() + IClaimsManager(claimsManager).longestClaimBlocks();
        Bounds.bounded("minUnbondingBlocks", _minUnbondingBlocks(), required, type(uint256).max);
    }

    /// @return earning Shares of the transcoder's stake that earn fees in the round.
    /// @return others The part of `earning` that belongs to delegators.
    function _feeSharesOf(address account, TranscoderRecord storage record, uint32 round)
        private
        view
        returns (uint256 earning, uint256 others)
    {
        earning = record.shares - (record.changedRound < round ? 0 : record.freshShares);
        DelegatorRecord storage itself = delegators[account];
        others = earning - record.cutShares;
        if (itself.number == numbers[account] && itself.feesPaidRound < round) others -= itself.shares;
    }

    /// @dev Limits the work that counts for a transcoder in one span. The limit is 4 * (work of all transcoders in the
    /// previous span) * (stake of the transcoder) / (active stake), but at least `minExpectedWork`. The reason: a
    /// transcoder can pay itself for false jobs, and false jobs raise the work that is expected from all other
    /// transcoders. With this limit, only a transcoder with about `competitivenessTolerance` / 4 of all stake, or more,
    /// can push other transcoders below their required work. If a transcoder has a quarter of all stake or more, its
    /// limit can grow with every span. See decisions/019.
    function _tallyWork(TranscoderRecord storage record, uint256 work) private {
        Terms memory values = terms;
        Clock memory present = clock;
        uint256 span = present.round / values.competitivenessWindow;
        uint256 stake = record.changedRound < present.round ? record.stake : record.lockedStake;
        uint256 limit;
        if (span > 0 && present.activeStake > 0) {
            limit = (4 * networkWork.inSpan(span - 1)).fullMulDiv(stake, present.activeStake);
        }
        if (limit < values.minExpectedWork) limit = values.minExpectedWork;
        uint256 counted = record.work.inSpan(span);
        if (counted + work > limit) work = limit - FixedPointMathLib.min(limit, counted);
        record.work.add(span, work);
        networkWork.add(span, work);
    }

    /// @dev The caller must call `_checkpointTranscoder` first, because that function sets `lockedStake`.
    function _isCompetitive(TranscoderRecord storage record) private returns (bool) {
        (uint256 work, uint256 expected) = _workOf(record, record.lockedStake, terms.competitivenessWindow);
        if (expected < terms.minExpectedWork) return true;
        if (work * MILLION >= expected * (MILLION - terms.competitivenessTolerance)) return true;
        emit RewardWithheld(msg.sender, clock.round, work, expected);
        return false;
    }

    /// @dev Pays only the fees of ended rounds, because more fees can still be added to the current round. Burns the
    /// shares that the delegator owes for slashes of its former transcoder.
    function _updateDelegator(address account) private {
        DelegatorRecord storage delegator = delegators[account];
        uint24 number = delegator.number;
        if (number == 0) return;
        TranscoderRecord storage record = records[number];
        uint32 round = clock.round;
        if (delegator.feesPaidRound + 1 < round) {
            _accrueFees(delegator, account, round - 1, delegator.shares);
            delegator.feesPaidRound = round - 1;
        }
        bool gains = record.cutShares > 0 && _isSelfBonded(account, delegator);
        if (delegator.exposedShares > 0 || gains) {
            _checkpointDelegator(delegator);
            bool fresh = delegator.feesPaidRound == round;
            if (fresh) record.freshShares -= delegator.shares;
            _settleExposure(delegator, account);
            _mergeCutShares(delegator, account);
            if (fresh) record.freshShares += delegator.shares;
        }
        emit EarningsClaimed(account, _amountFor(record, delegator.shares), delegator.fees);
    }
}
