// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Work} from "./Work.sol";

/// @notice Computes stakes by plain arithmetic: each reward and each slash changes the positions of all affected accounts immediately. The
/// BondingManager computes stakes in shares, and computes some losses only at the next update of the account. It must
/// get the same stakes, except for rounding.
abstract contract StakeLedger is Work {
    /// @dev Moved stake. Before block `untilBlock`, it can be slashed for work that `transcoder`, its former delegate,
    /// claimed up to block `leftBlock`.
    struct Exposure {
        address transcoder;
        uint256 leftBlock;
        uint256 untilBlock;
        uint256 amount;
    }

    /// @dev Bonded stake, or stake in a lock that was created in block `leftBlock` and ends in block `withdrawBlock`.
    struct Position {
        address delegate;
        uint256 amount;
        uint256 leftBlock;
        uint256 withdrawBlock;
        Exposure exposure;
        /// @dev The loss by slashes of a former transcoder. Until the next update of the account, this amount stays
        /// bonded to the present delegate: it gets rewards and is slashed.
        uint256 uncollectedLoss;
    }

    uint256 private constant MILLION = 1_000_000;
    /// @dev The value of `sinceBlock` in a slash for missed rewards or for too little work. Such a slash takes only
    /// bonded stake, because it is not for a claim.
    uint256 internal constant DUTY = type(uint40).max;

    address[] internal accounts;
    mapping(address account => Position) internal bondedBy;
    mapping(address account => Position[]) internal lockedBy;
    mapping(address transcoder => mapping(uint256 round => uint256)) private slashedShare;
    mapping(address transcoder => uint256) internal forfeitBlocks;
    /// @dev The transcoder's own stake as a part of all stake bonded to it, when the claim was made. In parts per
    /// million.
    mapping(bytes32 claimId => uint256) private ownPartsAt;
    /// @dev Losses of all accounts by all slashes, uncollected losses included.
    uint256 internal totalLost;
    /// @dev Rounding can lose one or two units in each operation. No account gets these units.
    uint256 internal operations;

    /// @dev Adds accounts with known keys. Their names are "0" to `count - 1`.
    function _addSigningAccounts(uint256 count) internal {
        for (uint256 i; i < count; ++i) {
            _addAccount(_signingAccount(vm.toString(i)));
        }
    }

    function _addAccount(address account) internal {
        accounts.push(account);
        (bondedBy[account].leftBlock, bondedBy[account].withdrawBlock) = (DUTY, type(uint256).max);
    }

    /// @dev Upper limit of the rounding loss of one account by all operations so far.
    function _maxRounding() internal view returns (uint256) {
        return 4 * operations + 4;
    }

    function _nameOf(address account) internal view returns (string memory) {
        uint256 i;
        while (accounts[i] != account) ++i;
        return vm.toString(i);
    }

    /// @dev Adds `amount` and moves all bonded stake to `to`. Stake that moves stays exposed to its former delegate until
    /// block `untilBlock`.
    function _recordBond(address account, address to, uint256 amount, uint256 untilBlock) internal {
        Position storage position = _collectLoss(account);
        if (position.amount > 0 && position.delegate != to) {
            position.exposure = Exposure(position.delegate, vm.getBlockNumber(), untilBlock, position.amount);
        }
        position.delegate = to;
        position.amount += amount;
        ++operations;
    }

    function _recordUnbond(address account, uint256 amount, uint256 withdrawBlock) internal {
        Position storage position = _collectLoss(account);
        Exposure memory exposure = position.exposure;
        if (amount > position.amount) amount = position.amount;
        exposure.amount = amount == 0 ? 0 : exposure.amount * amount / position.amount;
        position.exposure.amount -= exposure.amount;
        position.amount -= amount;
        lockedBy[account].push(Position(position.delegate, amount, vm.getBlockNumber(), withdrawBlock, exposure, 0));
        ++operations;
    }

    function _recordRebond(address account, uint256 lockId, address to) internal {
        Position memory lock = lockedBy[account][lockId];
        Position storage position = _collectLoss(account);
        position.delegate = to;
        position.amount += lock.amount;
        if (vm.getBlockNumber() < lock.withdrawBlock && lock.delegate != to) {
            _addExposure(position, Exposure(lock.delegate, lock.leftBlock, lock.withdrawBlock, lock.amount));
        } else if (vm.getBlockNumber() < lock.exposure.untilBlock) {
            _addExposure(position, lock.exposure);
        }
        delete lockedBy[account][lockId];
        ++operations;
    }

    function _recordWithdrawal(address account, uint256 lockId) internal {
        delete lockedBy[account][lockId];
        ++operations;
    }

    /// @dev An update of an account collects its loss.
    function _collectLoss(address account) internal returns (Position storage position) {
        position = bondedBy[account];
        position.uncollectedLoss = 0;
        ++operations;
    }

    /// @dev The transcoder keeps `kept` of the amount. All its delegators, itself included, share the rest by stake.
    function _recordReward(address transcoder, uint256 amount, uint256 kept) internal {
        uint256 totalStake;
        for (uint256 i; i < accounts.length; ++i) {
            if (bondedBy[accounts[i]].delegate == transcoder) totalStake += _heldBy(bondedBy[accounts[i]]);
        }
        for (uint256 i; i < accounts.length; ++i) {
            Position storage position = bondedBy[accounts[i]];
            if (position.delegate != transcoder) continue;
            position.exposure.amount += position.exposure.amount * (amount - kept) / totalStake;
            position.amount += position.amount * (amount - kept) / totalStake;
            totalLost += position.uncollectedLoss * (amount - kept) / totalStake;
            position.uncollectedLoss += position.uncollectedLoss * (amount - kept) / totalStake;
        }
        bondedBy[transcoder].amount += kept;
        ++operations;
    }

    /// @dev Slashes the guilty transcoder's own stake first. The rest of the slash takes the same percentage of each delegator's
    /// stake that is bonded now or has left since the claim.
    /// @param ownPart Own stake as a part of all stake that was bonded to the transcoder when it claimed, in parts per million.
    function _recordSlash(address guilty, uint256 share, uint256 ownPart, uint256 sinceBlock) internal {
        ++operations;
        if (sinceBlock <= forfeitBlocks[guilty]) return;
        share = _limited(guilty, share);
        for (uint256 i; i < accounts.length; ++i) {
            address account = accounts[i];
            (uint256 part, uint256 whole) = share < ownPart ? (share, ownPart) : (1, 1);
            if (account != guilty) (part, whole) = share > ownPart ? (share - ownPart, MILLION - ownPart) : (0, 1);
            _slashPosition(bondedBy[account], guilty, sinceBlock, part, whole);
            for (uint256 k; k < lockedBy[account].length; ++k) {
                _slashPosition(lockedBy[account][k], guilty, sinceBlock, part, whole);
            }
        }
    }

    function _recordClaim(bytes32 claimId, address transcoder) internal {
        (, ownPartsAt[claimId]) = bonding.selfStakeOf(transcoder);
    }

    function _recordWorkSlash(bytes32 claimId, address guilty, uint256 share) internal {
        _recordSlash(guilty, share, ownPartsAt[claimId], claims.getClaim(claimId).claimBlock);
    }

    /// @dev Slashes for missed rewards or for too little work. Such a slash takes only bonded stake.
    function _recordDutySlash(address guilty, uint256 share, uint256 ownPart) internal {
        _recordSlash(guilty, share, ownPart, DUTY);
    }

    /// @dev The part of `share` that the limit of a round allows.
    function _limited(address guilty, uint256 share) private returns (uint256) {
        (uint256 round,,) = bonding.roundInForce();
        uint256 before = slashedShare[guilty][round];
        uint256 max = bonding.parameters().maxRoundSlashAmount;
        if (before + share < max) {
            slashedShare[guilty][round] += share;
            return share;
        }
        slashedShare[guilty][round] = 0;
        forfeitBlocks[guilty] = vm.getBlockNumber();
        return max - before;
    }

    /// @dev Takes `part` / `whole` of the stake that backed the guilty transcoder, and of the stake that is exposed to it.
    function _slashPosition(Position storage position, address guilty, uint256 sinceBlock, uint256 part, uint256 whole)
        private
    {
        uint256 loss;
        Exposure storage exposure = position.exposure;
        bool backed = position.delegate == guilty && position.leftBlock >= sinceBlock
            && vm.getBlockNumber() < position.withdrawBlock;
        if (backed) {
            loss = position.amount * part / whole;
            exposure.amount -= exposure.amount * part / whole;
            position.uncollectedLoss -= position.uncollectedLoss * part / whole;
        }
        bool isExposed = exposure.transcoder == guilty && exposure.leftBlock >= sinceBlock
            && vm.getBlockNumber() < exposure.untilBlock;
        if (isExposed) {
            uint256 uncollectedLoss = exposure.amount * part / whole;
            exposure.amount -= uncollectedLoss;
            position.uncollectedLoss += uncollectedLoss;
            loss += uncollectedLoss;
        }
        position.amount -= loss;
        totalLost += loss;
    }

    /// @dev The amount plus the losses that are not collected yet.
    function _heldBy(Position storage position) private view returns (uint256) {
        return position.amount + position.uncollectedLoss;
    }

    /// @dev Adds exposed stake. If the position already has stake whose exposure has not ended, the old and the added
    /// stake must be exposed to the same transcoder.
    function _addExposure(Position storage position, Exposure memory added) private {
        Exposure storage exposure = position.exposure;
        if (exposure.amount <= _maxRounding() || vm.getBlockNumber() >= exposure.untilBlock) {
            position.exposure = added;
        } else {
            vm.assertEq(exposure.transcoder, added.transcoder);
            vm.assertEq(exposure.leftBlock, added.leftBlock);
            exposure.amount += added.amount;
        }
    }
}
