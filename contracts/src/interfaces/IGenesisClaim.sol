// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The LPT that many accounts can claim after the genesis. Whitepaper, "Token Distribution". The allocations are the
/// leaves of a Merkle tree. No account owns this contract: until the closing time, the LPT go only to the accounts of the
/// tree, and after it, only to the CommonPool.
interface IGenesisClaim {
    /// @notice Emitted when the allocation at `index` is paid.
    event AllocationClaimed(uint256 indexed index, address indexed account, uint256 amount);
    /// @notice Emitted when all LPT that no account has claimed go to the CommonPool.
    event UnclaimedReturned(uint256 amount);

    /// @notice Thrown when the allocation was already paid.
    error AlreadyClaimed(uint256 index);
    /// @notice Thrown when the tree does not have this allocation at this index, or when the siblings do not prove it.
    error NotAllocated(uint256 index, address account, uint256 amount);
    /// @notice Thrown when an allocation is claimed at or after the closing time.
    error ClaimsClosed(uint256 closingTime);
    /// @notice Thrown when the unclaimed LPT are returned before the closing time.
    error ClaimsOpen(uint256 closingTime);
    /// @notice Thrown when there are no unclaimed LPT.
    error NothingUnclaimed();

    /// @notice Pays an allocation to `account`. Any account may call this function, and only `account` gets LPT.
    /// @param siblings The siblings on the path from the leaf up to the root.
    function claim(uint256 index, address account, uint256 amount, bytes32[] calldata siblings) external;

    /// @notice Sends all LPT that no account has claimed to the CommonPool. Any account may call this function.
    function returnUnclaimed() external returns (uint256 amount);

    function isClaimed(uint256 index) external view returns (bool);

    /// @notice The root of the tree, and the number of its allocations.
    function root() external view returns (bytes32);
    function count() external view returns (uint256);

    /// @notice From this time on (Unix time in seconds), no allocation can be claimed.
    function closingTime() external view returns (uint256);
}
