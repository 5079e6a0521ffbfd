// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim} from "../src/types/Claim.sol";
import {ReceiptProof} from "../src/types/Disclosure.sol";
import {ChunkId, Charge, DisclosedWork} from "../src/types/DisclosedWork.sol";
import {MachineState} from "../src/types/MachineState.sol";
import {Payload} from "../src/types/Payload.sol";
import {CourtModel} from "./verification/CourtModel.sol";

/// @notice Measures the gas of the court's transactions, as whole transactions. The source of segment 3 is a payload of the greatest length.
/// forge-config: default.isolate = true
contract GasCourtTest is CourtModel {
    string private constant GROUP = "court";
    uint256 private constant CHUNK = 1_234;
    Payload private largest;

    function setUp() public {
        _deployCourt();
        vm.fee(1 gwei);
    }

    function _changeReceipt(ReceiptProof memory proof) internal override {
        if (proof.sequenceNumber != LONG) return;
        // Only the path from the chunk to the root matters, so the siblings are random.
        bytes32[][] memory levels = _treeOf(_bytes(4_096, 0));
        bytes32 node = levels[7][0];
        bytes32[] memory siblings = _largestSiblings();
        for (uint256 level; level < 12; ++level) {
            bool isLeft = CHUNK >> level & 1 == 0;
            node = isLeft ? keccak256(abi.encode(node, siblings[level])) : keccak256(abi.encode(siblings[level], node));
        }
        largest = Payload(node, 2 ** 24);
        proof.dataHash = largest.dataHash();
    }

    function _largestSiblings() private pure returns (bytes32[] memory siblings) {
        siblings = new bytes32[](12);
        for (uint256 level; level < 12; ++level) {
            siblings[level] = keccak256(abi.encode("sibling", level));
        }
    }

    function test_gas_objection() public {
        _object(friend, 0, 2);
        bytes32 gameId = _measureObjection();
        _mine(CLOCK + 1);
        game.endByTime(gameId);
        court.resolve(claimId, 1, gameId);
        vm.snapshotGasLastCall(GROUP, "resolve");
        claims.recordVerdict(claimId, 1);
        vm.snapshotGasLastCall(GROUP, "recordVerdict, Invalid");
    }

    /// @dev Nobody objected to the four segments of the claim.
    function test_gas_distributeFees() public {
        Claim memory claim = _claimedWork().claim;
        _passWindow(0);
        claims.distributeFees(claim);
        vm.snapshotGasLastCall(GROUP, "distributeFees, four segments");
    }

    function test_gas_answer() public {
        DisclosedWork memory work = _workOf(LONG);
        uint256[] memory chunks = new uint256[](1);
        chunks[0] = CHUNK;
        uint256 price = court.demandPrice(1 gwei);
        vm.deal(objector, price);
        vm.prank(objector);
        court.demand{value: price}(work, 0, chunks);
        vm.snapshotGasLastCall(GROUP, "demand, one chunk");
        ChunkId memory id = ChunkId(claimId, LONG, largest.dataHash(), CHUNK);
        (bytes memory data, bytes32[] memory siblings) = (_bytes(4_096, 0), _largestSiblings());
        Payload memory payload = largest;
        _mine(1);
        vm.prank(transcoder);
        court.answer(id, payload, data, siblings);
        uint256 used = vm.snapshotGasLastCall(GROUP, "answer, a chunk of 4 KiB");
        vm.assertLe(used, 210_000, "an answered chunk");
        // The prepaid half.
        vm.assertLe(price * 2, 210_000 * 1 gwei, "the demander pays more than half");
        vm.assertGe(price * 21, used * 1 gwei * 10, "the demander pays less than half");
    }

    function _measureObjection() private returns (bytes32 gameId) {
        Charge memory charge = _chargeOf(1, 0);
        MachineState memory end = _stateAt(1, 2, LENGTH);
        bytes32[32] memory ends;
        for (uint256 i; i < 32; ++i) {
            ends[i] = end.hash();
        }
        uint256 bond = game.bondAt(block.basefee);
        vm.deal(objector, bond);
        vm.prank(objector);
        gameId = court.object{value: bond}(charge, end, ends);
        uint256 used = vm.snapshotGasLastCall(GROUP, "object");
        // GasDispute.t.sol has the other transactions of a dispute.
        vm.assertLe(used, 290_000, "an objection");
    }
}
