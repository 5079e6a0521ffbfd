// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Disclosure} from "../../src/types/Disclosure.sol";
import {Work} from "../Work.sol";

/// @dev A verifier that fails in the way that the test sets, or returns more bytes than the ClaimsManager expects.
contract FailingVerifier is IVerifier {
    enum Failure {
        None,
        Revert,
        UseAllGas,
        ReturnGarbage,
        RevertWithGarbage
    }

    Failure private failure;
    Failure private answerFailure;
    mapping(bytes32 claimId => mapping(uint64 sequenceNumber => Verdict)) private verdicts;
    bool public pending;

    /// @dev How requests fail.
    function fail(Failure failure_) external {
        failure = failure_;
    }

    /// @dev How questions for a verdict fail.
    function failToAnswer(Failure failure_) external {
        answerFailure = failure_;
    }

    function decide(bytes32 claimId, uint64 sequenceNumber, Verdict verdict) external {
        verdicts[claimId][sequenceNumber] = verdict;
    }

    function setPending(bool pending_) external {
        pending = pending_;
    }

    function request(bytes32, bytes32, uint64, bytes32) external view {
        _fail(failure);
    }

    function verdictOf(bytes32 claimId, uint64 sequenceNumber) external view returns (Verdict, address) {
        _fail(answerFailure);
        return (verdicts[claimId][sequenceNumber], address(0));
    }

    function isPending(bytes32, uint64) external view returns (bool) {
        _fail(answerFailure);
        return pending;
    }

    function verdictBlocks() external pure returns (uint256) {
        return 0;
    }

    function _fail(Failure how) private pure {
        if (how == Failure.Revert) revert("full");
        if (how == Failure.UseAllGas) {
            assembly {
                invalid()
            }
        }
        if (how == Failure.ReturnGarbage) {
            assembly {
                mstore(0, not(0))
                return(0, 25000)
            }
        }
        if (how == Failure.RevertWithGarbage) {
            assembly {
                revert(0, 25000)
            }
        }
    }
}

/// @notice If a call fails in the contract of a verifier, this alone costs the transcoder neither fees nor stake. A
/// transcoder cannot make a request fail by sending too little gas.
contract FailingVerifierAttackTest is Work {
    bytes32 private jobId;
    FailingVerifier private failing;

    function setUp() public {
        _deploy(10);
        _bondVerifier();
        failing = new FailingVerifier();
        _setVerificationRate(1);
        claims.setVerifier(failing);
        jobId = _postDrawnJob();
    }

    function test_verify_withRevertingVerifier_paysAtDeadline() public {
        failing.fail(FailingVerifier.Failure.Revert);
        _assertPaidAtDeadline();
    }

    function test_verify_withVerifierThatUsesAllGas_paysAtDeadline() public {
        failing.fail(FailingVerifier.Failure.UseAllGas);
        _assertPaidAtDeadline();
    }

    function test_verify_withVerifierThatRevertsWithGarbage_paysAtDeadline() public {
        failing.fail(FailingVerifier.Failure.RevertWithGarbage);
        _assertPaidAtDeadline();
    }

    function test_verify_withVerifierWithoutCode_paysAtDeadline() public {
        vm.etch(address(failing), "");
        _assertPaidAtDeadline();
    }

    /// @dev The verifier accepts the request. The ClaimsManager does not read the bytes that the verifier returns.
    function test_verify_withVerifierThatReturnsGarbage_requestsVerdict() public {
        failing.fail(FailingVerifier.Failure.ReturnGarbage);
        (ClaimWithReceipts memory claimed,) = _claimAndSeal(jobId, 0);
        claims.verify(claimed.claim, _disclosureOf(claimed, 0));
        vm.assertEq(claims.getClaim(claimed.claim.id()).refused, 0);
    }

    /// @dev The verifier refuses a request, but later finds the event of the disclosure. If it then gives a verdict, this verdict counts.
    function test_recordVerdict_onRefusedRequest_counts() public {
        failing.fail(FailingVerifier.Failure.Revert);
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(1);
        failing.decide(claimId, 0, IVerifier.Verdict.Valid);
        claims.recordVerdict(claimId, 0);
        vm.assertEq(claims.getClaim(claimId).refused, 1);
        vm.assertEq(claims.getClaim(claimId).passed, 1);
        failing.decide(claimId, 1, IVerifier.Verdict.Invalid);
        claims.recordVerdict(claimId, 1);
        vm.assertEq(claims.getClaim(claimId).refused, 0);
        vm.assertTrue(claims.getClaim(claimId).state == IClaimsTypes.State.Refunded);
        vm.assertEq(bonding.stakeOf(_signingAccount(ANNA)), 950 ether);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongState.selector, claimId, IClaimsTypes.State.Refunded));
        claims.distributeFees(claimed.claim);
    }

    function test_distributeFees_withVerifierThatRevertsWhenAsked_paysAtDeadline() public {
        _assertPaidAtDeadlineWithoutAnswers(FailingVerifier.Failure.Revert);
    }

    function test_distributeFees_withVerifierThatUsesAllGasWhenAsked_paysAtDeadline() public {
        _assertPaidAtDeadlineWithoutAnswers(FailingVerifier.Failure.UseAllGas);
    }

    /// @dev The answer is a number that is no verdict.
    function test_distributeFees_withVerifierThatAnswersWithGarbage_paysAtDeadline() public {
        _assertPaidAtDeadlineWithoutAnswers(FailingVerifier.Failure.ReturnGarbage);
    }

    function test_distributeFees_withVerifierThatRevertsWithGarbage_paysAtDeadline() public {
        _assertPaidAtDeadlineWithoutAnswers(FailingVerifier.Failure.RevertWithGarbage);
    }

    /// @dev The verifier fails, but works again before the fees are distributed.
    function test_distributeFees_afterVerifierWorksAgain_recordsVerdicts() public {
        failing.failToAnswer(FailingVerifier.Failure.Revert);
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(1);
        failing.decide(claimId, 0, IVerifier.Verdict.Valid);
        failing.decide(claimId, 1, IVerifier.Verdict.Invalid);
        vm.expectRevert(
            abi.encodeWithSelector(
                IClaimsTypes.WrongVerdict.selector, claimId, 0, IVerifier.Verdict.None, IVerifier.Verdict.None
            )
        );
        claims.recordVerdict(claimId, 0);
        failing.failToAnswer(FailingVerifier.Failure.None);
        claims.distributeFees(claimed.claim);
        vm.assertTrue(claims.getClaim(claimId).state == IClaimsTypes.State.Refunded);
        vm.assertEq(bonding.stakeOf(_signingAccount(ANNA)), 950 ether);
    }

    /// @dev The claim does not expire as long as the verifier says that it will give a verdict.
    function test_expire_ofPendingVerdict_reverts() public {
        failing.setPending(true);
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(1);
        failing.decide(claimId, 0, IVerifier.Verdict.Valid);
        vm.roll(claims.getClaim(claimId).verdictDeadline);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.VerdictPending.selector, claimId, 1));
        claims.expire(claimed.claim);
        failing.setPending(false);
        claims.expire(claimed.claim);
        vm.assertTrue(claims.getClaim(claimId).state == IClaimsTypes.State.Refunded);
    }

    /// @dev A caller that sends little gas cannot turn a verdict into a failure of the verifier.
    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 256
    /// forge-config: mutation.fuzz.runs = 16
    function test_fuzz_distributeFees_withLittleGas_revertsOrRecordsVerdict(uint256 gas) public {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(1);
        failing.decide(claimId, 1, IVerifier.Verdict.Invalid);
        vm.roll(claims.getClaim(claimId).verdictDeadline);
        bytes memory data = abi.encodeWithSignature(
            "distributeFees((bytes32,address,address,uint64,bytes32,(uint64,uint64)[],uint64,bytes32))", claimed.claim
        );
        (bool succeeded,) = address(claims).call{gas: 30_000 + gas % 600_000}(data);
        bool isRefunded = claims.getClaim(claimId).state == IClaimsTypes.State.Refunded;
        vm.assertTrue(succeeded == isRefunded);
        vm.assertTrue(isRefunded || claims.getClaim(claimId).state == IClaimsTypes.State.Open);
    }

    /// @dev The verifier accepts one request but gives no verdict, and refuses another request. The claim expires.
    function test_distributeFees_withMissingVerdictAndRefusal_reverts() public {
        (ClaimWithReceipts memory claimed,) = _claimAndSeal(jobId, 1);
        bytes32 claimId = claimed.claim.id();
        claims.verify(claimed.claim, _disclosureOf(claimed, 0));
        failing.fail(FailingVerifier.Failure.Revert);
        claims.verify(claimed.claim, _disclosureOf(claimed, 1));
        vm.roll(claims.getClaim(claimId).verdictDeadline);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotVerified.selector, claimId, 2, 0));
        claims.distributeFees(claimed.claim);
        claims.expire(claimed.claim);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, _withFine(_feesOf(claimed.claim.durationMs)));
        vm.assertEq(bonding.stakeOf(_signingAccount(ANNA)), 1_000 ether);
    }

    /// @dev A transcoder that hides wrong work would send just enough gas for `verify`, but not for the verifier. For each
    /// amount of gas, the call fails as a whole or the verifier gets the request.
    function test_fuzz_verify_withLittleGas_revertsOrRequestsVerdict(uint256 gas) public {
        (ClaimWithReceipts memory claimed,) = _claimAndSeal(jobId, 1);
        Disclosure memory disclosure = _disclosureOf(claimed, 1);
        bytes memory data = abi.encodeCall(claims.verify, (claimed.claim, disclosure));
        gas = 50_000 + gas % 500_000;
        (bool succeeded, bytes memory result) = address(claims).call{gas: gas}(data);
        if (succeeded) vm.assertEq(claims.getClaim(claimed.claim.id()).refused, 0);
        else if (result.length > 0) vm.assertEq(bytes32(bytes4(result)), bytes32(IClaimsTypes.TooLittleGas.selector));
    }

    function test_verify_withTooLittleGasForVerifier_reverts() public {
        (ClaimWithReceipts memory claimed,) = _claimAndSeal(jobId, 1);
        Disclosure memory disclosure = _disclosureOf(claimed, 1);
        vm.expectPartialRevert(IClaimsTypes.TooLittleGas.selector);
        claims.verify{gas: 250_000}(claimed.claim, disclosure);
        claims.verify(claimed.claim, disclosure);
    }

    /// @dev Fees are due from the verdict deadline on, and not earlier, because until then a verdict may still come.
    function _assertPaidAtDeadline() private {
        (ClaimWithReceipts memory claimed,) = _claimAndSeal(jobId, 1);
        bytes32 claimId = claimed.claim.id();
        vm.expectEmit(address(claims));
        emit IClaimsTypes.RequestRefused(claimId, jobId, address(failing), 0);
        claims.verify(claimed.claim, _disclosureOf(claimed, 0));
        claims.verify(claimed.claim, _disclosureOf(claimed, 1));
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        vm.assertEq(status.requested, 2);
        vm.assertEq(status.refused, 2);
        vm.roll(status.verdictDeadline - 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.TooEarly.selector, claimId, status.verdictDeadline));
        claims.distributeFees(claimed.claim);
        vm.roll(status.verdictDeadline);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotExpired.selector, claimId, 0));
        claims.expire(claimed.claim);
        claims.distributeFees(claimed.claim);
        vm.assertEq(jobs.earnings(_signingAccount(ANNA)), _feesOf(claimed.claim.durationMs));
        vm.assertEq(bonding.stakeOf(_signingAccount(ANNA)), 1_000 ether);
    }

    function _assertPaidAtDeadlineWithoutAnswers(FailingVerifier.Failure failure) private {
        (ClaimWithReceipts memory claimed, bytes32 claimId) = _claimAndDisclose(1);
        failing.failToAnswer(failure);
        IClaimsTypes.Status memory status = claims.getClaim(claimId);
        vm.assertEq(status.refused, 0);
        vm.roll(status.verdictDeadline - 1);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.TooEarly.selector, claimId, status.verdictDeadline));
        claims.distributeFees(claimed.claim);
        vm.roll(status.verdictDeadline);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.NotExpired.selector, claimId, 0));
        claims.expire(claimed.claim);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.RequestRefused(claimId, jobId, address(failing), 0);
        claims.distributeFees(claimed.claim);
        vm.assertEq(claims.getClaim(claimId).refused, 2);
        vm.assertEq(jobs.earnings(_signingAccount(ANNA)), _feesOf(claimed.claim.durationMs));
        vm.assertEq(bonding.stakeOf(_signingAccount(ANNA)), 1_000 ether);
    }

    function _claimAndDisclose(uint64 last) private returns (ClaimWithReceipts memory claimed, bytes32 claimId) {
        (claimed,) = _claimAndSeal(jobId, last);
        for (uint256 i; i <= last; ++i) {
            claims.verify(claimed.claim, _disclosureOf(claimed, i));
        }
        claimId = claimed.claim.id();
    }
}
