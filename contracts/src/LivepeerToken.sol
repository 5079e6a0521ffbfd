// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Parameters} from "./libraries/Parameters.sol";

/// @notice The protocol token: a stake that routes work and answers for it. Whitepaper, "Livepeer Token".
contract LivepeerToken is ERC20, ERC20Permit {
    /// @param initialAllocation In units of 10^-18 LPT, to the deployer. Stakes are kept in 96 bits.
    constructor(uint256 initialAllocation) ERC20("Livepeer Token", "LPT") ERC20Permit("Livepeer Token") {
        _mint(msg.sender, Parameters.bounded("initialAllocation", initialAllocation, 1, type(uint96).max));
    }
}
