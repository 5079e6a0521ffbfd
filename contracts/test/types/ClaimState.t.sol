// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClaimsSettlement} from "../../src/ClaimsSettlement.sol";
import {Claims} from "../../src/claims/Claims.sol";
import {ClaimTerms} from "../../src/claims/ClaimTerms.sol";
import {IBondingManager} from "../../src/interfaces/IBondingManager.sol";
import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../../src/interfaces/IJobsManager.sol";
import {IRandomness} from "../../src/interfaces/IRandomness.sol";
import {Claim} from "../../src/types/Claim.sol";
import {Vectors} from "../Vectors.sol";

/// @dev Replaces all other contracts in this test. Accepts every call.
contract Accepting {
    fallback() external {
        assembly ("memory-safe") {
            return(0, 0x20)
        }
    }
}

/// @dev A ClaimsSettlement with one claim. The test sets the state of the claim.
contract OneClaim is ClaimsSettlement {
    constructor(address other)
        ClaimsSettlement(other, IBondingManager(other), IJobsManager(other), IRandomness(other))
    {}

    function store(bytes32 claimId, ClaimRecord memory record, Terms memory values) external {
        versions[0] = values;
        claims[claimId] = record;
    }
}

contract ClaimStateTest is Vectors {
    uint40 private constant CLAIM_BLOCK = 90;
    string private constant DISTRIBUTE_FEES =
        "distributeFees((bytes32,address,address,uint64,bytes32,(uint64,uint64)[],uint64,bytes32))";

    Claim private claim;

    function setUp() public {
        _loadVectors("ClaimState");
    }

    function test_statusNumbers_matchVectors() public view {
        string[] memory names = new string[](uint256(type(IClaimsTypes.State).max) + 1);
        names[uint256(IClaimsTypes.State.None)] = "None";
        names[uint256(IClaimsTypes.State.Open)] = "Open";
        names[uint256(IClaimsTypes.State.Paid)] = "Paid";
        names[uint256(IClaimsTypes.State.Refunded)] = "Refunded";
        _assertNames("statusNames", names);
    }

    function test_refundReasonNumbers_matchVectors() public view {
        string[] memory names = new string[](uint256(type(IClaimsTypes.Reason).max) + 1);
        names[uint256(IClaimsTypes.Reason.Invalid)] = "Invalid";
        names[uint256(IClaimsTypes.Reason.Unavailable)] = "Unavailable";
        names[uint256(IClaimsTypes.Reason.Missed)] = "Missed";
        names[uint256(IClaimsTypes.Reason.Expired)] = "Expired";
        names[uint256(IClaimsTypes.Reason.Equivocation)] = "Equivocation";
        names[uint256(IClaimsTypes.Reason.Expelled)] = "Expelled";
        _assertNames("refundReasonNames", names);
    }

    function test_offenceNumbers_matchVectors() public view {
        string[] memory names = new string[](uint256(type(IClaimsTypes.Offence).max) + 1);
        names[uint256(IClaimsTypes.Offence.FailedVerification)] = "FailedVerification";
        names[uint256(IClaimsTypes.Offence.MissedVerification)] = "MissedVerification";
        names[uint256(IClaimsTypes.Offence.Equivocation)] = "Equivocation";
        _assertNames("offenceNames", names);
    }

    function test_transactions_areAcceptedOnlyInStatesOfVectors() public {
        for (uint256 i; i < _count("cases"); ++i) {
            OneClaim settlement = new OneClaim(address(new Accepting()));
            settlement.store(claim.id(), _recordOf(i), _periodsOf(i));
            vm.roll(_uintAt(i, "block"));
            string memory state = _stringAt(i, "state");
            (bool missed, bool expired) = (_same(state, "missed"), _same(state, "expired"));
            if (missed) _expectRefund(settlement, IClaimsTypes.Reason.Missed);
            if (expired) _expectRefund(settlement, IClaimsTypes.Reason.Expired);
            bool accepted = _accepts(settlement, abi.encodeCall(settlement.expire, (claim)));
            _assertSame(accepted, missed || expired, state, "expire");
            accepted = _accepts(settlement, abi.encodeCall(settlement.sealChallenges, (claim)));
            _assertSame(accepted, _same(state, "claimed"), state, "sealChallenges");
            accepted = _accepts(settlement, abi.encodeWithSignature(DISTRIBUTE_FEES, claim));
            _assertSame(accepted, _same(state, "verified"), state, "distributeFees");
        }
    }

    function _recordOf(uint256 i) private view returns (Claims.ClaimRecord memory record) {
        record.claimBlock = CLAIM_BLOCK;
        string memory status = _stringAt(i, "status");
        for (uint256 state; state <= uint256(type(IClaimsTypes.State).max); ++state) {
            if (_same(status, _item("statusNames", state))) record.state = IClaimsTypes.State(state);
        }
        bool isSealed = vm.parseJsonBool(json, _path("cases", i, "isSealed"));
        // While a claim is not sealed, the contract stores the largest uint16 as `challenged`.
        record.challenged = isSealed ? uint16(_uintAt(i, "challenged")) : type(uint16).max;
        record.requested = uint16(_uintAt(i, "requested"));
        record.passed = uint16(_uintAt(i, "passed"));
        record.refused = uint16(_uintAt(i, "refused"));
    }

    function _periodsOf(uint256 i) private view returns (ClaimTerms.Terms memory values) {
        values.verificationRate = 1;
        values.verificationPeriodBlocks = uint16(_uintAt(i, "verificationDeadline") - CLAIM_BLOCK);
        values.slashingPeriodBlocks = uint24(_uintAt(i, "verdictDeadline") - _uintAt(i, "verificationDeadline"));
    }

    function _expectRefund(OneClaim settlement, IClaimsTypes.Reason reason) private {
        vm.expectEmit(address(settlement));
        emit IClaimsTypes.ClaimRefunded(claim.id(), claim.jobId, claim.transcoder, 0, reason);
    }

    /// @dev Makes a call, then reverts its changes of the contract storage.
    function _accepts(OneClaim settlement, bytes memory call) private returns (bool accepted) {
        uint256 snapshot = vm.snapshotState();
        (accepted,) = address(settlement).call(call);
        vm.revertToState(snapshot);
    }

    function _assertSame(bool accepted, bool expected, string memory state, string memory transaction) private pure {
        vm.assertEq(accepted ? 1 : 0, expected ? 1 : 0, string.concat(transaction, " in state ", state));
    }

    function _same(string memory left, string memory right) private pure returns (bool) {
        return keccak256(bytes(left)) == keccak256(bytes(right));
    }
}
