// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {Actors} from "./Actors.sol";

/// @notice Calls functions that pay a finder for an offence. The finder can be an account that does nothing else, the
/// offender itself, or an ally of the offender. Checks that the finder gets at most half of the offender's own loss.
abstract contract Finders is Actors {
    address private immutable stranger = _account("finder");

    /// @dev The LPT that finders received.
    uint256 internal finderFees;

    /// @dev A random finder of an offence. In half of the cases, the finder is an actor, which can have stake with the
    /// offender, or can be the offender.
    function _randomFinder(address offender) internal returns (address) {
        uint256 choice = _randomBelow(4);
        if (choice < 2) return stranger;
        return choice == 2 ? offender : _randomActor();
    }

    /// @dev Calls `target` as a random finder. The call must succeed. The fee must be at most half of the offender's
    /// own loss.
    function _callAsFinder(address offender, address target, bytes memory data) internal {
        address finder = _randomFinder(offender);
        _callWithFinder(offender, finder, finder, target, data);
    }

    /// @dev Calls `target` as `by`, with a call that pays `finder`.
    function _callWithFinder(address offender, address finder, address by, address target, bytes memory data) internal {
        (uint256 own, uint256 balance) = (_ownStakeAndLocks(offender), token.balanceOf(finder));
        vm.prank(by);
        (bool succeeded, bytes memory refusal) = target.call(data);
        if (!succeeded) {
            assembly ("memory-safe") {
                revert(add(refusal, 32), mload(refusal))
            }
        }
        uint256 fee = token.balanceOf(finder) - balance;
        finderFees += fee;
        // Rounding can change nine amounts by up to two units each: the own stake, and at most eight own locks.
        vm.assertLe(
            2 * fee + _ownStakeAndLocks(offender), own + 18, "the finder got more than half of the offender's own loss"
        );
        if (fee > 0) _countOutcome(finder == stranger ? bytes32("finderFee") : bytes32("finderFeeOfAlly"));
    }

    /// @dev The stake that a slash takes first: stake that the account bonded to itself, and its locks of such stake.
    function _ownStakeAndLocks(address account) private view returns (uint256 sum) {
        (sum,) = bonding.selfStakeOf(account);
        for (uint256 lockId; lockId < bonding.unbondingLockCount(account); ++lockId) {
            IBondingTypes.UnbondingLock memory lock = bonding.getUnbondingLock(account, lockId);
            if (lock.delegate == account) sum += lock.amount;
        }
    }
}
