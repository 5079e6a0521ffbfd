// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {BondingTerms} from "./bonding/BondingTerms.sol";
import {Candidates} from "./bonding/Candidates.sol";
import {Seats} from "./bonding/Seats.sol";
import {Slashing} from "./bonding/Slashing.sol";
import {Stakes} from "./bonding/Stakes.sol";
import {IDelegation} from "./interfaces/IDelegation.sol";
import {IRoundsManager} from "./interfaces/IRoundsManager.sol";
import {Extension} from "./libraries/Extension.sol";
import {Parameters as Bounds} from "./libraries/Parameters.sol";

/// @dev See IBondingManager. This contract contains the functions of IDelegation, ICandidates and ISlashing. For the
/// functions of IEarnings, it runs the code of `earnings` on its own storage. One contract with all this code would
/// exceed the size limit of a contract.
contract BondingManager is Seats, Candidates, Slashing {
    address public immutable earnings;

    /// @param earnings_ A BondingEarnings with the same token, RoundsManager and ClaimsManager.
    constructor(
        address owner_,
        IERC20 token_,
        IRoundsManager roundsManager_,
        address earnings_,
        address claimsManager_,
        Parameters memory values
    ) Ownable(owner_) BondingTerms(roundsManager_) Stakes(token_) Slashing(claimsManager_) {
        Bounds.requireCode(earnings_);
        earnings = earnings_;
        _setNextTerms(values);
        terms = nextTerms;
    }

    /// @dev A call that sends wei reverts, because this function is not payable.
    fallback() external {
        Extension.forward(earnings);
    }

    /// @inheritdoc IDelegation
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results) {
        results = new bytes[](calls.length);
        for (uint256 i; i < calls.length; ++i) {
            bool done;
            (done, results[i]) = address(this).delegatecall(calls[i]);
            if (done) continue;
            assembly ("memory-safe") {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }

    /// @inheritdoc IDelegation
    function minUnbondingBlocks() external view returns (uint256) {
        return _minUnbondingBlocks();
    }
}
