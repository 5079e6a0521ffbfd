// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {
    GovernorCountingOverridable
} from "@openzeppelin/contracts/governance/extensions/GovernorCountingOverridable.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IBondingManager} from "../interfaces/IBondingManager.sol";
import {IClaimsManager} from "../interfaces/IClaimsManager.sol";
import {IJobsManager} from "../interfaces/IJobsManager.sol";
import {IMinter} from "../interfaces/IMinter.sol";
import {IRandomnessSeat} from "../interfaces/IRandomnessSeat.sol";
import {IRoundsManager} from "../interfaces/IRoundsManager.sol";
import {IStakeGovernor} from "../interfaces/IStakeGovernor.sol";
import {Parameters as Bounds} from "../libraries/Parameters.sol";
import {RoundsManager} from "../RoundsManager.sol";
import {StakeVotes} from "./StakeVotes.sol";
import {Timelock} from "./Timelock.sol";

/// @dev See IStakeGovernor. A vote starts when the round of its proposal ends, so that the stakes at the end of this round
/// can be counted. The governor is the only proposer of the timelock, and its proposals call only functions on a fixed list.
contract StakeGovernor is IStakeGovernor, GovernorCountingOverridable, GovernorTimelockControl {
    uint256 private constant MILLION = 1_000_000;

    /// @dev The `longest` fields are the largest values that were ever set.
    struct Terms {
        uint32 votingPeriod;
        uint32 timelockDelay;
        uint24 proposalThreshold;
        uint24 quorum;
        uint32 longestVotingPeriod;
        uint32 longestTimelockDelay;
    }

    IERC20 public immutable lpt;
    IBondingManager public immutable bondingManager;
    IRoundsManager public immutable roundsManager;
    /// @notice The shortest time between two blocks of this chain, in seconds.
    uint256 public immutable secondsPerBlock;

    Terms private terms;
    mapping(address target => mapping(bytes4 selector => bool)) public isAllowed;
    /// @dev By the block in which the vote starts. Fixed by the first proposal with this block.
    mapping(uint256 atBlock => uint256) private quorums;
    mapping(address proposer => uint256 proposalId) private lastProposals;

    constructor(
        IERC20 lpt_,
        IBondingManager bondingManager_,
        RoundsManager roundsManager_,
        IJobsManager jobsManager,
        IClaimsManager claimsManager,
        Timelock timelock_,
        StakeVotes votes,
        uint256 secondsPerBlock_,
        Parameters memory values
    ) Governor("Livepeer Governor") GovernorVotes(IVotes(address(votes))) GovernorTimelockControl(timelock_) {
        (lpt, bondingManager, roundsManager) = (lpt_, bondingManager_, roundsManager_);
        secondsPerBlock = Bounds.bounded("secondsPerBlock", secondsPerBlock_, 1, 60);
        isAllowed[address(bondingManager_)][bondingManager_.setParameters.selector] = true;
        isAllowed[address(bondingManager_)][bondingManager_.spendCommonPool.selector] = true;
        isAllowed[address(roundsManager_)][roundsManager_.setParameters.selector] = true;
        isAllowed[address(roundsManager_.minter())][IMinter.setParameters.selector] = true;
        isAllowed[address(roundsManager_.randomness())][IRandomnessSeat.setSource.selector] = true;
        isAllowed[address(jobsManager)][jobsManager.setParameters.selector] = true;
        isAllowed[address(jobsManager)][jobsManager.spendCommonPool.selector] = true;
        isAllowed[address(claimsManager)][claimsManager.setParameters.selector] = true;
        isAllowed[address(claimsManager)][claimsManager.setVerifier.selector] = true;
        isAllowed[address(this)][IStakeGovernor.setParameters.selector] = true;
        _setTerms(values);
    }

    /// @notice Proposes calls. The caller needs the bonded stake of `proposalThreshold`, and can have only one proposal whose
    /// vote has not ended. So the number of open proposals is limited.
    /// @param values Must all be zero: no allowed function accepts wei.
    function propose(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description
    ) public override returns (uint256 proposalId) {
        if (!_isValidDescriptionForProposer(msg.sender, description)) {
            revert GovernorRestrictedProposer(msg.sender);
        }
        // The caller's own stake, and not the stake that is bonded to it: moved stake could otherwise back many proposals.
        (uint256 stake, uint256 required) = (bondingManager.getDelegator(msg.sender).stake, proposalThreshold());
        if (stake < required) revert GovernorInsufficientProposerVotes(msg.sender, stake, required);
        _requireNoOpenProposal(lastProposals[msg.sender]);
        bondingManager.takeSnapshot();
        proposalId = _propose(targets, values, calldatas, description, msg.sender);
        for (uint256 i; i < targets.length; ++i) {
            bytes4 selector = bytes4(calldatas[i]);
            if (!isAllowed[targets[i]][selector]) revert CallNotAllowed(targets[i], selector);
        }
        uint256 voteStart = proposalSnapshot(proposalId);
        if (quorums[voteStart] == 0) quorums[voteStart] = _share(terms.quorum);
        lastProposals[msg.sender] = proposalId;
    }

    /// @inheritdoc IStakeGovernor
    function setParameters(Parameters calldata values) external {
        if (msg.sender != _executor()) revert GovernorOnlyExecutor(msg.sender);
        _setTerms(values);
    }

    /// @inheritdoc IStakeGovernor
    function parameters() external view returns (Parameters memory) {
        Terms memory values = terms;
        return Parameters(values.votingPeriod, values.timelockDelay, values.proposalThreshold, values.quorum);
    }

    /// @inheritdoc IStakeGovernor
    function timelockDelay() external view returns (uint256) {
        return terms.timelockDelay;
    }

    /// @inheritdoc IStakeGovernor
    function longestDecisionBlocks() external view returns (uint256) {
        return _decisionBlocks(terms.longestVotingPeriod, terms.longestTimelockDelay);
    }

    /// @notice The stake of its own that an account needs to propose, in units of 10^-18 LPT.
    function proposalThreshold() public view override returns (uint256) {
        return _share(terms.proposalThreshold);
    }

    /// @notice The number of blocks until the last block of the present round. The vote starts after that block.
    function votingDelay() public view override returns (uint256) {
        return roundsManager.currentRoundStartBlock() + roundsManager.roundLength() - 1 - block.number;
    }

    function votingPeriod() public view override returns (uint256) {
        return terms.votingPeriod;
    }

    /// @notice The quorum of the proposals whose vote starts after block `atBlock`. If there is no such proposal, the quorum
    /// that a proposal would get now.
    function quorum(uint256 atBlock) public view override returns (uint256) {
        uint256 fixedQuorum = quorums[atBlock];
        return fixedQuorum == 0 ? _share(terms.quorum) : fixedQuorum;
    }

    function clock() public view override(Governor, GovernorVotes) returns (uint48) {
        return uint48(block.number);
    }

    // forge-lint: disable-next-line(mixed-case-function)
    function CLOCK_MODE() public pure override(Governor, GovernorVotes) returns (string memory) {
        return "mode=blocknumber&from=default";
    }

    function state(uint256 proposalId) public view override(Governor, GovernorTimelockControl) returns (ProposalState) {
        return super.state(proposalId);
    }

    function proposalNeedsQueuing(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (bool)
    {
        return super.proposalNeedsQueuing(proposalId);
    }

    function _countVote(uint256 proposalId, address account, uint8 support, uint256 stake, bytes memory params)
        internal
        override(Governor, GovernorCountingOverridable)
        returns (uint256 weight)
    {
        weight = super._countVote(proposalId, account, support, stake, params);
        if (weight == 0) revert NoVotes(account);
    }

    function _countOverride(uint256 proposalId, address account, uint8 support)
        internal
        override
        returns (uint256 weight)
    {
        weight = super._countOverride(proposalId, account, support);
        if (weight == 0) revert NoVotes(account);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }

    function _requireNoOpenProposal(uint256 proposalId) private view {
        if (proposalId == 0) return;
        ProposalState present = state(proposalId);
        if (present == ProposalState.Pending || present == ProposalState.Active) revert ProposalOpen(proposalId);
    }

    /// @dev Without an upper bound for threshold and quorum, a vote could make all later votes impossible. The stake that has
    /// voted must not leave before the proposal can be executed, so that the voters bear the consequences.
    function _setTerms(Parameters memory values) private {
        Bounds.bounded("votingPeriod", values.votingPeriod, 20, 1_000_000);
        Bounds.bounded("timelockDelay", values.timelockDelay, 1, 30 days);
        Bounds.bounded("proposalThreshold", values.proposalThreshold, 1, MILLION / 100);
        Bounds.bounded("quorum", values.quorum, 1_000, 400_000);
        uint256 longestVoting = FixedPointMathLib.max(terms.longestVotingPeriod, values.votingPeriod);
        uint256 longestDelay = FixedPointMathLib.max(terms.longestTimelockDelay, values.timelockDelay);
        uint256 blocks = _decisionBlocks(longestVoting, longestDelay);
        Bounds.bounded("votingPeriod + timelockDelay", blocks, 0, bondingManager.minUnbondingBlocks() - 1);
        terms = Terms({
            votingPeriod: uint32(values.votingPeriod),
            timelockDelay: uint32(values.timelockDelay),
            proposalThreshold: uint24(values.proposalThreshold),
            quorum: uint24(values.quorum),
            longestVotingPeriod: uint32(longestVoting),
            longestTimelockDelay: uint32(longestDelay)
        });
        emit ParametersUpdate(values);
    }

    /// @dev In `delay` seconds, the chain has at most this number of blocks, rounded up.
    function _decisionBlocks(uint256 voting, uint256 delay) private view returns (uint256) {
        return voting + FixedPointMathLib.divUp(delay, secondsPerBlock);
    }

    /// @dev A part of all LPT, in units of 10^-18 LPT.
    function _share(uint256 partsPerMillion) private view returns (uint256) {
        return lpt.totalSupply() * partsPerMillion / MILLION;
    }
}
