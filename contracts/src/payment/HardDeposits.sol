// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IChequebook} from "../interfaces/IChequebook.sol";
import {Cheque} from "../types/Cheque.sol";
import {Split} from "../types/Split.sol";
import {ChannelRecord, Decrease, State, channelAt} from "./State.sol";

/// @notice Hard deposits of the caller. Only the cheques of one channel can spend a hard deposit.
library HardDeposits {
    using SafeCast for uint256;

    function increase(State storage s, address beneficiary, Split split, uint96 amount) internal {
        if (amount == 0) revert IChequebook.ZeroAmount();
        Cheque memory ends = Cheque(msg.sender, beneficiary, split, 0);
        if (!ends.isValid()) {
            revert IChequebook.InvalidChannel(msg.sender, beneficiary, split);
        }
        uint96 available = s.accounts[msg.sender].deposit;
        if (amount > available) revert IChequebook.InsufficientDeposit(amount, available);
        s.accounts[msg.sender].deposit = available - amount;
        channelAt(ends.channelId()).hardDeposit += amount;
        emit IChequebook.HardDepositIncreased(msg.sender, beneficiary, split, amount);
    }

    function prepareDecrease(State storage s, address beneficiary, Split split, uint96 amount, uint256 delay) internal {
        uint256 possibleAt = amount == 0 ? 0 : block.timestamp + delay;
        s.decreases[Cheque(msg.sender, beneficiary, split, 0).channelId()] = Decrease(amount, possibleAt.toUint32());
        emit IChequebook.HardDepositDecreasePrepared(msg.sender, beneficiary, split, amount, possibleAt);
    }

    /// @dev Limits the amount to the present hard deposit, because cheques can have spent a part of the hard deposit since the
    /// preparation. Without this limit, the subtraction would revert, and the rest of the hard deposit would stay locked.
    function decrease(State storage s, address beneficiary, Split split) internal {
        bytes32 channelId = Cheque(msg.sender, beneficiary, split, 0).channelId();
        Decrease memory prepared = s.decreases[channelId];
        ChannelRecord storage channel = channelAt(channelId);
        uint96 amount = uint96(FixedPointMathLib.min(prepared.amount, channel.hardDeposit));
        if (amount == 0) revert IChequebook.NothingToWithdraw();
        if (block.timestamp < prepared.possibleAt) revert IChequebook.TooEarly(prepared.possibleAt);
        delete s.decreases[channelId];
        channel.hardDeposit -= amount;
        s.accounts[msg.sender].deposit += amount;
        emit IChequebook.HardDepositDecreased(msg.sender, beneficiary, split, amount);
    }
}
