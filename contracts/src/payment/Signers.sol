// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IChequebook} from "../interfaces/IChequebook.sol";
import {SessionKeyRecord, State} from "./State.sol";

/// @notice The session keys, which sign cheques for their issuers.
library Signers {
    /// @notice The caller authorises `key`, or raises its cap and expiry. The slot of the key becomes non-zero here, so a
    /// cash-out only updates it.
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

    /// @notice Counts a payment on the cap of a session key.
    function spend(State storage s, address issuer, address key, uint256 amount) internal {
        // The cast is safe: the amount is at most what is left of the cap.
        s.sessionKeys[issuer][key].spent += uint96(amount);
    }

    /// @notice What cheques signed by `key` can still pay.
    /// @param key The zero address for a malformed signature. The zero address is never a session key.
    /// @return outcome Paid if the key can sign now.
    /// @return limit In wei.
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
