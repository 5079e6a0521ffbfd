// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BondingManager} from "../../src/BondingManager.sol";
import {ClaimsManager} from "../../src/ClaimsManager.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {Protocol} from "../Protocol.sol";

/// @notice BondingManager and ClaimsManager run the code of a second contract, their extension, by delegatecall. A
/// delegatecall to an address without code succeeds and does nothing. So with a missing extension, a contract would
/// accept every call of the extension's functions.
contract ExtensionTest is Protocol {
    address private constant MISSING = address(0xE87);

    function setUp() public {
        _deploy(3);
    }

    function test_constructor_withExtensionWithoutCode_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IParameters.NoCode.selector, MISSING));
        new BondingManager(address(this), token, rounds, MISSING, address(claims), _bondingParameters(3));
        vm.expectRevert(abi.encodeWithSelector(IParameters.NoCode.selector, MISSING));
        new ClaimsManager(address(this), bonding, jobs, randomness, MISSING, verifier, _claimsParameters());
    }
}
