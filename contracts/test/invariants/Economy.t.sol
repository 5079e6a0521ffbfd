// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {Protocol} from "../Protocol.sol";
import {Handler} from "./Handler.sol";

/// @notice What holds after whatever broadcasters, transcoders and time do.
contract EconomyTest is Protocol {
    Handler private handler;

    function setUp() public {
        deploy(3);
        IClaimsTypes.Parameters memory values = claimParameters();
        values.verificationRate = 2;
        claims.setParameters(values);
        appointVerifier();
        handler = new Handler(token, rounds, bonding, jobs, claims, verifier, minter);
        token.transfer(address(handler), token.balanceOf(address(this)));
        vm.deal(address(handler), 1_000_000 ether);
        for (uint256 i; i < 3; ++i) {
            handler.bond(i, i, 500 ether);
            handler.transcoder(i, i);
        }
        // From the first round on, draws stand.
        nextRound();
    }

    /// @dev Read by forge: whom it calls.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev Of a round's fees, what delegators share is on nobody's account before the next.
    function invariant_whatAnybodyCanClaimIsHeld() public view {
        (uint256 deposits, uint256 reserved) = handler.broadcasterSums();
        uint256 books = deposits + reserved + handler.escrowed() + handler.earned();
        vm.assertLe(books, address(jobs).balance, "more on the books than there is");
        vm.assertEq(handler.jobReserves(), reserved, "jobs hold other than their broadcasters' reserves");
    }

    function invariant_paidNeverExceedsDeposited() public view {
        uint256 left = handler.withdrawn() + handler.feesWithdrawn();
        vm.assertEq(handler.deposited() - left, address(jobs).balance, "wei appeared or vanished");
    }

    function invariant_feesPaidHeldAndRefundedWereClaimed() public view {
        uint256 paid = handler.feesWithdrawn() + handler.earned();
        vm.assertLe(paid + handler.escrowed() + handler.feesRefunded(), handler.feesClaimed(), "fees came from nowhere");
    }

    function invariant_stakesLocksAndSlashedAreHeld() public view {
        (uint256 bonded, uint256 locked) = handler.stakeSums();
        uint256 books = bonded + locked + VERIFIER_BOND + bonding.commonPool();
        vm.assertLe(books, token.balanceOf(address(bonding)), "more on the books than there is");
    }

    function invariant_supplyMovesOnlyByRewards() public view {
        vm.assertEq(token.totalSupply(), 10_000_000 ether + handler.rewarded(), "token from nowhere");
        vm.assertLe(minter.minted(), minter.mintable(), "minted more than the round may");
    }

    function invariant_poolAndWaitlistHoldExactlyTheRegistered() public view {
        uint256 seats = bonding.transcoders().length;
        vm.assertLe(seats, bonding.parameters().poolSize, "more transcoders than seats");
        vm.assertEq(handler.registered(), seats + bonding.waitlist().length, "a transcoder neither seated nor waiting");
    }

    /// @dev Called by forge at the end of each run; within a run the handler looks at draws, too.
    function afterInvariant() public {
        handler.assertDrawsStand();
        handler.assertDelegatorsHaveWhatTranscodersHave();
        handler.assertBooksClose(VERIFIER_BOND);
    }
}
