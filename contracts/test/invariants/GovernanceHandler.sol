// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IRoundsManager} from "../../src/interfaces/IRoundsManager.sol";
import {IStakeGovernor} from "../../src/interfaces/IStakeGovernor.sol";
import {StakeActions} from "./StakeActions.sol";

/// @notice Stakers act, propose and vote. Their votes set every parameter to random values, often to the bounds. Other accounts
/// try what only a vote may do, and the contracts must refuse this.
contract GovernanceHandler is StakeActions {
    struct Made {
        Proposal proposal;
        uint256 id;
        /// @dev All stake at the snapshot; zero before the first read.
        uint256 total;
    }

    Made[] private made;

    function start() external {
        _deployGovernance(3);
        for (uint256 i; i < TRANSCODERS; ++i) {
            _registerTranscoder(_actor(i), 60_000 ether + i * 1 ether, PRICE);
        }
        for (uint256 i; i < ACTORS; ++i) {
            _fund(_actor(i), 200_000 ether);
        }
        for (uint256 i = TRANSCODERS; i < ACTORS; ++i) {
            vm.prank(_actor(i));
            bonding.bond(50_000 ether, _actor(i % TRANSCODERS));
        }
        _startRound();
    }

    function actions() external pure returns (bytes4[] memory list) {
        list = new bytes4[](10);
        (list[0], list[1], list[2]) = (this.bond.selector, this.unbond.selector, this.withdrawStake.selector);
        (list[3], list[4], list[5]) = (this.reward.selector, this.slash.selector, this.propose.selector);
        (list[6], list[7], list[8]) = (this.vote.selector, this.finish.selector, this.decide.selector);
        list[9] = this.tryPowers.selector;
    }

    function propose(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _startRound();
        _proposeRandom(_randomActor());
    }

    /// @dev A random account votes on one of the last proposals, or overrides.
    function vote(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        if (made.length == 0) return;
        _startRound();
        uint256 proposalId = _randomRecent().id;
        uint8 support = uint8(_randomBelow(3));
        bool overrides = _randomBelow(2) == 0;
        bytes memory call_ = overrides
            ? abi.encodeCall(governor.castOverrideVote, (proposalId, support, ""))
            : abi.encodeCall(governor.castVote, (proposalId, support));
        _attempt(_randomActor(), address(governor), call_, overrides ? bytes32("override") : bytes32("vote"));
    }

    /// @dev Queues or executes one of the last proposals.
    function finish(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        if (made.length == 0) return;
        _finish(_randomRecent());
    }

    /// @dev Leads a random proposal through all stages. All transcoders vote for it.
    function decide(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _startRound();
        if (!_proposeRandom(_randomActor())) return;
        _decide(made[made.length - 1]);
    }

    /// @dev An account tries what only the timelock or only the governor may do.
    function tryPowers(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        address account = _randomActor();
        (address target, bytes memory call_) = _randomChange();
        vm.prank(account);
        (bool done,) = target.call(call_);
        vm.assertFalse(done, "an account changed a parameter without a vote");
        vm.prank(account);
        (done,) = address(bonding).call(abi.encodeCall(bonding.takeSnapshot, ()));
        vm.assertFalse(done, "an account took a snapshot");
        bytes32 role = timelock.PROPOSER_ROLE();
        vm.prank(account);
        (done,) = address(timelock).call(abi.encodeCall(timelock.grantRole, (role, account)));
        vm.assertFalse(done, "an account granted itself a role");
        ++outcomeCount["refused"];
    }

    /// @dev Checks the last proposals: each unit of stake voted at most once, and the total of a snapshot never changes.
    function assertVotesAreWithinStake() external {
        for (uint256 i = made.length > 8 ? made.length - 8 : 0; i < made.length; ++i) {
            uint256 voteStart = governor.proposalSnapshot(made[i].id);
            if (rounds.roundInForceAt(voteStart) >= rounds.lastInitializedRound()) continue;
            uint256[3] memory counted = _votesOf(made[i].id);
            uint256 total = votes.getPastTotalSupply(voteStart);
            vm.assertLe(counted[0] + counted[1] + counted[2], total, "a unit of stake voted twice");
            if (made[i].total == 0) made[i].total = total;
            vm.assertEq(made[i].total, total);
        }
    }

    /// @dev The cross-checks of the parameters, which must hold after every sequence of changes.
    function assertParametersFitTogether() external view {
        uint256 unbonding = bonding.minUnbondingBlocks();
        vm.assertLe(
            governor.longestDecisionBlocks() + 1, unbonding, "stake can leave before the execution of a proposal"
        );
        vm.assertLe(
            jobs.longestClaimDeadlineBlocks() + claims.longestClaimBlocks(),
            unbonding,
            "stake can leave before the last verdict"
        );
        IStakeGovernor.Parameters memory values = governor.parameters();
        vm.assertLe(values.quorum, 400_000, "the quorum is out of reach");
        vm.assertLe(values.proposalThreshold, 10_000, "the threshold is out of reach");
        vm.assertEq(timelock.getMinDelay(), values.timelockDelay);
    }

    /// @dev Whatever the parameters are, a new majority can change all of them again, and stake can be bonded and withdrawn.
    function assertNothingIsBlocked() external {
        _startRound();
        address gina = _account("gina");
        // More than half of all LPT.
        uint256 stake = token.totalSupply();
        vm.prank(address(minter));
        token.mint(address(this), stake);
        _fund(gina, stake);
        vm.prank(gina);
        bonding.bond(stake, gina);
        Proposal memory proposal = _proposalOf(
            address(rounds), abi.encodeCall(rounds.setParameters, (IRoundsManager.Parameters(30, 100_000))), "final"
        );
        Made storage last = _record(_propose(gina, proposal), proposal);
        _nextRound();
        _vote(gina, last.id, FOR);
        _decide(last);
        _assertState(last.id, IGovernor.ProposalState.Executed);
        _startRound();
        uint256 own = _stakeOf(gina);
        vm.prank(gina);
        uint256 lockId = bonding.unbond(own);
        vm.roll(bonding.getUnbondingLock(gina, lockId).withdrawBlock);
        vm.prank(gina);
        bonding.withdrawStake(lockId);
        _nextRound();
    }

    function assertEachOutcomeHappened() external view {
        string[13] memory outcomes = [
            "bond",
            "unbond",
            "withdrawStake",
            "reward",
            "slash",
            "propose",
            "vote",
            "override",
            "queue",
            "execute",
            "defeated",
            "out of bounds",
            "refused"
        ];
        for (uint256 i; i < outcomes.length; ++i) {
            vm.assertGe(outcomeCount[bytes32(bytes(outcomes[i]))], 3, outcomes[i]);
        }
    }

    function _proposeRandom(address account) private returns (bool) {
        (address target, bytes memory call_) = _randomChange();
        Proposal memory proposal = _proposalOf(target, call_, vm.toString(made.length));
        bytes memory data = abi.encodeCall(
            governor.propose, (proposal.targets, proposal.values, proposal.calldatas, proposal.description)
        );
        (bool done, bytes memory result) = _attempt(account, address(governor), data, "propose");
        if (done) _record(abi.decode(result, (uint256)), proposal);
        return done;
    }

    function _record(uint256 proposalId, Proposal memory proposal) private returns (Made storage last) {
        last = made.push();
        last.id = proposalId;
        (last.proposal.targets, last.proposal.values) = (proposal.targets, proposal.values);
        (last.proposal.calldatas, last.proposal.description) = (proposal.calldatas, proposal.description);
    }

    function _decide(Made storage last) private {
        if (governor.state(last.id) == IGovernor.ProposalState.Pending) _nextRound();
        for (uint256 i; i < TRANSCODERS; ++i) {
            _attempt(_actor(i), address(governor), abi.encodeCall(governor.castVote, (last.id, FOR)), "vote");
        }
        uint256 deadline = governor.proposalDeadline(last.id);
        if (vm.getBlockNumber() <= deadline) _pass(deadline + 1 - vm.getBlockNumber());
        _finish(last);
        _pass(timelock.getMinDelay() / SECONDS_PER_BLOCK + 1);
        _finish(last);
    }

    function _finish(Made storage last) private {
        IGovernor.ProposalState present = governor.state(last.id);
        Proposal memory proposal = last.proposal;
        bytes32 descriptionHash = keccak256(bytes(proposal.description));
        if (present == IGovernor.ProposalState.Succeeded) {
            uint256[3] memory counted = _votesOf(last.id);
            vm.assertGe(counted[FOR], counted[AGAINST] + 1, "a minority won");
            uint256 quorum = governor.quorum(governor.proposalSnapshot(last.id));
            vm.assertGe(counted[FOR] + counted[ABSTAIN], quorum, "a vote without quorum won");
            governor.queue(proposal.targets, proposal.values, proposal.calldatas, descriptionHash);
            ++outcomeCount["queue"];
        } else if (present == IGovernor.ProposalState.Queued) {
            bytes memory data = abi.encodeCall(
                governor.execute, (proposal.targets, proposal.values, proposal.calldatas, descriptionHash)
            );
            _attempt(_account("anyone"), address(governor), data, "execute");
        } else if (present == IGovernor.ProposalState.Defeated) {
            ++outcomeCount["defeated"];
        }
    }

    function _randomRecent() private returns (Made storage) {
        uint256 length = made.length;
        return made[length - 1 - _randomBelow(length < 4 ? length : 4)];
    }
}
