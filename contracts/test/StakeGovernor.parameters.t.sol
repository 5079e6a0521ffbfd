// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {IMinter} from "../src/interfaces/IMinter.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {IStakeGovernor} from "../src/interfaces/IStakeGovernor.sol";
import {Governance} from "./Governance.sol";

contract StakeGovernorParametersTest is Governance {
    address private anna = _account("anna");

    function setUp() public {
        _deployGovernance(10);
        _registerTranscoder(anna, 195_000 ether, PRICE);
        _initializeNextRound();
    }

    /// @dev A proposal keeps its quorum, also if a vote changes the parameter or the supply grows.
    function test_quorum_ofOpenProposal_neverChanges() public {
        IMinter.Parameters memory same = _minterParameters();
        uint256 proposalId =
            _openVote(anna, _proposalOf(address(minter), abi.encodeCall(minter.setParameters, (same)), "same"));
        uint256 voteStart = governor.proposalSnapshot(proposalId);
        vm.prank(anna);
        bonding.reward();
        vm.prank(address(timelock));
        governor.setParameters(IStakeGovernor.Parameters(VOTING_PERIOD, TIMELOCK_DELAY, 200, 400_000));
        vm.assertEq(governor.quorum(voteStart), 100_000 ether);
        vm.assertEq(governor.quorum(voteStart + 1), token.totalSupply() * 400_000 / 1_000_000);
        vm.assertEq(governor.proposalThreshold(), token.totalSupply() * 200 / 1_000_000);
    }

    function test_setParameters_byAnotherAccount_reverts() public {
        IStakeGovernor.Parameters memory values = governor.parameters();
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorOnlyExecutor.selector, anna));
        vm.prank(anna);
        governor.setParameters(values);
    }

    function test_setParameters_outOfBounds_reverts() public {
        _expectOutOfBounds("votingPeriod", [uint256(19), 60, 100, 10_000], 19, 20, 1_000_000);
        _expectOutOfBounds("timelockDelay", [uint256(40), 0, 100, 10_000], 0, 1, 30 days);
        _expectOutOfBounds("timelockDelay", [uint256(40), 30 days + 1, 100, 10_000], 30 days + 1, 1, 30 days);
        _expectOutOfBounds("proposalThreshold", [uint256(40), 60, 0, 10_000], 0, 1, 10_000);
        _expectOutOfBounds("proposalThreshold", [uint256(40), 60, 10_001, 10_000], 10_001, 1, 10_000);
        _expectOutOfBounds("quorum", [uint256(40), 60, 100, 999], 999, 1_000, 400_000);
        _expectOutOfBounds("quorum", [uint256(40), 60, 100, 400_001], 400_001, 1_000, 400_000);
    }

    /// @dev 115 blocks and 60 seconds of five blocks: as long as the unbonding period.
    function test_setParameters_withDecisionAsLongAsUnbonding_reverts() public {
        string memory name = "votingPeriod + timelockDelay";
        _expectOutOfBounds(name, [uint256(115), 60, 100, 10_000], 120, 0, 119);
        // A part of a block counts as a block.
        _expectOutOfBounds(name, [uint256(114), 61, 100, 10_000], 120, 0, 119);
        vm.prank(address(timelock));
        governor.setParameters(IStakeGovernor.Parameters(114, 60, 100, 10_000));
        vm.assertEq(governor.longestDecisionBlocks(), 119);
    }

    /// @dev A proposal that was made with a long voting period can be open when both parameters have changed.
    function test_setParameters_withShortVote_keepsLongestDecision() public {
        vm.prank(address(timelock));
        governor.setParameters(IStakeGovernor.Parameters(100, 60, 100, 10_000));
        // 100 blocks of the former voting period, and 240 seconds of 20 blocks.
        _expectOutOfBounds("votingPeriod + timelockDelay", [uint256(20), 240, 100, 10_000], 120, 0, 119);
    }

    function test_setUnbondingPeriod_notLongerThanDecision_reverts() public {
        IBondingTypes.Parameters memory values = _bondingParameters(10);
        values.unbondingPeriod = 1_000;
        vm.prank(address(timelock));
        bonding.setParameters(values);
        _initializeNextRound();
        vm.prank(address(timelock));
        governor.setParameters(IStakeGovernor.Parameters(500, 60, 100, 10_000));
        values.unbondingPeriod = 505;
        vm.expectRevert(
            abi.encodeWithSelector(
                IParameters.ParameterOutOfBounds.selector, "unbondingPeriod", 505, 506, type(uint256).max
            )
        );
        vm.prank(address(timelock));
        bonding.setParameters(values);
        values.unbondingPeriod = 506;
        vm.prank(address(timelock));
        bonding.setParameters(values);
    }

    function test_timelock_hasDelayOfGovernorAndNoOtherWayToSetIt() public {
        vm.assertEq(timelock.getMinDelay(), TIMELOCK_DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, address(timelock))
        );
        vm.prank(address(timelock));
        timelock.updateDelay(1);
        vm.prank(address(timelock));
        governor.setParameters(IStakeGovernor.Parameters(40, 120, 100, 10_000));
        vm.assertEq(timelock.getMinDelay(), 120);
    }

    function _expectOutOfBounds(string memory name, uint256[4] memory values, uint256 value, uint256 min, uint256 max)
        private
    {
        vm.expectRevert(abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, name, value, min, max));
        vm.prank(address(timelock));
        governor.setParameters(IStakeGovernor.Parameters(values[0], values[1], values[2], values[3]));
    }
}
