// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Stake, and the pool of transcoders that it ranks and routes work to. Whitepaper, "Bonding + Delegation".
/// @dev A transcoder holds a numbered seat in the pool. What a seat offered is kept by block, so that a job's draw gives
/// the same transcoders whenever it is made.
interface IBondingManager {
    struct Transcoder {
        address transcoder;
        /// @dev Bonded stake, in units of 10^-18 LPT.
        uint256 stake;
        /// @dev The lowest price that it works for, in wei per unit.
        uint256 pricePerUnit;
        /// @dev Whether it takes new jobs.
        bool available;
        /// @dev Whether it holds a seat in the pool.
        bool registered;
    }

    struct UnbondingLock {
        /// @dev What slashing has left of it.
        uint256 amount;
        /// @dev First round in which the amount can be withdrawn.
        uint256 withdrawRound;
    }

    /// @notice Emitted when stake is bonded; `bonded` is the new total.
    event Bond(address indexed transcoder, uint256 amount, uint256 bonded);
    /// @notice Emitted when stake enters the unbonding state; `bonded` is what remains.
    event Unbond(
        address indexed transcoder, uint256 indexed lockId, uint256 amount, uint256 withdrawRound, uint256 bonded
    );
    /// @notice Emitted when unbonded stake leaves the contract.
    event WithdrawStake(address indexed transcoder, uint256 indexed lockId, uint256 amount);
    /// @notice Emitted when a transcoder takes a seat, or changes its price.
    event TranscoderUpdate(address indexed transcoder, uint256 pricePerUnit);
    /// @notice Emitted when a transcoder gives up its seat.
    event TranscoderResigned(address indexed transcoder);
    /// @notice Emitted when a transcoder loses its seat in a full pool to one with more stake.
    event TranscoderEvicted(address indexed transcoder, address indexed successor);
    /// @notice Emitted when a transcoder opens or closes for new jobs.
    event TranscoderAvailability(address indexed transcoder, bool available);

    /// @notice Emitted when stake is lost to the common pool, from what was bonded and what was unbonding; `bonded` is what
    /// remains of the former.
    event Slash(address indexed transcoder, uint256 amount, uint256 bonded);

    /// @notice Thrown when an amount is zero.
    error ZeroAmount();
    /// @notice Thrown when more is unbonded than is bonded.
    error InsufficientStake(uint256 requested, uint256 bonded);
    /// @notice Thrown when an account without stake wants to be a transcoder.
    error NoStake(address account);
    /// @notice Thrown when the pool is full and nobody in it has less stake.
    error PoolFull(uint256 stake, uint256 lowestStake);
    /// @notice Thrown when the account holds no seat in the pool.
    error NotTranscoder(address account);
    /// @notice Thrown when a price is above what is kept of it.
    error PriceOutOfBounds(uint256 pricePerUnit, uint256 max);
    /// @notice Thrown when the account has no such lock, or has withdrawn it.
    error UnknownLock(address account, uint256 lockId);
    /// @notice Thrown when a lock's unbonding period has not passed.
    error StakeLocked(uint256 lockId, uint256 withdrawRound, uint256 currentRound);

    /// @notice Thrown when somebody else than the ClaimsManager slashes.
    error NotClaimsManager(address caller);
    /// @notice Thrown when nothing would be left. In parts per million.
    error SlashOutOfBounds(uint256 share, uint256 max);

    /// @notice Bonds `amount` of the caller's token, which must be approved, to the caller as a transcoder.
    function bond(uint256 amount) external;

    /// @notice Puts `amount` into the unbonding state for `unbondingPeriod` rounds. Unbonding everything resigns.
    /// @return lockId For `withdrawStake`.
    function unbond(uint256 amount) external returns (uint256 lockId);

    /// @notice Sends an unbonded amount, once its period has passed, to the caller.
    function withdrawStake(uint256 lockId) external;

    /// @notice Declares the caller a transcoder for at least `pricePerUnit` wei, or changes its price. A new one is not
    /// yet available. In a full pool it takes the seat of the one with the lowest stake, which must be below its own.
    function transcoder(uint256 pricePerUnit) external;

    /// @notice Gives up the caller's seat. Its stake stays bonded.
    function resignAsTranscoder() external;

    /// @notice Opens or closes the caller for new jobs. Whitepaper, `TranscodeAvailability()`.
    function transcodeAvailability(bool available) external;

    /// @notice Moves a share, in parts per million, of all stake of an account, bonded and unbonding, to the common pool. By
    /// the ClaimsManager. Whitepaper, "Slashing".
    /// @return amount In units of 10^-18 LPT, rounded down.
    function slash(address account, uint256 share) external returns (uint256 amount);

    /// @notice Draws up to `count` of those that were available for at most `maxPricePerUnit` at the end of block
    /// `atBlock`, without replacement, weighted by their stake then.
    /// @dev Final only when `atBlock` is over.
    /// @return seats In order of priority, for `transcoderAt`.
    /// @return drawn The transcoders in these seats then.
    function draw(bytes32 seed, uint256 atBlock, uint256 maxPricePerUnit, uint256 count)
        external
        view
        returns (uint16[] memory seats, address[] memory drawn);

    /// @notice Who held a seat at the end of block `atBlock`; the zero address when nobody did.
    function transcoderAt(uint256 seat, uint256 atBlock) external view returns (address);

    /// @notice Everybody in the pool.
    function transcoders() external view returns (Transcoder[] memory);

    function getTranscoder(address account) external view returns (Transcoder memory);
    function getUnbondingLock(address account, uint256 lockId) external view returns (UnbondingLock memory);

    /// @notice Locks that an account ever opened: ids run from 0.
    function unbondingLockCount(address account) external view returns (uint256);

    /// @notice Stake that was slashed, in units of 10^-18 LPT.
    function commonPool() external view returns (uint256);

    /// @notice Seats in the pool: `N`.
    function poolSize() external view returns (uint256);

    /// @notice In rounds.
    function unbondingPeriod() external view returns (uint256);

    /// @notice The least number of blocks that stake stays after it was unbonded.
    function minUnbondingBlocks() external view returns (uint256);
}
