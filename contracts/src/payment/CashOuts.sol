// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IChequebook} from "../interfaces/IChequebook.sol";
import {CHEQUE_TYPEHASH, Cheque} from "../types/Cheque.sol";
import {MAX_BPS, Split} from "../types/Split.sol";
import {Signers} from "./Signers.sol";
import {AccountRecord, State} from "./State.sol";

/// @notice The payment of cheques. This library changes only the state. Its caller sends the wei.
library CashOuts {
    using FixedPointMathLib for uint256;
    using Signers for State;

    /// @notice Cashes a cheque whose beneficiary is the caller, and which a key has signed.
    /// @return amount The caller's part of the payment, in wei.
    /// @return outcome For NothingDue and all values after it in `Outcome`, the amount is zero and the state is unchanged.
    function cash(State storage s, IChequebook.Payment calldata payment, bytes32 domainSeparator)
        internal
        returns (uint256 amount, IChequebook.Outcome outcome)
    {
        (address issuer, Split split, uint256 cumulative, bytes32 id, address key) = _open(payment, domainSeparator);
        if (id == 0) return (0, IChequebook.Outcome.InvalidChannel);
        bytes32 topic = IChequebook.ChequeCashed.selector;
        // The usual case: the issuer has signed, the channel has no split, no hard deposit and no bounced cheque, and the free deposit
        // covers the cheque. `_pay` gives the same result, and costs 500 gas more.
        assembly ("memory-safe") {
            if iszero(or(split, xor(key, issuer))) {
                mstore(0x00, issuer)
                mstore(0x20, s.slot)
                let account := keccak256(0x00, 0x40)
                let channelWord := sload(id)
                let accountWord := sload(account)
                let due := sub(cumulative, channelWord)
                // A hard deposit or a bounce makes `channelWord` larger than any amount.
                if and(gt(cumulative, channelWord), iszero(gt(due, shr(160, shl(160, accountWord))))) {
                    amount := due
                    sstore(id, cumulative)
                    sstore(account, sub(accountWord, due))
                    mstore(0x00, caller())
                    mstore(0x20, due)
                    log2(0x00, 0x40, topic, issuer)
                }
            }
        }
        if (amount > 0) return (amount, outcome);
        if (key == issuer) return _pay(s, issuer, split, cumulative, id, type(uint256).max, address(0));
        uint256 limit;
        (outcome, limit) = s.limitOf(issuer, key);
        if (limit > 0) return _pay(s, issuer, split, cumulative, id, limit, key);
    }

    /// @notice Cashes a cheque whose beneficiary is the caller. The issuer is a contract that confirms the signature (ERC-1271).
    function cashByContract(State storage s, Cheque memory cheque, bytes32 domainSeparator, bytes calldata signature)
        internal
        returns (uint256 amount, IChequebook.Outcome outcome)
    {
        if (!cheque.isValid()) return (0, IChequebook.Outcome.InvalidChannel);
        bytes32 digest = cheque.hash(domainSeparator);
        if (!SignatureChecker.isValidERC1271SignatureNowCalldata(cheque.issuer, digest, signature)) {
            return (0, IChequebook.Outcome.WrongSigner);
        }
        bytes32 id = cheque.channelId();
        return _pay(s, cheque.issuer, cheque.split, cheque.cumulative, id, type(uint256).max, address(0));
    }

    /// @dev Reads a cheque whose beneficiary is the caller. Computes `channelId`, `isValid` and `hash` of `Cheque` from one encoding in memory,
    /// which costs less gas. Ignores the bits above the 160 bits of the issuer and above the 96 bits of the amount: the signed message, the
    /// payment and the records do not contain these bits.
    /// The id is zero if no cheque can be cashed in the channel. The key is the signer, or zero if the signature is malformed: the zero
    /// address is never an issuer or a session key.
    function _open(IChequebook.Payment calldata payment, bytes32 domainSeparator)
        private
        view
        returns (address issuer, Split split, uint256 cumulative, bytes32 id, address key)
    {
        bytes32 typeHash = CHEQUE_TYPEHASH;
        assembly ("memory-safe") {
            issuer := shr(96, shl(96, calldataload(payment)))
            split := calldataload(add(payment, 0x20))
            cumulative := shr(160, shl(160, calldataload(add(payment, 0x40))))
            let splitee := shr(16, split)
            let bps := and(split, 0xffff)
            let start := mload(0x40)
            mstore(start, typeHash)
            mstore(add(start, 0x20), issuer)
            mstore(add(start, 0x40), caller())
            mstore(add(start, 0x60), splitee)
            mstore(add(start, 0x80), bps)
            mstore(add(start, 0xa0), cumulative)
            let malformed := or(xor(iszero(splitee), iszero(bps)), or(gt(bps, MAX_BPS), shr(160, splitee)))
            malformed := or(malformed, or(iszero(issuer), eq(issuer, caller())))
            id := mul(iszero(malformed), keccak256(add(start, 0x20), 0x80))
            let structHash := keccak256(start, 0xc0)
            mstore(start, shl(240, 0x1901))
            mstore(add(start, 0x02), domainSeparator)
            mstore(add(start, 0x22), structHash)
            // The input of `ecrecover`, and its output at address 0. If the signature is not valid, `ecrecover` does not write the output, which
            // stays zero.
            let vs := calldataload(add(payment, 0x80))
            mstore(start, keccak256(start, 0x42))
            mstore(add(start, 0x20), add(shr(255, vs), 27))
            mstore(add(start, 0x40), calldataload(add(payment, 0x60)))
            mstore(add(start, 0x60), shr(1, shl(1, vs)))
            mstore(0x00, 0)
            pop(staticcall(gas(), 1, start, 0x80, 0x00, 0x20))
            key := mload(0x00)
        }
    }

    /// @dev Takes at most `limit` wei from the channel's hard deposit and the issuer's free deposit. Computes with whole slots, which costs less
    /// gas. The paid sum and the free deposit are the lowest bits of their slots. The paid sum stays at most `cumulative`, which
    /// has 96 bits, so the addition of a payment to the paid sum does not change the next field of the slot. A payment is at most the
    /// deposits, so its subtraction from the deposits does not change the next field of the slot either.
    /// @param key The session key that signed the cheque; zero if no session key signed it.
    /// @return amount The caller's part of the payment, in wei.
    function _pay(
        State storage s,
        address issuer,
        Split split,
        uint256 cumulative,
        bytes32 id,
        uint256 limit,
        address key
    ) private returns (uint256 amount, IChequebook.Outcome outcome) {
        AccountRecord storage account = s.accounts[issuer];
        uint256 channelWord;
        uint256 accountWord;
        assembly ("memory-safe") {
            channelWord := sload(id)
            accountWord := sload(account.slot)
        }
        unchecked {
            if (cumulative <= uint96(channelWord)) return (0, IChequebook.Outcome.NothingDue);
            amount = cumulative - uint96(channelWord);
            if (amount > limit) (amount, outcome) = (limit, IChequebook.Outcome.Capped);
            uint256 hard = channelWord >> 96;
            bool bounced;
            // Most channels have no hard deposit and no bounced cheque.
            if (hard > 0) {
                bounced = hard >> 96 > 0;
                channelWord = channelWord << 64 >> 64;
                hard = uint96(hard);
            }
            uint256 funds = hard + uint96(accountWord);
            if (amount > funds) {
                if (funds == 0 && bounced) return (0, IChequebook.Outcome.NoFunds);
                outcome = IChequebook.Outcome.Bounced;
                emit IChequebook.ChequeBounced(issuer, msg.sender, split, cumulative, amount - funds);
                amount = funds;
                channelWord |= block.timestamp << 192;
                accountWord = accountWord << 32 >> 32 | block.timestamp << 224;
            }
            if (hard > amount) hard = amount;
            channelWord += amount - (hard << 96);
            accountWord -= amount - hard;
        }
        assembly ("memory-safe") {
            sstore(id, channelWord)
            sstore(account.slot, accountWord)
        }
        if (amount == 0) return (0, outcome);
        emit IChequebook.ChequeCashed(issuer, msg.sender, amount);
        if (key != address(0)) s.spend(issuer, key, amount);
        if (Split.unwrap(split) != 0) amount -= _credit(s, issuer, split, uint96(channelWord), amount);
    }

    /// @dev Computes the splitee's part from the paid sums before and after the payment. So the sum of the splitee's parts does not depend
    /// on the number of payments, and a beneficiary gains nothing from small payments.
    /// @param paid The paid sum of the channel after the payment of `amount`.
    /// @return part The splitee's part, in wei.
    function _credit(State storage s, address issuer, Split split, uint256 paid, uint256 amount)
        private
        returns (uint256 part)
    {
        part = split.partOf(paid) - split.partOf(paid - amount);
        if (part == 0) return 0;
        s.credits[split.splitee()] += part;
        emit IChequebook.Credited(split.splitee(), issuer, msg.sender, part);
    }
}
