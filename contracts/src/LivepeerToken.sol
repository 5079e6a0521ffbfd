// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ILivepeerToken} from "./interfaces/ILivepeerToken.sol";
import {Parameters} from "./libraries/Parameters.sol";

/// @dev See ILivepeerToken.
contract LivepeerToken is ILivepeerToken, ERC20, ERC20Permit {
    address public immutable minter;
    uint256 public burned;

    /// @param allocations All LPT that exist before the first round, and who gets them. The deployer gets nothing unless it is in
    /// this list. The sum must fit into 96 bits, because stakes are stored in 96 bits.
    constructor(Allocation[] memory allocations, address minter_)
        ERC20("Livepeer Token", "LPT")
        ERC20Permit("Livepeer Token")
    {
        minter = minter_;
        for (uint256 i; i < allocations.length; ++i) {
            _mint(allocations[i].to, allocations[i].amount);
        }
        Parameters.bounded("initialAllocation", totalSupply(), 1, type(uint96).max);
    }

    /// @inheritdoc ILivepeerToken
    function mint(address to, uint256 amount) external {
        if (msg.sender != minter) revert NotMinter(msg.sender);
        _mint(to, amount);
    }

    /// @inheritdoc ILivepeerToken
    function burn(uint256 amount) external {
        _burn(msg.sender, amount);
        burned += amount;
    }
}
