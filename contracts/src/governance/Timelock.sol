// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @notice The owner of each contract of the protocol that has an owner. A proposer schedules an operation, which is a
/// call or a batch of calls. `minDelay` seconds later at the earliest, any account may execute the operation. A proposer
/// may also cancel an operation before its execution. No account has the admin role: only an operation can change the
/// proposers or `minDelay`.
contract Timelock is TimelockController {
    /// @param minDelay In seconds.
    constructor(uint256 minDelay, address proposer)
        TimelockController(minDelay, _listOf(proposer), _listOf(address(0)), address(0))
    {}

    function _listOf(address account) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = account;
    }
}
