// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {VestingWallet} from "@openzeppelin/contracts/finance/VestingWallet.sol";
import {VestingWalletCliff} from "@openzeppelin/contracts/finance/VestingWalletCliff.sol";

/// @notice LPT of an account that worked for the protocol before the genesis. Whitepaper, "Token Distribution". Before the
/// cliff, nothing is vested. From then on, the vested part grows evenly with the time since the deployment. Any account may
/// release the vested part, and only the beneficiary gets it. LPT in this contract cannot be bonded, so they have no vote.
contract Vesting is VestingWalletCliff {
    constructor(address beneficiary, uint64 cliffSeconds, uint64 vestingSeconds)
        VestingWallet(beneficiary, uint64(block.timestamp), vestingSeconds)
        VestingWalletCliff(cliffSeconds)
    {}
}
