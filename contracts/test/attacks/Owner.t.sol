// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ICommonPool} from "../../src/interfaces/ICommonPool.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {IRoundsManager} from "../../src/interfaces/IRoundsManager.sol";
import {Segment} from "../../src/types/Segment.sol";
import {Vm} from "../Test.sol";
import {Work} from "../Work.sol";

/// @notice The owner tries to change jobs and rounds that have begun, or to take wei that belong to accounts.
contract OwnerAttackTest is Work {
    bytes32 private jobId;
    address private finder = _account("finder");

    function setUp() public {
        _deploy(10);
        jobId = _postDrawnJob();
    }

    /// @dev If the new fine of 1,000,000 parts per million applied to existing jobs, an equivocation would cost the whole
    /// reserve of such a job.
    function test_setParameters_afterJob_keepsFineOfJob() public {
        _setEquivocationSlashAmount(1_000_000);
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        // A job that is posted in the block of the change also keeps the earlier fine.
        bytes32 sameBlock = _postJob();
        vm.assertEq(_fineOf(jobId), _reserveOf(PRICE) / 5);
        vm.assertEq(_fineOf(sameBlock), _reserveOf(PRICE) / 5);
        vm.assertEq(_fineOf(_postJob()), _reserveOf(PRICE));
    }

    function test_setParameters_afterReport_keepsFineOfJob() public {
        _reportEquivocation(jobId);
        _setEquivocationSlashAmount(1_000_000);
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        _mine(CLAIM_DEADLINE_BLOCKS);
        jobs.releaseReserve(jobId);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, _reserveOf(PRICE) - _reserveOf(PRICE) / 5);
    }

    /// @dev The round has begun under the old length, although no account has initialized it.
    function test_setParameters_inRoundThatHasBegun_keepsLengthOfRound() public {
        uint256 start = rounds.currentRoundStartBlock() + ROUND_LENGTH;
        vm.roll(start + 1);
        rounds.setParameters(IRoundsManager.Parameters(1_000_000, 0));
        rounds.initializeRound();
        vm.assertEq(rounds.roundLength(), ROUND_LENGTH);
        vm.assertEq(rounds.roundLockAmount(), 100_000);
        vm.roll(start + ROUND_LENGTH + 1);
        vm.assertEq(rounds.currentRoundStartBlock(), start + ROUND_LENGTH);
        rounds.initializeRound();
        vm.assertEq(rounds.roundLength(), 1_000_000);
        vm.assertEq(rounds.roundLockAmount(), 0);
    }

    function test_spendCommonPool_takesNoWeiOfAccounts() public {
        uint256 pool = _fineOf(jobId) * 19 / 20;
        vm.assertEq(jobs.commonPool(), pool);
        vm.prank(finder);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, finder));
        jobs.spendCommonPool(finder, 1);
        vm.expectRevert(abi.encodeWithSelector(ICommonPool.InsufficientCommonPool.selector, pool + 1, pool));
        jobs.spendCommonPool(finder, pool + 1);
        vm.expectEmit(address(jobs));
        emit ICommonPool.CommonPoolSpend(finder, pool);
        jobs.spendCommonPool(finder, pool);
        vm.assertEq(finder.balance, pool);
        vm.assertEq(jobs.commonPool(), 0);
        // The rest of the wei belongs to the broadcaster and the finder, and each of them can withdraw its part.
        _withdrawAll(broadcaster);
        _withdrawAll(finder);
        vm.assertEq(address(jobs).balance, 0);
    }

    function test_spendCommonPool_toContractThatRefusesWei_reverts() public {
        _fineOf(jobId);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.TransferFailed.selector, address(token), 1));
        jobs.spendCommonPool(address(token), 1);
    }

    function test_fuzz_commonPool_isTheSumOfItsEvents(uint256 seed) public {
        vm.recordLogs();
        uint256 pool;
        for (uint256 i; i < 6; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _setEquivocationSlashAmount(seed % 1_000_001);
            _mine(1);
            if (i > 0) jobId = _postJob(seed % PRICE);
            _fineOf(jobId);
            if (seed % 3 == 0) jobs.spendCommonPool(finder, seed % (jobs.commonPool() + 1));
        }
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 credits;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter != address(jobs)) continue;
            if (logs[i].topics[0] == ICommonPool.CommonPoolCredit.selector) {
                vm.assertEq(address(uint160(uint256(logs[i].topics[1]))), broadcaster);
                pool += abi.decode(logs[i].data, (uint256));
                ++credits;
            }
            if (logs[i].topics[0] == ICommonPool.CommonPoolSpend.selector) pool -= abi.decode(logs[i].data, (uint256));
        }
        vm.assertGe(credits, 1, "no fine reached the pool");
        vm.assertEq(jobs.commonPool(), pool);
    }

    function _setEquivocationSlashAmount(uint256 share) private {
        IJobsManager.Parameters memory values = _jobsParameters();
        values.equivocationSlashAmount = share;
        jobs.setParameters(values);
    }

    /// @dev Reports an equivocation, ends the job, and releases the reserve. Returns the broadcaster's loss.
    function _fineOf(bytes32 job) private returns (uint256) {
        uint256 funds = _fundsOf(broadcaster);
        _reportEquivocation(job);
        if (vm.getBlockNumber() < jobs.getJob(job).endBlock) {
            vm.prank(broadcaster);
            jobs.endJob(job);
        }
        _mine(CLAIM_DEADLINE_BLOCKS);
        jobs.releaseReserve(job);
        return funds - _fundsOf(broadcaster);
    }

    function _reportEquivocation(bytes32 job) private {
        Segment memory one = Segment(streamId, 3, 0, 2_000, keccak256("one"));
        Segment memory other = Segment(streamId, 3, 0, 2_000, keccak256("other"));
        bytes memory firstSignature = _sign(STREAM_KEY, one.hash(_domainSeparator()));
        bytes memory secondSignature = _sign(STREAM_KEY, other.hash(_domainSeparator()));
        vm.prank(finder);
        jobs.reportEquivocation(job, one, firstSignature, other, secondSignature);
    }

    function _fundsOf(address account) private view returns (uint256) {
        return jobs.getBroadcaster(account).deposit + jobs.getBroadcaster(account).reserved;
    }

    function _withdrawAll(address account) private {
        vm.prank(account);
        jobs.withdrawAll(new bytes32[](0));
    }
}
