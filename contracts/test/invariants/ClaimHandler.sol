// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Claim, requestIdOf} from "../../src/types/Claim.sol";
import {Disclosure, ReceiptProof} from "../../src/types/Disclosure.sol";
import {Work} from "../Work.sol";

/// @notice Plays claims, from the work to the fees, and a verifier that says anything. Each action must succeed.
abstract contract ClaimHandler is Work {
    uint256 internal constant PEOPLE = 8;
    /// @dev Each candidate of a job works from a number of his own on.
    uint64 private constant STRETCH = 100;

    uint256 public feesWithdrawn;
    uint256 public feesClaimed;
    uint256 public feesRefunded;
    bytes32[] internal jobIds;
    mapping(bytes32 jobId => uint256) internal keys;
    bytes32[] private claimIds;
    mapping(bytes32 claimId => bytes) private bundles;

    address[] private people;

    constructor() {
        for (uint256 i; i < PEOPLE; ++i) {
            people.push(signatory(vm.toString(i)));
        }
    }

    modifier mined(uint256 dice) {
        openRound();
        _;
        if (dice % 3 == 0) mine(1 + dice % 40);
    }

    /// @dev Somebody initializes the round that time has brought.
    function openRound() internal {
        if (rounds.currentRoundInitialized()) return;
        if (vm.getBlockNumber() == rounds.currentRoundStartBlock()) mine(1);
        rounds.initializeRound();
    }

    function claimWork(uint256 which, uint256 dice) external mined(dice) {
        if (jobIds.length == 0) return;
        bytes32 jobId = recent(jobIds, which);
        IJobsManager.Job memory job = jobs.getJob(jobId);
        if (vm.getBlockNumber() < job.jobBlock + 2) mine(2);
        uint256 present = vm.getBlockNumber();
        if (present >= job.endBlock + CLAIM_DEADLINE_BLOCKS || (!job.drawn && present > job.jobBlock + 257)) return;
        openRound();
        if (!job.drawn && rounds.currentRound() > rounds.roundInForceAt(job.jobBlock) + 1) return;
        address[] memory drawn = jobs.drawCandidates(jobId);
        if (drawn.length == 0) return;
        uint256 candidate = dice % drawn.length;
        if (bonding.stakeOf(drawn[candidate]) < MIN_CLAIM_STAKE) return;
        (streamKey, streamId) = (keys[jobId], job.streamId);
        Bundle memory claimed = workOf(jobId, drawn[candidate], uint64(candidate) * STRETCH, uint64(dice % 4));
        uint256 fees = job.pricePerUnit * job.unitsPerSecond * claimed.claim.durationMs / 1_000;
        if (fees > job.reserve + jobs.getBroadcaster(job.broadcaster).deposit) return;
        vm.warp(vm.getBlockTimestamp() + 10);
        string memory name = nameOf(drawn[candidate]);
        bytes memory accepted = acceptance(jobId, name, claimed.claim.fromSequence);
        bytes memory assigned = assignment(jobId, name, claimed.claim.fromSequence);
        vm.prank(drawn[candidate]);
        bytes32 claimId = claims.claimWork(claimed.claim, claimed.claim.fromSequence, accepted, assigned);
        claimIds.push(claimId);
        bundles[claimId] = abi.encode(claimed);
        feesClaimed += fees;
    }

    /// @dev Seals, and mostly discloses.
    function verify(uint256 which, uint256 dice) external mined(dice) {
        (Bundle memory claimed, IClaimsTypes.Status memory status) = pick(which);
        if (status.state != IClaimsTypes.State.Open) return;
        if (vm.getBlockNumber() < status.claimBlock + 2) mine(2);
        if (vm.getBlockNumber() >= status.verificationDeadline) return;
        if (!status.isSealed) claims.sealChallenges(claimed.claim);
        if (dice % 5 == 4) return;
        (streamKey, streamId) = (keys[claimed.claim.jobId], jobs.getJob(claimed.claim.jobId).streamId);
        for (uint256 i; i < claimed.work.length; ++i) {
            try claims.verify(claimed.claim, disclosed(claimed, i)) {}
            catch (bytes memory refusal) {
                bytes4 why = bytes4(refusal);
                vm.assertTrue(
                    why == IClaimsTypes.NotChallenged.selector || why == IClaimsTypes.AlreadyRequested.selector
                );
            }
        }
        status = claims.getClaim(claimed.claim.id());
        vm.assertEq(status.requested, status.challenged);
        if (dice % 3 > 0) giveVerdicts(claimed, dice);
    }

    function report(uint256 which, uint256 dice) external mined(dice) {
        (Bundle memory claimed, IClaimsTypes.Status memory status) = pick(which);
        if (vm.getBlockNumber() >= status.verdictDeadline) return;
        giveVerdicts(claimed, dice);
    }

    function finish(uint256 which, uint256 dice) external mined(dice) {
        (Bundle memory claimed, IClaimsTypes.Status memory status) = pick(which);
        if (status.state != IClaimsTypes.State.Open) return;
        if (status.isSealed && status.passed == status.challenged) return claims.distributeFees(claimed.claim);
        if (dice % 3 > 0) return;
        vm.roll(vm.getBlockNumber() + VERIFICATION_PERIOD_BLOCKS + SLASHING_PERIOD_BLOCKS);
        claims.expire(claimed.claim);
        feesRefunded += status.fees;
    }

    function withdrawFees(uint256 who, uint256 dice) external mined(dice) {
        uint256 earned = jobs.earnings(someone(who));
        if (earned == 0) return;
        vm.prank(someone(who));
        jobs.withdrawFees();
        feesWithdrawn += earned;
    }

    function escrowed() external view returns (uint256 fees) {
        for (uint256 i; i < claimIds.length; ++i) {
            IClaimsTypes.Status memory status = claims.getClaim(claimIds[i]);
            if (status.state == IClaimsTypes.State.Open) fees += status.fees;
        }
    }

    function earned() external view returns (uint256 fees) {
        for (uint256 i; i < PEOPLE; ++i) {
            fees += jobs.earnings(someone(i));
        }
    }

    function someone(uint256 who) internal view returns (address) {
        return people[who % PEOPLE];
    }

    function nameOf(address who) private view returns (string memory) {
        uint256 i;
        while (someone(i) != who) ++i;
        return vm.toString(i);
    }

    /// @dev Mostly Valid; else one of the other three for all.
    function giveVerdicts(Bundle memory claimed, uint256 dice) private {
        bytes32 claimId = claimed.claim.id();
        // Fuzzed numbers are often small or round.
        dice = uint256(keccak256(abi.encode(dice)));
        IVerifier.Verdict verdict = dice % 8 > 4 ? IVerifier.Verdict(dice % 8 - 3) : IVerifier.Verdict.Valid;
        for (uint256 i; i < claimed.work.length; ++i) {
            uint256 number = claimed.work[i].sequenceNumber;
            IClaimsTypes.RequestStatus memory asked = claims.getRequest(requestIdOf(claimId, number));
            if (asked.verifier == address(0) || asked.verdict != IVerifier.Verdict.None) continue;
            IClaimsTypes.Status memory status = claims.getClaim(claimId);
            bool early = verdict == IVerifier.Verdict.Unavailable && vm.getBlockNumber() < status.verificationDeadline;
            if (early) vm.roll(status.verificationDeadline);
            report(claimId, number, verdict);
            bool ends = status.state == IClaimsTypes.State.Open && verdict != IVerifier.Verdict.Valid;
            if (ends) feesRefunded += status.fees;
        }
    }

    /// @dev The transcoder's next segments, from where it stands.
    function workOf(bytes32 jobId, address transcoder, uint64 from, uint64 more)
        private
        view
        returns (Bundle memory claimed)
    {
        Claim memory claim = Claim(jobId, transcoder, vm.addr(RENDITION_KEY), from, 0, range(from, from + more), 0, 0);
        IClaimsTypes.Progress memory progress =
            claims.getAssignment(jobId, transcoder, claim.renditionKey, claim.fromSequence);
        if (progress.lastClaimId == 0) return bundle(claim, none());
        uint64 next = uint64(progress.lastSequenceNumber) + 1;
        return bundleAfter(stored(progress.lastClaimId), range(next, next + more));
    }

    function disclosed(Bundle memory claimed, uint256 index) private view returns (Disclosure memory) {
        bytes32 previous = claimed.claim.previousClaimId;
        if (index > 0 || previous == 0) return disclosureOf(claimed, index);
        return disclosureAfter(stored(previous), claimed);
    }

    /// @dev The empty claim when there is none.
    function pick(uint256 which) private view returns (Bundle memory claimed, IClaimsTypes.Status memory status) {
        if (claimIds.length == 0) return (claimed, status);
        bytes32 claimId = recent(claimIds, which);
        return (stored(claimId), claims.getClaim(claimId));
    }

    /// @dev One of the last few, because deadlines pass.
    function recent(bytes32[] storage list, uint256 which) private view returns (bytes32) {
        uint256 length = list.length;
        return list[length - 1 - which % (length < 3 ? length : 3)];
    }

    function stored(bytes32 claimId) private view returns (Bundle memory) {
        return abi.decode(bundles[claimId], (Bundle));
    }
}
