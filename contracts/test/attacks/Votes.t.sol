// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {StakeGovernor} from "../../src/governance/StakeGovernor.sol";
import {IBondingManager} from "../../src/interfaces/IBondingManager.sol";
import {IBondingTypes} from "../../src/interfaces/IBondingTypes.sol";
import {IMinter} from "../../src/interfaces/IMinter.sol";
import {IStakeGovernor} from "../../src/interfaces/IStakeGovernor.sol";
import {Governance} from "../Governance.sol";

/// @notice Lends LPT within one transaction.
contract FlashLender {
    error NotRepaid();

    IERC20 private immutable token;

    constructor(IERC20 token_) {
        token = token_;
    }

    function lend(VoteBuyer borrower, uint256 amount) external {
        token.transfer(address(borrower), amount);
        borrower.useLoan(amount);
        if (token.balanceOf(address(this)) < amount) revert NotRepaid();
    }
}

/// @notice Bonds borrowed LPT, votes, and unbonds. Then it repays as much as it can.
contract VoteBuyer {
    IERC20 private immutable token;
    IBondingManager private immutable bonding;
    StakeGovernor private immutable governor;
    address private immutable ally;
    uint256 private immutable proposalId;
    bytes public refusalOfVote;
    bytes public refusalOfWithdrawal;

    constructor(IERC20 token_, IBondingManager bonding_, StakeGovernor governor_, address ally_, uint256 proposalId_) {
        (token, bonding, governor, ally, proposalId) = (token_, bonding_, governor_, ally_, proposalId_);
    }

    function useLoan(uint256 amount) external {
        token.approve(address(bonding), amount);
        bonding.bond(amount, ally);
        try governor.castOverrideVote(proposalId, 1, "") {}
        catch (bytes memory refusal) {
            refusalOfVote = refusal;
        }
        uint256 lockId = bonding.unbond(bonding.getDelegator(address(this)).stake);
        try bonding.withdrawStake(lockId) {}
        catch (bytes memory refusal) {
            refusalOfWithdrawal = refusal;
        }
        // A lender that forgave the loan would show what the vote was worth.
        if (token.balanceOf(address(this)) >= amount) token.transfer(msg.sender, amount);
    }
}

/// @notice Accounts try to get more votes than their stake, to block the governance, and to use powers that no vote has.
contract VotesAttackTest is Governance {
    address private anna = _account("anna");
    address private ben = _account("ben");
    address private dora = _account("dora");
    address private mallory = _account("mallory");

    function setUp() public {
        _deployGovernance(10);
        _registerTranscoder(anna, 255_000 ether, PRICE);
        _registerTranscoder(ben, 245_000 ether, PRICE);
        _initializeNextRound();
    }

    function test_bond_afterSnapshot_hasNoVote() public {
        uint256 proposalId = _openVote(ben, _harmless("one"));
        _delegate(dora, 1_000_000 ether, ben);
        _registerTranscoder(mallory, 1_000_000 ether, PRICE);
        vm.assertEq(_vote(ben, proposalId, FOR), 245_000 ether);
        vm.expectRevert(abi.encodeWithSelector(IStakeGovernor.NoVotes.selector, dora));
        _override(dora, proposalId, FOR);
        vm.expectRevert(abi.encodeWithSelector(IStakeGovernor.NoVotes.selector, mallory));
        _vote(mallory, proposalId, FOR);
        _vote(anna, proposalId, AGAINST);
        _endVote(proposalId);
        _assertState(proposalId, IGovernor.ProposalState.Defeated);
    }

    /// @dev Dora's stake votes with Anna, its transcoder at the snapshot. When it moves to Ben, it does not vote again.
    function test_bond_movedAfterSnapshot_votesOnlyOnce() public {
        _delegate(dora, 20_000 ether, anna);
        uint256 proposalId = _openVote(ben, _harmless("one"));
        vm.assertEq(_vote(anna, proposalId, AGAINST), 275_000 ether);
        vm.prank(dora);
        bonding.bond(0, ben);
        vm.assertEq(_vote(ben, proposalId, FOR), 245_000 ether);
        vm.assertEq(_override(dora, proposalId, FOR), 20_000 ether);
        uint256[3] memory counted = _votesOf(proposalId);
        vm.assertEq(counted[FOR] + counted[AGAINST], 520_000 ether);
    }

    function test_flashLoan_givesNoVoteAndCannotBeRepaid() public {
        uint256 proposalId = _openVote(ben, _harmless("one"));
        FlashLender lender = new FlashLender(token);
        token.transfer(address(lender), 1_000_000 ether);
        VoteBuyer buyer = new VoteBuyer(token, bonding, governor, ben, proposalId);
        vm.expectRevert(abi.encodeWithSelector(FlashLender.NotRepaid.selector));
        lender.lend(buyer, 1_000_000 ether);
        // Even if the loan need not be repaid, it buys no vote.
        token.transfer(address(buyer), 1_000_000 ether);
        buyer.useLoan(1_000_000 ether);
        vm.assertEq(bytes32(bytes4(buyer.refusalOfVote())), bytes32(IStakeGovernor.NoVotes.selector));
        vm.assertEq(bytes32(bytes4(buyer.refusalOfWithdrawal())), bytes32(IBondingTypes.StakeLocked.selector));
        vm.assertEq(_votesOf(proposalId)[FOR], 0);
    }

    /// @dev The loan is taken in the block of the proposal, before the snapshot. At the snapshot, all of it is in a lock.
    function test_flashLoan_beforeSnapshot_hasNoVote() public {
        uint256 proposalId = _propose(ben, _harmless("one"));
        VoteBuyer buyer = new VoteBuyer(token, bonding, governor, ben, proposalId);
        token.transfer(address(buyer), 1_000_000 ether);
        buyer.useLoan(1_000_000 ether);
        _initializeNextRound();
        vm.assertEq(_vote(ben, proposalId, FOR), 245_000 ether);
        vm.expectRevert(abi.encodeWithSelector(IStakeGovernor.NoVotes.selector, address(buyer)));
        _override(address(buyer), proposalId, FOR);
    }

    function test_slash_afterSnapshot_addsNoVotes() public {
        _delegate(dora, 20_000 ether, anna);
        uint256 proposalId = _openVote(ben, _harmless("one"));
        _slash(anna, 400_000);
        vm.assertEq(_vote(anna, proposalId, AGAINST), 275_000 ether);
        _slash(ben, 400_000);
        vm.assertEq(_vote(ben, proposalId, FOR), 245_000 ether);
        vm.assertEq(_override(dora, proposalId, FOR), 20_000 ether);
        uint256[3] memory counted = _votesOf(proposalId);
        vm.assertEq(counted[FOR], 265_000 ether);
        vm.assertEq(counted[AGAINST], 255_000 ether);
        vm.assertEq(votes.getPastTotalSupply(governor.proposalSnapshot(proposalId)), 520_000 ether);
    }

    function test_propose_withTooLittleOwnStake_reverts() public {
        _registerTranscoder(mallory, 999 ether, PRICE);
        // Stake that others have bonded to Mallory does not count: it could move on and back the next proposal.
        _delegate(dora, 5_000 ether, mallory);
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorInsufficientProposerVotes.selector, mallory, 999 ether, 1_000 ether
            )
        );
        _propose(mallory, _harmless("spam"));
        _propose(dora, _harmless("a delegator may propose"));
    }

    function test_propose_untilVoteEnds_onlyOnce() public {
        uint256 proposalId = _propose(ben, _harmless("one"));
        vm.expectRevert(abi.encodeWithSelector(IStakeGovernor.ProposalOpen.selector, proposalId));
        _propose(ben, _harmless("two"));
        _initializeNextRound();
        vm.expectRevert(abi.encodeWithSelector(IStakeGovernor.ProposalOpen.selector, proposalId));
        _propose(ben, _harmless("two"));
        _endVote(proposalId);
        _initializeNextRound();
        _propose(ben, _harmless("two"));
    }

    function test_propose_sameCallsTwice_reverts() public {
        _propose(ben, _harmless("one"));
        vm.expectPartialRevert(IGovernor.GovernorUnexpectedProposalState.selector);
        _propose(anna, _harmless("one"));
    }

    function test_propose_callsWithoutTargets_reverts() public {
        Proposal memory proposal = _harmless("one");
        proposal.calldatas = new bytes[](0);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorInvalidProposalLength.selector, 1, 0, 1));
        _propose(ben, proposal);
    }

    /// @dev A vote can change parameters, spend the pools, and replace the verifier. It can do nothing else.
    function test_propose_powerThatNoVoteHas_reverts() public {
        _assertNotAllowed(address(bonding), abi.encodeCall(Ownable.transferOwnership, (mallory)));
        _assertNotAllowed(address(minter), abi.encodeCall(Ownable.renounceOwnership, ()));
        _assertNotAllowed(address(token), abi.encodeCall(token.transfer, (mallory, 1)));
        _assertNotAllowed(address(timelock), abi.encodeCall(timelock.grantRole, (timelock.PROPOSER_ROLE(), mallory)));
        _assertNotAllowed(address(timelock), abi.encodeCall(timelock.updateDelay, (0)));
        _assertNotAllowed(address(governor), abi.encodeCall(governor.relay, (mallory, 0, "")));
        _assertNotAllowed(
            address(governor), abi.encodeCall(governor.updateTimelock, (TimelockController(payable(mallory))))
        );
        _assertNotAllowed(mallory, "");
        vm.assertTrue(governor.isAllowed(address(claims), claims.setVerifier.selector));
    }

    /// @dev A stranger executes the operation of a proposal at the timelock itself, and cannot schedule another operation.
    function test_timelock_byStranger_executesOnlyWhatWasVoted() public {
        Proposal memory proposal = _harmless("one");
        uint256 proposalId = _openVote(ben, proposal);
        _vote(anna, proposalId, FOR);
        _endVote(proposalId);
        _queue(proposal);
        _passDelay();
        bytes32 salt = bytes20(address(governor)) ^ keccak256(bytes(proposal.description));
        vm.prank(mallory);
        timelock.executeBatch(proposal.targets, proposal.values, proposal.calldatas, 0, salt);
        _assertState(proposalId, IGovernor.ProposalState.Executed);
        uint256 delay = timelock.getMinDelay();
        vm.expectPartialRevert(bytes4(keccak256("AccessControlUnauthorizedAccount(address,bytes32)")));
        vm.prank(mallory);
        timelock.scheduleBatch(proposal.targets, proposal.values, proposal.calldatas, 0, 0, delay);
    }

    function _assertNotAllowed(address target, bytes memory call_) private {
        vm.expectRevert(abi.encodeWithSelector(IStakeGovernor.CallNotAllowed.selector, target, bytes4(call_)));
        _propose(ben, _proposalOf(target, call_, "power"));
    }

    function _harmless(string memory description) private view returns (Proposal memory) {
        IMinter.Parameters memory values = _minterParameters();
        return _proposalOf(address(minter), abi.encodeCall(minter.setParameters, (values)), description);
    }
}
