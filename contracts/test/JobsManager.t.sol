// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {JobsManager} from "../src/JobsManager.sol";
import {signerOf} from "../src/types/signature.sol";
import {StreamBinding} from "../src/types/StreamBinding.sol";
import {StreamEnd} from "../src/types/StreamEnd.sol";
import {MAX_DRAWN} from "../src/types/DrawnList.sol";
import {MAX_PRICE_PER_UNIT} from "../src/types/SeatTerms.sol";
import {StreamId} from "../src/types/StreamId.sol";
import {Rendition, TranscodingOptions} from "../src/types/TranscodingOptions.sol";
import {Protocol} from "./Protocol.sol";

contract JobsManagerTest is Protocol {
    uint64 private constant LAST = 41;

    address private stranger = _account("stranger");

    function setUp() public {
        _deploy(10);
    }

    function test_job_reservesPriceOfClaimInterval() public {
        uint256 reserve = _reserveOf(PRICE);
        bytes32 expected = keccak256(abi.encode(streamId, 0));
        uint256 jobBlock = vm.getBlockNumber();
        uint256 units = _ladder().unitsPerSecond();
        vm.expectEmit(address(jobs));
        emit IJobsManager.Deposit(broadcaster, reserve);
        vm.expectEmit(address(jobs));
        emit IJobsManager.NewJob(expected, streamId, broadcaster, _ladder(), PRICE, units, reserve, jobBlock + 1_000);
        bytes32 jobId = _postJob();
        vm.assertEq(jobId, expected);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, 0);
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, reserve);
        IJobsManager.Job memory job = jobs.getJob(jobId);
        vm.assertTrue(job.streamId == streamId);
        vm.assertEq(job.broadcaster, broadcaster);
        vm.assertEq(job.optionsHash, keccak256(abi.encode(_ladder())));
        vm.assertEq(job.pricePerUnit, PRICE);
        vm.assertEq(job.unitsPerSecond, units);
        vm.assertEq(job.reserve, reserve);
        vm.assertEq(job.jobBlock, jobBlock);
        vm.assertEq(job.endBlock, jobBlock + 1_000);
        vm.assertFalse(job.drawn);
    }

    function test_job_withLargestReserve_storesReserve() public {
        Rendition[] memory renditions = new Rendition[](4);
        for (uint16 i; i < 4; ++i) {
            renditions[i] = Rendition(4096 - 2 * i, 20_000_000);
        }
        TranscodingOptions memory options = TranscodingOptions(4096, 4096, 60, renditions);
        uint256 reserve = MAX_PRICE_PER_UNIT * options.unitsPerSecond() * 7 days * MAX_DRAWN * 2;
        IJobsManager.Parameters memory values = _jobsParameters();
        (values.claimIntervalSeconds, values.candidateCount, values.inputFinePercent) = (7 days, MAX_DRAWN, 100);
        jobs = new JobsManager(address(this), bonding, randomness, address(claims), values);
        vm.deal(broadcaster, reserve);
        bytes memory signature = _signBinding(STREAM_KEY, broadcaster);
        vm.prank(broadcaster);
        jobs.job{value: reserve}(streamId, options, MAX_PRICE_PER_UNIT, vm.getBlockNumber() + 1, signature);
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, reserve);
    }

    function test_job_withEarlierDeposit_reservesFromDeposit() public {
        vm.prank(broadcaster);
        jobs.deposit{value: _reserveOf(PRICE) + 5}();
        _submitJob(STREAM_KEY, broadcaster);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, 5);
    }

    function test_job_withDepositBelowReserve_reverts() public {
        vm.prank(broadcaster);
        jobs.deposit{value: _reserveOf(PRICE) - 1}();
        vm.expectRevert(
            abi.encodeWithSelector(IJobsManager.InsufficientDeposit.selector, _reserveOf(PRICE), _reserveOf(PRICE) - 1)
        );
        _submitJob(STREAM_KEY, broadcaster);
    }

    function test_job_ofStreamOfAnotherWallet_reverts() public {
        bytes32 jobId = _postJob();
        _endJob(jobId);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.StreamTaken.selector, streamId, broadcaster));
        _submitJob(STREAM_KEY, stranger);
    }

    function test_job_withBindingOfAnotherWallet_reverts() public {
        // Another wallet cannot use a StreamBinding that it saw in the mempool.
        bytes memory signature = _signBinding(STREAM_KEY, broadcaster);
        bytes32 digest = StreamBinding(streamId, stranger).hash(_domainSeparator());
        vm.expectRevert(
            abi.encodeWithSelector(IJobsManager.WrongSigner.selector, streamId.origin(), signerOf(digest, signature))
        );
        vm.prank(stranger);
        jobs.job(streamId, _ladder(), 0, vm.getBlockNumber() + 1, signature);
    }

    function test_job_ofZeroStreamWithoutSignature_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.WrongSigner.selector, address(0), address(0)));
        jobs.job(StreamId.wrap(0), _ladder(), 0, vm.getBlockNumber() + 1, "");
    }

    function test_job_withPriceOutOfBounds_reverts() public {
        uint256 max = MAX_PRICE_PER_UNIT;
        bytes memory signature = _signBinding(STREAM_KEY, address(this));
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.PriceOutOfBounds.selector, max + 1, max));
        jobs.job(streamId, _ladder(), max + 1, vm.getBlockNumber() + 1, signature);
    }

    function test_job_withEndBlockOutOfBounds_reverts() public {
        bytes memory signature = _signBinding(STREAM_KEY, address(this));
        uint256 blockNumber = vm.getBlockNumber();
        (uint256 min, uint256 max) = (blockNumber + 1, blockNumber + MAX_JOB_BLOCKS);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.EndBlockOutOfBounds.selector, blockNumber, min, max));
        jobs.job(streamId, _ladder(), 0, blockNumber, signature);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.EndBlockOutOfBounds.selector, max + 1, min, max));
        jobs.job(streamId, _ladder(), 0, max + 1, signature);
    }

    function test_job_beforePreviousJobEnded_reverts() public {
        bytes32 first = _postJob();
        uint256 endBlock = jobs.getJob(first).endBlock;
        vm.roll(endBlock - 1);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.JobActive.selector, first, endBlock));
        _submitJob(STREAM_KEY, broadcaster);
        vm.roll(endBlock);
        bytes32 second = _postJob();
        vm.assertEq(second, keccak256(abi.encode(streamId, 1)));
        vm.assertEq(jobs.latestJob(streamId), second);
        vm.assertEq(jobs.jobCount(streamId), 2);
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, 2 * _reserveOf(PRICE));
    }

    function test_endJob_byBroadcaster_endsJobInThisBlock() public {
        bytes32 jobId = _postJob();
        _mine(5);
        vm.expectEmit(address(jobs));
        emit IJobsManager.JobEnded(jobId, streamId, vm.getBlockNumber());
        _endJob(jobId);
        vm.assertEq(jobs.getJob(jobId).endBlock, vm.getBlockNumber());
        vm.assertFalse(jobs.getStream(streamId).closed);
        _postJob();
    }

    function test_endJob_byStrangerOrAfterEnd_reverts() public {
        bytes32 jobId = _postJob();
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotBroadcaster.selector, stranger, broadcaster));
        vm.prank(stranger);
        jobs.endJob(jobId);
        _endJob(jobId);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.JobOver.selector, jobId, vm.getBlockNumber()));
        _endJob(jobId);
    }

    function test_endJob_byStreamEnd_closesStream() public {
        bytes32 jobId = _postJob();
        _mine(5);
        bytes memory endSignature = _signStreamEnd(STREAM_KEY, LAST);
        vm.expectEmit(address(jobs));
        emit IJobsManager.JobEnded(jobId, streamId, vm.getBlockNumber());
        vm.expectEmit(address(jobs));
        emit IJobsManager.StreamEnded(streamId, LAST);
        vm.prank(stranger);
        jobs.endJob(jobId, LAST, endSignature);
        IJobsManager.Stream memory stream = jobs.getStream(streamId);
        vm.assertTrue(stream.closed);
        vm.assertEq(stream.lastSequenceNumber, LAST);
        vm.assertEq(stream.broadcaster, broadcaster);
        vm.assertEq(stream.jobCount, 1);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.StreamClosed.selector, streamId, LAST));
        _submitJob(STREAM_KEY, broadcaster);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.JobOver.selector, jobId, vm.getBlockNumber()));
        jobs.endJob(jobId, LAST, endSignature);
    }

    function test_fuzz_endJob_withStreamEndOfAnotherKey_reverts(uint256 key, uint64 last) public {
        key = _bound(key, 1, type(uint128).max);
        vm.assume(key != STREAM_KEY);
        bytes32 jobId = _postJob();
        bytes memory endSignature = _sign(key, StreamEnd(streamId, last).hash(_domainSeparator()));
        bytes4 selector = IJobsManager.WrongSigner.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, streamId.origin(), vm.addr(key)));
        jobs.endJob(jobId, last, endSignature);
    }

    function test_releaseReserve_afterClaimDeadline_returnsReserve() public {
        bytes32 jobId = _postJob();
        _mine(10);
        _endJob(jobId);
        uint256 atBlock = vm.getBlockNumber() + CLAIM_DEADLINE_BLOCKS;
        vm.roll(atBlock - 1);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.ReserveLocked.selector, jobId, atBlock));
        jobs.releaseReserve(jobId);
        vm.roll(atBlock);
        vm.expectEmit(address(jobs));
        emit IJobsManager.ReserveReleased(jobId, broadcaster, _reserveOf(PRICE));
        jobs.releaseReserve(jobId);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, _reserveOf(PRICE));
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, 0);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NothingReserved.selector, jobId));
        jobs.releaseReserve(jobId);
        vm.prank(broadcaster);
        jobs.withdraw(_reserveOf(PRICE));
        vm.assertEq(address(jobs).balance, 0);
    }

    function test_jobsManager_withUnknownJobOrStream_reverts() public {
        bytes memory unknown = abi.encodeWithSelector(IJobsManager.UnknownJob.selector, bytes32("job"));
        vm.expectRevert(unknown);
        jobs.endJob("job");
        vm.expectRevert(unknown);
        jobs.endJob("job", 1, "");
        vm.expectRevert(unknown);
        jobs.drawCandidates("job");
        vm.expectRevert(unknown);
        jobs.candidates("job");
        vm.expectRevert(unknown);
        jobs.releaseReserve("job");
        vm.expectRevert(unknown);
        jobs.getJob("job");
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.UnknownStream.selector, streamId));
        jobs.latestJob(streamId);
        vm.assertEq(jobs.jobCount(streamId), 0);
    }

    function test_constructor_withParametersOutOfBounds_reverts() public {
        IJobsManager.Parameters memory values = _jobsParameters();
        // The claim deadline has two limits: the number of blocks for which stake stays slashable (four rounds of 30
        // blocks), and the number of past blocks whose hashes are available (256). Here the first limit is lower.
        values.claimDeadlineBlocks = 121;
        _expectOutOfBounds(values, "claimDeadlineBlocks", 121, 10, 120);
        values = _jobsParameters();
        values.claimIntervalSeconds = 9;
        _expectOutOfBounds(values, "claimIntervalSeconds", 9, 10, 7 days);
        values = _jobsParameters();
        values.maxJobBlocks = 9;
        _expectOutOfBounds(values, "maxJobBlocks", 9, 10, 10_000_000);
        values = _jobsParameters();
        values.candidateCount = 6;
        _expectOutOfBounds(values, "candidateCount", 6, 1, 5);
        values = _jobsParameters();
        values.equivocationSlashAmount = 1_000_001;
        _expectOutOfBounds(values, "equivocationSlashAmount", 1_000_001, 0, 1_000_000);
        values = _jobsParameters();
        values.inputFinePercent = 101;
        _expectOutOfBounds(values, "inputFinePercent", 101, 0, 100);
        vm.assertEq(keccak256(abi.encode(jobs.parameters())), keccak256(abi.encode(_jobsParameters())));
    }

    function test_setParameters_afterJob_keepsTermsOfJob() public {
        bytes32 jobId = _postJob();
        IJobsManager.Parameters memory values = IJobsManager.Parameters(20, 40, 50, 1, 7, 30);
        vm.prank(broadcaster);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, broadcaster));
        jobs.setParameters(values);
        vm.expectEmit(address(jobs));
        emit IJobsManager.ParametersUpdate(values);
        jobs.setParameters(values);
        vm.assertEq(keccak256(abi.encode(jobs.parameters())), keccak256(abi.encode(values)));
        IJobsManager.Job memory job = jobs.getJob(jobId);
        vm.assertEq(job.claimDeadline, job.endBlock + CLAIM_DEADLINE_BLOCKS);
        vm.assertEq(job.reserve, _reserveOf(PRICE));
        (uint256 endBlock, uint256 latest) = (vm.getBlockNumber() + 51, vm.getBlockNumber() + 50);
        bytes memory signature = _signBinding(0xB0B, broadcaster);
        vm.expectRevert(
            abi.encodeWithSelector(IJobsManager.EndBlockOutOfBounds.selector, endBlock, latest - 49, latest)
        );
        vm.prank(broadcaster);
        jobs.job(_streamOf(0xB0B), _ladder(), PRICE, endBlock, signature);
    }

    function test_setParameters_withTooLongClaimDeadline_reverts() public {
        IJobsManager.Parameters memory values = _jobsParameters();
        // Stake stays slashable for 120 blocks. The verification and slashing periods take 60 of them.
        values.claimDeadlineBlocks = 61;
        vm.expectRevert(
            abi.encodeWithSelector(
                IParameters.ParameterOutOfBounds.selector, "unbondingPeriod", 120, 121, type(uint256).max
            )
        );
        jobs.setParameters(values);
    }

    function _submitJob(uint256 streamKey, address wallet) private {
        TranscodingOptions memory options = _ladder();
        bytes memory signature = _signBinding(streamKey, wallet);
        vm.prank(wallet);
        jobs.job(_streamOf(streamKey), options, PRICE, vm.getBlockNumber() + 1_000, signature);
    }

    function _endJob(bytes32 jobId) private {
        vm.prank(broadcaster);
        jobs.endJob(jobId);
    }

    function _expectOutOfBounds(
        IJobsManager.Parameters memory values,
        string memory name,
        uint256 value,
        uint256 min,
        uint256 max
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, name, value, min, max));
        new JobsManager(address(this), bonding, randomness, address(claims), values);
    }
}
