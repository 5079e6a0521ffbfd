// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMinter} from "../src/interfaces/IMinter.sol";
import {Governance} from "./Governance.sol";

/// @notice Measures the gas of whole transactions of a vote, intrinsic gas included. Writes the results to snapshots/.
/// forge-config: default.isolate = true
contract GasGovernanceTest is Governance {
    string private constant GROUP = "governance";

    function setUp() public {
        _deployGovernance(10);
        _registerTranscoder(_account("anna"), 200_000 ether, PRICE);
        _delegate(_account("dora"), 50_000 ether, _account("anna"));
        _registerTranscoder(_account("ben"), 50_000 ether, PRICE);
        _initializeNextRound();
        _initializeNextRound();
    }

    function test_gas_governance() public {
        IMinter.Parameters memory values = _minterParameters();
        Proposal memory proposal =
            _proposalOf(address(minter), abi.encodeCall(minter.setParameters, (values)), "Changes the inflation.");
        uint256 proposalId = _propose(_account("ben"), proposal);
        vm.snapshotGasLastCall(GROUP, "propose");
        vm.roll(rounds.currentRoundStartBlock() + ROUND_LENGTH + 1);
        rounds.initializeRound();
        vm.snapshotGasLastCall(GROUP, "initializeRound, after a snapshot");
        vm.prank(_account("dora"));
        bonding.bond(0, _account("ben"));
        vm.snapshotGasLastCall(GROUP, "bond, moves stake after a snapshot");
        _vote(_account("anna"), proposalId, FOR);
        vm.snapshotGasLastCall(GROUP, "castVote");
        _override(_account("dora"), proposalId, AGAINST);
        vm.snapshotGasLastCall(GROUP, "castOverrideVote");
        _endVote(proposalId);
        _queue(proposal);
        vm.snapshotGasLastCall(GROUP, "queue");
        _passDelay();
        _execute(proposal);
        vm.snapshotGasLastCall(GROUP, "execute");
    }
}
