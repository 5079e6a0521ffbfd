// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim} from "../../src/types/Claim.sol";
import {Work} from "../Work.sol";

/// @notice Attacks on a transcoder that works on a job. The attacker is the broadcaster, or another transcoder that the
/// broadcaster assigned.
contract HandoverAttackTest is Work {
    string private constant BEN = "ben";

    bytes32 private jobId;

    function setUp() public {
        _deploy(10);
        _bondVerifier();
        _registerTranscoder(_signingAccount(BEN), 1_000 ether, PRICE);
        jobId = _postDrawnJob();
    }

    /// @dev The broadcaster sees ANNA's pending claim of segments 0 to 9. It assigns the segments from number 1 on to
    /// ANNA again, with her old Acceptance. This second Assignment must not end the range of her first Assignment.
    function test_showAssignment_toTheSameTranscoder_keepsItsRange() public {
        ClaimWithReceipts memory worked = _buildClaim(jobId, _range(0, 9));
        claims.showAssignment(
            _assignmentTo(jobId, ANNA, 1), 0, _signAcceptance(jobId, ANNA, 0), _signAssignment(jobId, ANNA, 1)
        );
        _claimWork(worked.claim);
    }

    /// @dev An Assignment to BEN from segment 4 ends ANNA's first range. An Assignment to ANNA from segment 7 ends
    /// BEN's range.
    function test_showAssignment_betweenTwoTranscoders_endsEachPredecessorsRange() public {
        _showAssignment(BEN, 4);
        _showAssignment(ANNA, 4);
        _showAssignment(ANNA, 7);
        vm.assertEq(claims.handoverAfter(jobId, _signingAccount(ANNA), 0), 4);
        vm.assertEq(claims.handoverAfter(jobId, _signingAccount(ANNA), 4), type(uint64).max);
        vm.assertEq(claims.handoverAfter(jobId, _signingAccount(BEN), 4), 7);
    }

    /// @dev The broadcaster helps BEN to show as many Assignments as the contract allows for one transcoder. After
    /// that, an Assignment to ANNA must still end BEN's range.
    function test_showAssignment_afterAccompliceUsedItsLimit_protectsSegments() public {
        for (uint64 i = 1; i <= 12; ++i) {
            _showAssignment(BEN, i);
        }
        _showAssignment(ANNA, 40);
        vm.assertEq(claims.handoverAfter(jobId, _signingAccount(BEN), 12), 40);
        vm.assertEq(claims.handoverAfter(jobId, _signingAccount(ANNA), 40), type(uint64).max);
    }

    /// @dev Accepted risk: the broadcaster assigned BEN and ANNA from the same sequence number. BEN can end the job on
    /// which ANNA works. See decision 006.
    function test_endJob_whenAnotherIsAssignedFromTheSameNumber_endsJob() public {
        _showAssignment(ANNA, 0);
        _claimWork(_buildClaim(jobId, _range(0, 9)).claim);
        _showAssignment(BEN, 0);
        vm.prank(_signingAccount(BEN));
        jobs.endJob(jobId, vm.addr(RENDITION_KEY), 0);
    }

    /// @dev Accepted risk: the broadcaster helps BEN. BEN signs an Acceptance that names ANNA's rendition key, and
    /// claims segments that ANNA has not claimed yet, with ANNA's receipts. See decision 006.
    function test_claimWork_withRenditionKeyOfAnotherTranscoder_succeeds() public {
        ClaimWithReceipts memory worked = _buildClaim(jobId, _range(0, 9));
        Claim memory stolen = worked.claim;
        stolen.transcoder = _signingAccount(BEN);
        bytes memory acceptance = _signAcceptance(jobId, BEN, 0);
        bytes memory assignment = _signAssignment(jobId, BEN, 0);
        vm.prank(_signingAccount(BEN));
        claims.claimWork(stolen, 0, acceptance, assignment);
        _mine(2);
        uint64[] memory drawn = claims.sealChallenges(stolen);
        for (uint256 i; i < drawn.length; ++i) {
            claims.verify(stolen, _disclosureOf(worked, drawn[i]));
        }
        vm.assertEq(claims.getClaim(stolen.id()).requested, drawn.length);
        vm.assertEq(claims.getClaim(stolen.id()).challenged, drawn.length);
    }

    function _showAssignment(string memory name, uint64 from) private {
        claims.showAssignment(
            _assignmentTo(jobId, name, from),
            from,
            _signAcceptance(jobId, name, from),
            _signAssignment(jobId, name, from)
        );
    }
}
