// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IBondedVerifier} from "../src/interfaces/IBondedVerifier.sol";
import {IClaimsTypes} from "../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {IVerifier} from "../src/interfaces/IVerifier.sol";
import {Claim} from "../src/types/Claim.sol";
import {BondedVerifier} from "../src/verification/BondedVerifier.sol";
import {Work} from "./Work.sol";

contract ClaimsManagerSettleTest is Work {
    bytes32 private jobId;

    function setUp() public {
        _deploy(10);
        _bondVerifier();
        jobId = _postDrawnJob();
    }

    function test_distributeFees_paysToTheWei() public {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(3);
        uint256 fees = _feesOf(claimed.claim.durationMs);
        uint256 reserve = jobs.getJob(jobId).reserve;
        vm.assertEq(reserve, _reserveOf(PRICE) - _withFine(fees));
        for (uint256 i; i < 4; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotVerified.selector, claimId, 4, i));
            claims.distributeFees(claimed.claim);
            vm.expectEmit(address(claims));
            emit IClaimsTypes.VerdictReported(claimId, jobId, i, IVerifier.Verdict.Valid);
            _reportVerdict(claimId, i, IVerifier.Verdict.Valid);
        }
        vm.expectEmit(address(claims));
        emit IClaimsTypes.FeesDistributed(claimId, jobId, _signingAccount(ANNA), fees);
        vm.expectEmit(address(jobs));
        emit IJobsManager.FeesEarned(jobId, _signingAccount(ANNA), fees);
        claims.distributeFees(claimed.claim);
        vm.assertEq(jobs.earnings(_signingAccount(ANNA)), fees);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongState.selector, claimId, IClaimsTypes.State.Paid));
        claims.distributeFees(claimed.claim);
        vm.expectEmit(address(jobs));
        emit IJobsManager.WithdrawFees(_signingAccount(ANNA), fees);
        vm.startPrank(_signingAccount(ANNA));
        jobs.withdrawFees();
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.ZeroAmount.selector));
        jobs.withdrawFees();
        vm.stopPrank();
        vm.assertEq(_signingAccount(ANNA).balance, fees);
        // The fine, which was reserved while the claim was open, is a part of the job's reserve again.
        vm.assertEq(jobs.getJob(jobId).reserve, _reserveOf(PRICE) - fees);
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, _reserveOf(PRICE) - fees);
        vm.assertEq(address(jobs).balance, _reserveOf(PRICE) - fees);
    }

    function test_distributeFees_withoutChallenges_paysAfterSeal() public {
        jobId = _postDrawnJobAgain(1_000_000);
        (ClaimWithReceipts memory claimed, uint64[] memory drawn) = _claimAndSeal(jobId, 3);
        vm.assertEq(drawn.length, 0);
        claims.distributeFees(claimed.claim);
        vm.assertEq(jobs.earnings(_signingAccount(ANNA)), _feesOf(claimed.claim.durationMs));
    }

    function test_distributeFees_ofSeveralClaims_paysAllInOneCall() public {
        (ClaimWithReceipts memory first, bytes32 firstId) = _claimAndDisclose(1);
        ClaimWithReceipts memory second = _buildNextClaim(first, _range(2, 3));
        bytes32 secondId = _claimWork(second.claim);
        _sealChallenges(second.claim);
        claims.verify(second.claim, _disclosureAfter(first, second));
        claims.verify(second.claim, _disclosureOf(second, 1));
        _reportVerdict(firstId, 0, IVerifier.Verdict.Valid);
        _reportVerdict(firstId, 1, IVerifier.Verdict.Valid);
        _reportVerdict(secondId, 2, IVerifier.Verdict.Valid);
        Claim[] memory both = new Claim[](2);
        (both[0], both[1]) = (first.claim, second.claim);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotVerified.selector, secondId, 2, 1));
        claims.distributeFees(both);
        _reportVerdict(secondId, 3, IVerifier.Verdict.Valid);
        claims.distributeFees(both);
        vm.assertEq(
            jobs.earnings(_signingAccount(ANNA)), _feesOf(first.claim.durationMs) + _feesOf(second.claim.durationMs)
        );
    }

    function test_distributeFees_beforeSeal_reverts() public {
        ClaimWithReceipts memory claimed = _buildClaim(jobId, _range(0, 3));
        bytes32 claimId = _claimWork(claimed.claim);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotSealed.selector, claimId));
        claims.distributeFees(claimed.claim);
    }

    function test_distributeFees_afterAllDeadlines_pays() public {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(0);
        _reportVerdict(claimId, 0, IVerifier.Verdict.Valid);
        _mine(10 * VERIFICATION_PERIOD_BLOCKS);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotExpired.selector, claimId, 0));
        claims.expire(claimed.claim);
        claims.distributeFees(claimed.claim);
    }

    function test_report_twiceOrLate_reverts() public {
        (, bytes32 claimId) = _claimAndDisclose(1);
        _reportVerdict(claimId, 0, IVerifier.Verdict.Valid);
        vm.startPrank(_account("verifier"));
        vm.expectRevert(
            abi.encodeWithSelector(
                IClaimsTypes.WrongVerdict.selector, claimId, 0, IVerifier.Verdict.Valid, IVerifier.Verdict.Invalid
            )
        );
        verifier.report(claimId, 0, IVerifier.Verdict.Invalid);
        vm.expectRevert(
            abi.encodeWithSelector(
                IClaimsTypes.WrongVerdict.selector, claimId, 1, IVerifier.Verdict.None, IVerifier.Verdict.None
            )
        );
        verifier.report(claimId, 1, IVerifier.Verdict.None);
        vm.expectRevert(
            abi.encodeWithSelector(
                IClaimsTypes.WrongVerdict.selector, claimId, 0, IVerifier.Verdict.Valid, IVerifier.Verdict.Valid
            )
        );
        claims.recordVerdict(claimId, 0);
        uint256 deadline = claims.getClaim(claimId).verdictDeadline;
        vm.roll(deadline);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.TooLate.selector, claimId, deadline));
        verifier.report(claimId, 1, IVerifier.Verdict.Valid);
        vm.roll(deadline - 1);
        verifier.report(claimId, 1, IVerifier.Verdict.Valid);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.UnknownRequest.selector, claimId, 2));
        verifier.report(claimId, 2, IVerifier.Verdict.Valid);
        vm.stopPrank();
    }

    function test_report_byAnotherVerifier_reverts() public {
        (, bytes32 claimId) = _claimAndDisclose(0);
        bytes memory refusal = abi.encodeWithSelector(
            IClaimsTypes.WrongVerdict.selector, claimId, 0, IVerifier.Verdict.None, IVerifier.Verdict.None
        );
        vm.expectRevert(refusal);
        claims.recordVerdict(claimId, 0);
        BondedVerifier other = new BondedVerifier(claims, bonding, _signingAccount(ANNA), 1);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.VerifierUpdate(address(other));
        claims.setVerifier(other);
        vm.expectRevert(refusal);
        vm.prank(_signingAccount(ANNA));
        other.report(claimId, 0, IVerifier.Verdict.Valid);
        _reportVerdict(claimId, 0, IVerifier.Verdict.Valid);
    }

    function test_bondedVerifier_belowBondOrByStranger_reverts() public {
        (, bytes32 claimId) = _claimAndDisclose(0);
        vm.expectRevert(
            abi.encodeWithSelector(IBondedVerifier.NotVerifier.selector, address(this), _account("verifier"))
        );
        verifier.report(claimId, 0, IVerifier.Verdict.Valid);
        vm.startPrank(_account("verifier"));
        bonding.unbond(1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IBondedVerifier.InsufficientBond.selector, _account("verifier"), VERIFIER_BOND - 1, VERIFIER_BOND
            )
        );
        verifier.report(claimId, 0, IVerifier.Verdict.Valid);
        vm.stopPrank();
        // The stake of a delegator does not replace the verifier's own stake.
        vm.prank(_account("verifier"));
        bonding.transcoder(0, 0, 0);
        _delegate(_account("delegator"), VERIFIER_BOND, _account("verifier"));
        vm.assertEq(bonding.stakeOf(_account("verifier")), 2 * VERIFIER_BOND - 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IBondedVerifier.InsufficientBond.selector, _account("verifier"), VERIFIER_BOND - 1, VERIFIER_BOND
            )
        );
        _reportVerdict(claimId, 0, IVerifier.Verdict.Valid);
        vm.expectRevert(
            abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, "verifierBond", 0, 1, type(uint96).max)
        );
        new BondedVerifier(claims, bonding, _account("verifier"), 0);
    }

    function test_expire_withoutVerdict_refunds() public {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(1);
        _reportVerdict(claimId, 0, IVerifier.Verdict.Valid);
        uint256 deadline = claims.getClaim(claimId).verdictDeadline;
        vm.roll(deadline - 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotExpired.selector, claimId, deadline));
        claims.expire(claimed.claim);
        vm.roll(deadline);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ClaimRefunded(
            claimId, jobId, _signingAccount(ANNA), _feesOf(claimed.claim.durationMs), IClaimsTypes.Reason.Expired
        );
        claims.expire(claimed.claim);
        vm.assertEq(bonding.getTranscoder(_signingAccount(ANNA)).stake, 1_000 ether);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongState.selector, claimId, IClaimsTypes.State.Refunded));
        claims.expire(claimed.claim);
    }

    function test_setParameters_afterClaim_keepsTermsOfClaim() public {
        (ClaimWithReceipts memory claimed,) = _claimAndSeal(jobId, 3);
        IClaimsTypes.Parameters memory values = IClaimsTypes.Parameters(7, 20, 10, 100_000, 1, 2, 20_000, 60, 2 ether);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.ParametersUpdate(values);
        claims.setParameters(values);
        vm.assertEq(keccak256(abi.encode(claims.parameters())), keccak256(abi.encode(values)));
        vm.assertEq(claims.getClaim(claimed.claim.id()).verificationRate, VERIFICATION_RATE);
        vm.assertEq(claims.getClaim(claimed.claim.id()).failedVerificationSlashAmount, SLASH_AMOUNT);
    }

    function test_setParameters_outOfBounds_reverts() public {
        IClaimsTypes.Parameters memory values = _claimsParameters();
        values.verificationRate = 0;
        _expectOutOfBounds(values, "verificationRate", 0, 1, 1_000_000);
        values = _claimsParameters();
        // The lottery's block hash must be available until the verification period ends.
        values.verificationPeriodBlocks = 257;
        _expectOutOfBounds(values, "verificationPeriodBlocks", 257, 10, 256);
        values = _claimsParameters();
        // Stake stays slashable for 120 blocks. The claim deadline takes 60 of these blocks, and the verification
        // period takes 40. So 20 blocks are left for the slashing period.
        values.slashingPeriodBlocks = 21;
        _expectOutOfBounds(values, "slashingPeriodBlocks", 21, 5, 20);
        values = _claimsParameters();
        values.verificationPeriodBlocks = 70;
        _expectOutOfBounds(values, "slashingPeriodBlocks", 20, 5, 0);
        values = _claimsParameters();
        values.failedVerificationSlashAmount = 500_001;
        _expectOutOfBounds(values, "failedVerificationSlashAmount", 500_001, 0, 500_000);
        values = _claimsParameters();
        values.missedVerificationSlashAmount = 500_001;
        _expectOutOfBounds(values, "missedVerificationSlashAmount", 500_001, 0, 500_000);
        values = _claimsParameters();
        values.equivocationSlashAmount = 500_001;
        _expectOutOfBounds(values, "equivocationSlashAmount", 500_001, 0, 500_000);
        values = _claimsParameters();
        values.verificationFailureThreshold = 100_001;
        _expectOutOfBounds(values, "verificationFailureThreshold", 100_001, 0, 100_000);
        // A threshold of one failure in 60 needs a window of at least 60 verdicts.
        values.verificationFailureThreshold = 16_667;
        values.verificationWindow = 59;
        _expectOutOfBounds(values, "verificationWindow", 59, 60, 240);
        values.verificationWindow = 241;
        _expectOutOfBounds(values, "verificationWindow", 241, 60, 240);
        values = _claimsParameters();
        values.minSelfStake = uint256(type(uint88).max) + 1;
        _expectOutOfBounds(values, "minSelfStake", values.minSelfStake, 0, type(uint88).max);
    }

    function test_setVerifier_toAddressWithoutCode_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IParameters.NoCode.selector, broadcaster));
        claims.setVerifier(IVerifier(broadcaster));
    }

    function test_setVerifier_toContractThatIsNoVerifier_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NoVerifier.selector, address(jobs)));
        claims.setVerifier(IVerifier(address(jobs)));
    }

    function test_setVerifierAndSetParameters_byStranger_revert() public {
        bytes memory refusal = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, broadcaster);
        vm.startPrank(broadcaster);
        vm.expectRevert(refusal);
        claims.setVerifier(verifier);
        vm.expectRevert(refusal);
        claims.setParameters(_claimsParameters());
        vm.stopPrank();
    }

    /// @dev Claims segments 0 to `last` and discloses all of them.
    function _claimAndDisclose(uint64 last) private returns (ClaimWithReceipts memory claimed, bytes32 claimId) {
        jobId = _postDrawnJobAgain(1);
        (claimed,) = _claimAndSeal(jobId, last);
        for (uint256 i; i <= last; ++i) {
            claims.verify(claimed.claim, _disclosureOf(claimed, i));
        }
        claimId = claimed.claim.id();
    }

    function _expectOutOfBounds(
        IClaimsTypes.Parameters memory values,
        string memory name,
        uint256 value,
        uint256 min,
        uint256 max
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, name, value, min, max));
        claims.setParameters(values);
    }
}
