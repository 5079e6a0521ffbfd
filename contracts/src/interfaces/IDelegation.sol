// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "./IBondingTypes.sol";

/// @notice Actions of delegators and transcoders. Rates are in parts per million.
interface IDelegation is IBondingTypes {
    /// @notice Bonds `amount` of the caller's approved token to `to`, which is the caller itself or a transcoder. If
    /// the caller has bonded to another account before, that stake also moves to `to`; then `amount` may be zero.
    /// Whitepaper, `Bond()`.
    function bond(uint256 amount, address to) external;

    /// @notice Approves the token by signature, then bonds.
    function bondWithPermit(uint256 amount, address to, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Puts `amount` into the unbonding state for `unbondingPeriod` rounds. In this time the stake can still be
    /// slashed for the transcoder's work. A transcoder that unbonds all its own stake resigns. Whitepaper, `Unbond()`.
    /// @return lockId Identifies the lock in `withdrawStake` and `rebond`.
    function unbond(uint256 amount) external returns (uint256 lockId);

    /// @notice Bonds the amount of a lock again: to the caller's present delegate, or, if the caller has no bonded
    /// stake, to any account that `bond` allows.
    function rebond(uint256 lockId, address to) external;

    /// @notice Sends an unbonded amount to the caller after its unbonding period. Whitepaper, `Withdraw()`.
    function withdrawStake(uint256 lockId) external;

    /// @notice Makes the caller a transcoder, or changes its rates. The rates apply from the next round on. A new
    /// transcoder with enough stake takes a seat; otherwise it joins the waitlist. Whitepaper, `Transcoder()`.
    /// @param pricePerUnit The lowest price that the transcoder accepts, in wei.
    /// @param blockRewardCut Share of the reward that the transcoder takes for itself.
    /// @param feeShare Share of the fees that the transcoder shares with all bonded to it.
    function transcoder(uint256 pricePerUnit, uint256 blockRewardCut, uint256 feeShare) external;

    /// @notice Lowers the caller's price, also in the lock period. The new price may not be below the price of `other`,
    /// a transcoder with a seat.
    function matchPrice(uint256 pricePerUnit, address other) external;

    /// @notice Ends the caller's role as a transcoder. Its stake stays bonded and slashable. Whitepaper,
    /// `ResignAsTranscoder()`.
    function resignAsTranscoder() external;

    /// @notice Sets whether the caller accepts new jobs. Whitepaper, `TranscodeAvailability()`.
    function transcodeAvailability(bool available) external;

    /// @notice Gives a transcoder on the waitlist a seat, if the pool has a free seat or a transcoder with less stake.
    /// Anyone may call it.
    function contend(address account) external;

    /// @notice Evicts the transcoder with the lowest stake while the pool has more transcoders than `poolSize`. Anyone
    /// may call it.
    function trim() external;

    /// @notice Executes several calls in one transaction. Accepts no wei.
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results);

    /// @notice The least number of blocks that stake stays in the contract after `unbond`. Includes parameters that are
    /// already set for the next round.
    function minUnbondingBlocks() external view returns (uint256);
}
