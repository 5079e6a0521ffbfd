// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The token of the protocol, LPT. A transcoder gets work in proportion to the LPT that is bonded to it, and a
/// slash takes a part of this LPT. Whitepaper, "Livepeer Token".
interface ILivepeerToken {
    /// @notice LPT that an account or a contract gets at the genesis, in units of 10^-18 LPT.
    struct Allocation {
        address to;
        uint256 amount;
    }

    /// @notice Thrown when the caller is not the Minter.
    error NotMinter(address caller);

    /// @notice Mints `amount` (in units of 10^-18 LPT) to `to`. Only for the Minter.
    function mint(address to, uint256 amount) external;

    /// @notice Burns `amount` of the caller's LPT.
    function burn(uint256 amount) external;

    /// @notice All LPT that were ever burned.
    function burned() external view returns (uint256);

    function minter() external view returns (address);
}
