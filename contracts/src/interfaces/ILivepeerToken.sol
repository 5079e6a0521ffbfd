// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The protocol token: a stake that routes work and answers for it. Whitepaper, "Livepeer Token".
interface ILivepeerToken {
    /// @notice Thrown when somebody else than the Minter mints.
    error NotMinter(address caller);

    /// @notice Creates token. By the Minter.
    function mint(address to, uint256 amount) external;

    function minter() external view returns (address);
}
