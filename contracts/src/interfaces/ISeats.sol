// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "./IBondingTypes.sol";

/// @notice Actions of transcoders, and views of the seats and the waitlist. Reward cuts and fee shares are in parts per million.
interface ISeats is IBondingTypes {
    /// @notice Makes the caller a transcoder, or changes its rates. The rates apply from the next round on. A new
    /// transcoder needs `minSelfStake` bonded to itself. It takes a seat if its stake is high enough. Otherwise it joins
    /// the waitlist. Whitepaper, `Transcoder()`.
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
    function takeSeat(address account) external;

    /// @notice If the pool has more transcoders than `poolSize`, evicts the transcoder with the lowest stake. Each call
    /// evicts one transcoder. Any account may call this function.
    function evictLowest() external;

    /// @notice All transcoders with a seat in the pool.
    function transcoders() external view returns (Transcoder[] memory);

    /// @notice One page of the waitlist, in no particular order. A transcoder keeps its place until it leaves the
    /// waitlist. `list` leaves out empty places, so `list` can be empty although this page is not the last.
    /// @param from The first place. The first page begins at place 0.
    /// @param limit Number of places, empty places included.
    /// @return list The transcoders on the places of the page.
    /// @return next The first place of the next page; zero when this page is the last.
    function waitlist(uint256 from, uint256 limit) external view returns (Transcoder[] memory list, uint256 next);

    /// @notice Sum of the stakes of all transcoders on the waitlist. Each stake is rounded down to a multiple of 2^40 units, about
    /// a millionth of an LPT. The chance of a transcoder to become the guest of a round is its rounded stake divided by this sum.
    function waitingStake() external view returns (uint256);

    function getTranscoder(address account) external view returns (Transcoder memory);
}
