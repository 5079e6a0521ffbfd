// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What the BondingManager speaks of, tells, and refuses.
interface IBondingTypes {
    struct Parameters {
        /// @dev Seats for transcoders: the paper's `N`.
        uint256 poolSize;
        /// @dev In rounds.
        uint256 unbondingPeriod;
        /// @dev Share of the stake that is slashed when rewards were not called.
        uint256 missedRewardSlashAmount;
        /// @dev How many rounds in a row that takes.
        uint256 missedRewardRounds;
        /// @dev Share of a slashed amount that its finder gets.
        uint256 finderFee;
        /// @dev By how much a transcoder may fall short of its share of the work and still be rewarded: a share of that share.
        uint256 competitivenessTolerance;
        /// @dev Rounds. Work of the last one to two times as many counts.
        uint256 competitivenessWindow;
        /// @dev Work, in units, below which nothing is expected of a transcoder: a small share is a matter of luck.
        uint256 minExpectedWork;
    }

    struct Transcoder {
        address transcoder;
        /// @dev Its own and delegated, in units of 10^-18 LPT.
        uint256 stake;
        /// @dev The lowest price that it works for from the next round on, in wei per unit.
        uint256 pricePerUnit;
        /// @dev Whether it takes new jobs.
        bool available;
        /// @dev Whether it is a transcoder, with a seat in the pool or on the waitlist.
        bool registered;
        /// @dev Share of the reward that it keeps, from the next round on.
        uint256 blockRewardCut;
        /// @dev Share of its fees that all bonded to it get, from the next round on.
        uint256 feeShare;
        /// @dev Whether it holds a seat, and with it the next round.
        bool seated;
        /// @dev Whether it works and earns in this round.
        bool active;
    }

    struct Delegator {
        /// @dev Whom it has bonded to; itself for a transcoder.
        address delegate;
        /// @dev With rewards, after slashes, in units of 10^-18 LPT.
        uint256 stake;
        /// @dev From the rounds before this one, in wei. `JobsManager.withdrawFees` pays them.
        uint256 fees;
        /// @dev Stake that still answers for the transcoder that it was moved away from.
        uint256 exposedStake;
        address exposedTo;
        /// @dev First round in which it does no more.
        uint256 exposedUntil;
    }

    struct UnbondingLock {
        /// @dev What slashing has left of it.
        uint256 amount;
        /// @dev First round in which the amount can be withdrawn.
        uint256 withdrawRound;
        /// @dev For whose work it answers until then.
        address delegate;
    }

    /// @notice Emitted when stake is bonded, or rebonded from a lock; `bonded` is the delegator's new total.
    event Bond(address indexed delegator, address indexed delegate, uint256 amount, uint256 bonded);
    /// @notice Emitted when all of a delegator's stake goes to another transcoder.
    event StakeMoved(address indexed delegator, address indexed from, address indexed to, uint256 amount);
    /// @notice Emitted when stake enters the unbonding state; `bonded` is what remains.
    event Unbond(
        address indexed delegator, uint256 indexed lockId, uint256 amount, uint256 withdrawRound, uint256 bonded
    );
    /// @notice Emitted when an unbonding amount is bonded again.
    event Rebond(address indexed delegator, address indexed delegate, uint256 indexed lockId, uint256 amount);
    /// @notice Emitted when unbonded stake leaves the contract.
    event WithdrawStake(address indexed delegator, uint256 indexed lockId, uint256 amount);
    /// @notice Emitted when a delegator's earnings are brought up to date.
    event EarningsClaimed(address indexed delegator, uint256 stake, uint256 fees);
    /// @notice Emitted when a transcoder declares itself, or changes its rates, for the rounds to come.
    event TranscoderUpdate(address indexed transcoder, uint256 pricePerUnit, uint256 blockRewardCut, uint256 feeShare);
    /// @notice Emitted when a transcoder gives up its role.
    event TranscoderResigned(address indexed transcoder);
    /// @notice Emitted when a transcoder takes a seat of the pool.
    event TranscoderSeated(address indexed transcoder);
    /// @notice Emitted when a transcoder loses its seat to one with more stake, or to a smaller pool, and waits again.
    event TranscoderEvicted(address indexed transcoder);
    /// @notice Emitted when a transcoder opens or closes for new jobs.
    event TranscoderAvailability(address indexed transcoder, bool available);
    /// @notice Emitted when a round opens; `guest` is the one of the waitlist, or zero.
    event PoolLocked(uint256 indexed round, uint256 activeStake, address guest);
    /// @notice Emitted when a transcoder calls the round's reward; `cut` is the transcoder's own part.
    event Reward(address indexed transcoder, uint256 indexed round, uint256 amount, uint256 cut);
    /// @notice Emitted when a reward mints nothing, because too little of the work, in units, was the transcoder's.
    event RewardWithheld(address indexed transcoder, uint256 indexed round, uint256 work, uint256 expected);
    /// @notice Emitted when fees are shared with delegators: `shared` of the `amount`, in wei.
    event FeesShared(address indexed transcoder, uint256 indexed round, uint256 amount, uint256 shared);
    /// @notice Emitted when stake is lost, from what was bonded and what was unbonding; `bonded` is what remains of the
    /// former, and `fee` what of the amount the finder gets. The rest goes to the common pool.
    event Slash(address indexed transcoder, uint256 amount, uint256 bonded, address finder, uint256 fee);
    /// @notice Emitted when stake that was moved pays for the transcoder that it was moved away from.
    event ExposureSlash(address indexed delegator, address indexed exposedTo, uint256 amount);
    /// @notice Emitted when the owner sets parameters; they hold from the next round on.
    event ParametersUpdate(Parameters values);

    /// @notice Thrown when an amount is zero.
    error ZeroAmount();
    /// @notice Thrown when rounding would take a thousandth or more of what is bonded, because each share of that transcoder's
    /// stake is worth so much.
    error AmountTooSmall(uint256 amount, uint256 min);
    /// @notice Thrown when more is unbonded than is bonded.
    error InsufficientStake(uint256 requested, uint256 bonded);
    /// @notice Thrown when an account without stake of its own wants to be a transcoder, or calls a reward without any.
    error NoStake(address account);
    /// @notice Thrown when the account is not a transcoder.
    error NotTranscoder(address account);
    /// @notice Thrown when the account has no part in the round in force.
    error NotActive(address account, uint256 round);
    /// @notice Thrown when a transcoder holds a seat already, or has not more stake than whoever has the least in the pool.
    error NoSeatWon(address account, uint256 stake, uint256 lowestStake);
    /// @notice Thrown when there are not more seats taken than there are.
    error PoolNotOverfull(uint256 seats, uint256 poolSize);
    /// @notice Thrown when a price is above what is kept of it.
    error PriceOutOfBounds(uint256 pricePerUnit, uint256 max);
    /// @notice Thrown when a cut or a share is above the whole.
    error RateOutOfBounds(uint256 rate, uint256 max);
    /// @notice Thrown when rates stand still until the next round is initialized.
    error RatesLocked(uint256 round);
    /// @notice Thrown when a price is above one's own, or below that of the other.
    error PriceNotMatched(uint256 pricePerUnit, uint256 min, uint256 max);
    /// @notice Thrown when nobody has initialized the current round.
    error RoundNotInitialized(uint256 round);
    /// @notice Thrown when the account has no such lock, or has withdrawn it.
    error UnknownLock(address account, uint256 lockId);
    /// @notice Thrown when a lock's unbonding period has not passed.
    error StakeLocked(uint256 lockId, uint256 withdrawRound, uint256 currentRound);
    /// @notice Thrown when a lock is rebonded to another than the rest of the stake.
    error OtherDelegate(address delegate);
    /// @notice Thrown when stake would answer for more than two transcoders at once. It can move from round `until` on.
    error StakeExposed(address exposedTo, uint256 until);
    /// @notice Thrown when a reward is called twice in a round.
    error RewardCalled(address transcoder, uint256 round);
    /// @notice Thrown when a transcoder has missed fewer rewards in a row than are slashed for.
    error RewardsNotMissed(address transcoder, uint256 missed, uint256 required);
    /// @notice Thrown when a draw is asked for of a round before the last, whose pool is not kept.
    error DrawTooLate(uint256 jobRound);
    /// @notice Thrown when somebody else than the ClaimsManager slashes.
    error NotClaimsManager(address caller);
    /// @notice Thrown when somebody else than the JobsManager shares fees.
    error NotJobsManager(address caller);
    /// @notice Thrown when somebody else than the RoundsManager opens a round.
    error NotRoundsManager(address caller);
    /// @notice Thrown when nothing would be left.
    error SlashOutOfBounds(uint256 share, uint256 max);
}
