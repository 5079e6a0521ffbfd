// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Types, events and errors of the BondingManager. Shares and rates are in parts per million.
interface IBondingTypes {
    struct Parameters {
        /// @dev Seats for transcoders: the paper's `N`.
        uint256 poolSize;
        /// @dev Rounds from `unbond` until the stake can be withdrawn.
        uint256 unbondingPeriod;
        /// @dev Share of the stake that a transcoder loses when it has missed too many rewards.
        uint256 missedRewardSlashAmount;
        /// @dev Number of consecutive missed rewards after which a transcoder can be slashed.
        uint256 missedRewardRounds;
        /// @dev Share of the slashed amount that the finder gets.
        uint256 finderFee;
        /// @dev How far the work of a transcoder may fall below the expected work, as a share of the expected work.
        uint256 competitivenessTolerance;
        /// @dev In rounds. The measured window is between one and two times this long.
        uint256 competitivenessWindow;
        /// @dev In units. A transcoder with less expected work than this is always competitive, because a small amount
        /// of work depends on luck.
        uint256 minExpectedWork;
    }

    struct Transcoder {
        address transcoder;
        /// @dev Its own stake and delegated stake, in units of 10^-18 LPT.
        uint256 stake;
        /// @dev The lowest price that the transcoder accepts from the next round on, in wei per unit.
        uint256 pricePerUnit;
        /// @dev Whether the transcoder accepts new jobs.
        bool available;
        /// @dev Whether the account is a transcoder, either with a seat in the pool or on the waitlist.
        bool registered;
        /// @dev Share of the reward that the transcoder takes for itself, from the next round on.
        uint256 blockRewardCut;
        /// @dev Share of the fees that the transcoder shares with all bonded to it, from the next round on.
        uint256 feeShare;
        /// @dev Whether the transcoder holds a seat. If it still holds the seat then, it is active in the next round.
        bool seated;
        /// @dev Whether the transcoder can be drawn and can call the reward in this round.
        bool active;
    }

    struct Delegator {
        /// @dev The account that the delegator has bonded to. A transcoder has bonded to itself.
        address delegate;
        /// @dev Includes rewards and is reduced by slashes. In units of 10^-18 LPT.
        uint256 stake;
        /// @dev Fees of all rounds before the current one, in wei. `JobsManager.withdrawFees` pays them.
        uint256 fees;
        /// @dev The part of `stake` that can still be slashed for the work of the transcoder that it moved away from.
        uint256 exposedStake;
        address exposedTo;
        /// @dev First round in which that stake can no longer be slashed for `exposedTo`.
        uint256 exposedUntil;
    }

    struct UnbondingLock {
        /// @dev The amount that remains after slashes.
        uint256 amount;
        /// @dev First round in which the amount can be withdrawn.
        uint256 withdrawRound;
        /// @dev The transcoder for whose work the amount can be slashed until then.
        address delegate;
    }

    /// @notice Emitted when stake is bonded, also when it is rebonded from a lock. `bonded` is the delegator's new
    /// total.
    event Bond(address indexed delegator, address indexed delegate, uint256 amount, uint256 bonded);
    /// @notice Emitted when all stake of a delegator moves to another transcoder.
    event StakeMoved(address indexed delegator, address indexed from, address indexed to, uint256 amount);
    /// @notice Emitted when stake enters the unbonding state. `bonded` is the stake that stays bonded.
    event Unbond(
        address indexed delegator, uint256 indexed lockId, uint256 amount, uint256 withdrawRound, uint256 bonded
    );
    /// @notice Emitted when an unbonding amount is bonded again.
    event Rebond(address indexed delegator, address indexed delegate, uint256 indexed lockId, uint256 amount);
    /// @notice Emitted when unbonded stake leaves the contract.
    event WithdrawStake(address indexed delegator, uint256 indexed lockId, uint256 amount);
    /// @notice Emitted when a delegator's fees and stake are updated.
    event EarningsClaimed(address indexed delegator, uint256 stake, uint256 fees);
    /// @notice Emitted when an account becomes a transcoder, or when a transcoder changes its rates. The rates apply
    /// from the next round on.
    event TranscoderUpdate(address indexed transcoder, uint256 pricePerUnit, uint256 blockRewardCut, uint256 feeShare);
    /// @notice Emitted when a transcoder resigns.
    event TranscoderResigned(address indexed transcoder);
    /// @notice Emitted when a transcoder takes a seat in the pool.
    event TranscoderSeated(address indexed transcoder);
    /// @notice Emitted when a transcoder loses its seat and joins the waitlist, because another transcoder has more
    /// stake or the pool became smaller.
    event TranscoderEvicted(address indexed transcoder);
    /// @notice Emitted when a transcoder starts or stops accepting new jobs.
    event TranscoderAvailability(address indexed transcoder, bool available);
    /// @notice Emitted when a round opens. `guest` is the transcoder drawn from the waitlist, which is active in this
    /// round; zero for none.
    event PoolLocked(uint256 indexed round, uint256 activeStake, address guest);
    /// @notice Emitted when a transcoder calls the reward of a round. `cut` is the part of `amount` that the transcoder
    /// takes for itself.
    event Reward(address indexed transcoder, uint256 indexed round, uint256 amount, uint256 cut);
    /// @notice Emitted when a reward mints nothing because the transcoder did too little work. `work` and `expected`
    /// are in units.
    event RewardWithheld(address indexed transcoder, uint256 indexed round, uint256 work, uint256 expected);
    /// @notice Emitted when a transcoder's fees are shared with its delegators: `shared` of `amount`, in wei.
    event FeesShared(address indexed transcoder, uint256 indexed round, uint256 amount, uint256 shared);
    /// @notice Emitted when a transcoder is slashed. `amount` is the loss of bonded and of unbonding stake together.
    /// `bonded` is the bonded stake that remains. The finder gets `fee` of `amount`, and the common pool gets the rest.
    event Slash(address indexed transcoder, uint256 amount, uint256 bonded, address finder, uint256 fee);
    /// @notice Emitted when moved stake pays for a slash of the transcoder that it moved away from.
    event ExposureSlash(address indexed delegator, address indexed exposedTo, uint256 amount);
    /// @notice Emitted when the owner sets parameters. They apply from the next round on.
    event ParametersUpdate(Parameters values);

    /// @notice Thrown when an amount is zero.
    error ZeroAmount();
    /// @notice Thrown when rounding would take a thousandth or more of the bonded amount, because one share of this
    /// transcoder's stake is worth too much.
    error AmountTooSmall(uint256 amount, uint256 min);
    /// @notice Thrown when a delegator unbonds more than it has bonded.
    error InsufficientStake(uint256 requested, uint256 bonded);
    /// @notice Thrown when an account without stake of its own becomes a transcoder or calls the reward.
    error NoStake(address account);
    /// @notice Thrown when the account is not a transcoder.
    error NotTranscoder(address account);
    /// @notice Thrown when the account is not active in the round in force.
    error NotActive(address account, uint256 round);
    /// @notice Thrown when the transcoder already holds a seat, or when its stake is not higher than the lowest stake
    /// in the pool.
    error NoSeatWon(address account, uint256 stake, uint256 lowestStake);
    /// @notice Thrown when the pool has no more transcoders than `poolSize`.
    error PoolNotOverfull(uint256 seats, uint256 poolSize);
    /// @notice Thrown when a price does not fit the storage of a price.
    error PriceOutOfBounds(uint256 pricePerUnit, uint256 max);
    /// @notice Thrown when a cut or a share is above one million parts per million.
    error RateOutOfBounds(uint256 rate, uint256 max);
    /// @notice Thrown in the lock period of a round. Rates can change again after the next round is initialized.
    error RatesLocked(uint256 round);
    /// @notice Thrown when the new price is above the caller's present price, or below the price of the other
    /// transcoder.
    error PriceNotMatched(uint256 pricePerUnit, uint256 min, uint256 max);
    /// @notice Thrown when the current round is not initialized.
    error RoundNotInitialized(uint256 round);
    /// @notice Thrown when the lock does not exist, or was withdrawn or rebonded.
    error UnknownLock(address account, uint256 lockId);
    /// @notice Thrown when the unbonding period of a lock has not passed.
    error StakeLocked(uint256 lockId, uint256 withdrawRound, uint256 currentRound);
    /// @notice Thrown when a lock is rebonded to an account that is not the delegate of the caller's bonded stake.
    error OtherDelegate(address delegate);
    /// @notice Thrown when stake would become slashable for a third transcoder. Stake can be slashed for its present
    /// delegate and for one former delegate. From round `until` on, it can move again.
    error StakeExposed(address exposedTo, uint256 until);
    /// @notice Thrown when a transcoder calls the reward a second time in a round.
    error RewardCalled(address transcoder, uint256 round);
    /// @notice Thrown when a transcoder has missed fewer than `required` consecutive rewards.
    error RewardsNotMissed(address transcoder, uint256 missed, uint256 required);
    /// @notice Thrown when a draw is requested for a round before the last one. The pool keeps only the last two
    /// rounds.
    error DrawTooLate(uint256 jobRound);
    /// @notice Thrown when the caller is not the ClaimsManager.
    error NotClaimsManager(address caller);
    /// @notice Thrown when the caller is not the JobsManager.
    error NotJobsManager(address caller);
    /// @notice Thrown when the caller is not the RoundsManager.
    error NotRoundsManager(address caller);
    /// @notice Thrown when a slash would leave no stake.
    error SlashOutOfBounds(uint256 share, uint256 max);
}
