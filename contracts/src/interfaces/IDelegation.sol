// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "./IBondingTypes.sol";

/// @notice Actions of delegators and transcoders. Rates are in parts per million.
interface IDelegation is IBondingTypes {
    /// @notice Bonds `amount` of the caller's approved token to `to`, which is the caller or a transcoder. If the
    /// caller's stake is bonded to another account, all of this stake moves to `to`. Only in this case, `amount` may be
    /// zero. Whitepaper, `Bond()`.
    function bond(uint256 amount, address to) external;

    /// @notice Approves the token by signature, then bonds.
    function bondWithPermit(uint256 amount, address to, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Puts `amount` into the unbonding state for `unbondingPeriod` rounds. In these rounds, a slash of the
    /// transcoder still reduces the amount. A transcoder that unbonds all its own stake resigns. Whitepaper,
    /// `Unbond()`.
    /// @return lockId Identifies the lock in `withdrawStake` and `rebond`.
    function unbond(uint256 amount) external returns (uint256 lockId);

    /// @notice Bonds the amount of a lock again. If the caller has bonded stake, `to` must be its present delegate.
    /// Otherwise `to` is the caller or a transcoder.
    function rebond(uint256 lockId, address to) external;

    /// @notice Sends the amount of a lock to the caller, after the unbonding period of the lock. Whitepaper,
    /// `Withdraw()`.
    function withdrawStake(uint256 lockId) external;

    /// @notice Makes the caller a transcoder, or changes its rates. The rates apply from the next round on. A new
    /// transcoder takes a seat if its stake is high enough. Otherwise the transcoder joins the waitlist. Whitepaper,
    /// `Transcoder()`.
    /// @param pricePerUnit The lowest price that the transcoder accepts, in wei per unit.
    /// @param blockRewardCut Share of the reward that the transcoder takes for itself.
    /// @param feeShare Share of the fees that is divided among all stake bonded to the transcoder, the transcoder's own
    /// stake included.
    function transcoder(uint256 pricePerUnit, uint256 blockRewardCut, uint256 feeShare) external;

    /// @notice Lowers the caller's price, also in the lock period. The new price must not be below the price of
    /// `other`, a transcoder with a seat.
    function matchPrice(uint256 pricePerUnit, address other) external;

    /// @notice Ends the caller's role as a transcoder. The stake bonded to the caller stays bonded and slashable.
    /// Whitepaper, `ResignAsTranscoder()`.
    function resignAsTranscoder() external;

    /// @notice Sets whether the caller accepts new jobs. Whitepaper, `TranscodeAvailability()`.
    function transcodeAvailability(bool available) external;

    /// @notice Gives a seat to a transcoder on the waitlist, if the pool has a vacant seat or a transcoder with less
    /// stake. Any account may call this function.
    function contend(address account) external;

    /// @notice If the pool has more transcoders than `poolSize`, evicts the transcoder with the lowest stake. Each call
    /// evicts one transcoder. Any account may call this function.
    function trim() external;

    /// @notice Executes several calls in one transaction. Accepts no wei.
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results);

    /// @notice The minimum number of blocks that stake stays in this contract after `unbond`, under the present
    /// parameters and under the parameters of the next round.
    function minUnbondingBlocks() external view returns (uint256);
}
