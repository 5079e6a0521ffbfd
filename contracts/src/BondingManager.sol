// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
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
import {DrawnList} from "./types/DrawnList.sol";

/// @dev See IBondingManager. This contract contains the functions of IDelegation and ICandidates. For all other functions,
/// it runs the code of `earnings` on its own state. One contract with all this code would exceed the size limit of a contract.
contract BondingManager is Bonding, IDelegation, ICandidates {
    using Delegation for State;
    using Stakes for State;
    using JobAssignment for TranscoderPool.Pool;

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
    function bond(uint256 amount, address to) external whenRoundInitialized {
        state.bond(token, amount, to);
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

    /// @inheritdoc ICandidates
    function forfeitBlock(address account) external view returns (uint256) {
        return state.transcoders[state.numbers[account]].forfeitBlock;
    }

    /// @inheritdoc ICandidates
    function draw(bytes32 seed, uint256 atBlock, uint256 maxPricePerUnit, uint256 count)
        external
        view
        returns (DrawnList)
    {
        uint256 round = atBlock >= state.pool.openedBlock ? state.pool.round : roundsManager.roundInForceAt(atBlock);
        return state.pool.draw(JobAssignment.Offer(atBlock, round, maxPricePerUnit), seed, count);
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
