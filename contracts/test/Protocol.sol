// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BondingManager} from "../src/BondingManager.sol";
import {ClaimsManager} from "../src/ClaimsManager.sol";
import {IClaimsManager} from "../src/interfaces/IClaimsManager.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {JobsManager} from "../src/JobsManager.sol";
import {LivepeerToken} from "../src/LivepeerToken.sol";
import {Eip2935} from "../src/randomness/Eip2935.sol";
import {RoundsManager} from "../src/RoundsManager.sol";
import {StreamBinding} from "../src/types/StreamBinding.sol";
import {StreamEnd} from "../src/types/StreamEnd.sol";
import {StreamId} from "../src/types/StreamId.sol";
import {Rendition, TranscodingOptions} from "../src/types/TranscodingOptions.sol";
import {BondedVerifier} from "../src/verification/BondedVerifier.sol";
import {Test} from "./Test.sol";

/// @notice All contracts, wired as the deployment wires them, with the people who use them.
abstract contract Protocol is Test {
    uint256 internal constant STREAM_KEY = 0x57EA;
    uint256 internal constant PRICE = 3 gwei;
    uint256 internal constant ROUND_LENGTH = 30;
    uint256 internal constant UNBONDING_PERIOD = 5;
    uint256 internal constant CLAIM_INTERVAL_SECONDS = 60;
    uint256 internal constant CLAIM_DEADLINE_BLOCKS = 60;
    uint256 internal constant MAX_JOB_BLOCKS = 10_000;
    uint256 internal constant CANDIDATE_COUNT = 4;
    uint256 internal constant VERIFICATION_RATE = 5;
    uint256 internal constant VERIFICATION_PERIOD_BLOCKS = 40;
    uint256 internal constant SLASHING_PERIOD_BLOCKS = 20;
    uint256 internal constant SLASH_AMOUNT = 50_000;
    uint256 internal constant MIN_CLAIM_STAKE = 1 ether;
    uint256 internal constant VERIFIER_BOND = 100 ether;

    LivepeerToken internal token;
    RoundsManager internal rounds;
    Eip2935 internal randomness;
    BondingManager internal bonding;
    JobsManager internal jobs;
    ClaimsManager internal claims;
    BondedVerifier internal verifier;

    address internal broadcaster = person("broadcaster");
    StreamId internal streamId = streamOf(STREAM_KEY);

    function deploy(uint256 poolSize) internal {
        vm.roll(1_000);
        token = new LivepeerToken(10_000_000 ether);
        rounds = new RoundsManager(ROUND_LENGTH, 100_000);
        randomness = new Eip2935();
        vm.warp(1_790_000_000);
        uint256 nonce = vm.getNonce(address(this));
        address claimsManager = vm.computeCreateAddress(address(this), nonce + 2);
        BondedVerifier seat = BondedVerifier(vm.computeCreateAddress(address(this), nonce + 3));
        bonding = new BondingManager(token, rounds, claimsManager, poolSize, UNBONDING_PERIOD);
        jobs = new JobsManager(bonding, randomness, claimsManager, parameters());
        claims = new ClaimsManager(bonding, jobs, randomness, seat, claimParameters());
        verifier = new BondedVerifier(claims, bonding, VERIFIER_BOND);
        vm.deal(broadcaster, 1_000_000 ether);
    }

    function parameters() internal pure returns (IJobsManager.Parameters memory) {
        return IJobsManager.Parameters(CLAIM_INTERVAL_SECONDS, CLAIM_DEADLINE_BLOCKS, MAX_JOB_BLOCKS, CANDIDATE_COUNT);
    }

    function claimParameters() internal pure returns (IClaimsManager.Parameters memory) {
        return IClaimsManager.Parameters(
            VERIFICATION_RATE, VERIFICATION_PERIOD_BLOCKS, SLASHING_PERIOD_BLOCKS, SLASH_AMOUNT, MIN_CLAIM_STAKE
        );
    }

    function person(string memory name) internal pure returns (address) {
        return address(bytes20(keccak256(bytes(name))));
    }

    /// @dev A person that signs.
    function signatory(string memory name) internal pure returns (address) {
        return vm.addr(keyOf(name));
    }

    function keyOf(string memory name) internal pure returns (uint256) {
        return uint256(keccak256(bytes(name)));
    }

    /// @dev Whom the owner appointed, with its bond.
    function appointVerifier() internal {
        verifier.appoint(person("verifier"));
        fund(person("verifier"), VERIFIER_BOND);
        vm.prank(person("verifier"));
        bonding.bond(VERIFIER_BOND);
    }

    function streamOf(uint256 streamKey) internal pure returns (StreamId) {
        return StreamId.wrap(bytes32(abi.encodePacked(vm.addr(streamKey), bytes12("nonce"))));
    }

    /// @dev A transcoder that is bonded, registered and available.
    function join(address who, uint256 stake, uint256 pricePerUnit) internal {
        fund(who, stake);
        vm.startPrank(who);
        bonding.bond(stake);
        bonding.transcoder(pricePerUnit);
        bonding.transcodeAvailability(true);
        vm.stopPrank();
    }

    function fund(address who, uint256 stake) internal {
        token.transfer(who, stake);
        vm.prank(who);
        token.approve(address(bonding), type(uint256).max);
    }

    function ladder() internal pure returns (TranscodingOptions memory) {
        Rendition[] memory renditions = new Rendition[](3);
        renditions[0] = Rendition(480, 1_000_000);
        renditions[1] = Rendition(360, 600_000);
        renditions[2] = Rendition(240, 300_000);
        return TranscodingOptions(1280, 720, 30, renditions);
    }

    function reserveOf(uint256 pricePerUnit) internal pure returns (uint256) {
        return pricePerUnit * ladder().unitsPerSecond() * CLAIM_INTERVAL_SECONDS;
    }

    /// @dev What the broadcaster's one wallet action does: pay and post.
    function post() internal returns (bytes32 jobId) {
        return post(PRICE);
    }

    function post(uint256 pricePerUnit) internal returns (bytes32 jobId) {
        bytes memory signature = binding(STREAM_KEY, broadcaster);
        uint256 endBlock = vm.getBlockNumber() + 1_000;
        vm.prank(broadcaster);
        return jobs.job{value: reserveOf(pricePerUnit)}(streamId, ladder(), pricePerUnit, endBlock, signature);
    }

    function binding(uint256 streamKey, address wallet) internal view returns (bytes memory) {
        return signed(streamKey, StreamBinding(streamOf(streamKey), wallet).hash(domainSeparator()));
    }

    function streamEnd(uint256 streamKey, uint64 lastSequenceNumber) internal view returns (bytes memory) {
        return signed(streamKey, StreamEnd(streamOf(streamKey), lastSequenceNumber).hash(domainSeparator()));
    }

    function domainSeparator() internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Livepeer"),
                keccak256("1"),
                block.chainid,
                address(jobs)
            )
        );
    }
}
