// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {ICommonPool} from "../../src/interfaces/ICommonPool.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Work} from "../Work.sol";

/// @notice A broadcaster signs segments that break the limits of its job. If the verdict InputInvalid on one of these
/// segments refunded the whole claim without a fine, the broadcaster would get the work without paying.
contract BrokenInputAttackTest is Work {
    address private anna = _signingAccount(ANNA);
    bytes32 private jobId;

    function setUp() public {
        _deploy(10);
        _bondVerifier();
        _setVerificationRate(1);
        jobId = _postDrawnJob();
    }

    function test_report_ofInputInvalid_leavesOnlyThisSegmentUnpaid() public {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(3);
        uint256 fees = _feesOf(claimed.claim.durationMs);
        uint256 fine = _withFine(fees) - fees;
        uint256 unpaid = _feesOf(claimed.receipts[1].durationMs);
        for (uint64 i; i < 3; ++i) {
            _reportVerdict(claimId, i == 1 ? 3 : i, IVerifier.Verdict.Valid);
        }
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotVerified.selector, claimId, 4, 3));
        claims.distributeFees(claimed.claim);
        _reportVerdict(claimId, 1, IVerifier.Verdict.InputInvalid);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.FeesDistributed(claimId, jobId, anna, fees - unpaid);
        vm.expectEmit(address(jobs));
        emit IJobsManager.FeesEarned(jobId, anna, fees - unpaid);
        vm.expectEmit(address(jobs));
        emit IJobsManager.EscrowReturned(jobId, broadcaster, unpaid);
        vm.expectEmit(address(jobs));
        emit IJobsManager.InputFine(jobId, broadcaster, fine, anna);
        vm.expectEmit(address(jobs));
        emit ICommonPool.CommonPoolCredit(broadcaster, fine - fine / 20);
        claims.distributeFees(claimed.claim);
        vm.assertEq(jobs.earnings(anna), fees - unpaid + fine / 20);
        vm.assertEq(jobs.commonPool(), fine - fine / 20);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, unpaid);
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, _reserveOf(PRICE) - fees - fine);
        vm.assertEq(bonding.stakeOf(anna), 1_000 ether);
    }

    function test_report_ofInputInvalid_countsNoWorkForThisSegment() public {
        _initializeNextRound();
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(3);
        for (uint64 i; i < 4; ++i) {
            _reportVerdict(claimId, i, i == 1 ? IVerifier.Verdict.InputInvalid : IVerifier.Verdict.Valid);
        }
        claims.distributeFees(claimed.claim);
        // The other three segments last 5.9 s together. Only whole seconds count.
        (uint256 work,) = bonding.competitiveness(anna);
        vm.assertEq(work, 5 * _ladder().unitsPerSecond());
    }

    function test_report_ofSeveralInputInvalid_takesTheFineOnce() public {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(3);
        uint256 fees = _feesOf(claimed.claim.durationMs);
        uint256 fine = _withFine(fees) - fees;
        for (uint64 i; i < 4; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotVerified.selector, claimId, 4, i));
            claims.distributeFees(claimed.claim);
            _reportVerdict(claimId, i, IVerifier.Verdict.InputInvalid);
        }
        claims.distributeFees(claimed.claim);
        vm.assertEq(jobs.earnings(anna), fine / 20);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, fees);
        vm.assertEq(jobs.commonPool(), fine - fine / 20);
    }

    /// @dev ANNA gets the finder's part of the fine, although another account copied her pending transaction and sent
    /// `verify` before her.
    function test_verify_byAnotherAccount_leavesFinderFeeWithTranscoder() public {
        (ClaimWithReceipts memory claimed,) = _claimAndSeal(jobId, 0);
        vm.prank(_account("copier"));
        claims.verify(claimed.claim, _disclosureOf(claimed, 0));
        _reportVerdict(claimed.claim.id(), 0, IVerifier.Verdict.InputInvalid);
        claims.distributeFees(claimed.claim);
        uint256 fees = _feesOf(claimed.claim.durationMs);
        vm.assertEq(jobs.earnings(anna), (_withFine(fees) - fees) / 20);
        vm.assertEq(jobs.earnings(_account("copier")), 0);
    }

    /// @dev The reserve is released while the claim is open. The fine stays in escrow. When the claim is paid, the fine
    /// returns to the job's reserve, and another call of `releaseReserve` releases it.
    function test_releaseReserve_beforeClaimIsFinal_keepsFineReserved() public {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(1);
        uint256 fees = _feesOf(claimed.claim.durationMs);
        uint256 fine = _withFine(fees) - fees;
        _reportVerdict(claimId, 0, IVerifier.Verdict.Valid);
        _reportVerdict(claimId, 1, IVerifier.Verdict.Valid);
        _closeJob();
        jobs.releaseReserve(jobId);
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, fine);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NothingReserved.selector, jobId));
        jobs.releaseReserve(jobId);
        claims.distributeFees(claimed.claim);
        vm.assertEq(jobs.reserveOf(jobId, anna), 0);
        jobs.releaseReserve(jobId);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, _reserveOf(PRICE) - fees);
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, 0);
    }

    /// @dev ANNA also transcoded a segment wrongly. She gets no part of the fine. So only a transcoder whose own work
    /// is correct gains by disclosing a broken segment.
    function test_report_ofInvalidAfterInputInvalid_paysWholeFineToPool() public {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(1);
        uint256 fees = _feesOf(claimed.claim.durationMs);
        _reportVerdict(claimId, 0, IVerifier.Verdict.InputInvalid);
        vm.expectEmit(address(jobs));
        emit IJobsManager.InputFine(jobId, broadcaster, _withFine(fees) - fees, address(0));
        _reportVerdict(claimId, 1, IVerifier.Verdict.Invalid);
        _assertFineInPool(fees);
        vm.assertTrue(claims.isExpelled(jobId, anna));
    }

    /// @dev The verdict Invalid refunds the claim, and the fine of the claim returns to the broadcaster. So the later
    /// verdict InputInvalid takes no fine.
    function test_report_ofInputInvalidAfterRefund_takesNoFine() public {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(1);
        _reportVerdict(claimId, 1, IVerifier.Verdict.Invalid);
        _reportVerdict(claimId, 0, IVerifier.Verdict.InputInvalid);
        vm.assertEq(jobs.commonPool(), 0);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, _withFine(_feesOf(claimed.claim.durationMs)));
    }

    function test_expire_afterInputInvalid_paysWholeFineToPool() public {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(1);
        _reportVerdict(claimId, 0, IVerifier.Verdict.InputInvalid);
        vm.roll(claims.getClaim(claimId).verdictDeadline);
        claims.expire(claimed.claim);
        _assertFineInPool(_feesOf(claimed.claim.durationMs));
        vm.assertFalse(claims.isExpelled(jobId, anna));
    }

    /// @dev All challenged segments have the verdict Valid or InputInvalid, so the claim never expires.
    function test_expire_ofAnsweredClaim_reverts() public {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(1);
        _reportVerdict(claimId, 0, IVerifier.Verdict.InputInvalid);
        _reportVerdict(claimId, 1, IVerifier.Verdict.Valid);
        vm.roll(claims.getClaim(claimId).verdictDeadline);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotExpired.selector, claimId, 0));
        claims.expire(claimed.claim);
    }

    /// @dev ANNA is expelled for another claim of the job.
    function test_distributeFees_ofExpelledAfterInputInvalid_paysWholeFineToPool() public {
        (ClaimWithReceipts memory first, bytes32 firstId) = _claimAndDisclose(0);
        ClaimWithReceipts memory second = _buildNextClaim(first, _range(1, 1));
        _claimWork(second.claim);
        _sealChallenges(second.claim);
        claims.verify(second.claim, _disclosureAfter(first, second));
        _reportVerdict(firstId, 0, IVerifier.Verdict.InputInvalid);
        _reportVerdict(second.claim.id(), 1, IVerifier.Verdict.Invalid);
        uint256 returned = _withFine(_feesOf(second.claim.durationMs));
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, returned);
        claims.distributeFees(first.claim);
        uint256 fees = _feesOf(first.claim.durationMs);
        vm.assertEq(jobs.commonPool(), _withFine(fees) - fees);
        vm.assertEq(jobs.earnings(anna), 0);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, returned + fees);
    }

    /// @dev The owner changes `inputFinePercent` after the job was posted, and again after the claim. The job keeps its
    /// own percentage.
    function test_setParameters_afterJob_keepsFineOfJob() public {
        _setInputFinePercent(100);
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(0);
        uint256 fees = _feesOf(claimed.claim.durationMs);
        vm.assertEq(jobs.getJob(jobId).reserve, _reserveOf(PRICE) - _withFine(fees));
        _setInputFinePercent(0);
        vm.assertEq(jobs.getJob(jobId).inputFinePercent, INPUT_FINE_PERCENT);
        _reportVerdict(claimId, 0, IVerifier.Verdict.InputInvalid);
        claims.distributeFees(claimed.claim);
        vm.assertEq(jobs.commonPool() + jobs.earnings(anna), _withFine(fees) - fees);
    }

    /// @dev The job is free, so its claim has no fees and no fine.
    function test_distributeFees_ofFreeJobAfterInputInvalid_paysNothing() public {
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        vm.prank(anna);
        bonding.transcoder(0, 0, 0);
        _initializeNextRound();
        jobId = _postJob(0);
        _mine(2);
        jobs.drawCandidates(jobId);
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(1);
        _reportVerdict(claimId, 0, IVerifier.Verdict.InputInvalid);
        _reportVerdict(claimId, 1, IVerifier.Verdict.Valid);
        claims.distributeFees(claimed.claim);
        vm.assertEq(jobs.commonPool() + jobs.earnings(anna), 0);
    }

    /// @dev Broadcaster, transcoder and finder are one person. The test chooses the broken segments, the fine and the
    /// FinderFee at random. Even with the largest FinderFee, this person never gains, and loses at least half of the
    /// fine if the claim has a broken segment.
    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 512
    /// forge-config: mutation.fuzz.runs = 16
    function test_fuzz_inputInvalid_byOnePersonInAllRoles_loses(uint256 percent, uint256 brokenBits, uint256 finderFee)
        public
    {
        (percent, brokenBits, finderFee) = (percent % 101, brokenBits % 16, finderFee % 500_001);
        IBondingTypes.Parameters memory terms = _bondingParameters(10);
        terms.finderFee = finderFee;
        bonding.setParameters(terms);
        _initializeNextRound();
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        _setInputFinePercent(percent);
        vm.prank(broadcaster);
        jobs.deposit{value: 2 * _reserveOf(PRICE)}();
        jobId = _postDrawnJob();
        uint256 wealth = _wealth();
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(3);
        for (uint64 i; i < 4; ++i) {
            bool isBroken = brokenBits >> i & 1 == 1;
            _reportVerdict(claimId, i, isBroken ? IVerifier.Verdict.InputInvalid : IVerifier.Verdict.Valid);
        }
        claims.distributeFees(claimed.claim);
        uint256 loss = wealth - _wealth();
        uint256 fine = brokenBits == 0 ? 0 : _feesOf(claimed.claim.durationMs) * percent / 100;
        vm.assertEq(loss, fine - fine * finderFee / 1_000_000);
        vm.assertEq(jobs.commonPool(), loss);
    }

    function _claimAndDisclose(uint64 last) private returns (ClaimWithReceipts memory claimed, bytes32 claimId) {
        (claimed,) = _claimAndSeal(jobId, last);
        claimId = claimed.claim.id();
        for (uint256 i; i <= last; ++i) {
            claims.verify(claimed.claim, _disclosureOf(claimed, i));
        }
    }

    function _closeJob() private {
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        _mine(CLAIM_DEADLINE_BLOCKS);
    }

    function _setInputFinePercent(uint256 percent) private {
        IJobsManager.Parameters memory values = _jobsParameters();
        values.inputFinePercent = percent;
        jobs.setParameters(values);
    }

    /// @dev The broadcaster gets back the fees, and the common pool gets the fine.
    function _assertFineInPool(uint256 fees) private view {
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, fees);
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, _reserveOf(PRICE) - _withFine(fees));
        vm.assertEq(jobs.commonPool(), _withFine(fees) - fees);
        vm.assertEq(jobs.earnings(anna), 0);
    }

    function _wealth() private view returns (uint256) {
        IJobsManager.Broadcaster memory account = jobs.getBroadcaster(broadcaster);
        return broadcaster.balance + account.deposit + account.reserved + jobs.earnings(anna);
    }
}
