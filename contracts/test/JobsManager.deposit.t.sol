// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {JobsManager} from "../src/JobsManager.sol";
import {Protocol} from "./Protocol.sol";

contract JobsManagerDepositTest is Protocol {
    function setUp() public {
        deploy(10);
    }

    function test_deposit_addsToFreeDeposit() public {
        vm.expectEmit(address(jobs));
        emit IJobsManager.Deposit(broadcaster, 2 ether);
        vm.prank(broadcaster);
        jobs.deposit{value: 2 ether}();
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, 2 ether);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.ZeroAmount.selector));
        jobs.deposit();
    }

    function test_withdraw_paysFreeDeposit() public {
        vm.startPrank(broadcaster);
        jobs.deposit{value: 2 ether}();
        uint256 before = broadcaster.balance;
        vm.expectEmit(address(jobs));
        emit IJobsManager.Withdrawal(broadcaster, 2 ether);
        jobs.withdraw(2 ether);
        vm.assertEq(broadcaster.balance, before + 2 ether);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.InsufficientDeposit.selector, 1, 0));
        jobs.withdraw(1);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.ZeroAmount.selector));
        jobs.withdraw(0);
    }

    function test_withdraw_leavesReserve() public {
        post();
        vm.prank(broadcaster);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.InsufficientDeposit.selector, 1, 0));
        jobs.withdraw(1);
    }

    function test_withdraw_cannotBeReentered() public {
        vm.prank(broadcaster);
        jobs.deposit{value: 5 ether}();
        Reentrant thief = new Reentrant(jobs);
        // Its receive function withdraws once more, which fails the transfer and with it the whole call.
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.TransferFailed.selector, address(thief), 1 ether));
        thief.run{value: 1 ether}(1 ether);
        vm.assertEq(address(jobs).balance, 5 ether);
    }

    function test_withdrawFees_cannotBeReentered() public {
        vm.prank(broadcaster);
        jobs.deposit{value: 5 ether}();
        Reentrant thief = new Reentrant(jobs);
        vm.prank(address(claims));
        jobs.earn(0, address(thief), 1 ether);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.TransferFailed.selector, address(thief), 1 ether));
        vm.prank(address(thief));
        jobs.withdrawFees();
        vm.assertEq(jobs.earnings(address(thief)), 1 ether);
    }
}

/// @notice A wallet that answers a withdrawal with another one.
contract Reentrant {
    JobsManager private immutable JOBS;

    constructor(JobsManager jobs) {
        JOBS = jobs;
    }

    receive() external payable {
        JOBS.withdraw(msg.value);
    }

    function run(uint256 amount) external payable {
        JOBS.deposit{value: msg.value}();
        JOBS.withdraw(amount);
    }
}
