// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

// A cash-out writes an account, a channel and a session key, so each of these records is in one slot to save gas. CashOuts computes with
// whole slots of accounts and channels: it adds to the first field of a channel, and subtracts from the first field of an account.

/// @dev See IChequebook.Account.
struct AccountRecord {
    uint96 deposit;
    uint96 withdrawal;
    uint32 withdrawableAt;
    uint32 bouncedAt;
}

/// @dev See IChequebook.Channel.
struct ChannelRecord {
    uint96 paid;
    uint96 hardDeposit;
    uint64 bouncedAt;
}

/// @dev A prepared decrease of a hard deposit. A cash-out does not read this slot.
struct Decrease {
    uint96 amount;
    uint32 possibleAt;
}

/// @dev See IChequebook.SessionKey.
struct SessionKeyRecord {
    uint96 spent;
    uint96 cap;
    uint64 expiry;
}

/// @dev The wei of the Chequebook are the free deposits, the hard deposits, and the credits. `channelAt` returns the records of channels.
/// CashOuts computes the slots of `accounts`, which must be the first member.
struct State {
    mapping(address issuer => AccountRecord) accounts;
    mapping(bytes32 channelId => Decrease) decreases;
    mapping(address issuer => mapping(address key => SessionKeyRecord)) sessionKeys;
    mapping(address splitee => uint256) credits;
}

/// @notice The record of a channel, in the slot whose number is the id. The id is a hash of 128 bytes. The slots of the mappings are hashes of
/// 64 bytes, so they differ from all ids. A mapping would hash the id again, which costs more gas.
function channelAt(bytes32 channelId) pure returns (ChannelRecord storage record) {
    assembly ("memory-safe") {
        record.slot := channelId
    }
}
