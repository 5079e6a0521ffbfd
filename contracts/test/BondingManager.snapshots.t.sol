// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {ISnapshots} from "../src/interfaces/ISnapshots.sol";
import {Protocol} from "./Protocol.sol";

contract BondingManagerSnapshotsTest is Protocol {
    struct Values {
        uint256 round;
        uint256 total;
        uint256[2] stakes;
        uint256[2] allShares;
        address[5] delegates;
        uint256[5] shares;
    }

    address private anna = _account("anna");
    address private ben = _account("ben");
    address private dora = _account("dora");
    /// @dev Anna and Ben are transcoders.
    address[5] private accounts = [anna, ben, dora, _account("emil"), _account("fritz")];
    /// @dev Values of every snapshot, read directly after the round of the snapshot.
    Values[] private snapshots;

    function setUp() public {
        _deploy(3);
        _registerTranscoder(anna, 100 ether, PRICE);
        _registerTranscoder(ben, 100 ether, PRICE);
        for (uint256 i; i < accounts.length; ++i) {
            _fund(accounts[i], 1_000 ether);
        }
    }

    function test_takeSnapshot_byAnotherCaller_reverts() public {
        _initializeNextRound();
        vm.assertEq(bonding.governor(), address(this));
        vm.expectRevert(abi.encodeWithSelector(ISnapshots.NotGovernor.selector, dora));
        vm.prank(dora);
        bonding.takeSnapshot();
    }

    function test_takeSnapshot_outsideInitializedRound_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.RoundNotInitialized.selector, 0));
        bonding.takeSnapshot();
        _initializeNextRound();
        _mine(ROUND_LENGTH);
        vm.expectRevert(abi.encodeWithSelector(IBondingTypes.RoundNotInitialized.selector, 2));
        bonding.takeSnapshot();
    }

    function test_takeSnapshot_twiceInARound_takesOneSnapshot() public {
        _initializeNextRound();
        vm.expectEmit(address(bonding));
        emit ISnapshots.StakeSnapshot(1);
        vm.assertEq(bonding.takeSnapshot(), 1);
        vm.recordLogs();
        vm.assertEq(bonding.takeSnapshot(), 1);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        _initializeNextRound();
        vm.prank(dora);
        bonding.bond(10 ether, anna);
        (uint256 stake,) = bonding.stakeAt(anna, 1);
        vm.assertEq(stake, 100 ether);
    }

    function test_delegationAt_returnsDelegationAtRoundEnd() public {
        _initializeNextRound();
        vm.prank(dora);
        bonding.bond(10 ether, anna);
        bonding.takeSnapshot();
        _initializeNextRound();
        (, uint256 shares) = bonding.delegationAt(dora, 1);
        bonding.takeSnapshot();
        vm.prank(dora);
        bonding.bond(5 ether, ben);
        _initializeNextRound();
        (address delegate_, uint256 sharesAtRoundOne) = bonding.delegationAt(dora, 1);
        vm.assertEq(delegate_, anna);
        vm.assertEq(sharesAtRoundOne, shares);
        (delegate_,) = bonding.delegationAt(dora, 2);
        vm.assertEq(delegate_, ben);
        (uint256 stake, uint256 all) = bonding.stakeAt(anna, 1);
        vm.assertEq(stake, 110 ether);
        vm.assertEq(sharesAtRoundOne * stake / all, 10 ether);
        (stake,) = bonding.stakeAt(anna, 2);
        vm.assertEq(stake, 100 ether);
        vm.assertEq(bonding.totalAt(1), 210 ether);
        vm.assertEq(bonding.totalAt(2), 215 ether);
    }

    function test_stakeAtAndDelegationAt_ofRoundWithoutEndedSnapshot_revert() public {
        _initializeNextRound();
        _expectReverts(1, abi.encodeWithSelector(ISnapshots.NoSnapshot.selector, 1));
        bonding.takeSnapshot();
        _expectReverts(1, abi.encodeWithSelector(ISnapshots.SnapshotNotEnded.selector, 1));
        // The stakes can still be slashed until the next round is initialized.
        _mine(ROUND_LENGTH);
        _expectReverts(1, abi.encodeWithSelector(ISnapshots.SnapshotNotEnded.selector, 1));
        _slash(anna, 100_000);
        _initializeNextRound();
        (uint256 stake,) = bonding.stakeAt(anna, 1);
        vm.assertEq(stake, 90 ether);
        _expectReverts(0, abi.encodeWithSelector(ISnapshots.NoSnapshot.selector, 0));
        _expectReverts(2, abi.encodeWithSelector(ISnapshots.NoSnapshot.selector, 2));
    }

    /// @dev Rounds 2 to 4 are never initialized. So round 1, the round of the snapshot, ends when round 5 is
    /// initialized.
    function test_stakeAt_beforeSkippedRounds_returnsStakeAtRoundEnd() public {
        _initializeNextRound();
        vm.prank(dora);
        bonding.bond(10 ether, anna);
        bonding.takeSnapshot();
        _mine(3 * ROUND_LENGTH);
        _initializeNextRound();
        vm.prank(dora);
        bonding.bond(10 ether, anna);
        (uint256 stake,) = bonding.stakeAt(anna, 1);
        vm.assertEq(stake, 110 ether);
    }

    /// @dev Every view of a past snapshot returns the values that it returned directly after the round of the snapshot.
    /// forge-config: default.fuzz.runs = 64
    /// forge-config: long.fuzz.runs = 512
    /// forge-config: mutation.fuzz.runs = 16
    function test_fuzz_snapshots_afterAnyActions_stayTheSame(bytes32 seed) public {
        _initializeNextRound();
        for (uint256 i; i < 60; ++i) {
            seed = keccak256(abi.encode(seed));
            uint256 number = uint256(seed);
            _act(number % 16, accounts[(number >> 8) % 5], accounts[(number >> 16) % 2], (number >> 32) % 200 ether);
        }
        _endRound();
        for (uint256 i; i < snapshots.length; ++i) {
            vm.assertEq(keccak256(abi.encode(_read(snapshots[i].round))), keccak256(abi.encode(snapshots[i])));
        }
    }

    function _act(uint256 action, address account, address transcoder, uint256 amount) private {
        if (action < 3) return _endRound();
        if (action < 5) {
            bonding.takeSnapshot();
            return;
        }
        if (action == 5) {
            _slash(transcoder, amount % 100_000);
            return;
        }
        if (action == 6) return bonding.updateDelegatorStake(account);
        vm.prank(action < 9 ? transcoder : account);
        if (action < 9) {
            try bonding.reward() {} catch {}
        } else if (action < 13) {
            try bonding.bond(amount, transcoder) {} catch {}
        } else {
            try bonding.unbond(amount) {} catch {}
        }
    }

    /// @dev Moves to the next round, and stores the values if the ended round has a snapshot.
    function _endRound() private {
        uint256 round = rounds.currentRound();
        _initializeNextRound();
        try bonding.stakeAt(anna, round) {}
        catch {
            return;
        }
        Values memory values = _read(round);
        vm.assertEq(values.total, bonding.totalBonded());
        for (uint256 i; i < 2; ++i) {
            vm.assertEq(values.stakes[i], bonding.stakeOf(accounts[i]));
        }
        for (uint256 i; i < 5; ++i) {
            address delegate_ = bonding.getDelegator(accounts[i]).delegate;
            if (delegate_ != address(0)) vm.assertEq(values.delegates[i], delegate_);
        }
        snapshots.push(values);
    }

    function _read(uint256 round) private view returns (Values memory values) {
        (values.round, values.total) = (round, bonding.totalAt(round));
        for (uint256 i; i < 2; ++i) {
            (values.stakes[i], values.allShares[i]) = bonding.stakeAt(accounts[i], round);
        }
        for (uint256 i; i < 5; ++i) {
            (values.delegates[i], values.shares[i]) = bonding.delegationAt(accounts[i], round);
        }
    }

    function _expectReverts(uint256 round, bytes memory reason) private {
        vm.expectRevert(reason);
        bonding.stakeAt(anna, round);
        vm.expectRevert(reason);
        bonding.delegationAt(dora, round);
        vm.expectRevert(reason);
        bonding.totalAt(round);
    }
}
