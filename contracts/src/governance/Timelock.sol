// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IStakeGovernor} from "../interfaces/IStakeGovernor.sol";

/// @notice The owner of each contract of the protocol that has an owner. Only the governor can schedule an operation, which is
/// a batch of calls. After the delay, any account may execute the operation. The roles never change: only an operation could
/// change them, and the governor schedules no operation that calls this contract.
contract Timelock is TimelockController {
    address public immutable governor;

    /// @param governor_ A StakeGovernor. It can be deployed later.
    constructor(address governor_) TimelockController(0, _listOf(governor_), _listOf(address(0)), address(0)) {
        governor = governor_;
    }

    /// @notice The delay of each operation, in seconds. It is a parameter of the governor, which checks it together with the
    /// voting period.
    function getMinDelay() public view override returns (uint256) {
        return IStakeGovernor(governor).timelockDelay();
    }

    /// @notice Always reverts: the delay changes with the parameters of the governor.
    function updateDelay(uint256) public view override {
        revert TimelockUnauthorizedCaller(msg.sender);
    }

    function _listOf(address account) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = account;
    }
}
