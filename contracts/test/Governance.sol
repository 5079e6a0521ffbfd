// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StakeGovernor} from "../src/governance/StakeGovernor.sol";
import {StakeVotes} from "../src/governance/StakeVotes.sol";
import {Timelock} from "../src/governance/Timelock.sol";
import {IStakeGovernor} from "../src/interfaces/IStakeGovernor.sol";
import {Protocol} from "./Protocol.sol";

/// @notice Deploys the contracts with the governor and the timelock, and leads proposals through their stages.
abstract contract Governance is Protocol {
    /// @dev One call, and its description.
    struct Proposal {
        address[] targets;
        uint256[] values;
        bytes[] calldatas;
        string description;
    }

    uint8 internal constant AGAINST = 0;
    uint8 internal constant FOR = 1;
    uint8 internal constant ABSTAIN = 2;
    uint256 internal constant VOTING_PERIOD = 40;
    uint256 internal constant TIMELOCK_DELAY = 60;
    uint256 internal constant SECONDS_PER_BLOCK = 12;
    /// @dev 1,000 of the 10,000,000 LPT.
    uint256 internal constant PROPOSAL_THRESHOLD = 100;
    /// @dev 100,000 of the 10,000,000 LPT.
    uint256 internal constant QUORUM = 10_000;

    Timelock internal timelock;
    StakeVotes internal votes;
    StakeGovernor internal governor;

    function _deployGovernance(uint256 poolSize) internal {
        // The Timelock and the StakeVotes come before the StakeGovernor, and `_deploy` creates 12 contracts.
        governor = StakeGovernor(payable(_createdAddress(vm.getNonce(address(this)) + 14)));
        timelock = new Timelock(address(governor));
        _deploy(poolSize);
        votes = new StakeVotes(bonding, rounds);
        new StakeGovernor(
            token,
            bonding,
            rounds,
            jobs,
            claims,
            timelock,
            votes,
            SECONDS_PER_BLOCK,
            IStakeGovernor.Parameters(VOTING_PERIOD, TIMELOCK_DELAY, PROPOSAL_THRESHOLD, QUORUM)
        );
    }

    function _owner() internal view override returns (address) {
        return address(timelock);
    }

    function _governor() internal view override returns (address) {
        return address(governor);
    }

    function _proposalOf(address target, bytes memory call_, string memory description)
        internal
        pure
        returns (Proposal memory proposal)
    {
        proposal = Proposal(new address[](1), new uint256[](1), new bytes[](1), description);
        (proposal.targets[0], proposal.calldatas[0]) = (target, call_);
    }

    function _propose(address by, Proposal memory proposal) internal returns (uint256 proposalId) {
        vm.prank(by);
        return governor.propose(proposal.targets, proposal.values, proposal.calldatas, proposal.description);
    }

    /// @dev Proposes, and starts the vote by initializing the next round.
    function _openVote(address by, Proposal memory proposal) internal returns (uint256 proposalId) {
        proposalId = _propose(by, proposal);
        _initializeNextRound();
    }

    function _vote(address by, uint256 proposalId, uint8 support) internal returns (uint256 weight) {
        vm.prank(by);
        return governor.castVote(proposalId, support);
    }

    function _override(address by, uint256 proposalId, uint8 support) internal returns (uint256 weight) {
        vm.prank(by);
        return governor.castOverrideVote(proposalId, support, "");
    }

    function _endVote(uint256 proposalId) internal {
        vm.roll(governor.proposalDeadline(proposalId) + 1);
    }

    function _queue(Proposal memory proposal) internal {
        governor.queue(proposal.targets, proposal.values, proposal.calldatas, keccak256(bytes(proposal.description)));
    }

    function _execute(Proposal memory proposal) internal {
        governor.execute(proposal.targets, proposal.values, proposal.calldatas, keccak256(bytes(proposal.description)));
    }

    function _passDelay() internal {
        vm.warp(vm.getBlockTimestamp() + timelock.getMinDelay());
    }

    function _assertState(uint256 proposalId, StakeGovernor.ProposalState expected) internal view {
        vm.assertEq(uint256(governor.state(proposalId)), uint256(expected));
    }

    function _votesOf(uint256 proposalId) internal view returns (uint256[3] memory counted) {
        (counted[AGAINST], counted[FOR], counted[ABSTAIN]) = governor.proposalVotes(proposalId);
    }
}
