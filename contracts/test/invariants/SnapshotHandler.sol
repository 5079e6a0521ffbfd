// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISnapshots} from "../../src/interfaces/ISnapshots.sol";
import {OwnerHandler} from "./OwnerHandler.sol";

/// @notice The governor takes snapshots. Another account tries to take a snapshot, and the
/// contracts must refuse this call. Checks that the values of a snapshot are the stakes at the end of its round, and that
/// these values never change.
abstract contract SnapshotHandler is OwnerHandler {
    struct Snapshot {
        uint256 round;
        /// @dev Hash of the values at the first read after the round; zero before that read.
        bytes32 values;
    }

    Snapshot[] private snapshots;

    /// @dev Also checks two random snapshots. A check of all snapshots in each call would take too long.
    function takeSnapshot(uint256 seed, uint256 salt) external randomAction(seed, salt) {
        _initializeRound();
        bytes memory data = abi.encodeCall(bonding.takeSnapshot, ());
        (address governor, address other) = (bonding.governor(), _randomActor());
        _assertRefused(other, address(bonding), data, ISnapshots.NotGovernor.selector);
        vm.prank(governor);
        uint256 round = bonding.takeSnapshot();
        vm.assertEq(round, rounds.currentRound());
        uint256 count = snapshots.length;
        if (count == 0 || snapshots[count - 1].round != round) snapshots.push(Snapshot(round, 0));
        _assertSnapshotIsUnchanged(_randomBelow(snapshots.length));
        _assertSnapshotIsUnchanged(_randomBelow(snapshots.length));
        _countOutcome("takeSnapshot");
    }

    function assertSnapshotsAreUnchanged() external {
        for (uint256 i; i < snapshots.length; ++i) {
            _assertSnapshotIsUnchanged(i);
        }
    }

    function _assertSnapshotIsUnchanged(uint256 index) private {
        Snapshot storage snapshot = snapshots[index];
        uint256 round = snapshot.round;
        if (round >= rounds.lastInitializedRound()) return;
        bytes memory values;
        uint256 total;
        uint256 next = round + 1;
        while (next < rounds.lastInitializedRound() && !wasInitialized[next]) ++next;
        for (uint256 i; i < ACTORS; ++i) {
            (uint256 stake, uint256 shares) = bonding.stakeAt(_actor(i), round);
            vm.assertEq(
                stake, roundEntries[next][_actor(i)].stake, "a snapshot differs from the stake at the round's end"
            );
            (address delegate, uint256 delegated) = bonding.delegationAt(_actor(i), round);
            values = abi.encode(values, stake, shares, delegate, delegated);
            total += stake;
        }
        vm.assertEq(
            bonding.totalAt(round), total + VERIFIER_BOND, "a snapshot's total differs from the sum of its stakes"
        );
        bytes32 hash = keccak256(values);
        if (snapshot.values == 0) snapshot.values = hash;
        vm.assertEq(snapshot.values, hash);
    }
}
