// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingManager} from "../../src/interfaces/IBondingManager.sol";
import {IClaimsManager} from "../../src/interfaces/IClaimsManager.sol";
import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {BondedVerifier} from "../../src/verification/BondedVerifier.sol";
import {ClaimHandler} from "./ClaimHandler.sol";

/// @dev A BondedVerifier that refuses some requests: it reverts, or it uses up all its gas.
contract UnreliableVerifier is BondedVerifier {
    constructor(IClaimsManager claims_, IBondingManager bonding_, address account, uint256 bond)
        BondedVerifier(claims_, bonding_, account, bond)
    {}

    function request(bytes32 claimId, bytes32, uint64 sequenceNumber, bytes32) external view override {
        if (!refuses(claimId, sequenceNumber)) return;
        if (_randomOf(claimId, sequenceNumber) % 2 == 0) revert();
        assembly {
            invalid()
        }
    }

    function refuses(bytes32 claimId, uint64 sequenceNumber) public pure returns (bool) {
        return (_randomOf(claimId, sequenceNumber) >> 1) % 3 > 0;
    }

    function _randomOf(bytes32 claimId, uint64 sequenceNumber) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(claimId, sequenceNumber)));
    }
}

/// @notice Acts as a verifier. The verifier of a job is the BondedVerifier or a contract that refuses some requests. A verdict
/// is right or wrong: the id of a claim decides whether the claim is false.
abstract contract Verifiers is ClaimHandler {
    UnreliableVerifier internal unreliable;

    /// @dev Returns the right verdict on a claim in 18 of 24 cases.
    function _randomVerdict(bytes32 claimId) internal returns (IVerifier.Verdict) {
        uint256 choice = _randomBelow(24);
        if (choice < 2) return IVerifier.Verdict.InputInvalid;
        if (choice < 4) return IVerifier.Verdict.Unavailable;
        bool saysFalse = choice < 6 ? !_isFalse(claimId) : _isFalse(claimId);
        return saysFalse ? IVerifier.Verdict.Invalid : IVerifier.Verdict.Valid;
    }

    function _countVerdict(bytes32 claimId, IVerifier.Verdict verdict) internal {
        _countOutcome(bytes32(abi.encodePacked("verdict", vm.toString(uint256(verdict)))));
        if (verdict == IVerifier.Verdict.InputInvalid || verdict == IVerifier.Verdict.Unavailable) return;
        bool isRight = _isFalse(claimId) == (verdict == IVerifier.Verdict.Invalid);
        _countOutcome(isRight ? bytes32("rightVerdict") : bytes32("wrongVerdict"));
    }

    /// @dev The account `verifier` reports a verdict to the verifier contract that belongs to the job of the claim.
    function _reportThrough(bytes32 claimId, uint64 number, IVerifier.Verdict verdict) internal {
        bytes memory data = abi.encodeCall(verifier.report, (claimId, number, verdict));
        address target = _verifierOf(claimId);
        vm.prank(_account("verifier"));
        (bool succeeded,) = target.call(data);
        vm.assertTrue(succeeded, "the verdict was refused");
    }

    function _assertVerdictRefused(bytes32 claimId, uint64 number, IVerifier.Verdict verdict, bytes4 expectedError)
        internal
    {
        bytes memory data = abi.encodeCall(verifier.report, (claimId, number, verdict));
        _assertRefused(_account("verifier"), _verifierOf(claimId), data, expectedError);
    }

    /// @dev Whether the claim can be paid: its lottery is sealed, and each challenged segment has the verdict Valid or
    /// InputInvalid. After the verdict deadline, a segment whose request the verifier refused needs no verdict.
    function _isAccepted(bytes32 claimId, IClaimsTypes.Status memory status) internal view returns (bool) {
        if (!status.isSealed) return false;
        if (status.passed == status.challenged) return true;
        return _hasOnlyRefused(claimId, status) && vm.getBlockNumber() >= status.verdictDeadline;
    }

    /// @dev Whether each challenged segment has the verdict Valid or InputInvalid, or its request was refused.
    function _hasOnlyRefused(bytes32 claimId, IClaimsTypes.Status memory status) internal view returns (bool) {
        uint256 refused;
        uint64[] memory numbers = challengesOf[claimId];
        for (uint256 i; i < numbers.length; ++i) {
            IClaimsTypes.RequestStatus memory request = claims.getRequest(claimId, numbers[i]);
            if (request.verifier == address(0) || request.verdict != IVerifier.Verdict.None) continue;
            if (request.verifier == address(unreliable) && unreliable.refuses(claimId, numbers[i])) ++refused;
        }
        vm.assertEq(status.refused, refused, "the number of refused requests differs from the model");
        return status.passed + refused == status.challenged;
    }

    function _verifierOf(bytes32 claimId) internal view returns (address) {
        return _versionOf(_claimOf(claimId).jobId).verifier;
    }

    /// @dev One claim in eight is false.
    function _isFalse(bytes32 claimId) private pure returns (bool) {
        return uint256(claimId) % 8 == 0;
    }
}
