// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingManager} from "../../src/interfaces/IBondingManager.sol";
import {IMinter} from "../../src/interfaces/IMinter.sol";
import {IRandomness} from "../../src/interfaces/IRandomness.sol";
import {RoundsManager} from "../../src/RoundsManager.sol";
import {Protocol} from "../Protocol.sol";
import {Vectors} from "../Vectors.sol";

/// @dev Deploys the contracts, with rounds of 30 blocks, and registers one transcoder.
contract Network is Protocol {
    constructor() {
        _deploy(3);
        _registerTranscoder(_account("anna"), 1 ether, PRICE);
    }

    /// @dev Moves to the block after the first `passed` blocks of a round. This round is the initialized round or, if
    /// `initialized` is false, the next round.
    function advance(bool initialized, uint256 passed) external {
        vm.roll(rounds.currentRoundStartBlock() + (initialized ? 0 : ROUND_LENGTH) + passed);
    }

    function initialize() external {
        _initializeNextRound();
    }

    function canChangeRates() external returns (bool possible) {
        vm.prank(_account("anna"));
        (possible,) = address(bonding).call(abi.encodeCall(bonding.transcoder, (PRICE, 0, 0)));
    }
}

contract RoundTest is Vectors {
    function setUp() public {
        _loadVectors("Round");
    }

    function test_roundAt_matchesVectors() public {
        for (uint256 i; i < _count("cases"); ++i) {
            vm.roll(_uintAt(i, "firstBlock"));
            RoundsManager rounds = new RoundsManager(
                address(this),
                IBondingManager(address(0)),
                IMinter(address(0)),
                IRandomness(address(0)),
                _uintAt(i, "length"),
                _uintAt(i, "lockAmount")
            );
            vm.roll(_uintAt(i, "block"));
            vm.assertEq(rounds.currentRound(), _uintAt(i, "number"));
            vm.assertEq(rounds.currentRoundStartBlock(), _uintAt(i, "startBlock"));
            vm.assertEq(rounds.currentRoundStartBlock() + rounds.roundLength(), _uintAt(i, "endBlock"));
            vm.assertTrue(rounds.currentRoundInitialized() == vm.parseJsonBool(json, _path("cases", i, "initialized")));
            vm.assertTrue(rounds.currentRoundLocked() == (_uintAt(i, "block") >= _uintAt(i, "lockBlock")));
        }
    }

    /// @dev A transcoder can change its rates if and only if the round is not locked.
    function test_transcoder_whenVectorsSayLocked_reverts() public {
        for (uint256 i; i < _count("locks"); ++i) {
            Network network = new Network();
            if (vm.parseJsonUint(json, _path("locks", i, "initializedRounds")) == 1) network.initialize();
            network.advance(
                vm.parseJsonBool(json, _path("locks", i, "initialized")),
                vm.parseJsonUint(json, _path("locks", i, "passed"))
            );
            vm.assertTrue(network.canChangeRates() != vm.parseJsonBool(json, _path("locks", i, "locked")));
        }
    }
}
