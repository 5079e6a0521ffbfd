// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IChequebook} from "../interfaces/IChequebook.sol";
import {SessionKeyRecord, State} from "./State.sol";

/// @notice The session keys, which sign cheques for their issuers.
library Signers {
    /// @notice The caller authorises `key`, or raises the cap and the expiry of `key`. This call fills the slot of the key, so a cash-out
    /// writes to a slot that is not empty, which costs less gas.
    function authorise(State storage s, address key, uint96 cap, uint64 expiry) internal {
        if (key == address(0) || key == msg.sender) revert IChequebook.InvalidSessionKey(key);
        SessionKeyRecord storage record = s.sessionKeys[msg.sender][key];
        uint256 minCap = FixedPointMathLib.max(record.cap, 1);
        uint256 minExpiry = FixedPointMathLib.max(record.expiry, block.timestamp + 1);
        if (cap < minCap || expiry < minExpiry) {
            revert IChequebook.AuthorityTooSmall(cap, minCap, expiry, minExpiry);
        }
        (record.cap, record.expiry) = (cap, expiry);
        emit IChequebook.SessionKeyAuthorised(msg.sender, key, cap, expiry);
    }

    function revoke(State storage s, address key, uint256 delay) internal {
        SessionKeyRecord storage record = s.sessionKeys[msg.sender][key];
        if (record.expiry == 0) revert IChequebook.UnknownSessionKey(key);
        uint256 expiry = FixedPointMathLib.min(record.expiry, block.timestamp + delay);
        // The cast is safe: the expiry does not rise.
        record.expiry = uint64(expiry);
        emit IChequebook.SessionKeyRevoked(msg.sender, key, expiry);
    }

    /// @notice Adds a payment to the spent amount of a session key.
    function spend(State storage s, address issuer, address key, uint256 amount) internal {
        // The cast is safe: the amount is at most the rest of the cap.
        s.sessionKeys[issuer][key].spent += uint96(amount);
    }

    /// @notice The amount that cheques signed by `key` can still pay.
    /// @param key Zero for a malformed signature: the zero address is never a session key.
    /// @return outcome Paid if the contract accepts cheques of the key now; otherwise the reason to refuse them.
    /// @return limit The rest of the cap, in wei. Zero if the cheques are refused.
    function limitOf(State storage s, address issuer, address key)
        internal
        view
        returns (IChequebook.Outcome outcome, uint256 limit)
    {
        SessionKeyRecord storage record = s.sessionKeys[issuer][key];
        (uint256 cap, uint256 spent, uint256 expiry) = (record.cap, record.spent, record.expiry);
        if (expiry == 0) return (IChequebook.Outcome.WrongSigner, 0);
        if (block.timestamp >= expiry) return (IChequebook.Outcome.KeyExpired, 0);
        if (spent == cap) return (IChequebook.Outcome.CapSpent, 0);
        return (IChequebook.Outcome.Paid, cap - spent);
    }
}
