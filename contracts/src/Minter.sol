// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {IBondingManager} from "./interfaces/IBondingManager.sol";
import {IMinter} from "./interfaces/IMinter.sol";
import {Parameters as Bounds} from "./libraries/Parameters.sol";
import {LivepeerToken} from "./LivepeerToken.sol";

/// @dev See IMinter.
contract Minter is IMinter, Ownable {
    uint256 private constant BILLION = 1_000_000_000;
    /// @dev One percent of all LPT per round, in parts per billion.
    uint256 private constant MAX_INFLATION = 10_000_000;

    struct Terms {
        uint32 inflationChange;
        uint32 minInflation;
        uint32 maxInflation;
        uint32 participationRate;
    }

    LivepeerToken public immutable token;
    IBondingManager public immutable bondingManager;
    address public immutable roundsManager;

    Terms private terms;
    uint32 private rate;
    uint96 private roundMintable;
    /// @dev All LPT that were minted before the round opened, burned LPT included.
    uint96 private roundIssued;

    /// @param inflation_ Inflation before the first round, in parts per billion.
    constructor(
        address owner_,
        LivepeerToken token_,
        IBondingManager bondingManager_,
        address roundsManager_,
        uint256 inflation_,
        Parameters memory values
    ) Ownable(owner_) {
        (token, bondingManager, roundsManager) = (token_, bondingManager_, roundsManager_);
        _setTerms(values);
        rate = uint32(Bounds.bounded("inflation", inflation_, values.minInflation, values.maxInflation));
    }

    /// @inheritdoc IMinter
    function openRound(uint256 round) external {
        if (msg.sender != roundsManager) revert NotRoundsManager(msg.sender);
        uint256 supply = token.totalSupply();
        uint256 inflation_ = _nextInflation(rate, bondingManager.totalBonded() * BILLION / supply);
        uint256 issued = supply + token.burned();
        // The amount of all LPT must fit into 96 bits, because stakes are stored in 96 bits.
        uint256 mintable_ = FixedPointMathLib.min(supply * inflation_ / BILLION, type(uint96).max - issued);
        (rate, roundMintable, roundIssued) = (uint32(inflation_), uint96(mintable_), uint96(issued));
        emit Inflation(round, inflation_, mintable_);
    }

    /// @inheritdoc IMinter
    function mintReward(uint256 stake, uint256 activeStake) external returns (uint256 amount) {
        if (msg.sender != address(bondingManager)) revert NotBondingManager(msg.sender);
        amount = FixedPointMathLib.fullMulDiv(roundMintable, stake, activeStake);
        token.mint(msg.sender, amount);
    }

    /// @inheritdoc IMinter
    function setParameters(Parameters calldata values) external onlyOwner {
        _setTerms(values);
    }

    function parameters() external view returns (Parameters memory) {
        Terms memory values = terms;
        return Parameters(values.inflationChange, values.minInflation, values.maxInflation, values.participationRate);
    }

    function inflation() external view returns (uint256) {
        return rate;
    }

    function mintable() external view returns (uint256) {
        return roundMintable;
    }

    function minted() external view returns (uint256) {
        // Correct because only the Minter mints LPT.
        return roundIssued == 0 ? 0 : token.totalSupply() + token.burned() - roundIssued;
    }

    function _nextInflation(uint256 from, uint256 participation) private view returns (uint256 to) {
        Terms memory values = terms;
        to = from;
        if (participation < values.participationRate) to += values.inflationChange;
        else if (participation > values.participationRate) to -= FixedPointMathLib.min(to, values.inflationChange);
        to = FixedPointMathLib.clamp(to, values.minInflation, values.maxInflation);
    }

    function _setTerms(Parameters memory values) private {
        Bounds.bounded("maxInflation", values.maxInflation, 0, MAX_INFLATION);
        Bounds.bounded("minInflation", values.minInflation, 0, values.maxInflation);
        Bounds.bounded("inflationChange", values.inflationChange, 0, values.maxInflation);
        Bounds.bounded("participationRate", values.participationRate, 0, BILLION);
        terms = Terms({
            inflationChange: uint32(values.inflationChange),
            minInflation: uint32(values.minInflation),
            maxInflation: uint32(values.maxInflation),
            participationRate: uint32(values.participationRate)
        });
        emit ParametersUpdate(values);
    }
}
