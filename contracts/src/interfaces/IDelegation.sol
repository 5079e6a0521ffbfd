// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "./IBondingTypes.sol";

/// @notice What stakers and transcoders decide. Rates are parts per million.
interface IDelegation is IBondingTypes {
    /// @notice Bonds `amount` of the caller's token, which must be approved, to `to`: itself, or a transcoder. All else that
    /// it has bonded goes there too; then `amount` may be zero. Whitepaper, `Bond()`.
    function bond(uint256 amount, address to) external;

    /// @notice Approves by signature, and bonds.
    function bondWithPermit(uint256 amount, address to, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Puts `amount` into the unbonding state for `unbondingPeriod` rounds. It answers as long for the transcoder's
    /// work. A transcoder without stake of its own resigns. Whitepaper, `Unbond()`.
    /// @return lockId For `withdrawStake` and `rebond`.
    function unbond(uint256 amount) external returns (uint256 lockId);

    /// @notice Bonds what a lock holds: to the caller's delegate, or, when it has bonded nothing, to anybody as `bond` does.
    function rebond(uint256 lockId, address to) external;

    /// @notice Sends an unbonded amount, once its period has passed, to the caller. Whitepaper, `Withdraw()`.
    function withdrawStake(uint256 lockId) external;

    /// @notice Declares the caller a transcoder, or changes its rates, from the next round on. With stake enough it takes a
    /// seat, else it waits. Whitepaper, `Transcoder()`.
    /// @param pricePerUnit The lowest that it works for, in wei.
    /// @param blockRewardCut Share of the reward that it keeps.
    /// @param feeShare Share of its fees that all bonded to it get.
    function transcoder(uint256 pricePerUnit, uint256 blockRewardCut, uint256 feeShare) external;

    /// @notice Lowers the caller's price, in the lock period too, to at least that of another transcoder in the pool.
    function matchPrice(uint256 pricePerUnit, address other) external;

    /// @notice Gives up the caller's role. Its stake stays bonded, and slashable. Whitepaper, `ResignAsTranscoder()`.
    function resignAsTranscoder() external;

    /// @notice Opens or closes the caller for new jobs. Whitepaper, `TranscodeAvailability()`.
    function transcodeAvailability(bool available) external;

    /// @notice Gives a transcoder of the waitlist the seat that its stake is enough for. Anybody may.
    function contend(address account) external;

    /// @notice Takes the seat of whoever has the least stake while the pool has more seats than it should. Anybody may.
    function trim() external;

    /// @notice Several calls in one transaction. Without wei.
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results);

    /// @notice The least number of blocks that stake stays after it was unbonded, whatever is set to change.
    function minUnbondingBlocks() external view returns (uint256);
}
