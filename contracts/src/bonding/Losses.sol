// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IBondingTypes} from "../interfaces/IBondingTypes.sol";
import {Fees} from "./Fees.sol";
import {Stakes} from "./Stakes.sol";
import {DelegatorRecord, Liability, Lock, MILLION, RAY, Slash, State, TranscoderRecord} from "./State.sol";

/// @notice The losses of own stake and of delegated stake by a slash. A slash takes own stake first: a slash of `share`
/// takes `share` / `ownPart` of the own stake. `ownPart` is the own stake divided by all stake that was bonded to the transcoder when it
/// claimed the work. If `ownPart` is lower than `share`, the own stake does not suffice. Then a slash takes all own stake, and (`share` -
/// `ownPart`) / (1 - `ownPart`) of the delegated stake that is bonded to the transcoder or has left it since the claim. Bonded stake loses
/// this part immediately. Locks and moved stake lose it at their next update. So no loss depends on how much stake has left since the
/// claim, and the gas does not depend on the number of delegators.
library Losses {
    using FixedPointMathLib for uint256;
    using Fees for State;
    using Stakes for *;

    /// @notice Takes a part of the stake that is bonded to a transcoder, and of the transcoder's own locks that backed the claimed work.
    /// @param share In parts per million, like `ownPart`.
    /// @param sinceBlock The block in which the transcoder claimed the work. Stake that left the transcoder before this
    /// block did not back the work.
    /// @return own The loss of the transcoder itself, in units of 10^-18 LPT.
    /// @return delegated The loss of delegated stake that is bonded to the transcoder now.
    function takeStake(State storage s, uint24 number, uint256 share, uint256 ownPart, uint256 sinceBlock)
        internal
        returns (uint256 own, uint256 delegated)
    {
        TranscoderRecord storage transcoder = s.transcoders[number];
        s.checkpoint(transcoder);
        (uint256 part, uint256 whole) = share < ownPart ? (share, ownPart) : (1, 1);
        own = _takeFromOwnLocks(s, transcoder, number, sinceBlock, part, whole)
            + _takeFromOwnShares(s, transcoder, number, part, whole);
        if (share > ownPart) {
            delegated = _takeDelegated(s, transcoder, number, share - ownPart, MILLION - ownPart, sinceBlock);
        }
    }

    /// @notice The part of `liability.amount` that remains after the slashes of the transcoder.
    function remainingOf(State storage s, Liability memory liability) internal view returns (uint256 amount) {
        amount = liability.amount;
        if (amount == 0) return 0;
        Slash[] storage slashes = s.transcoders[liability.number].slashes;
        uint256 count = slashes.length;
        for (uint256 i = liability.settled; i < count; ++i) {
            Slash memory slash = slashes[i];
            if (slash.atBlock >= liability.untilBlock) break;
            if (slash.sinceBlock <= liability.leftBlock) amount = amount.fullMulDiv(slash.kept, RAY);
        }
    }

    /// @notice The amounts of a lock after all slashes.
    /// @return amount The amount that the lock is worth, rounded down.
    /// @return exposed The part of `amount` that is exposed to a former transcoder.
    function amountsOf(State storage s, address owner, Lock memory lock)
        internal
        view
        returns (uint256 amount, uint256 exposed)
    {
        exposed = remainingOf(s, lock.exposure);
        uint256 before = lock.stake.amount - lock.exposure.amount + exposed;
        lock.stake.amount = uint112(before);
        // A slash reduces the transcoder's own locks immediately.
        amount = s.accounts[lock.stake.number] == owner ? before : remainingOf(s, lock.stake);
        if (amount < before) exposed = exposed.fullMulDiv(amount, before);
    }

    /// @notice Burns the shares that the delegator owes for slashes of its former transcoder.
    /// @return reduced Whether the delegator lost stake. If it did, the caller must call `Seats.resignIfTooPoor` after its last change
    /// of the delegator's stake.
    function settleExposure(State storage s, DelegatorRecord storage delegator, address account)
        internal
        returns (bool reduced)
    {
        Liability memory exposure = delegator.exposure;
        if (exposure.amount == 0) return false;
        uint256 rest = remainingOf(s, exposure);
        uint256 burned = exposure.amount - rest;
        reduced = burned > 0;
        if (reduced) {
            TranscoderRecord storage transcoder = s.transcoders[delegator.number];
            uint256 amount = transcoder.amountFor(burned);
            s.checkpoint(transcoder);
            // The burned shares have earned fees up to now.
            s.accrueFees(delegator, account, s.clock.round, burned);
            delegator.shares -= uint112(burned);
            s.setStake(transcoder, transcoder.stake - amount, transcoder.shares - burned);
            s.creditCommonPool(account, amount);
            emit IBondingTypes.ExposureSlash(account, s.accounts[exposure.number], amount);
        }
        delegator.exposure.amount = block.number < exposure.untilBlock ? uint112(rest) : 0;
        delegator.exposure.settled = uint32(s.transcoders[exposure.number].slashes.length);
    }

    /// @dev Takes `part` / `whole` of each own lock that backed the work.
    function _takeFromOwnLocks(
        State storage s,
        TranscoderRecord storage transcoder,
        uint24 number,
        uint256 sinceBlock,
        uint256 part,
        uint256 whole
    ) private returns (uint256 taken) {
        uint256 list = transcoder.ownLocks;
        if (list == 0) return 0;
        mapping(uint256 lockId => Lock) storage locks = s.locks[s.accounts[number]];
        for (uint256 shift; shift < 256 && list >> shift != 0; shift += 32) {
            uint256 place = uint32(list >> shift);
            if (place == 0) continue;
            Lock storage lock = locks[place - 1];
            if (!_backed(lock.stake, sinceBlock)) continue;
            uint256 amount = lock.stake.amount;
            uint256 rest = amount - amount.fullMulDivUp(part, whole);
            taken += amount - rest;
            if (rest == 0) {
                list ^= place << shift;
                delete locks[place - 1];
                continue;
            }
            lock.stake.amount = uint112(rest);
            uint256 exposed = lock.exposure.amount;
            if (exposed > 0) lock.exposure.amount = uint112(exposed.fullMulDiv(rest, amount));
        }
        transcoder.ownLocks = list;
    }

    /// @dev Takes `part` / `whole` of the transcoder's own bonded stake, and burns the shares of this stake.
    function _takeFromOwnShares(
        State storage s,
        TranscoderRecord storage transcoder,
        uint24 number,
        uint256 part,
        uint256 whole
    ) private returns (uint256 amount) {
        address account = s.accounts[number];
        amount = s.ownStake(account).fullMulDivUp(part, whole);
        if (amount == 0) return 0;
        DelegatorRecord storage itself = s.delegators[account];
        s.checkpoint(itself);
        bool fresh = itself.feesPaidRound == s.clock.round;
        if (fresh) transcoder.freshShares -= itself.shares;
        s.mergeCutShares(itself, account);
        uint256 shares = itself.shares;
        uint256 burned = shares.fullMulDivUp(part, whole);
        uint256 exposed = itself.exposure.amount;
        if (exposed > 0) itself.exposure.amount = uint112(exposed.fullMulDiv(shares - burned, shares));
        itself.shares = uint112(shares - burned);
        if (fresh) transcoder.freshShares += itself.shares;
        s.setStake(transcoder, transcoder.stake - amount, transcoder.shares - burned);
    }

    /// @dev Takes `part` / `whole` of the delegated stake. At least one unit of the transcoder's stake remains, because a share must be
    /// worth more than zero.
    function _takeDelegated(
        State storage s,
        TranscoderRecord storage transcoder,
        uint24 number,
        uint256 part,
        uint256 whole,
        uint256 sinceBlock
    ) private returns (uint256 taken) {
        // `slashForDuty` passes the largest block number, because such a slash takes nothing from stake that has already
        // left.
        if (sinceBlock <= block.number) {
            uint256 kept = RAY - part.fullMulDivUp(RAY, whole);
            transcoder.slashes.push(Slash(uint40(sinceBlock), uint40(block.number), uint128(kept)));
        }
        uint256 stake = transcoder.stake;
        uint256 delegated = stake - s.ownStake(s.accounts[number]);
        if (delegated == 0) return 0;
        taken = delegated.fullMulDivUp(part, whole).min(stake - 1);
        s.setStake(transcoder, stake - taken, transcoder.shares);
    }

    function _backed(Liability storage stake, uint256 sinceBlock) private view returns (bool) {
        return stake.leftBlock >= sinceBlock && block.number < stake.untilBlock;
    }
}
