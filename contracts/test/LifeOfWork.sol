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
import {Life} from "./Life.sol";

/// @notice What a society broadcasts, transcodes, claims, shows and pays, and who cheats.
abstract contract LifeOfWork is Life {
    uint256 internal constant BROADCASTERS = 5;
    uint256 private constant MILLION = 1_000_000;

    /// @dev Of every twelve claims, six are honest.
    enum Fate {
        Invalid,
        Missed,
        Equivocal,
        Silent,
        InputInvalid,
        Unavailable,
        Honest
    }

    struct Postponed {
        bytes work;
        Fate fate;
        uint64 sequenceNumber;
    }

    IClaimsTypes.Parameters internal claimTerms = claimParameters();
    mapping(address broadcaster => uint256) internal broughtBy;
    /// @dev For work and for fines.
    mapping(address broadcaster => uint256) internal spentBy;
    uint256 internal feesKept;
    uint256 internal feesShared;
    uint256 internal feesTaken;
    uint256 internal credits;
    uint256 internal fined;
    uint256 internal finedWei;
    bytes32[] private jobIds;
    /// @dev Share of the reserve that its broadcaster is fined.
    mapping(bytes32 jobId => uint256) private fines;
    mapping(bytes32 claimId => uint256) private missedShares;
    Postponed[] private postponed;
    uint256 private claimCount;

    /// @dev Jobs of half of the broadcasters, from the posting to the fees.
    function broadcast(uint256 round) external {
        bytes32[] memory posted = new bytes32[](BROADCASTERS);
        uint256 count;
        for (uint256 i; i < BROADCASTERS; ++i) {
            if ((i + round) % 2 == 0) posted[count++] = postBy(i, 2 gwei + (round % 2) * 1 gwei);
        }
        mine(2);
        vm.warp(vm.getBlockTimestamp() + 900);
        Bundle[] memory works = new Bundle[](3 * count);
        for (uint256 i; i < count; ++i) {
            useStreamOf(posted[i]);
            // The first claim has the draw recorded.
            address[] memory drawn = jobs.candidates(posted[i]);
            Claim memory claim = Claim(posted[i], drawn[0], vm.addr(RENDITION_KEY), 0, 0, range(0, 5), 0, 0);
            claimAs(works[3 * i] = bundle(claim, none()));
            claimAs(works[3 * i + 1] = bundleAfter(works[3 * i], twoRanges()));
            claim = Claim(posted[i], drawn[1], vm.addr(RENDITION_KEY), 20, 0, range(20, 23), 0, 0);
            claimAs(works[3 * i + 2] = bundle(claim, none()));
        }
        mine(2);
        for (uint256 i; i < works.length; ++i) {
            uint256 turn = claimCount++ % 12;
            settle(works[i], works[i - (i % 3 == 1 ? 1 : 0)], turn < 6 ? Fate(turn) : Fate.Honest);
        }
    }

    /// @dev What waits for a deadline.
    function settlePostponed() external {
        for (uint256 i; i < postponed.length; ++i) {
            Postponed memory late = postponed[i];
            if (late.work.length == 0) continue;
            Claim memory claim = abi.decode(late.work, (Claim));
            bytes32 claimId = claim.id();
            IClaimsTypes.Status memory status = claims.getClaim(claimId);
            uint256 due = late.fate == Fate.Silent ? status.verdictDeadline : status.verificationDeadline;
            if (vm.getBlockNumber() < due) continue;
            if (late.fate == Fate.Unavailable) {
                report(claimId, late.sequenceNumber, IVerifier.Verdict.Unavailable);
            } else {
                vm.prank(finder);
                claims.expire(claim);
            }
            if (late.fate != Fate.Silent) convict(claim.transcoder, missedShares[claimId]);
            delete postponed[i].work;
        }
    }

    function leaveAsBroadcasters() external {
        for (uint256 i; i < jobIds.length; ++i) {
            IJobsManager.Job memory known = jobs.getJob(jobIds[i]);
            uint256 fine = known.reserve * fines[jobIds[i]] / MILLION;
            if (fine == 0) continue;
            ++fined;
            finedWei += fine;
            spentBy[known.broadcaster] += fine;
        }
        for (uint256 i; i < BROADCASTERS; ++i) {
            vm.prank(broadcasterAt(i));
            jobs.withdrawAll(jobIds);
            vm.assertEq(jobs.getBroadcaster(broadcasterAt(i)).reserved, 0);
        }
        uint256 fees = jobs.getBroadcaster(finder).deposit;
        vm.prank(finder);
        jobs.withdraw(fees);
    }

    function takeAllFees() external {
        for (uint256 i; i < people.length; ++i) {
            uint256 due = jobs.earnings(people[i]);
            if (due == 0) continue;
            vm.prank(people[i]);
            jobs.withdrawFees();
            vm.assertEq(people[i].balance, due, "took other fees than were due");
            feesTaken += due;
            ++operations;
        }
        vm.prank(person("verifier"));
        bonding.withdrawStake(0);
        vm.assertEq(token.balanceOf(person("verifier")), VERIFIER_BOND, "the verifier lost or gained");
    }

    function broadcasterAt(uint256 i) internal pure returns (address) {
        return signatory(string.concat("broadcaster ", vm.toString(i)));
    }

    function minterParametersAfter() internal pure returns (IMinter.Parameters memory) {
        return IMinter.Parameters(50_000, 100_000, 900_000, 20_000_000);
    }

    function roundsParametersAfter() internal pure returns (IRoundsManager.Parameters memory) {
        return IRoundsManager.Parameters(ROUND_LENGTH + 6, 200_000);
    }

    function postBy(uint256 i, uint256 price) private returns (bytes32 jobId) {
        address who = broadcasterAt(i);
        uint256 value = price * ladder().unitsPerSecond() * jobs.parameters().claimIntervalSeconds + 0.1 ether + i;
        vm.deal(who, value);
        broughtBy[who] += value;
        bytes memory signature = binding(0xB0 + i, who);
        uint256 endBlock = vm.getBlockNumber() + 40;
        vm.prank(who);
        jobId = jobs.job{value: value}(streamOf(0xB0 + i), ladder(), price, endBlock, signature);
        jobIds.push(jobId);
        if (jobIds.length % 7 > 0) return jobId;
        Segment memory one = Segment(streamOf(0xB0 + i), 3, 0, 2_000, "one");
        Segment memory other = Segment(streamOf(0xB0 + i), 3, 0, 2_000, "other");
        bytes memory first = signed(0xB0 + i, one.hash(domainSeparator()));
        bytes memory second = signed(0xB0 + i, other.hash(domainSeparator()));
        fines[jobId] = jobs.parameters().equivocationSlashAmount;
        vm.prank(finder);
        jobs.reportEquivocation(jobId, one, first, other, second);
    }

    function claimAs(Bundle memory work) private {
        Claim memory claim = work.claim;
        string memory name = nameOf(claim.transcoder);
        bytes memory accepted = acceptance(claim.jobId, name, claim.fromSequence);
        bytes memory assigned = assignment(claim.jobId, name, claim.fromSequence);
        vm.prank(claim.transcoder);
        bytes32 claimId = claims.claimWork(claim, claim.fromSequence, accepted, assigned);
        missedShares[claimId] = claimTerms.missedVerificationSlashAmount;
    }

    function settle(Bundle memory work, Bundle memory previous, Fate fate) private {
        useStreamOf(work.claim.jobId);
        bytes32 claimId = work.claim.id();
        if (fate == Fate.Missed) return postpone(work.claim, fate, 0);
        if (fate == Fate.Equivocal) return equivocate(work);
        uint64[] memory drawn = claims.sealChallenges(work.claim);
        for (uint256 i; i < drawn.length; ++i) {
            uint256 index = indexOf(work, drawn[i]);
            bool isFirst = index == 0 && work.claim.previousClaimId != 0;
            claims.verify(work.claim, isFirst ? disclosureAfter(previous, work) : disclosureOf(work, index));
        }
        if (drawn.length > 0 && (fate == Fate.Silent || fate == Fate.Unavailable)) {
            return postpone(work.claim, fate, drawn[0]);
        }
        IVerifier.Verdict first = IVerifier.Verdict.Valid;
        if (fate == Fate.Invalid) first = IVerifier.Verdict.Invalid;
        else if (fate == Fate.InputInvalid) first = IVerifier.Verdict.InputInvalid;
        for (uint256 i; i < drawn.length; ++i) {
            report(claimId, drawn[i], i == 0 ? first : IVerifier.Verdict.Valid);
        }
        if (drawn.length == 0 || first == IVerifier.Verdict.Valid) distribute(work.claim);
        else if (fate == Fate.Invalid) convict(work.claim.transcoder, claimTerms.failedVerificationSlashAmount);
    }

    function distribute(Claim memory claim) private {
        uint256 fees = claims.getClaim(claim.id()).fees;
        uint256 before = jobs.earnings(claim.transcoder);
        claims.distributeFees(claim);
        uint256 kept = jobs.earnings(claim.transcoder) - before;
        feesKept += kept;
        feesShared += fees - kept;
        spentBy[jobs.getJob(claim.jobId).broadcaster] += fees;
        ++credits;
    }

    /// @dev Two receipts for one input, in the hands of a finder.
    function equivocate(Bundle memory work) private {
        ReceiptProof memory proof = work.work[1];
        Attestation memory one = attestation(proof);
        proof.outputs[0].dataHash = "another";
        sign(work.claim.jobId, proof, RENDITION_KEY);
        vm.prank(finder);
        claims.slashEquivocation(work.claim, proof.sequenceNumber, proof.dataHash, one, attestation(proof));
        convict(work.claim.transcoder, claimTerms.equivocationSlashAmount);
    }

    function postpone(Claim memory claim, Fate fate, uint64 sequenceNumber) private {
        postponed.push(Postponed(abi.encode(claim), fate, sequenceNumber));
    }

    function useStreamOf(bytes32 jobId) private {
        streamId = jobs.getJob(jobId).streamId;
        streamKey = 0xB0;
        while (!(streamOf(streamKey) == streamId)) ++streamKey;
    }

    function attestation(ReceiptProof memory proof) private pure returns (Attestation memory) {
        return Attestation(transcodedDataHashOf(proof.outputs), proof.broadcasterSignature, proof.receiptSignature);
    }

    function twoRanges() private pure returns (Range[] memory ranges) {
        ranges = new Range[](2);
        (ranges[0], ranges[1]) = (Range(6, 9), Range(12, 13));
    }
}
