// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BondingEarnings} from "../src/BondingEarnings.sol";
import {BondingManager} from "../src/BondingManager.sol";
import {BondingSeats} from "../src/BondingSeats.sol";
import {ClaimsManager} from "../src/ClaimsManager.sol";
import {ClaimsSettlement} from "../src/ClaimsSettlement.sol";
import {IBondingManager} from "../src/interfaces/IBondingManager.sol";
import {IBondingTypes} from "../src/interfaces/IBondingTypes.sol";
import {IClaimsManager} from "../src/interfaces/IClaimsManager.sol";
import {IClaimsTypes} from "../src/interfaces/IClaimsTypes.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {ILivepeerToken} from "../src/interfaces/ILivepeerToken.sol";
import {JobsManager} from "../src/JobsManager.sol";
import {IMinter} from "../src/interfaces/IMinter.sol";
import {LivepeerToken} from "../src/LivepeerToken.sol";
import {Minter} from "../src/Minter.sol";
import {Eip2935} from "../src/randomness/Eip2935.sol";
import {RandomnessSeat} from "../src/randomness/RandomnessSeat.sol";
import {RoundsManager} from "../src/RoundsManager.sol";
import {DrawnList, drawnListOf, withNumber} from "../src/types/DrawnList.sol";
import {StreamBinding} from "../src/types/StreamBinding.sol";
import {StreamEnd} from "../src/types/StreamEnd.sol";
import {StreamId} from "../src/types/StreamId.sol";
import {Rendition, TranscodingOptions} from "../src/types/TranscodingOptions.sol";
import {BondedVerifier} from "../src/verification/BondedVerifier.sol";
import {Test} from "./Test.sol";

/// @notice Deploys and connects the contracts, as the deployment script does, but without ServiceRegistry, Timelock and
/// Chequebook. The test contract is the owner and the governor. Also has the accounts that use the contracts.
abstract contract Protocol is Test {
    uint256 internal constant STREAM_KEY = 0x57EA;
    uint256 internal constant PRICE = 3 gwei;
    uint256 internal constant ROUND_LENGTH = 30;
    /// @dev In blocks: four rounds. This is exactly the sum of the claim deadline, the verification period and the
    /// slashing period.
    uint256 internal constant UNBONDING_PERIOD = 120;
    uint256 internal constant CLAIM_INTERVAL_SECONDS = 60;
    uint256 internal constant CLAIM_DEADLINE_BLOCKS = 60;
    uint256 internal constant MAX_JOB_BLOCKS = 10_000;
    uint256 internal constant CANDIDATE_COUNT = 4;
    uint256 internal constant VERIFICATION_RATE = 5;
    uint256 internal constant VERIFICATION_PERIOD_BLOCKS = 40;
    uint256 internal constant SLASHING_PERIOD_BLOCKS = 20;
    uint256 internal constant SLASH_AMOUNT = 50_000;
    uint256 internal constant MISSED_SLASH_AMOUNT = 100_000;
    uint256 internal constant EQUIVOCATION_SLASH_AMOUNT = 200_000;
    uint256 internal constant INPUT_FINE_PERCENT = 10;
    uint256 internal constant FAILURE_THRESHOLD = 10_000;
    uint256 internal constant VERIFICATION_WINDOW = 200;
    uint256 internal constant MIN_SELF_STAKE = 1 ether;
    uint256 internal constant VERIFIER_BOND = 100 ether;

    uint256 internal constant MISSED_REWARD_SLASH_AMOUNT = 30_000;
    uint256 internal constant MISSED_REWARD_ROUNDS = 3;
    uint256 internal constant FINDER_FEE = 50_000;
    uint256 internal constant INFLATION = 400_000;
    uint256 internal constant COMPETITIVENESS_TOLERANCE = 900_000;
    uint256 internal constant COMPETITIVENESS_WINDOW = 4;
    /// @dev About the number of units of work in 15 minutes of video with the options of `_ladder`.
    uint256 internal constant MIN_EXPECTED_WORK = 22_000_000_000;
    uint256 internal constant MAX_ROUND_SLASH_AMOUNT = 500_000;
    uint256 internal constant LOW_WORK_SLASH_AMOUNT = 0;

    LivepeerToken internal token;
    Minter internal minter;
    RoundsManager internal rounds;
    Eip2935 internal firstSource;
    RandomnessSeat internal randomness;
    IBondingManager internal bonding;
    JobsManager internal jobs;
    IClaimsManager internal claims;
    BondedVerifier internal verifier;

    address internal broadcaster = _account("broadcaster");
    StreamId internal streamId = _streamOf(STREAM_KEY);

    function _deploy(uint256 poolSize) internal {
        vm.roll(1_000);
        uint256 nonce = vm.getNonce(address(this));
        bonding = IBondingManager(_createdAddress(nonce + 7));
        claims = IClaimsManager(_createdAddress(nonce + 10));
        minter = Minter(_createdAddress(nonce + 11));
        token = new LivepeerToken(_allocations(), address(minter));
        firstSource = new Eip2935();
        randomness = new RandomnessSeat(_owner(), firstSource);
        rounds = new RoundsManager(_owner(), bonding, minter, randomness, ROUND_LENGTH, 100_000);
        vm.warp(1_790_000_000);
        jobs = JobsManager(_createdAddress(nonce + 8));
        // A contract checks that its extension has code. So each extension is deployed before its contract.
        address seats = address(new BondingSeats(_owner(), token, rounds, address(claims), _governor()));
        address earnings = address(
            new BondingEarnings(_owner(), token, minter, rounds, address(jobs), address(claims), _governor(), seats)
        );
        address settlement = address(new ClaimsSettlement(_owner(), bonding, jobs, randomness));
        new BondingManager(_owner(), token, rounds, earnings, address(claims), _bondingParameters(poolSize));
        new JobsManager(_owner(), bonding, randomness, address(claims), _jobsParameters());
        verifier = new BondedVerifier(claims, bonding, _account("verifier"), VERIFIER_BOND);
        new ClaimsManager(_owner(), bonding, jobs, randomness, settlement, verifier, _claimsParameters());
        new Minter(_owner(), token, bonding, address(rounds), INFLATION, _minterParameters());
        vm.deal(broadcaster, 1_000_000 ether);
    }

    /// @notice The BondingManager calls this function, because the test contract is the governor. There are no votes.
    function longestDecisionBlocks() external pure virtual returns (uint256) {
        return 0;
    }

    function _owner() internal view virtual returns (address) {
        return address(this);
    }

    /// @dev The account that may take snapshots.
    function _governor() internal view virtual returns (address) {
        return address(this);
    }

    /// @dev All LPT at the genesis.
    function _allocations() internal view virtual returns (ILivepeerToken.Allocation[] memory list) {
        list = new ILivepeerToken.Allocation[](1);
        list[0] = ILivepeerToken.Allocation(address(this), 10_000_000 ether);
    }

    function _createdAddress(uint256 nonce) internal view returns (address) {
        return vm.computeCreateAddress(address(this), nonce);
    }

    function _bondingParameters(uint256 poolSize) internal pure virtual returns (IBondingTypes.Parameters memory) {
        return IBondingTypes.Parameters({
            poolSize: poolSize,
            unbondingPeriod: UNBONDING_PERIOD,
            missedRewardSlashAmount: MISSED_REWARD_SLASH_AMOUNT,
            missedRewardRounds: MISSED_REWARD_ROUNDS,
            finderFee: FINDER_FEE,
            competitivenessTolerance: COMPETITIVENESS_TOLERANCE,
            competitivenessWindow: COMPETITIVENESS_WINDOW,
            minExpectedWork: MIN_EXPECTED_WORK,
            maxRoundSlashAmount: MAX_ROUND_SLASH_AMOUNT,
            minSelfStake: MIN_SELF_STAKE,
            lowWorkSlashAmount: LOW_WORK_SLASH_AMOUNT
        });
    }

    function _minterParameters() internal pure returns (IMinter.Parameters memory) {
        return IMinter.Parameters(3_000, 0, 2_000_000, 500_000_000);
    }

    function _jobsParameters() internal pure returns (IJobsManager.Parameters memory) {
        return IJobsManager.Parameters({
            claimIntervalSeconds: CLAIM_INTERVAL_SECONDS,
            claimDeadlineBlocks: CLAIM_DEADLINE_BLOCKS,
            maxJobBlocks: MAX_JOB_BLOCKS,
            candidateCount: CANDIDATE_COUNT,
            equivocationSlashAmount: EQUIVOCATION_SLASH_AMOUNT,
            inputFinePercent: INPUT_FINE_PERCENT
        });
    }

    function _claimsParameters() internal pure virtual returns (IClaimsTypes.Parameters memory) {
        return IClaimsTypes.Parameters({
            verificationRate: VERIFICATION_RATE,
            verificationPeriodBlocks: VERIFICATION_PERIOD_BLOCKS,
            slashingPeriodBlocks: SLASHING_PERIOD_BLOCKS,
            failedVerificationSlashAmount: SLASH_AMOUNT,
            missedVerificationSlashAmount: MISSED_SLASH_AMOUNT,
            equivocationSlashAmount: EQUIVOCATION_SLASH_AMOUNT,
            verificationFailureThreshold: FAILURE_THRESHOLD,
            verificationWindow: VERIFICATION_WINDOW,
            minSelfStake: MIN_SELF_STAKE
        });
    }

    /// @dev Bonds VERIFIER_BOND for the verifier.
    function _bondVerifier() internal {
        _fund(_account("verifier"), VERIFIER_BOND);
        vm.prank(_account("verifier"));
        bonding.bond(VERIFIER_BOND, _account("verifier"));
    }

    function _drawnListOf(address[] memory transcoders, bool contested) internal view returns (DrawnList) {
        uint256 numbers;
        for (uint256 i; i < transcoders.length; ++i) {
            numbers = withNumber(numbers, i, bonding.numberOf(transcoders[i]));
        }
        return drawnListOf(numbers, transcoders.length, contested);
    }

    function _streamOf(uint256 streamKey) internal pure returns (StreamId) {
        return StreamId.wrap(bytes32(abi.encodePacked(vm.addr(streamKey), bytes12("nonce"))));
    }

    /// @dev Moves to the second block of the next round, and initializes the round.
    function _initializeNextRound() internal {
        vm.roll(rounds.currentRoundStartBlock() + rounds.roundLength() + 1);
        rounds.initializeRound();
    }

    /// @dev Bonds the stake, registers the account as a transcoder and makes it available.
    function _registerTranscoder(address account, uint256 stake, uint256 pricePerUnit) internal {
        _fund(account, stake);
        vm.startPrank(account);
        bonding.bond(stake, account);
        bonding.transcoder(pricePerUnit, 0, 0);
        bonding.transcodeAvailability(true);
        vm.stopPrank();
    }

    function _delegate(address account, uint256 amount, address to) internal {
        _fund(account, amount);
        vm.prank(account);
        bonding.bond(amount, to);
    }

    function _slash(address account, uint256 share) internal returns (uint256) {
        (, uint256 ownPart) = bonding.selfStakeOf(account);
        vm.prank(address(claims));
        return bonding.slash(account, share, ownPart, vm.getBlockNumber(), address(0));
    }

    function _waitlist() internal view returns (IBondingTypes.Transcoder[] memory list) {
        (list,) = bonding.waitlist(0, 100);
    }

    function _stakeOf(address delegator) internal view returns (uint256) {
        return bonding.getDelegator(delegator).stake;
    }

    function _fund(address account, uint256 stake) internal {
        token.transfer(account, stake);
        vm.prank(account);
        token.approve(address(bonding), type(uint256).max);
    }

    function _ladder() internal pure returns (TranscodingOptions memory) {
        Rendition[] memory renditions = new Rendition[](3);
        renditions[0] = Rendition(480, 1_000_000);
        renditions[1] = Rendition(360, 600_000);
        renditions[2] = Rendition(240, 300_000);
        return TranscodingOptions(1280, 720, 30, renditions);
    }

    /// @dev The reserve of a job, for all its candidates.
    function _reserveOf(uint256 pricePerUnit) internal pure returns (uint256) {
        return _partOf(pricePerUnit) * CANDIDATE_COUNT;
    }

    /// @dev The part of a job's reserve for one transcoder.
    function _partOf(uint256 pricePerUnit) internal pure returns (uint256) {
        return _withFine(pricePerUnit * _ladder().unitsPerSecond() * CLAIM_INTERVAL_SECONDS);
    }

    /// @dev The fees of a claim, plus the fine that is reserved while the claim is open.
    function _withFine(uint256 fees) internal pure returns (uint256) {
        return fees + fees * INPUT_FINE_PERCENT / 100;
    }

    /// @dev Posts a job and pays its reserve in one transaction, as the page does.
    function _postJob() internal returns (bytes32 jobId) {
        return _postJob(PRICE);
    }

    function _postJob(uint256 pricePerUnit) internal returns (bytes32 jobId) {
        bytes memory signature = _signBinding(STREAM_KEY, broadcaster);
        uint256 endBlock = vm.getBlockNumber() + 1_000;
        vm.prank(broadcaster);
        return jobs.job{value: _reserveOf(pricePerUnit)}(streamId, _ladder(), pricePerUnit, endBlock, signature);
    }

    function _signBinding(uint256 streamKey, address wallet) internal view returns (bytes memory) {
        return _sign(streamKey, StreamBinding(_streamOf(streamKey), wallet).hash(_domainSeparator()));
    }

    function _signStreamEnd(uint256 streamKey, uint64 lastSequenceNumber) internal view returns (bytes memory) {
        return _sign(streamKey, StreamEnd(_streamOf(streamKey), lastSequenceNumber).hash(_domainSeparator()));
    }

    function _domainSeparator() internal view returns (bytes32) {
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
