// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim} from "../../src/types/Claim.sol";
import {Work} from "../Work.sol";

/// @notice What a broadcaster, or whoever was assigned beside them, can do to a transcoder that works.
contract HandoverAttackTest is Work {
    string private constant BEN = "ben";

    bytes32 private jobId;

    function setUp() public {
        deploy(10);
        appointVerifier();
        join(signatory(BEN), 1_000 ether, PRICE);
        jobId = drawnJob();
    }

    /// @dev The broadcaster sees ANNA's claim, and gives her, by the Acceptance that he has, what she has done anew.
    function test_assignmentToOneself_endsNothing() public {
        Bundle memory worked = bundle(jobId, range(0, 9));
        claims.showAssignment(assignmentTo(jobId, ANNA, 1), 0, acceptance(jobId, ANNA, 0), assignment(jobId, ANNA, 1));
        claimWork(worked.claim);
    }

    /// @dev Another's Assignment ends hers still, and hers ends the other's.
    function test_assignmentToOneself_endsWhatAnotherHas() public {
        show(BEN, 4);
        show(ANNA, 4);
        show(ANNA, 7);
        vm.assertEq(claims.handoverAfter(jobId, signatory(ANNA), 0), 4);
        vm.assertEq(claims.handoverAfter(jobId, signatory(ANNA), 4), type(uint64).max);
        vm.assertEq(claims.handoverAfter(jobId, signatory(BEN), 4), 7);
    }

    /// @dev Accepted: BEN, who was assigned from where ANNA is, ends the job that she works on. See 006.
    function test_endJob_byEitherOfTwoFromOneNumber() public {
        show(ANNA, 0);
        claimWork(bundle(jobId, range(0, 9)).claim);
        show(BEN, 0);
        vm.prank(signatory(BEN));
        jobs.endJob(jobId, vm.addr(RENDITION_KEY), 0);
    }

    /// @dev Accepted: BEN, with the broadcaster's help, accepts with ANNA's rendition key, and claims with her receipts
    /// what she has transcoded and not yet claimed. See 006.
    function test_renditionKey_ofAnother() public {
        Bundle memory worked = bundle(jobId, range(0, 9));
        Claim memory stolen = worked.claim;
        stolen.transcoder = signatory(BEN);
        bytes memory accepted = acceptance(jobId, BEN, 0);
        bytes memory assigned = assignment(jobId, BEN, 0);
        vm.prank(signatory(BEN));
        claims.claimWork(stolen, 0, accepted, assigned);
        mine(2);
        uint64[] memory drawn = claims.sealChallenges(stolen);
        for (uint256 i; i < drawn.length; ++i) {
            claims.verify(stolen, disclosureOf(worked, drawn[i]));
        }
        vm.assertEq(claims.getClaim(stolen.id()).requested, drawn.length);
        vm.assertEq(claims.getClaim(stolen.id()).challenged, drawn.length);
    }

    function show(string memory name, uint64 from) private {
        claims.showAssignment(
            assignmentTo(jobId, name, from), from, acceptance(jobId, name, from), assignment(jobId, name, from)
        );
    }
}
