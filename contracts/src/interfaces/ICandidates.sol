// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Who can be given work, and what answers for it. Whitepaper, "Broadcast + Transcoding Job".
interface ICandidates {
    /// @notice Draws up to `count` of those active in the round of block `atBlock` and available at its end for at most
    /// `maxPricePerUnit`, without replacement, weighted by stake. Of this round and the last.
    /// @return numbers In order of priority, for `transcoderOf`.
    /// @return drawn The same as accounts.
    /// @return contested Whether all who could be drawn held at least half of the stake of all active.
    function draw(bytes32 seed, uint256 atBlock, uint256 maxPricePerUnit, uint256 count)
        external
        view
        returns (uint24[] memory numbers, address[] memory drawn, bool contested);

    /// @notice The account with this number, which it has for good since the first stake was bonded to it.
    function transcoderOf(uint256 number) external view returns (address);

    /// @notice An account's number; zero when nobody has bonded to it.
    function numberOf(address account) external view returns (uint24);

    /// @notice Stake bonded to an account: its own and delegated.
    function stakeOf(address account) external view returns (uint256);
}
