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

    function test_withdrawAll_sendsReservesOfOverJobsAndFreeDeposit() public {
        bytes32 jobId = post();
        vm.prank(broadcaster);
        jobs.deposit{value: 2 ether}();
        uint256 before = broadcaster.balance;
        uint256 whole = reserveOf(PRICE) + 2 ether;
        afterClaims(jobId);
        vm.expectEmit(address(jobs));
        emit IJobsManager.ReserveReleased(jobId, broadcaster, reserveOf(PRICE));
        vm.expectEmit(address(jobs));
        emit IJobsManager.Withdrawal(broadcaster, whole);
        vm.prank(broadcaster);
        jobs.withdrawAll(only(jobId));
        vm.assertEq(broadcaster.balance, before + whole);
        vm.assertEq(address(jobs).balance, 0);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.ZeroAmount.selector));
        vm.prank(broadcaster);
        jobs.withdrawAll(new bytes32[](0));
    }

    function test_withdrawAll_succeedsWhenSomebodyReleasedBefore() public {
        bytes32 jobId = post();
        afterClaims(jobId);
        jobs.releaseReserve(jobId);
        uint256 before = broadcaster.balance;
        vm.prank(broadcaster);
        jobs.withdrawAll(only(jobId));
        vm.assertEq(broadcaster.balance, before + reserveOf(PRICE));
    }

    function test_withdrawAll_refusesJobsThatCanStillBeClaimed() public {
        bytes32 jobId = post();
        uint256 atBlock = jobs.getJob(jobId).endBlock + CLAIM_DEADLINE_BLOCKS;
        vm.roll(atBlock - 1);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.ReserveLocked.selector, jobId, atBlock));
        vm.prank(broadcaster);
        jobs.withdrawAll(only(jobId));
    }

    function test_withdrawAll_givesStrangersNothing() public {
        bytes32 jobId = post();
        afterClaims(jobId);
        vm.prank(person("stranger"));
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.ZeroAmount.selector));
        jobs.withdrawAll(only(jobId));
        vm.prank(person("stranger"));
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.UnknownJob.selector, bytes32("job")));
        jobs.withdrawAll(only("job"));
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
        jobs.earn(0, address(thief), 1 ether, 0);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.TransferFailed.selector, address(thief), 1 ether));
        vm.prank(address(thief));
        jobs.withdrawFees();
        vm.assertEq(jobs.earnings(address(thief)), 1 ether);
    }

    function afterClaims(bytes32 jobId) private {
        vm.roll(jobs.getJob(jobId).endBlock + CLAIM_DEADLINE_BLOCKS);
    }

    function only(bytes32 jobId) private pure returns (bytes32[] memory jobIds) {
        jobIds = new bytes32[](1);
        jobIds[0] = jobId;
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
