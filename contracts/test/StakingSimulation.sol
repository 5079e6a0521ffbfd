// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {StakeLedger} from "./StakeLedger.sol";

/// @notice Simulates 150 transcoders and 1,000 delegators: their actions in each round, and the withdrawal of all stake at
/// the end. Every action is also recorded in the StakeLedger.
abstract contract StakingSimulation is StakeLedger {
    uint256 internal constant SEATS = 144;
    uint256 internal constant TRANSCODERS = 150;
    uint256 internal constant DELEGATORS = 1_000;
    /// @dev The transcoder with this index and the transcoder with the next index never call `reward`.
    uint256 private constant FIRST_IDLE = 7;
    uint256 private constant MILLION = 1_000_000;

    uint256 internal tokenBonded;
    uint256 internal minted;
    uint256 internal tokenWithdrawn;
    uint256 internal withheldRewards;
    uint256 internal slashes;
    uint256 internal stakeMoves;
    uint256 internal rebonds;
    mapping(address transcoder => uint256) private rewardCuts;

    address internal finder = _account("finder");

    /// @dev Each account bonds a different amount.
    function _setUpStakers() internal {
        _addSigningAccounts(TRANSCODERS);
        for (uint256 i; i < TRANSCODERS; ++i) {
            uint256 stake = 1_000 ether + i * 3 ether + i;
            _registerTranscoder(accounts[i], stake, 0);
            vm.prank(accounts[i]);
            bonding.transcoder((1 + i % 3) * 1 gwei, i * 4_321 % MILLION, i * 7_654 % MILLION);
            rewardCuts[accounts[i]] = i * 4_321 % MILLION;
            _recordBond(accounts[i], accounts[i], stake, 0);
            tokenBonded += stake;
        }
        for (uint256 i; i < DELEGATORS; ++i) {
            _addAccount(address(uint160(0xDE1E_0000 + i)));
            _bond(accounts[TRANSCODERS + i], accounts[i * 7 % TRANSCODERS], 50 ether + i * 0.3 ether + i);
        }
    }

    /// @dev Two transcoders never call `reward`. Each other transcoder misses one round in 23.
    function callRewards(uint256 round) external {
        for (uint256 i; i < TRANSCODERS; ++i) {
            bool calls = i != FIRST_IDLE && i != FIRST_IDLE + 1 && (i + round) % 23 > 0;
            if (!calls || !bonding.getTranscoder(accounts[i]).active) continue;
            if (bonding.getDelegator(accounts[i]).delegate != accounts[i]) continue;
            vm.prank(accounts[i]);
            uint256 amount = bonding.reward();
            if (amount == 0) ++withheldRewards;
            minted += amount;
            _recordReward(accounts[i], amount, amount * rewardCuts[accounts[i]] / MILLION);
        }
        vm.assertLe(minter.minted(), minter.mintable(), "the Minter minted more than the round's mintable amount");
    }

    /// @dev A finder slashes each transcoder that missed too many rewards in a row.
    function slashMissedRewards() external {
        IBondingTypes.Parameters memory values = bonding.parameters();
        for (uint256 i; i < TRANSCODERS; ++i) {
            if (bonding.missedRewards(accounts[i]) < values.missedRewardRounds) continue;
            _slashMissedReward(accounts[i], values.missedRewardSlashAmount);
        }
    }

    /// @dev In each round, seven of every forty delegators act, each with a different action.
    function actAsDelegators(uint256 round) external {
        for (uint256 i; i < DELEGATORS; ++i) {
            address account = accounts[TRANSCODERS + i];
            uint256 action = (i * 31 + round * 7) % 40;
            if (action == 0) _moveStake(account, accounts[(i * 13 + round) % TRANSCODERS]);
            else if (action == 1) _unbond(account, _stakeOf(account) / 2);
            else if (action == 2) _unbond(account, _stakeOf(account));
            else if (action == 3) _rebond(account, accounts[(i + round) % TRANSCODERS]);
            else if (action == 4) _bondMore(account, 10 ether + i + round);
            else if (action == 5) _withdrawMatureLocks(account);
            else if (action == 6) _updateStake(account);
        }
        if (round % 5 == 0) _changeTranscoders(round);
    }

    /// @dev Unbonds the stake of all accounts. `withdrawAllLocks` withdraws it later.
    function unbondEverything() external {
        for (uint256 i; i < accounts.length; ++i) {
            uint256 stake = _stakeOf(accounts[i]);
            _assertNear(stake, bondedBy[accounts[i]].amount, "the stake differs from the ledger");
            if (stake > 0) _unbond(accounts[i], stake);
        }
    }

    function withdrawAllLocks() external {
        for (uint256 i; i < accounts.length; ++i) {
            _withdrawMatureLocks(accounts[i]);
        }
    }

    function _lockCount() internal view returns (uint256 count) {
        for (uint256 i; i < accounts.length; ++i) {
            count += lockedBy[accounts[i]].length;
        }
    }

    /// @dev One transcoder resigns, another unbonds its own stake, and a third changes its rates and becomes unavailable.
    function _changeTranscoders(uint256 round) private {
        address resigning = accounts[20 + round];
        if (bonding.getTranscoder(resigning).registered) {
            vm.prank(resigning);
            bonding.resignAsTranscoder();
        }
        _unbond(accounts[40 + round], _stakeOf(accounts[40 + round]));
        address changing = accounts[60 + round];
        vm.startPrank(changing);
        bonding.transcoder(2 gwei, 123_456, 654_321);
        bonding.transcodeAvailability(false);
        vm.stopPrank();
        rewardCuts[changing] = 123_456;
    }

    function _bond(address account, address to, uint256 amount) private {
        _delegate(account, amount, to);
        _recordBond(account, to, amount, 0);
        tokenBonded += amount;
    }

    function _bondMore(address account, uint256 amount) private {
        address to = bonding.getDelegator(account).delegate;
        if (to != address(0) && bonding.getTranscoder(to).registered) _bond(account, to, amount);
    }

    function _moveStake(address account, address to) private {
        IBondingTypes.Delegator memory delegator = bonding.getDelegator(account);
        if (delegator.stake == 0 || delegator.delegate == to || delegator.exposedStake > 0) return;
        if (!bonding.getTranscoder(to).registered) return;
        vm.prank(account);
        try bonding.bond(0, to) {}
        catch (bytes memory refusal) {
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(IBondingTypes.RewardPending.selector));
            return;
        }
        _recordBond(account, to, 0, vm.getBlockNumber() + bonding.parameters().unbondingPeriod);
        ++stakeMoves;
    }

    function _unbond(address account, uint256 amount) private {
        if (amount == 0) return;
        IBondingTypes.Parameters memory values = bonding.parameters();
        if (bonding.missedRewards(account) >= values.missedRewardRounds) {
            _slashMissedReward(account, values.missedRewardSlashAmount);
            uint256 stake = _stakeOf(account);
            if (amount > stake) amount = stake;
        }
        vm.prank(account);
        uint256 lockId = bonding.unbond(amount);
        _recordUnbond(account, amount, bonding.getUnbondingLock(account, lockId).withdrawBlock);
    }

    function _rebond(address account, address to) private {
        uint256 count = bonding.unbondingLockCount(account);
        if (count == 0) return;
        IBondingTypes.UnbondingLock memory lock = bonding.getUnbondingLock(account, count - 1);
        IBondingTypes.Delegator memory delegator = bonding.getDelegator(account);
        if (lock.withdrawBlock == 0) return;
        // Stake can be exposed to one former transcoder only.
        bool exposed = delegator.exposedStake > 0 || lockedBy[account][count - 1].exposure.amount > 0;
        if (delegator.delegate != address(0)) to = delegator.delegate;
        if (!bonding.getTranscoder(to).registered || (exposed && to != lock.delegate)) return;
        vm.prank(account);
        try bonding.rebond(count - 1, to) {}
        catch (bytes memory refusal) {
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(IBondingTypes.RewardPending.selector));
            return;
        }
        _recordRebond(account, count - 1, to);
        ++rebonds;
    }

    function _withdrawMatureLocks(address account) private {
        for (uint256 lockId; lockId < lockedBy[account].length; ++lockId) {
            IBondingTypes.UnbondingLock memory lock = bonding.getUnbondingLock(account, lockId);
            if (lock.withdrawBlock == 0 || vm.getBlockNumber() < lock.withdrawBlock) continue;
            _assertNear(lock.amount, lockedBy[account][lockId].amount, "the amount of a lock differs from the ledger");
            uint256 before = token.balanceOf(account);
            vm.prank(account);
            bonding.withdrawStake(lockId);
            vm.assertEq(
                token.balanceOf(account) - before,
                lock.amount,
                "the withdrawn amount differs from the amount of the lock"
            );
            tokenWithdrawn += lock.amount;
            _recordWithdrawal(account, lockId);
        }
    }

    function _slashMissedReward(address guilty, uint256 share) private {
        (, uint256 ownPart) = bonding.selfStakeOf(guilty);
        vm.prank(finder);
        bonding.slashMissedReward(guilty);
        _recordDutySlash(guilty, share, ownPart);
        ++slashes;
    }

    function _updateStake(address account) private {
        bonding.updateDelegatorStake(account);
        _collectLoss(account);
    }

    function _assertNear(uint256 amount, uint256 expected, string memory why) private view {
        vm.assertLe(amount, expected + _maxRounding(), why);
        vm.assertLe(expected, amount + _maxRounding(), why);
    }
}
