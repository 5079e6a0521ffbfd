// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DrawnList} from "../types/DrawnList.sol";

/// @notice Draws transcoders for jobs, and reads their stake. Whitepaper, "Broadcast + Transcoding Job".
interface ICandidates {
    /// @notice Draws up to `count` transcoders without replacement, weighted by stake. A transcoder can be drawn if it
    /// was active in the round in force at block `atBlock`, if it was available at the end of that block, and if its
    /// price in that round was at most `maxPricePerUnit`. Block `atBlock` must be in the round in force or in the round
    /// before.
    /// @param count From 1 to MAX_DRAWN.
    /// @return The drawn transcoders' numbers in order of priority (`transcoderOf` returns their accounts), and whether the draw was
    /// contested. A ticket of a draw hits an active transcoder at random, in proportion to stake, or it hits nothing and is ignored. If
    /// `count` transcoders were drawn, the draw was contested if most of the first `2 * count - 1` hits were on transcoders that could be
    /// drawn. If fewer were drawn, the draw was contested if the transcoders that could be drawn held at least half of the active stake.
    function draw(bytes32 seed, uint256 atBlock, uint256 maxPricePerUnit, uint256 count)
        external
        view
        returns (DrawnList);

    /// @notice The account with this number. An account keeps its number for ever.
    function transcoderOf(uint256 number) external view returns (address);

    /// @notice An account's number, assigned when the account first bonds `minSelfStake` or more to itself; zero before.
    function numberOf(address account) external view returns (uint24);

    /// @notice Stake bonded to an account: its own stake and delegated stake.
    function stakeOf(address account) external view returns (uint256);

    /// @notice The stake that an account has bonded to itself.
    /// @return stake In units of 10^-18 LPT.
    /// @return part `stake` as a part of all stake bonded to the account, in parts per million.
    function selfStakeOf(address account) external view returns (uint256 stake, uint256 part);

    /// @notice The block up to which the transcoder's claims are void: if they are not yet paid, they can only be
    /// refunded. Zero if no claims are void.
    function forfeitBlock(address account) external view returns (uint256);
}
