// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVerifier} from "../../src/interfaces/IVerifier.sol";
import {Vectors} from "../Vectors.sol";

contract VerdictTest is Vectors {
    function setUp() public {
        _loadVectors("Verdict");
    }

    function test_numbers_matchVectors() public view {
        string[] memory names = new string[](uint256(type(IVerifier.Verdict).max) + 1);
        names[uint256(IVerifier.Verdict.None)] = "None";
        names[uint256(IVerifier.Verdict.Valid)] = "Valid";
        names[uint256(IVerifier.Verdict.Invalid)] = "Invalid";
        names[uint256(IVerifier.Verdict.InputInvalid)] = "InputInvalid";
        names[uint256(IVerifier.Verdict.Unavailable)] = "Unavailable";
        _assertNames("names", names);
    }
}
