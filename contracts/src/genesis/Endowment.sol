// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {VestingWallet} from "@openzeppelin/contracts/finance/VestingWallet.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IBondingManager} from "../interfaces/IBondingManager.sol";

/// @notice LPT for the long term development of the project. Whitepaper, "Token Distribution". The LPT vest evenly over time,
/// and each release goes into the CommonPool, which only votes can spend. Any account may release.
/// @dev The owner is the timelock. It has no power over the LPT, and no vote can make it call this contract.
contract Endowment is VestingWallet {
    using SafeERC20 for IERC20;

    IERC20 public immutable token;
    IBondingManager public immutable bondingManager;

    uint256 private funded;

    /// @param vestingSeconds The time until all LPT are vested. It begins now.
    constructor(address timelock, IERC20 token_, IBondingManager bondingManager_, uint64 vestingSeconds)
        VestingWallet(timelock, uint64(block.timestamp), vestingSeconds)
    {
        (token, bondingManager) = (token_, bondingManager_);
    }

    /// @notice Moves the vested LPT into the CommonPool. Other tokens and ether, which this contract is not made for, go to the
    /// timelock.
    function release(address token_) public override {
        if (token_ != address(token)) return super.release(token_);
        uint256 amount = releasable(token_);
        funded += amount;
        emit ERC20Released(token_, amount);
        token.forceApprove(address(bondingManager), amount);
        bondingManager.fundCommonPool(amount);
    }

    function released(address token_) public view override returns (uint256) {
        return token_ == address(token) ? funded : super.released(token_);
    }
}
