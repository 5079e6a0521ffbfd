// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsManager} from "../../src/interfaces/IClaimsManager.sol";
import {Protocol} from "../Protocol.sol";
import {Handler} from "./Handler.sol";

/// @notice What holds after whatever broadcasters, transcoders and time do.
contract EconomyTest is Protocol {
    Handler private handler;

    function setUp() public {
        deploy(3);
        IClaimsManager.Parameters memory values = claimParameters();
        values.verificationRate = 2;
        claims.setParameters(values);
        appointVerifier();
        handler = new Handler(token, rounds, bonding, jobs, claims, verifier);
        token.transfer(address(handler), token.balanceOf(address(this)));
        vm.deal(address(handler), 1_000_000 ether);
        for (uint256 i; i < 3; ++i) {
            handler.bond(i, 500 ether);
            handler.transcoder(i, i);
        }
    }

    /// @dev Read by forge: whom it calls.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_depositsReservesEscrowsAndEarningsEqualWeiHeld() public view {
        (uint256 deposits, uint256 reserved) = handler.broadcasterSums();
        uint256 books = deposits + reserved + handler.escrowed() + handler.earned();
        vm.assertEq(books, address(jobs).balance, "books and balance differ");
        vm.assertEq(handler.jobReserves(), reserved, "jobs hold other than their broadcasters' reserves");
    }

    function invariant_paidNeverExceedsDeposited() public view {
        uint256 left = handler.withdrawn() + handler.feesWithdrawn();
        vm.assertEq(handler.deposited() - left, address(jobs).balance, "wei appeared or vanished");
    }

    function invariant_everyFeeClaimedIsHeldPaidOrRefunded() public view {
        uint256 paid = handler.feesWithdrawn() + handler.earned();
        vm.assertEq(handler.feesClaimed(), paid + handler.escrowed() + handler.feesRefunded(), "fees went astray");
    }

    /// @dev Of a slashed lock, rounding leaves less than 1 to the other locks of its account.
    function invariant_stakesLocksAndSlashedEqualTokenHeld() public view {
        (uint256 stakes, uint256 locks, uint256 count) = handler.stakeSums();
        uint256 books = stakes + locks + VERIFIER_BOND + bonding.commonPool();
        uint256 held = token.balanceOf(address(bonding));
        vm.assertLe(books, held, "more on the books than there is");
        vm.assertLe(held - books, count, "token that belongs to nobody");
    }

    function invariant_poolHoldsExactlyTheRegistered() public view {
        uint256 seats = bonding.transcoders().length;
        vm.assertLe(seats, bonding.poolSize(), "more transcoders than seats");
        vm.assertEq(handler.registered(), seats, "a seat without its transcoder");
        for (uint256 i; i < seats; ++i) {
            vm.assertGe(bonding.transcoders()[i].stake, 1, "a seat without stake");
        }
    }

    /// @dev Called by forge at the end of each run; within a run the handler looks at draws, too.
    function afterInvariant() public {
        handler.assertDrawsStand();
    }
}
