// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {TranscoderPool} from "../libraries/TranscoderPool.sol";
import {WorkTally} from "../libraries/WorkTally.sol";

uint256 constant MILLION = 1_000_000;
uint256 constant RAY = 1e27;
uint256 constant MAX_OWN_LOCKS = 8;

/// @dev See IBondingTypes.Parameters.
struct Terms {
    uint16 poolSize;
    uint32 unbondingPeriod;
    uint24 missedRewardSlashAmount;
    uint16 missedRewardRounds;
    uint24 finderFee;
    uint24 competitivenessTolerance;
    uint16 competitivenessWindow;
    uint64 minExpectedWork;
    uint24 maxRoundSlashAmount;
    // -- slot
    uint96 minSelfStake;
    uint24 lowWorkSlashAmount;
}

struct Clock {
    /// @dev The round in force.
    uint24 round;
    /// @dev Number of initialized rounds.
    uint24 roundCount;
    /// @dev Stake of all active transcoders at the start of the round.
    uint96 activeStake;
    /// @dev Work of all transcoders in span `workSpan`, the last span with work.
    uint88 work;
    uint24 workSpan;
}

/// @dev These values share a slot that is not zero after the first bond, because changing a slot from zero costs more gas.
struct Ledger {
    /// @dev The last assigned number. The first number is 1.
    uint24 accountCount;
    /// @dev Slashed stake that no finder got and that is not yet spent, and the remainders of rounding.
    uint96 commonPool;
    /// @dev Work of all transcoders in the span before `Clock.workSpan`.
    uint88 previousWork;
}

/// @dev Both totals are in one slot, because most transactions change both.
struct Totals {
    uint96 bonded;
    /// @dev Stake of all transcoders with a seat.
    uint96 seated;
    /// @dev The rounds of the governor's last two snapshots. Zero if there is no such snapshot.
    uint24 snapshotRound;
    uint24 formerSnapshotRound;
    /// @dev Whether `nextTerms` may differ from `terms`. Copying `nextTerms` in each round would cost gas.
    bool termsChange;
}

/// @dev A slash that took a part of the delegated stake. Stake in a lock, and moved stake, lose the same part if the stake left the
/// transcoder in block `sinceBlock` or later, and if `atBlock` is before the `untilBlock` of the stake's Liability.
struct Slash {
    /// @dev The block in which the transcoder claimed the work for which it was slashed.
    uint40 sinceBlock;
    uint40 atBlock;
    /// @dev The part of the stake that remains after this slash, times RAY.
    uint128 kept;
}

struct TranscoderRecord {
    uint96 stake;
    /// @dev Stake at the start of round `changedRound`.
    uint96 lockedStake;
    /// @dev The last round in which `Stakes.checkpoint` saved values before a change.
    uint32 changedRound;
    /// @dev The seat's index plus 1; zero when the transcoder has no seat.
    uint16 seat;
    bool registered;
    // -- slot
    uint112 shares;
    /// @dev The part of `shares` that comes from the transcoder's reward cuts and is not yet in its own
    /// DelegatorRecord.
    uint112 cutShares;
    /// @dev `roundCount` when the transcoder last called `reward`. A slash for missed rewards sets it to the present
    /// `roundCount` minus 1.
    uint32 rewardRoundCount;
    // -- slot
    /// @dev The part of `shares` that belongs to delegators whose shares changed in round `changedRound`. These shares
    /// earn no fees in that round.
    uint112 freshShares;
    /// @dev A round in which the transcoder is active even without a seat.
    uint32 activeRound;
    /// @dev Round in which the transcoder took its seat, and `roundCount` in that round.
    uint32 seatedRound;
    uint32 seatedRoundCount;
    // -- slot
    uint48 pricePerUnit;
    uint24 blockRewardCut;
    uint24 feeShare;
    /// @dev Round in which `blockRewardCut` and `feeShare` last changed. The two `former` fields are the values before
    /// that round.
    uint32 ratesRound;
    uint24 formerBlockRewardCut;
    uint24 formerFeeShare;
    /// @dev Place on the waitlist plus 1; zero when the transcoder is not on the waitlist.
    uint32 waitlistPlace;
    /// @dev Round in which the transcoder last lost its seat; zero if it never lost a seat.
    uint24 unseatedRound;
    /// @dev Work is expected from the transcoder only after this round.
    uint24 workExpectedSince;
    /// @dev The block in which slashes last took as much as one round allows. All claims of the transcoder up to this
    /// block are void. Zero if slashes never took so much.
    uint40 forfeitBlock;
    // -- slot
    WorkTally.Tally work;
    // -- slot
    /// @dev The round of the last slash, and the sum of the shares of all slashes in that round. The sum is zero again when the
    /// slashes have reached the limit of the round.
    uint32 slashedRound;
    uint24 slashedShare;
    /// @dev The span in which the transcoder was last slashed for too little work, plus 1.
    uint32 lowWorkSpan;
    // -- slots
    /// @dev The locks of the transcoder's own stake that are not yet redeemed: eight places of 32 bits, each with a lock
    /// id plus 1. Zero is an empty place.
    uint256 ownLocks;
    Slash[] slashes;
    /// @dev Past values of stake ‖ shares, as far as a snapshot needs them. Each value is stored under the round in which
    /// it was set.
    Checkpoints.Trace208 checkpoints;
    /// @dev By round: the sum of the fees per share of all rounds up to this round, in wei times RAY.
    Checkpoints.Trace208 feesPerShare;
}

/// @dev Stake that left a transcoder. A slash for work that the transcoder claimed up to block `leftBlock` can still
/// reduce this stake.
struct Liability {
    /// @dev In a lock: units of 10^-18 LPT. In a DelegatorRecord: shares of the present transcoder.
    uint112 amount;
    /// @dev The transcoder that the stake has left.
    uint24 number;
    uint40 leftBlock;
    /// @dev First block in which a slash no longer reduces the stake.
    uint40 untilBlock;
    /// @dev The oldest `settled` entries of the transcoder's `slashes` do not reduce `amount` any more.
    uint32 settled;
}

struct DelegatorRecord {
    /// @dev Shares of the stake of transcoder `number`.
    uint112 shares;
    uint24 number;
    /// @dev Round in which `shares` or `number` last changed.
    uint32 changedRound;
    /// @dev The fees of round `feesPaidRound` and of all earlier rounds are credited. When shares change, `feesPaidRound` becomes the
    /// current round, because changed shares earn fees only from the next round on.
    uint32 feesPaidRound;
    /// @dev Number of locks that the account has created so far.
    uint32 lockCount;
    // -- slot
    /// @dev The part of `shares` that is exposed to a former transcoder.
    Liability exposure;
    // -- slot
    uint96 fees;
    /// @dev Past values of number ‖ shares, as far as a snapshot needs them. Each value is stored under the round in which
    /// it was set.
    Checkpoints.Trace208 checkpoints;
}

struct Lock {
    /// @dev The amount of the lock. The amount can be withdrawn from block `untilBlock` on.
    Liability stake;
    // -- slot
    /// @dev The part of the amount that is exposed to a former transcoder.
    Liability exposure;
}

struct SnapshotRecord {
    bool taken;
    /// @dev All bonded stake at the end of the round.
    uint96 bonded;
}

struct State {
    Clock clock;
    Totals totals;
    Terms terms;
    Terms nextTerms;
    TranscoderPool.Pool pool;
    mapping(uint256 number => TranscoderRecord) transcoders;
    mapping(address account => uint24) numbers;
    mapping(uint256 number => address) accounts;
    Ledger ledger;
    mapping(address account => DelegatorRecord) delegators;
    mapping(address account => mapping(uint256 lockId => Lock)) locks;
    mapping(uint256 round => SnapshotRecord) snapshots;
}
