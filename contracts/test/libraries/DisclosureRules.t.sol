// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimsTypes} from "../../src/interfaces/IClaimsTypes.sol";
import {DisclosureRules} from "../../src/libraries/DisclosureRules.sol";
import {signerOf} from "../../src/types/signature.sol";
import {Test} from "../Test.sol";

/// @notice ClaimsManager.verify.t.sol tests the other rules of a disclosure.
contract DisclosureRulesTest is Test {
    /// @dev A broadcaster and a transcoder who are accomplices can agree on the zero address as rendition key.
    function test_requireSigner_ofZeroAddressWithMalformedSignature_reverts() public {
        address signer = signerOf("digest", "malformed");
        vm.expectRevert(abi.encodeWithSelector(IClaimsTypes.WrongSigner.selector, address(0), address(0)));
        this.requireSigner(address(0), signer);
    }

    /// @dev This function is external, because `expectRevert` needs an external call.
    function requireSigner(address expected, address signer) external pure {
        DisclosureRules.requireSigner(expected, signer);
    }
}
