// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Split} from "../types/Split.sol";

/// @notice Deposits of issuers in wei, and the cheques that pay from them. Whitepaper, "Live Video Distribution". A channel is an
/// issuer, a beneficiary and a split. The cheques of a channel are cumulative: each states the sum of all payments in the
/// channel so far. All times are Unix times in seconds.
interface IChequebook {
    struct Account {
        /// @dev Free deposit, which pays the cheques of all beneficiaries. Hard deposits are not included.
        uint256 deposit;
        /// @dev The announced withdrawal; zero if none is announced. It can be larger than the deposit.
        uint256 withdrawal;
        /// @dev First time at which `withdraw` is possible.
        uint256 withdrawableAt;
        /// @dev Time of the issuer's last bounced cheque; zero if no cheque bounced.
        uint256 bouncedAt;
    }

    struct Channel {
        /// @dev Sum of all payments so far, the splitee's part included.
        uint256 paid;
        /// @dev Wei that only the cheques of this channel can spend.
        uint256 hardDeposit;
        /// @dev Time of the bounce, if the last cashed cheque bounced; otherwise zero.
        uint256 bouncedAt;
        /// @dev The prepared decrease of the hard deposit; zero if none is prepared. It can be larger than the hard deposit.
        uint256 decrease;
        /// @dev First time at which `decreaseHardDeposit` is possible.
        uint256 decreasableAt;
    }

    struct SessionKey {
        /// @dev The largest sum that cheques signed by this key can pay, in all channels together.
        uint256 cap;
        /// @dev The sum that cheques signed by this key have paid so far.
        uint256 spent;
        /// @dev From this time on, cheques signed by this key cannot be cashed. Zero for a key that was never authorised.
        uint256 expiry;
    }

    /// @notice A cheque whose beneficiary is the caller.
    struct Payment {
        address issuer;
        Split split;
        /// @dev Sum of all payments in the channel so far, this payment included.
        uint96 cumulative;
        /// @dev Signature of the issuer or of a session key of the issuer, in the short form of ERC-2098.
        bytes32 r;
        bytes32 vs;
    }

    /// @notice The result of a cash-out. For NothingDue and all later values, nothing is paid and no state changes.
    enum Outcome {
        /// @dev The cheque is paid in full.
        Paid,
        /// @dev The funds of the issuer do not cover the cheque. The cheque pays these funds, which can be zero. The remainder
        /// stays owed: the same cheque can be cashed again.
        Bounced,
        /// @dev The rest of the session key's cap does not cover the cheque. The cheque pays this rest.
        Capped,
        /// @dev The channel has already paid the cheque's cumulative amount.
        NothingDue,
        /// @dev An address is zero, issuer and beneficiary are the same, or the split is malformed.
        InvalidChannel,
        /// @dev Neither the issuer nor a session key of the issuer has signed the cheque.
        WrongSigner,
        /// @dev The session key has expired.
        KeyExpired,
        /// @dev The cap of the session key is spent.
        CapSpent,
        /// @dev The issuer has no funds, and the channel's bounce is already recorded.
        NoFunds
    }

    /// @notice Emitted when wei are added to an issuer's free deposit.
    event Deposit(address indexed issuer, address indexed from, uint256 amount);
    /// @notice Emitted when an issuer announces a withdrawal. The amount is zero if the issuer cancels the announcement.
    event WithdrawalAnnounced(address indexed issuer, uint256 amount, uint256 withdrawableAt);
    /// @notice Emitted when an issuer withdraws.
    event Withdrawal(address indexed issuer, uint256 amount);
    /// @notice Emitted when an issuer authorises a session key, or raises its cap or expiry.
    event SessionKeyAuthorised(address indexed issuer, address indexed key, uint256 cap, uint256 expiry);
    /// @notice Emitted when an issuer revokes a session key. Until `expiry`, cheques signed by the key can be cashed.
    event SessionKeyRevoked(address indexed issuer, address indexed key, uint256 expiry);
    /// @notice Emitted when wei move from the issuer's free deposit to a hard deposit.
    event HardDepositIncreased(address indexed issuer, address indexed beneficiary, Split split, uint256 amount);
    /// @notice Emitted when an issuer prepares a decrease. The amount is zero if the issuer cancels the decrease.
    event HardDepositDecreasePrepared(
        address indexed issuer, address indexed beneficiary, Split split, uint256 amount, uint256 decreasableAt
    );
    /// @notice Emitted when wei move from a hard deposit to the issuer's free deposit.
    event HardDepositDecreased(address indexed issuer, address indexed beneficiary, Split split, uint256 amount);
    /// @notice Emitted when a cheque pays `amount`, the splitee's part included. The beneficiary is not indexed, which saves gas.
    event ChequeCashed(address indexed issuer, address beneficiary, uint256 amount);
    /// @notice Emitted when the issuer's funds do not cover a cheque. `owed` is the remainder that stays
    /// owed. If a session key signed the cheque, `owed` includes only the part that the key's cap covers.
    event ChequeBounced(
        address indexed issuer, address indexed beneficiary, Split split, uint256 cumulative, uint256 owed
    );
    /// @notice Emitted when a splitee gets its part of a payment.
    event Credited(address indexed splitee, address indexed issuer, address indexed beneficiary, uint256 amount);
    /// @notice Emitted when a splitee withdraws its credit.
    event CreditWithdrawn(address indexed splitee, uint256 amount);

    /// @notice Thrown when an amount is zero.
    error ZeroAmount();
    /// @notice Thrown when wei are deposited for the zero address.
    error ZeroIssuer();
    /// @notice Thrown when the free deposit does not cover a hard deposit. Both values are in wei.
    error InsufficientDeposit(uint256 required, uint256 available);
    /// @notice Thrown when nothing was announced or prepared, or when the deposit or the credit is zero.
    error NothingToWithdraw();
    /// @notice Thrown before the end of the withdrawal delay.
    error TooEarly(uint256 possibleAt);
    /// @notice Thrown when a session key is the zero address or the issuer.
    error InvalidSessionKey(address key);
    /// @notice Thrown when the cap is zero or below the key's present cap, or when the expiry is not in the future or is below
    /// the key's present expiry. Only `revoke` reduces the authority of a key.
    error AuthorityTooSmall(uint256 cap, uint256 minCap, uint256 expiry, uint256 minExpiry);
    /// @notice Thrown when the key is not a session key of the issuer.
    error UnknownSessionKey(address key);
    /// @notice Thrown when no cheque can be cashed in the channel. See Outcome.InvalidChannel.
    error InvalidChannel(address issuer, address beneficiary, Split split);
    /// @notice Thrown when the contract refuses a cheque. The outcome is the reason.
    error ChequeRefused(Outcome outcome);
    /// @notice Thrown when the receiver does not accept the wei.
    error TransferFailed(address to, uint256 amount);

    /// @notice Adds the sent wei to the caller's free deposit.
    function deposit() external payable;

    /// @notice Adds the sent wei to the free deposit of `issuer`. Only the issuer can withdraw them.
    function depositFor(address issuer) external payable;

    /// @notice Lets `key` sign cheques of the caller. Adds the sent wei, if any, to the caller's free deposit. The call can raise
    /// the cap and the expiry of a key, but cannot lower them, because beneficiaries rely on them.
    /// @param cap The largest sum that cheques signed by the key can pay, earlier payments included, in wei.
    /// @param expiry From this time on, cheques signed by the key cannot be cashed.
    function authorise(address key, uint96 cap, uint64 expiry) external payable;

    /// @notice Moves the expiry of the caller's session key to the present time plus the withdrawal delay, unless the key expires earlier.
    /// So beneficiaries have time to cash the cheques that they have.
    function revoke(address key) external;

    /// @notice Announces a withdrawal from the caller's free deposit. Replaces an earlier announcement. An amount of zero cancels the
    /// announcement. The wei stay in the deposit, and pay cheques, until `withdraw`.
    /// @param amount In wei. If the deposit is smaller at `withdraw`, the whole deposit is withdrawn.
    function announceWithdrawal(uint96 amount) external;

    /// @notice Sends the announced amount, or the whole free deposit if this is less, to the caller.
    function withdraw() external;

    /// @notice Adds the sent wei, if any, to the caller's free deposit. Then moves `amount` from the free deposit to the hard
    /// deposit of a channel. Only cheques of this channel can spend the hard deposit.
    function increaseHardDeposit(address beneficiary, Split split, uint96 amount) external payable;

    /// @notice Prepares a decrease of the hard deposit of the caller's channel. Replaces an earlier preparation. An amount of zero cancels
    /// the decrease.
    /// @param amount In wei. If the hard deposit is smaller at `decreaseHardDeposit`, the whole hard deposit is released.
    function prepareDecrease(address beneficiary, Split split, uint96 amount) external;

    /// @notice Moves the prepared amount, or the whole hard deposit if this is less, to the caller's free deposit. Cheques that
    /// were cashed after the preparation can have spent a part of the hard deposit.
    function decreaseHardDeposit(address beneficiary, Split split) external;

    /// @notice Cashes a cheque whose beneficiary is the caller, and which the issuer or a session key of the issuer has signed. Pays first
    /// from the channel's hard deposit, then from the free deposit. The splitee's part becomes a credit of the splitee, and the
    /// caller gets the rest. Reverts if the cheque is refused.
    function cash(Payment calldata payment) external;

    /// @notice Like `cash`, for an issuer that is a contract and confirms the signature (ERC-1271). Not possible in a batch, because a
    /// hostile contract could use all gas of the batch.
    function cashByContract(address issuer, Split split, uint96 cumulative, bytes calldata signature) external;

    /// @notice Cashes cheques whose beneficiary is the caller, of one or more issuers, and sends the sum in one transfer. A refused cheque
    /// pays nothing and does not stop the other cheques.
    /// @return amounts The caller's part of each payment, in wei.
    function cashBatch(Payment[] calldata payments) external returns (uint256[] memory amounts);

    /// @notice Sends the caller's credit to the caller. If the caller cannot receive wei, only its own credit stays in the contract.
    function withdrawCredit() external;

    /// @notice Seconds between an announcement and its effect: for withdrawals, decreases and revocations.
    function withdrawalDelay() external view returns (uint256);

    function getAccount(address issuer) external view returns (Account memory);

    function getChannel(address issuer, address beneficiary, Split split) external view returns (Channel memory);

    function getSessionKey(address issuer, address key) external view returns (SessionKey memory);

    /// @notice All values that decide how much a cheque of this channel, signed by `key`, would pay now.
    function stateOf(address issuer, address beneficiary, Split split, address key)
        external
        view
        returns (Account memory, Channel memory, SessionKey memory);

    /// @notice The wei that a splitee can withdraw.
    function creditOf(address splitee) external view returns (uint256);
}
