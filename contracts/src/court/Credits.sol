// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeTransferLib} from "solady/utils/SafeTransferLib.sol";
import {ICourtTypes} from "../interfaces/ICourtTypes.sol";
import {State} from "./State.sol";

/// @notice The wei that accounts can withdraw. Only `withdraw` calls an account, and it calls only its caller. So no account can block another.
library Credits {
    /// @notice Credits what the caller has sent beyond `required`. Reverts if it has sent less.
    function creditRest(State storage s, uint256 required) internal {
        if (msg.value < required) revert ICourtTypes.ValueTooLow(msg.value, required);
        if (msg.value > required) s.withdrawable[msg.sender] += msg.value - required;
    }

    function withdraw(State storage s) internal {
        uint256 amount = s.withdrawable[msg.sender];
        if (amount == 0) revert ICourtTypes.NothingToWithdraw(msg.sender);
        s.withdrawable[msg.sender] = 0;
        emit ICourtTypes.Withdrawal(msg.sender, amount);
        bool sent = SafeTransferLib.trySafeTransferETH(msg.sender, amount, gasleft());
        if (!sent) revert ICourtTypes.TransferFailed(msg.sender, amount);
    }
}
