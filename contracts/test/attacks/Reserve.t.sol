// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {Acceptance} from "../../src/types/Acceptance.sol";
import {Assignment} from "../../src/types/Assignment.sol";
import {Claim} from "../../src/types/Claim.sol";
import {Work} from "../Work.sol";

/// @notice A broadcaster and its accomplices, which are drawn transcoders, try to spend the money that must pay the
/// honest transcoder ANNA. The broadcaster has no free deposit, so fees come from the reserve of the job. Two tests add
/// a free deposit.
contract ReserveAttackTest is Work {
    string[3] private accomplices = ["ben", "carl", "dora"];

    bytes32 private jobId;
    uint64 private claimCount;

    function setUp() public {
        _deploy(10);
        for (uint256 i; i < 3; ++i) {
            _registerTranscoder(_signingAccount(accomplices[i]), 1_000 ether, PRICE);
        }
        _registerTranscoder(_signingAccount(ANNA), 1_000 ether, PRICE);
        _mine(1);
        jobId = _postJob();
        _mine(2);
        vm.assertEq(jobs.drawCandidates(jobId).length, CANDIDATE_COUNT);
    }

    /// @dev If all transcoders shared one reserve for 60 s of work, two accomplices could claim 58 s of it at the start
    /// of the job, and ANNA's claim would revert.
    function test_claimWork_afterAccomplicesSpentTheirParts_isPaid() public {
        _claim(accomplices[0], 29_000);
        _claim(accomplices[1], 29_000);
        vm.warp(vm.getBlockTimestamp() + 60);
        vm.assertEq(jobs.reserveOf(jobId, _signingAccount(ANNA)), _partOf(PRICE));
        vm.assertEq(claims.getClaim(_claim(ANNA, 58_000)).fees, _feesOf(58_000));
        vm.assertEq(jobs.reserveOf(jobId, _signingAccount(ANNA)), _withFine(_feesOf(2_000)));
        vm.assertEq(jobs.reserveOf(jobId, _signingAccount(accomplices[0])), _withFine(_feesOf(31_000)));
    }

    /// @dev Under each further Assignment, the accomplice can claim as much time as has passed since the job was
    /// posted, plus 60 s. But all its Assignments share one part of the reserve.
    function test_claimWork_underSecondAssignment_spendsTheSamePart() public {
        _claim(accomplices[0], 60_000);
        vm.assertEq(jobs.reserveOf(jobId, _signingAccount(accomplices[0])), 0);
        _expectInsufficientDeposit(1_000, 0);
        _claim(accomplices[0], 1_000);
    }

    function test_claimWork_aboveItsPart_reverts() public {
        vm.warp(vm.getBlockTimestamp() + 60);
        // ANNA's part of the reserve is the fees of 60 s and a fine of 10 %: as much as the fees of 66 s.
        _expectInsufficientDeposit(66_001, _partOf(PRICE));
        _claim(ANNA, 66_001);
        // The fees come from the free deposit first, and then from ANNA's part of the reserve.
        vm.prank(broadcaster);
        jobs.deposit{value: _withFine(_feesOf(40_000))}();
        _claim(ANNA, 100_000);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, 0);
        vm.assertEq(jobs.reserveOf(jobId, _signingAccount(ANNA)), 0);
    }

    /// @dev The money covers the fees, but not the whole fine. So the claim has no fine. If the claim reverted in this
    /// case, the broadcaster could prevent ANNA from claiming.
    function test_claimWork_withoutMoneyForFine_reservesNoFine() public {
        vm.warp(vm.getBlockTimestamp() + 60);
        Claim memory claim = _claimOf(ANNA, 60_001);
        _submit(ANNA, claim);
        vm.assertEq(jobs.reserveOf(jobId, _signingAccount(ANNA)), _partOf(PRICE) - _feesOf(60_001));
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, _reserveOf(PRICE) - _feesOf(60_001));
        // ANNA's next claim empties her part of the reserve. Then the free deposit covers the fees of a third claim,
        // but not its fine.
        _claim(ANNA, 5_999);
        vm.assertEq(jobs.reserveOf(jobId, _signingAccount(ANNA)), 0);
        uint256 fees = _feesOf(10_000);
        vm.prank(broadcaster);
        jobs.deposit{value: fees + 1}();
        _claim(ANNA, 10_000);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, 1);
        // The first claim has no fine, so its refund returns only its fees.
        _mine(VERIFICATION_PERIOD_BLOCKS);
        claims.expire(claim);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, 1 + _feesOf(60_001));
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, _reserveOf(PRICE) - _partOf(PRICE));
    }

    /// @dev Refunded fees return to the free deposit, so the accomplices cannot use a part of the reserve twice.
    function test_reserveOf_afterRefund_staysSpent() public {
        Claim memory claim = _claimOf(accomplices[0], 60_000);
        _submit(accomplices[0], claim);
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        _mine(VERIFICATION_PERIOD_BLOCKS);
        claims.expire(claim);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, _partOf(PRICE));
        vm.assertEq(jobs.reserveOf(jobId, _signingAccount(accomplices[0])), 0);
        vm.assertEq(jobs.getJob(jobId).reserve, 3 * _partOf(PRICE));
        _mine(CLAIM_DEADLINE_BLOCKS);
        jobs.releaseReserve(jobId);
        vm.assertEq(jobs.reserveOf(jobId, _signingAccount(ANNA)), 0);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, _reserveOf(PRICE));
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, 0);
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 512
    /// forge-config: mutation.fuzz.runs = 16
    function test_fuzz_claimWork_byAccomplices_leavesPartOfHonest(uint256 seed) public {
        vm.warp(vm.getBlockTimestamp() + 60);
        for (uint256 i; i < 12; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            string memory name = accomplices[seed % 3];
            uint64 durationMs = uint64(1 + (seed >> 8) % 40_000);
            uint256 part = jobs.reserveOf(jobId, _signingAccount(name));
            bool isPaid = _feesOf(durationMs) <= part;
            if (!isPaid) _expectInsufficientDeposit(durationMs, part);
            _claim(name, durationMs);
            uint256 spent =
                _withFine(_feesOf(durationMs)) <= part ? _withFine(_feesOf(durationMs)) : _feesOf(durationMs);
            if (isPaid) vm.assertEq(jobs.reserveOf(jobId, _signingAccount(name)), part - spent);
        }
        _claim(ANNA, 60_000);
        vm.assertEq(jobs.reserveOf(jobId, _signingAccount(ANNA)), 0);
    }

    function _expectInsufficientDeposit(uint64 durationMs, uint256 available) private {
        vm.expectRevert(
            abi.encodeWithSelector(IJobsManager.InsufficientDeposit.selector, _feesOf(durationMs), available)
        );
    }

    function _claim(string memory name, uint64 durationMs) private returns (bytes32) {
        return _submit(name, _claimOf(name, durationMs));
    }

    /// @dev A claim of 60 segments under a new Assignment. No other claim of this test contains these segments.
    function _claimOf(string memory name, uint64 durationMs) private returns (Claim memory) {
        uint64 first = 100 * ++claimCount;
        address renditionKey = address(uint160(claimCount));
        return
            Claim(
                jobId, _signingAccount(name), renditionKey, 0, 0, _range(first, first + 59), durationMs, bytes32("root")
            );
    }

    function _submit(string memory name, Claim memory claim) private returns (bytes32) {
        Acceptance memory acceptance = Acceptance(jobId, streamId, claim.renditionKey, 0);
        Assignment memory assignment = Assignment(jobId, streamId, claim.transcoder, claim.renditionKey, 0);
        bytes memory acceptanceSignature = _sign(_keyOf(name), acceptance.hash(_domainSeparator()));
        bytes memory assignmentSignature = _sign(streamKey, assignment.hash(_domainSeparator()));
        vm.prank(claim.transcoder);
        return claims.claimWork(claim, 0, acceptanceSignature, assignmentSignature);
    }
}
