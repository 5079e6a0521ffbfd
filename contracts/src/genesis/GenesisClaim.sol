// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {IBondingManager} from "../interfaces/IBondingManager.sol";
import {IGenesisClaim} from "../interfaces/IGenesisClaim.sol";
import {AllocationTree} from "../libraries/AllocationTree.sol";
import {Parameters} from "../libraries/Parameters.sol";

/// @dev See IGenesisClaim. The token mints the sum of all allocations to this contract at the genesis.
contract GenesisClaim is IGenesisClaim {
    using BitMaps for BitMaps.BitMap;
    using SafeERC20 for IERC20;

    IERC20 public immutable token;
    IBondingManager public immutable bondingManager;
    bytes32 public immutable root;
    uint256 public immutable count;
    uint256 public immutable closingTime;

    BitMaps.BitMap private claimed;

    /// @param openSeconds The time in which allocations can be claimed. It begins now.
    constructor(IERC20 token_, IBondingManager bondingManager_, bytes32 root_, uint256 count_, uint256 openSeconds) {
        (token, bondingManager, root) = (token_, bondingManager_, root_);
        count = Parameters.bounded("claimCount", count_, 1, type(uint32).max);
        // An account needs time to learn of its allocation, and unclaimed LPT must not be without votes for decades.
        closingTime = block.timestamp + Parameters.bounded("claimSeconds", openSeconds, 30 days, 3_650 days);
    }

    /// @inheritdoc IGenesisClaim
    function claim(uint256 index, address account, uint256 amount, bytes32[] calldata siblings) external {
        if (block.timestamp >= closingTime) revert ClaimsClosed(closingTime);
        if (claimed.get(index)) revert AlreadyClaimed(index);
        if (!AllocationTree.verify(root, count, index, account, amount, siblings)) {
            revert NotAllocated(index, account, amount);
        }
        claimed.set(index);
        emit AllocationClaimed(index, account, amount);
        token.safeTransfer(account, amount);
    }

    /// @inheritdoc IGenesisClaim
    function returnUnclaimed() external returns (uint256 amount) {
        if (block.timestamp < closingTime) revert ClaimsOpen(closingTime);
        amount = token.balanceOf(address(this));
        if (amount == 0) revert NothingUnclaimed();
        emit UnclaimedReturned(amount);
        token.forceApprove(address(bondingManager), amount);
        bondingManager.fundCommonPool(amount);
    }

    /// @inheritdoc IGenesisClaim
    function isClaimed(uint256 index) external view returns (bool) {
        return claimed.get(index);
    }
}
