// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICourtTypes} from "../../src/interfaces/ICourtTypes.sol";
import {IDisputeGame} from "../../src/interfaces/IDisputeGame.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Part} from "../../src/types/Dissection.sol";
import {CourtModel} from "../verification/CourtModel.sol";

/// @notice Attacks on the court. See decisions/068.
contract CourtAttacksTest is CourtModel {
    uint256 private reentries;
    bool private isReceiving;

    function setUp() public {
        _deployCourt();
        vm.fee(1 gwei);
    }

    /// @dev A friend of the cheat objects first, and loses on purpose. Another objector still convicts the cheat.
    function test_object_afterShamObjector_convicts() public {
        bytes32 sham = _object(friend, 1, 2);
        _loseByTime(sham);
        _resolve(sham);
        _assertPending(1);
        bytes32 honest = _object(objector, 1, 2);
        _play(honest, 2, 1);
        _resolve(honest);
        _assertVerdict(1, IVerifier.Verdict.Invalid, objector);
    }

    /// @dev A lost objection does not shorten the window, and does not prolong it.
    function test_resolve_ofLostObjection_leavesWindow() public {
        uint256 end = court.getSegment(claimId, 1).windowEnd;
        bytes32 sham = _object(friend, 1, 2);
        _loseByTime(sham);
        _resolve(sham);
        vm.assertEq(court.getSegment(claimId, 1).windowEnd, end);
    }

    /// @dev A stranger that loses on purpose cannot be the defender, and a defender that the transcoder appoints during the game neither.
    function test_dissect_byShamDefender_reverts() public {
        bytes32 gameId = _object(objector, 0, 2);
        vm.prank(friend);
        court.appoint(friend);
        vm.prank(transcoder);
        court.appoint(friend);
        Part memory part;
        bytes32[32] memory ends;
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NotOnTurn.selector, friend, transcoder));
        vm.prank(friend);
        game.dissect(gameId, 1, part, ends);
    }

    /// @dev Twenty false objections at the same time. The transcoder wins each, and the segment is Valid after the last one.
    function test_object_twentyFalseObjections_delayButDoNotConvict() public {
        bytes32[20] memory gameIds;
        for (uint256 i; i < 20; ++i) {
            gameIds[i] = _object(_account(vm.toString(i)), 0, 2);
        }
        vm.assertEq(court.getSegment(claimId, 0).openObjections, 20);
        for (uint256 i; i < 20; ++i) {
            _play(gameIds[i], 2, 1);
        }
        _passWindow(0);
        for (uint256 i; i < 20; ++i) {
            _assertPending(0);
            _resolve(gameIds[i]);
        }
        _assertVerdict(0, IVerifier.Verdict.Valid, address(0));
        uint256 bond = game.getGame(gameIds[0]).bond;
        vm.assertEq(game.withdrawable(transcoder), 20 * (2 * bond - bond / 4));
    }

    /// @dev A copy of an objection, before or after it, is a game of its own with its own bond.
    function test_object_copied_leavesOriginal() public {
        bytes32 copy = _object(friend, 1, 2);
        bytes32 original = _object(objector, 1, 2);
        vm.assertNotEq(copy, original);
        _loseByTime(copy);
        _resolve(copy);
        game.endByTime(original);
        _resolve(original);
        _assertVerdict(1, IVerifier.Verdict.Invalid, objector);
    }

    /// @dev Both parties always move in the last block of their time, and the objection came in the last block of a window that demands had
    /// stopped. The verdict still comes within `verdictBlocks`.
    function test_verdictOf_withLastSecondMovers_comesInTime() public {
        uint256 start = vm.getBlockNumber();
        _demand(friend, 1, 0);
        _mine(ANSWER - 1);
        _answer(1, 0);
        _passWindow(1);
        vm.roll(vm.getBlockNumber() - 1);
        bytes32 gameId = _object(objector, 1, 2);
        _fundDefence(gameId);
        _mine(CLOCK);
        _dissectAs(gameId, 1);
        _mine(CLOCK);
        _dissectAs(gameId, 2);
        _mine(1);
        game.endByTime(gameId);
        _resolve(gameId);
        _assertVerdict(1, IVerifier.Verdict.Invalid, objector);
        vm.assertLe(vm.getBlockNumber() - start, court.verdictBlocks(), "too late");
    }

    /// @dev The one chunk that matters is withheld. Answers to other chunks do not help.
    function test_demand_ofWithheldChunk_convicts() public {
        uint256[] memory chunks = new uint256[](3);
        (chunks[1], chunks[2]) = (1, 2);
        _demand(objector, LONG, chunks);
        _answer(LONG, 0);
        _answer(LONG, 2);
        _mine(ANSWER);
        court.endDemand(_chunk(LONG, 1));
        _passWindow(LONG);
        _assertVerdict(LONG, IVerifier.Verdict.Unavailable, objector);
    }

    /// @dev A friend of the cheat stops the window first. An honest watcher that demands at the same time still has almost the whole window
    /// after its answer.
    function test_demand_afterFriendStoppedWindow_leavesWindow() public {
        uint256 start = vm.getBlockNumber();
        _demand(friend, LONG, 0);
        _mine(1);
        _demand(objector, LONG, 1);
        _mine(ANSWER - 2);
        _answer(LONG, 0);
        _mine(1);
        _answer(LONG, 1);
        uint256 left = court.getSegment(claimId, LONG).windowEnd - vm.getBlockNumber();
        vm.assertEq(left, start + WINDOW + ANSWER - vm.getBlockNumber());
        vm.assertGe(left, WINDOW, "the window is shorter");
    }

    /// @dev A griefer demands everything at the last moment. It pays half of the answers, and the delay has a bound.
    function test_demand_byGriefer_delaysByBound() public {
        uint256 start = vm.getBlockNumber();
        vm.roll(court.getSegment(claimId, LONG).windowEnd - 1);
        uint256[] memory chunks = new uint256[](3);
        (chunks[1], chunks[2]) = (1, 2);
        _demand(friend, LONG, chunks);
        _mine(ANSWER - 1);
        for (uint256 i; i < 3; ++i) {
            _answer(LONG, i);
        }
        vm.roll(court.getSegment(claimId, LONG).windowEnd);
        _assertVerdict(LONG, IVerifier.Verdict.Valid, address(0));
        vm.assertLe(vm.getBlockNumber() - start, WINDOW + ANSWER, "the delay is too long");
        for (uint256 i; i < 3; ++i) {
            court.settleDemand(_chunk(LONG, i));
        }
        vm.assertEq(court.withdrawable(transcoder), 3 * court.demandPrice(block.basefee));
        vm.assertEq(court.withdrawable(friend), 0);
    }

    /// @dev An account that demands a chunk before an honest watcher does not take the watcher's wei.
    function test_demand_frontRun_returnsValue() public {
        _demand(friend, LONG, 0);
        uint256[] memory chunks = new uint256[](2);
        chunks[1] = 1;
        _demand(objector, LONG, chunks);
        vm.assertEq(court.withdrawable(objector), court.demandPrice(block.basefee));
        // Any account can end the friend's demand.
        _mine(ANSWER);
        court.endDemand(_chunk(LONG, 0));
        _passWindow(LONG);
        _assertVerdict(LONG, IVerifier.Verdict.Unavailable, friend);
    }

    /// @dev A transcoder and an objector that are one person say that an honest broadcaster's source is broken. The broadcaster appeals, and
    /// the person loses the deposit.
    function test_concede_byOnePersonInBothRoles_losesToAppeal() public {
        bytes32 objection = _object(friend, 0, 3);
        vm.prank(transcoder);
        court.concede(claimId, 0, objection);
        bytes32 gameId = _appeal(broadcaster, objection, 1);
        _winByTime(gameId);
        court.resolveAppeal(claimId, 0, objection, gameId);
        _passWindow(0);
        _assertVerdict(0, IVerifier.Verdict.Valid, address(0));
        uint256 deposit = game.bondAt(block.basefee);
        vm.assertEq(court.withdrawable(broadcaster), deposit - deposit / 4);
        vm.assertEq(court.withdrawable(friend) + court.withdrawable(transcoder), 0);
    }

    /// @dev A person that plays objector, defender and appellant loses a quarter of the deposit.
    function test_appeal_againstOneself_burns() public {
        bytes32 objection = _object(friend, 0, 3);
        _winByTime(objection);
        _resolve(objection);
        bytes32 gameId = _appeal(friend, objection, 1);
        _winByTime(gameId);
        court.resolveAppeal(claimId, 0, objection, gameId);
        uint256 deposit = game.bondAt(block.basefee);
        vm.assertEq(court.withdrawable(friend), deposit - deposit / 4);
        vm.assertEq(court.burned(), deposit / 4);
    }

    /// @dev A game about one segment leaves the other segments alone.
    function test_object_toOneSegment_leavesOthers() public {
        _object(objector, 1, 2);
        _demand(objector, 2, 0);
        _passWindow(0);
        _assertVerdict(0, IVerifier.Verdict.Valid, address(0));
        _assertPending(1);
        _assertPending(2);
    }

    /// @dev An account opens the same game without the court. The court does not know it.
    function test_resolve_ofForeignGame_reverts() public {
        bytes32 gameId = _object(objector, 1, 2);
        vm.expectRevert(
            abi.encodeWithSelector(ICourtTypes.WrongStage.selector, bytes32("foreign"), ICourtTypes.Stage.None)
        );
        court.resolve(claimId, 1, "foreign");
        vm.assertTrue(game.outcomeOf(gameId) == IDisputeGame.Outcome.Open);
    }

    /// @dev A contract that calls again while it is paid gets nothing twice.
    function test_withdraw_reentrant_paysOnce() public {
        _demand(address(this), LONG, 0);
        _mine(ANSWER);
        court.endDemand(_chunk(LONG, 0));
        uint256 price = court.withdrawable(address(this));
        uint256 before = address(this).balance;
        isReceiving = true;
        court.withdraw();
        vm.assertEq(reentries, 1);
        vm.assertEq(address(this).balance, before + price);
    }

    receive() external payable {
        vm.assertTrue(isReceiving, "an unexpected payment");
        ++reentries;
        (bool done,) = address(court).call(abi.encodeCall(court.withdraw, ()));
        vm.assertFalse(done);
    }
}
