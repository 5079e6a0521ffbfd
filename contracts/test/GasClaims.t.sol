// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVerifier} from "../src/interfaces/IVerifier.sol";
import {Assignment} from "../src/types/Assignment.sol";
import {Claim} from "../src/types/Claim.sol";
import {Work} from "./Work.sol";

/// @notice Measures the gas of whole transactions from a job to its paid fees, intrinsic gas included, in a pool of 144
/// transcoders. Writes the results to snapshots/.
/// forge-config: default.isolate = true
contract GasClaimsTest is Work {
    bytes32 private jobId;
    /// @dev A job for which the lottery challenges every segment.
    bytes32 private challengedJobId;

    function setUp() public {
        _deploy(144);
        _bondVerifier();
        for (uint256 i; i < 143; ++i) {
            _registerTranscoder(_signingAccount(vm.toString(i)), 1 ether + i, PRICE + 1);
        }
        _registerTranscoder(_signingAccount(ANNA), 1_000 ether, PRICE);
        // All transcoders except ANNA call `reward`, so their seats change in this round. A draw then reads the terms
        // that each seat had before its change, which costs more gas.
        _initializeNextRound();
        for (uint256 i; i < 143; ++i) {
            vm.prank(_signingAccount(vm.toString(i)));
            bonding.reward();
        }
        _setVerificationRate(1);
        _mine(1);
        bytes memory binding = _signBinding(0xB0B0, broadcaster);
        vm.prank(broadcaster);
        challengedJobId = jobs.job{value: _reserveOf(PRICE)}(
            _streamOf(0xB0B0), _ladder(), PRICE, vm.getBlockNumber() + 1_000, binding
        );
        _setVerificationRate(VERIFICATION_RATE);
        _mine(1);
        jobId = _postJob();
        _mine(2);
        jobs.drawCandidates(jobId);
        jobs.drawCandidates(challengedJobId);
        vm.warp(vm.getBlockTimestamp() + 900);
        vm.prank(broadcaster);
        jobs.deposit{value: 20 * _reserveOf(PRICE)}();
    }

    function test_gas_claimOf10Segments() public {
        _measureSettlement(10, "claim of 10 segments");
    }

    function test_gas_claimOf100Segments() public {
        _measureSettlement(100, "claim of 100 segments");
    }

    /// @dev The broadcaster has withdrawn its deposit, so the fees come from the reserve.
    function test_gas_claimPaidFromReserve() public {
        vm.prank(broadcaster);
        jobs.withdrawAll(new bytes32[](0));
        _claimWork(_buildClaim(jobId, _range(0, 9)).claim);
        vm.snapshotGasLastCall("claims", "claimWork, first, paid from the reserve");
    }

    function test_gas_showAssignment() public {
        Assignment memory handover = _assignmentTo(jobId, ANNA, 6);
        claims.showAssignment(handover, 2, _signAcceptance(jobId, ANNA, 2), _signAssignment(jobId, ANNA, 6));
        vm.snapshotGasLastCall("claims", "showAssignment");
    }

    /// @dev Measures a job and its first claim. The first claim also draws the candidates.
    function test_gas_jobToFirstClaim() public {
        _useStream(0xB0B);
        // The broadcaster pays the reserve and a free deposit, as the page does. The deposit pays the first claims.
        uint256 deposit = _reserveOf(PRICE + 1) + _partOf(PRICE + 1);
        uint256 endBlock = vm.getBlockNumber() + 1_000;
        address wallet = _account("another broadcaster");
        bytes memory bound = _signBinding(streamKey, wallet);
        vm.deal(wallet, deposit);
        vm.prank(wallet);
        bytes32 other = jobs.job{value: deposit}(streamId, _ladder(), PRICE + 1, endBlock, bound);
        uint256 gasOfJob = vm.snapshotGasLastCall("job to first claim, 144 transcoders", "job");
        _mine(2);
        vm.warp(vm.getBlockTimestamp() + 100);
        string memory first = _nameOfTranscoder(jobs.candidates(other)[0]);
        ClaimWithReceipts memory claimed = _buildClaim(
            Claim(other, _signingAccount(first), vm.addr(RENDITION_KEY), 0, 0, _range(0, 9), 0, 0), _noReceipts()
        );
        bytes memory acceptance = _signAcceptance(other, first, 0);
        bytes memory assignment = _signAssignment(other, first, 0);
        vm.prank(_signingAccount(first));
        claims.claimWork(claimed.claim, 0, acceptance, assignment);
        uint256 gasOfClaim = vm.snapshotGasLastCall("job to first claim, 144 transcoders", "claimWork, draws");
        vm.assertLe(gasOfJob + gasOfClaim, 450_000, "job and first claim cost more than 450,000 gas");
    }

    function _useStream(uint256 key) private {
        (streamKey, streamId) = (key, _streamOf(key));
    }

    function _nameOfTranscoder(address account) private pure returns (string memory name) {
        for (uint256 i; i < 143; ++i) {
            name = vm.toString(i);
            if (_signingAccount(name) == account) return name;
        }
        return ANNA;
    }

    function _measureSettlement(uint64 segments, string memory group) private {
        ClaimWithReceipts memory first = _buildClaim(jobId, _range(0, segments - 1));
        bytes memory acceptance = _signAcceptance(jobId, ANNA, 0);
        bytes memory assignment = _signAssignment(jobId, ANNA, 0);
        vm.prank(_signingAccount(ANNA));
        claims.claimWork(first.claim, 0, acceptance, assignment);
        vm.snapshotGasLastCall(group, "claimWork, first");
        ClaimWithReceipts memory claimed = _buildNextClaim(first, _range(segments, 2 * segments - 1));
        vm.prank(_signingAccount(ANNA));
        claims.claimWork(claimed.claim, 0, "", "");
        vm.snapshotGasLastCall(group, "claimWork, next");
        _mine(2);
        claims.sealChallenges(first.claim);
        vm.snapshotGasLastCall(group, "sealChallenges, 1 in 5");
        _useStream(0xB0B0);
        first = _buildClaim(challengedJobId, _range(0, segments - 1));
        _claimWork(first.claim);
        claimed = _buildNextClaim(first, _range(segments, 2 * segments - 1));
        _claimWork(claimed.claim);
        _mine(2);
        claims.sealChallenges(claimed.claim);
        claims.verify(claimed.claim, _disclosureAfter(first, claimed));
        vm.snapshotGasLastCall(group, "verify, first segment");
        for (uint256 i = 1; i < segments; ++i) {
            claims.verify(claimed.claim, _disclosureOf(claimed, i));
        }
        vm.snapshotGasLastCall(group, "verify");
        for (uint64 i; i < segments; ++i) {
            _reportVerdict(claimed.claim.id(), segments + i, IVerifier.Verdict.Valid);
        }
        vm.snapshotGasLastCall(group, "report");
        claims.distributeFees(claimed.claim);
        vm.snapshotGasLastCall(group, "distributeFees");
        vm.prank(_signingAccount(ANNA));
        jobs.withdrawFees();
        vm.snapshotGasLastCall(group, "withdrawFees");
    }
}
