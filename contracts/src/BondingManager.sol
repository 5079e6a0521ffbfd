// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Bonding} from "./bonding/Bonding.sol";
import {Delegation} from "./bonding/Delegation.sol";
import {State} from "./bonding/State.sol";
import {Stakes} from "./bonding/Stakes.sol";
import {ICandidates} from "./interfaces/ICandidates.sol";
import {IDelegation} from "./interfaces/IDelegation.sol";
import {IRoundsManager} from "./interfaces/IRoundsManager.sol";
import {Extension} from "./libraries/Extension.sol";
import {JobAssignment} from "./libraries/JobAssignment.sol";
import {Parameters as Bounds} from "./libraries/Parameters.sol";
import {TranscoderPool} from "./libraries/TranscoderPool.sol";

/// @dev See IBondingManager. This contract contains the functions of IDelegation and ICandidates. For all other functions,
/// it runs the code of `earnings` on its own state. One contract with all this code would exceed the size limit of a contract.
contract BondingManager is Bonding, IDelegation, ICandidates {
    using Delegation for State;
    using Stakes for State;
    using TranscoderPool for TranscoderPool.Pool;

    address public immutable earnings;

    /// @param earnings_ A BondingEarnings with the same token, RoundsManager and ClaimsManager.
    constructor(
        address owner_,
        IERC20 token_,
        IRoundsManager roundsManager_,
        address earnings_,
        address claimsManager_,
        Parameters memory values
    ) Ownable(owner_) Bonding(token_, roundsManager_, claimsManager_) {
        Bounds.requireCode(earnings_);
        earnings = earnings_;
        _setNextTerms(values);
        state.terms = state.nextTerms;
    }

    /// @dev A call that sends wei reverts, because this function is not payable.
    fallback() external {
        Extension.forward(earnings);
    }

    /// @inheritdoc IDelegation
    function bond(uint256 amount, address to) public whenRoundInitialized {
        state.bond(token, amount, to);
    }

    /// @inheritdoc IDelegation
    function bondWithPermit(uint256 amount, address to, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        // If another account has already sent this permit, `permit` reverts, but the approval exists.
        try IERC20Permit(address(token)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        bond(amount, to);
    }

    /// @inheritdoc IDelegation
    function unbond(uint256 amount) external whenRoundInitialized returns (uint256 lockId) {
        return state.unbond(amount);
    }

    /// @inheritdoc IDelegation
    function rebond(uint256 lockId, address to) external whenRoundInitialized {
        state.rebond(lockId, to);
    }

    /// @inheritdoc IDelegation
    function withdrawStake(uint256 lockId) external {
        state.withdrawStake(token, lockId);
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
        (uint256 present, uint256 next) = (state.terms.unbondingPeriod, state.nextTerms.unbondingPeriod);
        return next < present ? next : present;
    }

    /// @inheritdoc ICandidates
    function forfeitBlock(address account) external view returns (uint256) {
        return state.transcoders[state.numbers[account]].forfeitBlock;
    }

    /// @inheritdoc ICandidates
    function draw(bytes32 seed, uint256 atBlock, uint256 maxPricePerUnit, uint256 count)
        external
        view
        returns (uint24[] memory numbers, bool contested)
    {
        uint256 round = roundsManager.roundInForceAt(atBlock);
        (uint256[] memory cumulative, uint256 active) =
            state.pool.cumulativeWeights(TranscoderPool.Offer(atBlock, round, maxPricePerUnit));
        contested = active > 0 && 2 * cumulative[cumulative.length - 1] >= active;
        uint256[] memory places = JobAssignment.draw(seed, cumulative, count);
        numbers = new uint24[](places.length);
        for (uint256 i; i < places.length; ++i) {
            numbers[i] = state.pool.numberAt(places[i], round);
        }
    }

    /// @inheritdoc ICandidates
    function transcoderOf(uint256 number) external view returns (address) {
        return state.accounts[number];
    }

    /// @inheritdoc ICandidates
    function numberOf(address account) external view returns (uint24) {
        return state.numbers[account];
    }

    /// @inheritdoc ICandidates
    function stakeOf(address account) external view returns (uint256) {
        return state.transcoders[state.numbers[account]].stake;
    }

    /// @inheritdoc ICandidates
    function selfStakeOf(address account) external view returns (uint256 stake, uint256 part) {
        stake = state.ownStake(account);
        part = state.ownPart(account, stake);
    }
}
