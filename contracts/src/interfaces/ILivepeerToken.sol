// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The protocol token. Bonded token decides how much work a transcoder gets, and can be slashed. Whitepaper,
/// "Livepeer Token".
interface ILivepeerToken {
    /// @notice Thrown when the caller is not the Minter.
    error NotMinter(address caller);

    /// @notice Mints token. Only for the Minter.
    function mint(address to, uint256 amount) external;

    function minter() external view returns (address);
}
