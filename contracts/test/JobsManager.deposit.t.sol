// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {JobsManager} from "../src/JobsManager.sol";
import {Protocol} from "./Protocol.sol";

contract JobsManagerDepositTest is Protocol {
    function setUp() public {
        _deploy(10);
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

    function test_withdraw_ofReservedWei_reverts() public {
        _postJob();
        vm.prank(broadcaster);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.InsufficientDeposit.selector, 1, 0));
        jobs.withdraw(1);
    }

    function test_withdrawAll_afterClaimDeadline_paysReservesAndFreeDeposit() public {
        bytes32 jobId = _postJob();
        vm.prank(broadcaster);
        jobs.deposit{value: 2 ether}();
        uint256 before = broadcaster.balance;
        uint256 whole = _reserveOf(PRICE) + 2 ether;
        _rollToClaimDeadline(jobId);
        vm.expectEmit(address(jobs));
        emit IJobsManager.ReserveReleased(jobId, broadcaster, _reserveOf(PRICE));
        vm.expectEmit(address(jobs));
        emit IJobsManager.Withdrawal(broadcaster, whole);
        vm.prank(broadcaster);
        jobs.withdrawAll(_listOf(jobId));
        vm.assertEq(broadcaster.balance, before + whole);
        vm.assertEq(address(jobs).balance, 0);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.ZeroAmount.selector));
        vm.prank(broadcaster);
        jobs.withdrawAll(new bytes32[](0));
    }

    function test_withdrawAll_afterReserveWasReleased_paysReserve() public {
        bytes32 jobId = _postJob();
        _rollToClaimDeadline(jobId);
        jobs.releaseReserve(jobId);
        uint256 before = broadcaster.balance;
        vm.prank(broadcaster);
        jobs.withdrawAll(_listOf(jobId));
        vm.assertEq(broadcaster.balance, before + _reserveOf(PRICE));
    }

    function test_withdrawAll_beforeClaimDeadline_reverts() public {
        bytes32 jobId = _postJob();
        uint256 atBlock = jobs.getJob(jobId).endBlock + CLAIM_DEADLINE_BLOCKS;
        vm.roll(atBlock - 1);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.ReserveLocked.selector, jobId, atBlock));
        vm.prank(broadcaster);
        jobs.withdrawAll(_listOf(jobId));
    }

    function test_withdrawAll_byStranger_reverts() public {
        bytes32 jobId = _postJob();
        _rollToClaimDeadline(jobId);
        vm.prank(_account("stranger"));
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.ZeroAmount.selector));
        jobs.withdrawAll(_listOf(jobId));
        vm.prank(_account("stranger"));
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.UnknownJob.selector, bytes32("job")));
        jobs.withdrawAll(_listOf("job"));
    }

    function test_withdraw_whenReentered_reverts() public {
        vm.prank(broadcaster);
        jobs.deposit{value: 5 ether}();
        Reentrant thief = new Reentrant(jobs);
        // The `receive` function of the thief calls `withdraw` again. This second call fails. So the transfer fails,
        // and the first call fails too.
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.TransferFailed.selector, address(thief), 1 ether));
        thief.run{value: 1 ether}(1 ether);
        vm.assertEq(address(jobs).balance, 5 ether);
    }

    function test_withdrawFees_whenReentered_reverts() public {
        vm.prank(broadcaster);
        jobs.deposit{value: 5 ether}();
        Reentrant thief = new Reentrant(jobs);
        _delegate(address(thief), MIN_SELF_STAKE, address(thief));
        vm.prank(address(claims));
        jobs.earn(0, address(thief), 1 ether, 0, false);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.TransferFailed.selector, address(thief), 1 ether));
        vm.prank(address(thief));
        jobs.withdrawFees();
        vm.assertEq(jobs.earnings(address(thief)), 1 ether);
    }

    function _rollToClaimDeadline(bytes32 jobId) private {
        vm.roll(jobs.getJob(jobId).endBlock + CLAIM_DEADLINE_BLOCKS);
    }

    function _listOf(bytes32 jobId) private pure returns (bytes32[] memory jobIds) {
        jobIds = new bytes32[](1);
        jobIds[0] = jobId;
    }
}

/// @notice A wallet that withdraws again when it receives wei.
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
