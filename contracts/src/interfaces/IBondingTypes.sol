// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Types, events and errors of the BondingManager. Reward cuts, fee shares, finder fees, tolerances and slash amounts
/// are in parts per million.
interface IBondingTypes {
    struct Parameters {
        /// @dev Number of seats for transcoders: the paper's `N`.
        uint256 poolSize;
        /// @dev Number of blocks from `unbond` until the stake can be withdrawn. Exposed stake can be withdrawn only when its
        /// exposure has ended too.
        uint256 unbondingPeriod;
        /// @dev Share of the stake that a slash for missed rewards takes.
        uint256 missedRewardSlashAmount;
        /// @dev Number of consecutive missed rewards after which a transcoder can be slashed.
        uint256 missedRewardRounds;
        /// @dev Share of the transcoder's own loss that the finder gets.
        uint256 finderFee;
        /// @dev How far the work of a transcoder may fall below the expected work, as a share of the expected work.
        uint256 competitivenessTolerance;
        /// @dev Length of a span, in rounds. Work is measured over the current and the previous span together.
        uint256 competitivenessWindow;
        /// @dev In units of work. If the expected work of a transcoder is less than this, the transcoder always gets its
        /// reward, because a transcoder with few jobs can get too little work by bad luck in the draws.
        uint256 minExpectedWork;
        /// @dev The largest share of a transcoder's stake that all slashes of one round together can take. A transcoder
        /// that reaches this limit loses its role, and all its unpaid claims are void: they can only be refunded. If it
        /// registers again in the same round, it has a new limit.
        uint256 maxRoundSlashAmount;
        /// @dev Stake that a transcoder must have bonded to itself, in units of 10^-18 LPT.
        uint256 minSelfStake;
        /// @dev Share of the stake that a slash for too little work takes. If this share is zero, a transcoder that does
        /// too little work loses only its reward.
        uint256 lowWorkSlashAmount;
    }

    struct Transcoder {
        address transcoder;
        /// @dev The transcoder's own stake plus the stake delegated to it, in units of 10^-18 LPT.
        uint256 stake;
        /// @dev The lowest price that the transcoder accepts from the next round on, in wei per unit.
        uint256 pricePerUnit;
        /// @dev Whether the transcoder accepts new jobs.
        bool available;
        /// @dev Whether the account is a transcoder. A transcoder has a seat in the pool or is on the waitlist.
        bool registered;
        /// @dev Share of the reward that the transcoder takes for itself, from the next round on.
        uint256 blockRewardCut;
        /// @dev Share of the fees that is divided among all stake bonded to the transcoder, the transcoder's own stake
        /// included. Applies from the next round on.
        uint256 feeShare;
        /// @dev Whether the transcoder holds a seat. A transcoder that still holds its seat when the next round is
        /// initialized is active in the next round.
        bool seated;
        /// @dev Whether the transcoder is active in the round in force. Only an active transcoder can call `reward`
        /// or be drawn for the jobs of this round.
        bool active;
    }

    struct Delegator {
        /// @dev The account that the delegator has bonded to. A transcoder has bonded to itself.
        address delegate;
        /// @dev Bonded stake after rewards and slashes, in units of 10^-18 LPT.
        uint256 stake;
        /// @dev Unpaid fees in wei: the account's own fees as a transcoder, and its fees as a delegator. Does not yet include a
        /// delegator's fees of the current round, except the fees from before a change of its stake in this round.
        /// `JobsManager.withdrawFees` pays these fees.
        uint256 fees;
        /// @dev The part of `stake` that a slash of `exposedTo` can still reduce, if the slash is for work that `exposedTo`
        /// claimed before this part moved.
        uint256 exposedStake;
        /// @dev The transcoder that this part of the stake was bonded to before it moved.
        address exposedTo;
        /// @dev First block in which slashes of `exposedTo` no longer reduce `exposedStake`.
        uint256 exposedUntil;
    }

    struct UnbondingLock {
        /// @dev The amount that remains after slashes, in units of 10^-18 LPT.
        uint256 amount;
        /// @dev First block in which the amount can be withdrawn. Fixed when the lock is created.
        uint256 withdrawBlock;
        /// @dev The transcoder that the amount was bonded to. Until `withdrawBlock`, a slash of this transcoder can
        /// reduce the amount, if the slash is for work that the transcoder claimed before the amount left.
        address delegate;
    }

    /// @notice Emitted when a delegator bonds, moves or rebonds stake. `bonded` is all stake that the delegator now has
    /// bonded.
    event Bond(address indexed delegator, address indexed delegate, uint256 amount, uint256 bonded);
    /// @notice Emitted when all stake of a delegator moves to another transcoder.
    event StakeMoved(address indexed delegator, address indexed from, address indexed to, uint256 amount);
    /// @notice Emitted when stake enters the unbonding state. `bonded` is the delegator's stake that stays bonded.
    event Unbond(
        address indexed delegator, uint256 indexed lockId, uint256 amount, uint256 withdrawBlock, uint256 bonded
    );
    /// @notice Emitted when the amount of a lock is bonded again.
    event Rebond(address indexed delegator, address indexed delegate, uint256 indexed lockId, uint256 amount);
    /// @notice Emitted when a delegator withdraws the amount of a lock.
    event WithdrawStake(address indexed delegator, uint256 indexed lockId, uint256 amount);
    /// @notice Emitted when a delegator's fees and stake are updated.
    event EarningsClaimed(address indexed delegator, uint256 stake, uint256 fees);
    /// @notice Emitted when an account becomes a transcoder, or when a transcoder changes its rates. The rates apply
    /// from the next round on.
    event TranscoderUpdate(address indexed transcoder, uint256 pricePerUnit, uint256 blockRewardCut, uint256 feeShare);
    /// @notice Emitted when the role of a transcoder ends: the transcoder has resigned, its own stake is below `minSelfStake`, or
    /// its slashes have reached the limit of a round.
    event TranscoderResigned(address indexed transcoder);
    /// @notice Emitted when a transcoder takes a seat in the pool.
    event TranscoderSeated(address indexed transcoder);
    /// @notice Emitted when a transcoder loses its seat and joins the waitlist, because another transcoder has more
    /// stake or the pool became smaller.
    event TranscoderEvicted(address indexed transcoder);
    /// @notice Emitted when a transcoder starts or stops accepting new jobs.
    event TranscoderAvailability(address indexed transcoder, bool available);
    /// @notice Emitted when a round opens. `guest` is the transcoder that was drawn from the waitlist and is active in
    /// this round; zero when no transcoder was drawn.
    event PoolLocked(uint256 indexed round, uint256 activeStake, address guest);
    /// @notice Emitted when a transcoder calls `reward`. `cut` is the part of `amount` that the transcoder takes for
    /// itself.
    event Reward(address indexed transcoder, uint256 indexed round, uint256 amount, uint256 cut);
    /// @notice Emitted when a call of `reward` mints nothing because the transcoder did too little work. `work` and `expected`
    /// are in units.
    event RewardWithheld(address indexed transcoder, uint256 indexed round, uint256 work, uint256 expected);
    /// @notice Emitted when a transcoder's fees are shared with its delegators. `amount` is the sum of the fees, and `shared` is the part
    /// that the delegators get, both in wei.
    event FeesShared(address indexed transcoder, uint256 indexed round, uint256 amount, uint256 shared);
    /// @notice Emitted when a transcoder is slashed. `amount` is the loss of bonded stake and of the transcoder's own
    /// locks. `own` is the part of `amount` that the transcoder itself loses. `bonded` is the bonded stake that remains.
    /// The finder gets `fee`, and the common pool gets the rest of `amount`. Locks and moved stake of delegators are
    /// reduced later, and are not included.
    event Slash(address indexed transcoder, uint256 amount, uint256 own, uint256 bonded, address finder, uint256 fee);
    /// @notice Emitted when slashes of a transcoder reach the limit of a round. All claims of the transcoder up to this
    /// block that are not yet paid are void.
    event ClaimsForfeited(address indexed transcoder, uint256 atBlock);
    /// @notice Emitted when moved stake is reduced for slashes of `exposedTo`, the transcoder that the stake was bonded
    /// to before it moved.
    event ExposureSlash(address indexed delegator, address indexed exposedTo, uint256 amount);
    /// @notice Emitted when the owner sets parameters. The parameters apply from the next round on.
    event ParametersUpdate(Parameters values);

    /// @notice Thrown when an amount is zero.
    error ZeroAmount();
    /// @notice Thrown when one share costs more than one unit of stake, and the amount buys fewer than 1,000 shares.
    /// Rounding would take too much of the amount. `min` is the smallest accepted amount.
    error AmountTooSmall(uint256 amount, uint256 min);
    /// @notice Thrown when a delegator unbonds more stake than it has bonded.
    error InsufficientStake(uint256 requested, uint256 bonded);
    /// @notice Thrown when an account without stake of its own calls `reward`.
    error NoStake(address account);
    /// @notice Thrown when an account has bonded less to itself than a transcoder needs. `min` is the needed amount.
    error InsufficientSelfStake(address account, uint256 stake, uint256 min);
    /// @notice Thrown when an account moves stake that is bonded to itself. Such stake can only be unbonded.
    error OwnStake(address account);
    /// @notice Thrown when a transcoder has `max` locks of its own stake. One of them must be withdrawn or rebonded
    /// first.
    error TooManyOwnLocks(uint256 max);
    /// @notice Thrown when stake that got a reward in this round moves to a transcoder that can still call `reward` in
    /// this round. The stake can move after that call, or in the next round.
    error RewardPending(address transcoder, uint256 round);
    /// @notice Thrown when very many slashes have made a share of the transcoder's stake so small that the number of
    /// new shares is too large to store. The stake can be bonded to another transcoder.
    error StakeDiluted();
    /// @notice Thrown when a transcoder did enough work, or was already slashed for too little work in this span, or when
    /// the parameters allow no such slash.
    error EnoughWork(address account, uint256 work, uint256 expected);
    /// @notice Thrown when the account is not a transcoder. Also thrown by `matchPrice` when `other` has no seat.
    error NotTranscoder(address account);
    /// @notice Thrown when the account is not active in the round in force.
    error NotActive(address account, uint256 round);
    /// @notice Thrown by `takeSeat` when the transcoder already holds a seat, or when its stake is not higher than the
    /// lowest stake in the pool.
    error NoSeatWon(address account, uint256 stake, uint256 lowestStake);
    /// @notice Thrown by `evictLowest` when the pool has at most `poolSize` transcoders.
    error PoolNotOverfull(uint256 seats, uint256 poolSize);
    /// @notice Thrown when a price is above `max`, the largest price that can be stored.
    error PriceOutOfBounds(uint256 pricePerUnit, uint256 max);
    /// @notice Thrown when a cut or a share is above one million parts per million.
    error RateOutOfBounds(uint256 rate, uint256 max);
    /// @notice Thrown when an account calls `transcoder` in the lock period of a round. Accounts can call `transcoder` again
    /// after the next round is initialized.
    error RatesLocked(uint256 round);
    /// @notice Thrown by `matchPrice` when the new price is above the caller's present price, or below the price of
    /// `other`.
    error PriceNotMatched(uint256 pricePerUnit, uint256 min, uint256 max);
    /// @notice Thrown when the current round is not initialized.
    error RoundNotInitialized(uint256 round);
    /// @notice Thrown when the lock does not exist, or was withdrawn or rebonded. Also thrown for a lock of own stake,
    /// if slashes took its whole amount.
    error UnknownLock(address account, uint256 lockId);
    /// @notice Thrown when the unbonding period of a lock has not passed.
    error StakeLocked(uint256 lockId, uint256 withdrawBlock);
    /// @notice Thrown when a lock is rebonded to an account that is not the delegate of the caller's bonded stake.
    error OtherDelegate(address delegate);
    /// @notice Thrown when exposed stake would get a second exposure. All stake of a delegator can have only one
    /// exposure at a time: to one former transcoder, from the block in which the stake left it until one end block.
    /// From block `until` on, the stake can move again.
    error StakeExposed(address exposedTo, uint256 until);
    /// @notice Thrown when a transcoder calls `reward` a second time in a round.
    error RewardCalled(address transcoder, uint256 round);
    /// @notice Thrown when a transcoder has missed fewer than `required` consecutive rewards.
    error RewardsNotMissed(address transcoder, uint256 missed, uint256 required);
    /// @notice Thrown when a transcoder unbonds own stake although it must be slashed for missed rewards. Any account can
    /// call `slashMissedReward` first.
    error RewardsMissed(address transcoder, uint256 missed);
    /// @notice Thrown when the pool no longer stores the terms of a seat for the round of the job. The pool always
    /// stores the terms of the round in force and of the round before.
    error DrawTooLate(uint256 jobRound);
    /// @notice Thrown when the caller is not the ClaimsManager.
    error NotClaimsManager(address caller);
    /// @notice Thrown when the caller is not the JobsManager.
    error NotJobsManager(address caller);
    /// @notice Thrown when the caller is not the RoundsManager.
    error NotRoundsManager(address caller);
    /// @notice Thrown when a slash would take all stake.
    error SlashOutOfBounds(uint256 share, uint256 max);
}
