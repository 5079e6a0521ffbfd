// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {IMinter} from "../src/interfaces/IMinter.sol";
import {IRoundsManager} from "../src/interfaces/IRoundsManager.sol";
import {IVerifier} from "../src/interfaces/IVerifier.sol";
import {Attestation} from "../src/types/Attestation.sol";
import {Claim, Range} from "../src/types/Claim.sol";
import {ReceiptProof} from "../src/types/Disclosure.sol";
import {transcodedDataHashOf} from "../src/types/Output.sol";
import {Segment} from "../src/types/Segment.sol";
import {StakingSimulation} from "./StakingSimulation.sol";

/// @notice Simulates broadcasters, and transcoders that claim, disclose and get paid. Some of them cheat.
abstract contract WorkSimulation is StakingSimulation {
    uint256 internal constant BROADCASTERS = 5;
    uint256 private constant MILLION = 1_000_000;

    /// @dev In a series of twelve claims, six are honest, and each of the other six gets a different outcome.
    enum Outcome {
        Invalid,
        Missed,
        Equivocation,
        NoVerdict,
        InputInvalid,
        Unavailable,
        Honest
    }

    struct PostponedClaim {
        bytes encodedClaim;
        Outcome outcome;
        uint64 sequenceNumber;
    }

    IClaimsTypes.Parameters internal claimTerms = _claimsParameters();
    mapping(address broadcaster => uint256) internal depositedBy;
    /// @dev Wei that the broadcaster spent on work and fines.
    mapping(address broadcaster => uint256) internal spentBy;
    uint256 internal feesOfTranscoders;
    uint256 internal feesOfDelegators;
    uint256 internal feesWithdrawn;
    uint256 internal paidClaims;
    uint256 internal finedBroadcasters;
    uint256 internal totalFines;
    /// @dev Part of `totalFines` that transcoders earned, because they disclosed segments with the verdict InputInvalid.
    uint256 internal finesToTranscoders;
    uint256 internal finedClaims;
    bytes32[] private jobIds;
    /// @dev The fine of the job's broadcaster, in parts per million of the job's reserve.
    mapping(bytes32 jobId => uint256) private fineShares;
    mapping(bytes32 jobId => uint256) private inputFinePercents;
    mapping(bytes32 claimId => uint256) private missedSlashShares;
    mapping(bytes32 jobId => mapping(address transcoder => bool)) private expelledFrom;
    PostponedClaim[] private postponedClaims;
    uint256 private claimCount;

    /// @dev In each round, every second broadcaster posts one job. Some claims of a job are settled immediately, and
    /// other claims are postponed until a deadline.
    function postAndSettleJobs(uint256 round) external {
        bytes32[] memory posted = new bytes32[](BROADCASTERS);
        uint256 count;
        for (uint256 i; i < BROADCASTERS; ++i) {
            if ((i + round) % 2 == 0) posted[count++] = _postJobBy(i, 2 gwei + (round % 2) * 1 gwei);
        }
        _mine(2);
        vm.warp(vm.getBlockTimestamp() + 900);
        ClaimWithReceipts[] memory claimed = new ClaimWithReceipts[](3 * count);
        for (uint256 i; i < count; ++i) {
            _useStreamOf(posted[i]);
            // The draw is not recorded yet. The first claim of the job records the draw.
            address[] memory drawn = jobs.candidates(posted[i]);
            Claim memory claim = Claim(posted[i], drawn[0], vm.addr(RENDITION_KEY), 0, 0, _range(0, 5), 0, 0);
            _submitClaim(claimed[3 * i] = _buildClaim(claim, _noReceipts()));
            _submitClaim(claimed[3 * i + 1] = _buildNextClaim(claimed[3 * i], _twoRanges()));
            claim = Claim(posted[i], drawn[1], vm.addr(RENDITION_KEY), 20, 0, _range(20, 23), 0, 0);
            _submitClaim(claimed[3 * i + 2] = _buildClaim(claim, _noReceipts()));
        }
        _mine(2);
        for (uint256 i; i < claimed.length; ++i) {
            uint256 turn = claimCount++ % 12;
            _settle(claimed[i], claimed[i - (i % 3 == 1 ? 1 : 0)], turn < 6 ? Outcome(turn) : Outcome.Honest);
        }
    }

    /// @dev Settles the claims whose deadline has passed.
    function settlePostponed() external {
        for (uint256 i; i < postponedClaims.length; ++i) {
            PostponedClaim memory postponed = postponedClaims[i];
            if (postponed.encodedClaim.length == 0) continue;
            Claim memory claim = abi.decode(postponed.encodedClaim, (Claim));
            bytes32 claimId = claim.id();
            IClaimsTypes.Status memory status = claims.getClaim(claimId);
            uint256 due = postponed.outcome == Outcome.NoVerdict ? status.verdictDeadline : status.verificationDeadline;
            if (vm.getBlockNumber() < due) continue;
            if (postponed.outcome == Outcome.Unavailable) {
                _reportVerdict(claimId, postponed.sequenceNumber, IVerifier.Verdict.Unavailable);
            } else {
                vm.prank(finder);
                claims.expire(claim);
            }
            if (postponed.outcome != Outcome.NoVerdict) {
                _recordClaimSlash(claim, missedSlashShares[claimId]);
            }
            delete postponedClaims[i].encodedClaim;
        }
    }

    function withdrawAllDeposits() external {
        for (uint256 i; i < jobIds.length; ++i) {
            IJobsManager.Job memory job = jobs.getJob(jobIds[i]);
            uint256 fine = job.reserve * fineShares[jobIds[i]] / MILLION;
            if (fine == 0) continue;
            ++finedBroadcasters;
            totalFines += fine;
            spentBy[job.broadcaster] += fine;
        }
        for (uint256 i; i < BROADCASTERS; ++i) {
            vm.prank(_broadcasterAt(i));
            jobs.withdrawAll(jobIds);
            vm.assertEq(jobs.getBroadcaster(_broadcasterAt(i)).reserved, 0);
        }
        uint256 fees = jobs.getBroadcaster(finder).deposit;
        vm.prank(finder);
        jobs.withdraw(fees);
    }

    function withdrawAllFees() external {
        for (uint256 i; i < accounts.length; ++i) {
            uint256 due = jobs.earnings(accounts[i]);
            if (due == 0) continue;
            vm.prank(accounts[i]);
            jobs.withdrawFees();
            vm.assertEq(accounts[i].balance, due, "the withdrawn fees differ from the fees that were due");
            feesWithdrawn += due;
            ++operations;
        }
        vm.prank(_account("verifier"));
        bonding.withdrawStake(0);
        vm.assertEq(token.balanceOf(_account("verifier")), VERIFIER_BOND, "the verifier did not get back its bond");
    }

    function _broadcasterAt(uint256 i) internal pure returns (address) {
        return _signingAccount(string.concat("broadcaster ", vm.toString(i)));
    }

    function _changedMinterParameters() internal pure returns (IMinter.Parameters memory) {
        return IMinter.Parameters(50_000, 100_000, 900_000, 20_000_000);
    }

    function _changedRoundsParameters() internal pure returns (IRoundsManager.Parameters memory) {
        return IRoundsManager.Parameters(ROUND_LENGTH + 6, 200_000);
    }

    function _postJobBy(uint256 i, uint256 price) private returns (bytes32 jobId) {
        address account = _broadcasterAt(i);
        IJobsManager.Parameters memory values = jobs.parameters();
        uint256 value = price * _ladder().unitsPerSecond() * values.claimIntervalSeconds;
        value = (value + value * values.inputFinePercent / 100) * values.candidateCount + 0.1 ether + i;
        vm.deal(account, value);
        depositedBy[account] += value;
        bytes memory signature = _signBinding(0xB0 + i, account);
        uint256 endBlock = vm.getBlockNumber() + 40;
        vm.prank(account);
        jobId = jobs.job{value: value}(_streamOf(0xB0 + i), _ladder(), price, endBlock, signature);
        jobIds.push(jobId);
        inputFinePercents[jobId] = values.inputFinePercent;
        if (jobIds.length % 7 > 0) return jobId;
        Segment memory one = Segment(_streamOf(0xB0 + i), 3, 0, 2_000, "one");
        Segment memory other = Segment(_streamOf(0xB0 + i), 3, 0, 2_000, "other");
        bytes memory first = _sign(0xB0 + i, one.hash(_domainSeparator()));
        bytes memory second = _sign(0xB0 + i, other.hash(_domainSeparator()));
        fineShares[jobId] = jobs.parameters().equivocationSlashAmount;
        vm.prank(finder);
        jobs.reportEquivocation(jobId, one, first, other, second);
    }

    function _submitClaim(ClaimWithReceipts memory claimed) private {
        Claim memory claim = claimed.claim;
        string memory name = _nameOf(claim.transcoder);
        bytes memory acceptance = _signAcceptance(claim.jobId, name, claim.fromSequence);
        bytes memory assignment = _signAssignment(claim.jobId, name, claim.fromSequence);
        vm.prank(claim.transcoder);
        bytes32 claimId = claims.claimWork(claim, claim.fromSequence, acceptance, assignment);
        _recordClaim(claimId, claim.transcoder);
        missedSlashShares[claimId] = claimTerms.missedVerificationSlashAmount;
    }

    function _settle(ClaimWithReceipts memory claimed, ClaimWithReceipts memory previous, Outcome outcome) private {
        _useStreamOf(claimed.claim.jobId);
        bytes32 claimId = claimed.claim.id();
        if (outcome == Outcome.Missed) return _postpone(claimed.claim, outcome, 0);
        if (outcome == Outcome.Equivocation && !expelledFrom[claimed.claim.jobId][claimed.claim.transcoder]) {
            return _slashEquivocation(claimed);
        }
        uint64[] memory drawn = claims.sealChallenges(claimed.claim);
        for (uint256 i; i < drawn.length; ++i) {
            uint256 index = _indexOf(claimed, drawn[i]);
            bool isFirst = index == 0 && claimed.claim.previousClaimId != 0;
            claims.verify(claimed.claim, isFirst ? _disclosureAfter(previous, claimed) : _disclosureOf(claimed, index));
        }
        if (drawn.length > 0 && (outcome == Outcome.NoVerdict || outcome == Outcome.Unavailable)) {
            return _postpone(claimed.claim, outcome, drawn[0]);
        }
        IVerifier.Verdict first = IVerifier.Verdict.Valid;
        if (outcome == Outcome.Invalid) first = IVerifier.Verdict.Invalid;
        else if (outcome == Outcome.InputInvalid) first = IVerifier.Verdict.InputInvalid;
        for (uint256 i; i < drawn.length; ++i) {
            _reportVerdict(claimId, drawn[i], i == 0 ? first : IVerifier.Verdict.Valid);
        }
        if (drawn.length == 0 || first != IVerifier.Verdict.Invalid) {
            _distributeFees(claimed.claim);
        } else {
            _recordClaimSlash(claimed.claim, claimTerms.failedVerificationSlashAmount);
        }
    }

    function _distributeFees(Claim memory claim) private {
        IClaimsTypes.Status memory status = claims.getClaim(claim.id());
        uint256 fine = status.brokenInputs == 0 ? 0 : status.fees * inputFinePercents[claim.jobId] / 100;
        address payer = jobs.getJob(claim.jobId).broadcaster;
        totalFines += fine;
        spentBy[payer] += fine;
        uint256 before = jobs.earnings(claim.transcoder);
        claims.distributeFees(claim);
        uint256 earned = jobs.earnings(claim.transcoder) - before;
        if (expelledFrom[claim.jobId][claim.transcoder]) {
            vm.assertEq(earned, 0, "the claim of an expelled transcoder was paid");
            return;
        }
        if (fine > 0) ++finedClaims;
        uint256 finderPart = fine * bonding.parameters().finderFee / MILLION;
        uint256 paid = status.fees - status.fees * status.brokenInputMs / claim.durationMs;
        feesOfTranscoders += earned;
        finesToTranscoders += finderPart;
        feesOfDelegators += paid + finderPart - earned;
        spentBy[payer] += paid;
        ++paidClaims;
    }

    /// @dev A finder reports two receipts with the same input and different outputs.
    function _slashEquivocation(ClaimWithReceipts memory claimed) private {
        ReceiptProof memory proof = claimed.receipts[1];
        Attestation memory one = _attestation(proof);
        proof.outputs[0].dataHash = "another";
        _signReceipt(claimed.claim.jobId, proof, RENDITION_KEY);
        vm.prank(finder);
        claims.slashEquivocation(claimed.claim, proof.sequenceNumber, proof.dataHash, one, _attestation(proof));
        _recordClaimSlash(claimed.claim, claimTerms.equivocationSlashAmount);
    }

    /// @dev A transcoder is slashed at most once in a job.
    function _recordClaimSlash(Claim memory claim, uint256 share) private {
        if (expelledFrom[claim.jobId][claim.transcoder]) return;
        expelledFrom[claim.jobId][claim.transcoder] = true;
        _recordWorkSlash(claim.id(), claim.transcoder, share);
        ++slashes;
    }

    function _postpone(Claim memory claim, Outcome outcome, uint64 sequenceNumber) private {
        postponedClaims.push(PostponedClaim(abi.encode(claim), outcome, sequenceNumber));
    }

    function _useStreamOf(bytes32 jobId) private {
        streamId = jobs.getJob(jobId).streamId;
        streamKey = 0xB0;
        while (!(_streamOf(streamKey) == streamId)) ++streamKey;
    }

    function _attestation(ReceiptProof memory proof) private pure returns (Attestation memory) {
        return Attestation(transcodedDataHashOf(proof.outputs), proof.broadcasterSignature, proof.receiptSignature);
    }

    function _twoRanges() private pure returns (Range[] memory ranges) {
        ranges = new Range[](2);
        (ranges[0], ranges[1]) = (Range(6, 9), Range(12, 13));
    }
}
