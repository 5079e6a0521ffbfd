// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {
    GovernorCountingOverridable
} from "@openzeppelin/contracts/governance/extensions/GovernorCountingOverridable.sol";
import {IMinter} from "../src/interfaces/IMinter.sol";
import {IRoundsManager} from "../src/interfaces/IRoundsManager.sol";
import {ISnapshots} from "../src/interfaces/ISnapshots.sol";
import {IStakeGovernor} from "../src/interfaces/IStakeGovernor.sol";
import {Eip2935} from "../src/randomness/Eip2935.sol";
import {Segment} from "../src/types/Segment.sol";
import {BondedVerifier} from "../src/verification/BondedVerifier.sol";
import {Governance} from "./Governance.sol";

contract StakeGovernorTest is Governance {
    address private anna = _account("anna");
    address private ben = _account("ben");
    address private dora = _account("dora");
    address private receiver = _account("receiver");

    /// @dev Anna has 51 % of the stake, with Dora's 60,000 LPT; Ben has 49 %.
    function setUp() public {
        _deployGovernance(10);
        _registerTranscoder(anna, 195_000 ether, PRICE);
        _delegate(dora, 60_000 ether, anna);
        _registerTranscoder(ben, 245_000 ether, PRICE);
        _initializeNextRound();
    }

    function test_castVote_with49Against51Percent_isDefeated() public {
        Proposal memory proposal = _newInflation();
        uint256 proposalId = _openVote(ben, proposal);
        vm.assertEq(_vote(ben, proposalId, FOR), 245_000 ether);
        vm.assertEq(_vote(anna, proposalId, AGAINST), 255_000 ether);
        vm.assertEq(votes.getPastTotalSupply(governor.proposalSnapshot(proposalId)), 500_000 ether);
        _endVote(proposalId);
        _assertState(proposalId, IGovernor.ProposalState.Defeated);
        vm.expectPartialRevert(IGovernor.GovernorUnexpectedProposalState.selector);
        _queue(proposal);
    }

    function test_castVote_with51Against49Percent_changesParameter() public {
        Proposal memory proposal = _newInflation();
        uint256 proposalId = _openVote(ben, proposal);
        _vote(ben, proposalId, AGAINST);
        _vote(anna, proposalId, FOR);
        vm.expectPartialRevert(IGovernor.GovernorUnexpectedProposalState.selector);
        _queue(proposal);
        _endVote(proposalId);
        _assertState(proposalId, IGovernor.ProposalState.Succeeded);
        _queue(proposal);
        vm.warp(vm.getBlockTimestamp() + TIMELOCK_DELAY - 1);
        vm.expectPartialRevert(TimelockController.TimelockUnexpectedOperationState.selector);
        _execute(proposal);
        vm.warp(vm.getBlockTimestamp() + 1);
        _execute(proposal);
        vm.assertEq(minter.parameters().maxInflation, 1_000_000);
        _assertState(proposalId, IGovernor.ProposalState.Executed);
    }

    function test_execute_spendsCommonPoolsAndReplacesVerifierAndRandomness() public {
        _slash(ben, 10_000);
        uint256 lpt = bonding.commonPool();
        uint256 weiPool = _fillPoolOfWei();
        BondedVerifier next = new BondedVerifier(claims, bonding, _account("jury"), 1);
        Proposal memory proposal =
            Proposal(new address[](4), new uint256[](4), new bytes[](4), "Spends the pools, replaces the oracles.");
        (proposal.targets[0], proposal.targets[1]) = (address(bonding), address(jobs));
        (proposal.targets[2], proposal.targets[3]) = (address(claims), address(randomness));
        proposal.calldatas[0] = abi.encodeCall(bonding.spendCommonPool, (receiver, lpt));
        proposal.calldatas[1] = abi.encodeCall(jobs.spendCommonPool, (receiver, weiPool));
        proposal.calldatas[2] = abi.encodeCall(claims.setVerifier, (next));
        Eip2935 source = new Eip2935();
        proposal.calldatas[3] = abi.encodeCall(randomness.setSource, (source));
        _pass(anna, proposal);
        vm.assertEq(lpt, 2_450 ether);
        vm.assertEq(token.balanceOf(receiver), lpt);
        vm.assertGe(weiPool, 1, "no fine reached the pool");
        vm.assertEq(receiver.balance, weiPool);
        vm.assertEq(address(claims.verifier()), address(next));
        vm.assertEq(address(randomness.sourceOf(type(uint256).max)), address(source));
    }

    function test_execute_burnsCommonPool() public {
        _slash(ben, 10_000);
        (uint256 amount, uint256 supply) = (bonding.commonPool(), token.totalSupply());
        _pass(
            anna, _proposalOf(address(bonding), abi.encodeCall(bonding.spendCommonPool, (address(0), amount)), "burn")
        );
        vm.assertEq(bonding.commonPool(), 0);
        vm.assertEq(token.totalSupply(), supply - amount);
        vm.assertEq(token.burned(), amount);
    }

    function test_castOverrideVote_againstTranscoder_movesOwnPart() public {
        uint256 proposalId = _openVote(ben, _newInflation());
        _vote(anna, proposalId, FOR);
        vm.assertEq(_override(dora, proposalId, AGAINST), 60_000 ether);
        uint256[3] memory counted = _votesOf(proposalId);
        vm.assertEq(counted[FOR], 195_000 ether);
        vm.assertEq(counted[AGAINST], 60_000 ether);
        // Ben and Dora win against Anna.
        _vote(ben, proposalId, AGAINST);
        _endVote(proposalId);
        _assertState(proposalId, IGovernor.ProposalState.Defeated);
    }

    function test_castOverrideVote_beforeTranscoder_leavesRestToTranscoder() public {
        uint256 proposalId = _openVote(ben, _newInflation());
        _override(dora, proposalId, AGAINST);
        vm.assertEq(_vote(anna, proposalId, FOR), 195_000 ether);
        vm.expectRevert(
            abi.encodeWithSelector(GovernorCountingOverridable.GovernorAlreadyOverriddenVote.selector, dora)
        );
        _override(dora, proposalId, FOR);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorAlreadyCastVote.selector, anna));
        _vote(anna, proposalId, AGAINST);
    }

    function test_castVote_byDelegator_reverts() public {
        uint256 proposalId = _openVote(ben, _newInflation());
        vm.expectRevert(abi.encodeWithSelector(IStakeGovernor.NoVotes.selector, dora));
        _vote(dora, proposalId, FOR);
        vm.expectRevert(abi.encodeWithSelector(IStakeGovernor.NoVotes.selector, receiver));
        _override(receiver, proposalId, FOR);
    }

    /// @dev The round of the proposal ends, but no account has initialized the next round.
    function test_castVote_beforeNextRoundIsInitialized_reverts() public {
        uint256 round = rounds.currentRound();
        uint256 proposalId = _propose(ben, _newInflation());
        _assertState(proposalId, IGovernor.ProposalState.Pending);
        vm.roll(governor.proposalSnapshot(proposalId));
        _assertState(proposalId, IGovernor.ProposalState.Pending);
        _mine(1);
        _assertState(proposalId, IGovernor.ProposalState.Active);
        vm.expectRevert(abi.encodeWithSelector(ISnapshots.SnapshotNotEnded.selector, round));
        _vote(anna, proposalId, FOR);
        _mine(1);
        rounds.initializeRound();
        _vote(anna, proposalId, FOR);
    }

    function test_castVote_withLowTurnout_isDefeated() public {
        address carl = _account("carl");
        _registerTranscoder(carl, 99_999 ether, PRICE);
        _initializeNextRound();
        uint256 proposalId = _openVote(ben, _newInflation());
        vm.assertEq(governor.quorum(governor.proposalSnapshot(proposalId)), 100_000 ether);
        _vote(carl, proposalId, FOR);
        _endVote(proposalId);
        _assertState(proposalId, IGovernor.ProposalState.Defeated);
        // With one abstention more, the same votes reach the quorum.
        Proposal memory second = _newInflation();
        second.description = "again";
        _initializeNextRound();
        proposalId = _openVote(ben, second);
        _vote(carl, proposalId, FOR);
        _override(dora, proposalId, ABSTAIN);
        _endVote(proposalId);
        _assertState(proposalId, IGovernor.ProposalState.Succeeded);
    }

    /// @dev Rounds become longer or shorter while a vote is open.
    function test_setRoundLength_duringVote_keepsDeadline() public {
        uint256 proposalId = _openVote(ben, _newInflation());
        uint256 deadline = governor.proposalDeadline(proposalId);
        vm.prank(address(timelock));
        rounds.setParameters(IRoundsManager.Parameters(10, 0));
        _initializeNextRound();
        vm.assertEq(rounds.roundLength(), 10);
        vm.assertEq(governor.proposalDeadline(proposalId), deadline);
        vm.assertEq(_vote(anna, proposalId, FOR), 255_000 ether);
    }

    function test_cancel_byProposerBeforeVote_endsProposal() public {
        Proposal memory proposal = _newInflation();
        uint256 proposalId = _propose(ben, proposal);
        bytes32 descriptionHash = keccak256(bytes(proposal.description));
        vm.expectPartialRevert(IGovernor.GovernorUnableToCancel.selector);
        vm.prank(anna);
        governor.cancel(proposal.targets, proposal.values, proposal.calldatas, descriptionHash);
        vm.prank(ben);
        governor.cancel(proposal.targets, proposal.values, proposal.calldatas, descriptionHash);
        _assertState(proposalId, IGovernor.ProposalState.Canceled);
        proposal.description = "again";
        _propose(ben, proposal);
    }

    /// @dev Ben could make and cancel Anna's proposal before her, and so prevent it. The end of the description prevents this.
    function test_propose_withNamedProposer_isOnlyForThisAccount() public {
        Proposal memory proposal = _newInflation();
        proposal.description = string.concat("#proposer=", vm.toString(anna));
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorRestrictedProposer.selector, ben));
        _propose(ben, proposal);
        _propose(anna, proposal);
    }

    /// @dev All accounts vote and override in random order. Every unit of stake counts at most once.
    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 512
    /// forge-config: mutation.fuzz.runs = 16
    function test_fuzz_votes_afterAnyOverrides_areAtMostTheStake(bytes32 seed) public {
        address[6] memory voters = [anna, ben, dora, _account("emil"), _account("fritz"), _account("gina")];
        for (uint256 i = 3; i < 6; ++i) {
            _delegate(voters[i], uint256(keccak256(abi.encode(seed, i))) % 100_000 ether + 1, i == 5 ? ben : anna);
        }
        vm.prank(anna);
        bonding.reward();
        uint256 proposalId = _openVote(ben, _newInflation());
        for (uint256 i; i < 12; ++i) {
            seed = keccak256(abi.encode(seed));
            address voter = voters[uint256(seed) % 6];
            uint8 support = uint8(uint256(seed) >> 8) % 3;
            if (uint256(seed) >> 16 & 1 == 0) {
                vm.prank(voter);
                try governor.castVote(proposalId, support) {} catch {}
            } else {
                vm.prank(voter);
                try governor.castOverrideVote(proposalId, support, "") {} catch {}
            }
            _slash(i % 2 == 0 ? anna : ben, 1_000);
        }
        uint256[3] memory counted = _votesOf(proposalId);
        uint256 total = votes.getPastTotalSupply(governor.proposalSnapshot(proposalId));
        vm.assertLe(counted[0] + counted[1] + counted[2], total, "a unit of stake voted twice");
        // When both transcoders have voted, all stake has voted. If all of its stake has overridden, a transcoder has no vote.
        for (uint256 i; i < 2; ++i) {
            vm.prank(voters[i]);
            try governor.castVote(proposalId, FOR) {} catch {}
        }
        counted = _votesOf(proposalId);
        vm.assertEq(counted[0] + counted[1] + counted[2], total);
    }

    function _newInflation() private view returns (Proposal memory) {
        IMinter.Parameters memory values = IMinter.Parameters(3_000, 0, 1_000_000, 500_000_000);
        return _proposalOf(address(minter), abi.encodeCall(minter.setParameters, (values)), "Halves the inflation.");
    }

    /// @dev Anna proposes, and all transcoders vote for the proposal.
    function _pass(address by, Proposal memory proposal) private {
        uint256 proposalId = _openVote(by, proposal);
        _vote(anna, proposalId, FOR);
        _vote(ben, proposalId, FOR);
        _endVote(proposalId);
        _queue(proposal);
        _passDelay();
        _execute(proposal);
    }

    /// @dev A broadcaster signs two different segments with the same number, and pays the fine. Ends in an initialized round.
    function _fillPoolOfWei() private returns (uint256) {
        bytes32 jobId = _postJob();
        Segment memory one = Segment(streamId, 3, 0, 2_000, keccak256("one"));
        Segment memory other = Segment(streamId, 3, 0, 2_000, keccak256("other"));
        bytes memory signature = _sign(STREAM_KEY, one.hash(_domainSeparator()));
        jobs.reportEquivocation(jobId, one, signature, other, _sign(STREAM_KEY, other.hash(_domainSeparator())));
        _mine(1);
        vm.prank(broadcaster);
        jobs.endJob(jobId);
        _mine(CLAIM_DEADLINE_BLOCKS);
        jobs.releaseReserve(jobId);
        _initializeNextRound();
        return jobs.commonPool();
    }
}
