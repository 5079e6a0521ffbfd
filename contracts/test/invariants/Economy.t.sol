// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Protocol} from "../Protocol.sol";
import {Handler} from "./Handler.sol";

/// @notice What holds after whatever broadcasters, transcoders and time do.
contract EconomyTest is Protocol {
    Handler private handler;

    function setUp() public {
        deploy(3);
        handler = new Handler(token, rounds, bonding, jobs);
        token.transfer(address(handler), token.totalSupply());
        vm.deal(address(handler), 1_000_000 ether);
    }

    /// @dev Read by forge: whom it calls.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_depositsAndReservesEqualWeiHeld() public view {
        (uint256 deposits, uint256 reserved) = handler.broadcasterSums();
        vm.assertEq(deposits + reserved, address(jobs).balance, "books and balance differ");
        vm.assertEq(handler.jobReserves(), reserved, "jobs hold other than their broadcasters' reserves");
    }

    function invariant_paidNeverExceedsDeposited() public view {
        vm.assertEq(handler.deposited() - handler.withdrawn(), address(jobs).balance, "wei appeared or vanished");
    }

    function invariant_stakesAndLocksEqualTokenHeld() public view {
        (uint256 stakes, uint256 locks) = handler.stakeSums();
        vm.assertEq(stakes + locks, token.balanceOf(address(bonding)), "books and balance differ");
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
