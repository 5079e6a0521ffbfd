// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {Assignment} from "../src/types/Assignment.sol";
import {Claim} from "../src/types/Claim.sol";
import {StreamId} from "../src/types/StreamId.sol";
import {Work} from "./Work.sol";

contract ClaimsManagerAssignmentTest is Work {
    string private constant BEN = "ben";

    bytes32 private jobId;

    function setUp() public {
        _deploy(10);
        _registerTranscoder(_signingAccount(BEN), 500 ether, PRICE);
        jobId = _postDrawnJob();
    }

    function test_showAssignment_ofSuccessor_endsPredecessorsRange() public {
        Assignment memory handover = _assignmentTo(jobId, BEN, 6);
        bytes memory acceptance = _signAcceptance(jobId, BEN, 2);
        bytes memory assignment = _signAssignment(jobId, BEN, 6);
        vm.expectEmit(address(claims));
        emit IClaimsTypes.AssignmentShown(jobId, _signingAccount(BEN), handover.renditionKey, 6);
        claims.showAssignment(handover, 2, acceptance, assignment);
        vm.assertEq(claims.handoverAfter(jobId, _signingAccount(ANNA), 0), 6);
        vm.assertEq(claims.handoverAfter(jobId, _signingAccount(ANNA), 6), type(uint64).max);
        _expectRevert(
            _buildClaim(jobId, _range(0, 6)).claim, abi.encodeWithSelector(IClaimsTypes.AssignedToSuccessor.selector, 6)
        );
        _claimWork(_buildClaim(jobId, _range(0, 5)).claim);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.AlreadyShown.selector, jobId, _signingAccount(BEN), 6));
        claims.showAssignment(handover, 2, acceptance, assignment);
    }

    function test_handoverAfter_withSeveralHandovers_returnsNextHandover() public {
        _showHandoverToBen(9);
        _showHandoverToBen(4);
        _showHandoverToBen(7);
        vm.assertEq(claims.handoverAfter(jobId, _signingAccount(ANNA), 0), 4);
        vm.assertEq(claims.handoverAfter(jobId, _signingAccount(ANNA), 4), 7);
        vm.assertEq(claims.handoverAfter(jobId, _signingAccount(ANNA), 8), 9);
        _expectRevert(
            _buildClaim(jobId, _range(8, 9)).claim, abi.encodeWithSelector(IClaimsTypes.AssignedToSuccessor.selector, 4)
        );
    }

    function test_showAssignment_ofTwoTranscodersFromOneNumber_keepsRangeOfAnna() public {
        // The stream key assigned the segments from number 6 on to BEN, and also to ANNA. BEN's Assignment does not end the range of ANNA's
        // Assignment from number 6.
        _showHandoverToBen(6);
        Assignment memory other = _assignmentTo(jobId, ANNA, 6);
        claims.showAssignment(other, 0, _signAcceptance(jobId, ANNA, 0), _signAssignment(jobId, ANNA, 6));
        vm.assertEq(claims.handoverAfter(jobId, _signingAccount(ANNA), 5), 6);
        vm.assertEq(claims.handoverAfter(jobId, _signingAccount(ANNA), 6), type(uint64).max);
    }

    function test_showAssignment_aboveLimitPerTranscoder_reverts() public {
        for (uint64 i = 32; i > 20; --i) {
            _showHandoverToBen(i);
        }
        Assignment memory handover = _assignmentTo(jobId, BEN, 20);
        bytes memory acceptance = _signAcceptance(jobId, BEN, 0);
        bytes memory assignment = _signAssignment(jobId, BEN, 20);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.TooManyAssignments.selector, _signingAccount(BEN), 12));
        claims.showAssignment(handover, 0, acceptance, assignment);
        vm.assertEq(claims.handoverAfter(jobId, _signingAccount(ANNA), 0), 21);
    }

    function test_showAssignment_ofAnotherStreamOrJob_reverts() public {
        Assignment memory handover = _assignmentTo(jobId, BEN, 6);
        handover.streamId = StreamId.wrap(0);
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongAssignment.selector, jobId, 6, 0));
        claims.showAssignment(handover, 0, "", "");
        handover.jobId = 0;
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.UnknownJob.selector, bytes32(0)));
        claims.showAssignment(handover, 0, "", "");
    }

    function _showHandoverToBen(uint64 from) private {
        Assignment memory handover = _assignmentTo(jobId, BEN, from);
        claims.showAssignment(handover, 0, _signAcceptance(jobId, BEN, 0), _signAssignment(jobId, BEN, from));
    }

    function _expectRevert(Claim memory claim, bytes memory refusal) private {
        bytes memory acceptance = _signAcceptance(jobId, ANNA, 0);
        bytes memory assignment = _signAssignment(jobId, ANNA, claim.fromSequence);
        vm.prank(claim.transcoder);
        vm.expectRevert(refusal);
        claims.claimWork(claim, 0, acceptance, assignment);
    }
}
