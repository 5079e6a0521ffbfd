// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IJobsManager} from "../src/interfaces/IJobsManager.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {JobsManager} from "../src/JobsManager.sol";
import {signerOf} from "../src/types/signature.sol";
import {StreamBinding} from "../src/types/StreamBinding.sol";
import {StreamEnd} from "../src/types/StreamEnd.sol";
import {MAX_PRICE_PER_UNIT} from "../src/types/SeatTerms.sol";
import {StreamId} from "../src/types/StreamId.sol";
import {Rendition, TranscodingOptions} from "../src/types/TranscodingOptions.sol";
import {Protocol} from "./Protocol.sol";

contract JobsManagerTest is Protocol {
    uint64 private constant LAST = 41;

    address private stranger = person("stranger");

    function setUp() public {
        deploy(10);
    }

    function test_job_reservesPriceOfClaimInterval() public {
        uint256 reserve = reserveOf(PRICE);
        bytes32 expected = keccak256(abi.encode(streamId, 0));
        uint256 jobBlock = vm.getBlockNumber();
        uint256 units = ladder().unitsPerSecond();
        vm.expectEmit(address(jobs));
        emit IJobsManager.Deposit(broadcaster, reserve);
        vm.expectEmit(address(jobs));
        emit IJobsManager.NewJob(expected, streamId, broadcaster, ladder(), PRICE, units, reserve, jobBlock + 1_000);
        bytes32 jobId = post();
        vm.assertEq(jobId, expected);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, 0);
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, reserve);
        IJobsManager.Job memory job = jobs.getJob(jobId);
        vm.assertTrue(job.streamId == streamId);
        vm.assertEq(job.broadcaster, broadcaster);
        vm.assertEq(job.optionsHash, keccak256(abi.encode(ladder())));
        vm.assertEq(job.pricePerUnit, PRICE);
        vm.assertEq(job.unitsPerSecond, units);
        vm.assertEq(job.reserve, reserve);
        vm.assertEq(job.jobBlock, jobBlock);
        vm.assertEq(job.endBlock, jobBlock + 1_000);
        vm.assertFalse(job.drawn);
    }

    function test_job_holdsTheLargestReserve() public {
        Rendition[] memory renditions = new Rendition[](4);
        for (uint16 i; i < 4; ++i) {
            renditions[i] = Rendition(4096 - 2 * i, 20_000_000);
        }
        TranscodingOptions memory options = TranscodingOptions(4096, 4096, 60, renditions);
        uint256 reserve = MAX_PRICE_PER_UNIT * options.unitsPerSecond() * 7 days;
        IJobsManager.Parameters memory values = parameters();
        values.claimIntervalSeconds = 7 days;
        jobs = new JobsManager(bonding, randomness, address(claims), values);
        vm.deal(broadcaster, reserve);
        bytes memory signature = binding(STREAM_KEY, broadcaster);
        vm.prank(broadcaster);
        jobs.job{value: reserve}(streamId, options, MAX_PRICE_PER_UNIT, vm.getBlockNumber() + 1, signature);
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, reserve);
    }

    function test_job_drawsOnEarlierDeposit() public {
        vm.prank(broadcaster);
        jobs.deposit{value: reserveOf(PRICE) + 5}();
        submit(STREAM_KEY, broadcaster);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, 5);
    }

    function test_job_rejectsDepositBelowReserve() public {
        vm.prank(broadcaster);
        jobs.deposit{value: reserveOf(PRICE) - 1}();
        vm.expectRevert(
            abi.encodeWithSelector(IJobsManager.InsufficientDeposit.selector, reserveOf(PRICE), reserveOf(PRICE) - 1)
        );
        submit(STREAM_KEY, broadcaster);
    }

    function test_job_bindsStreamToOneWallet() public {
        bytes32 jobId = post();
        finish(jobId);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.StreamTaken.selector, streamId, broadcaster));
        submit(STREAM_KEY, stranger);
    }

    function test_job_rejectsForeignBinding() public {
        // A binding seen in the mempool is of no use to another wallet.
        bytes memory seen = binding(STREAM_KEY, broadcaster);
        bytes32 digest = StreamBinding(streamId, stranger).hash(domainSeparator());
        vm.expectRevert(
            abi.encodeWithSelector(IJobsManager.WrongSigner.selector, streamId.origin(), signerOf(digest, seen))
        );
        vm.prank(stranger);
        jobs.job(streamId, ladder(), 0, vm.getBlockNumber() + 1, seen);
    }

    function test_job_rejectsNoSignatureEvenForNoOrigin() public {
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.WrongSigner.selector, address(0), address(0)));
        jobs.job(StreamId.wrap(0), ladder(), 0, vm.getBlockNumber() + 1, "");
    }

    function test_job_rejectsPriceThatIsNotKept() public {
        uint256 max = MAX_PRICE_PER_UNIT;
        bytes memory signature = binding(STREAM_KEY, address(this));
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.PriceOutOfBounds.selector, max + 1, max));
        jobs.job(streamId, ladder(), max + 1, vm.getBlockNumber() + 1, signature);
    }

    function test_job_boundsEndBlock() public {
        bytes memory signature = binding(STREAM_KEY, address(this));
        uint256 present = vm.getBlockNumber();
        (uint256 min, uint256 max) = (present + 1, present + MAX_JOB_BLOCKS);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.EndBlockOutOfBounds.selector, present, min, max));
        jobs.job(streamId, ladder(), 0, present, signature);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.EndBlockOutOfBounds.selector, max + 1, min, max));
        jobs.job(streamId, ladder(), 0, max + 1, signature);
    }

    function test_job_followsOnlyWhenPreviousIsOver() public {
        bytes32 first = post();
        uint256 endBlock = jobs.getJob(first).endBlock;
        vm.roll(endBlock - 1);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.JobActive.selector, first, endBlock));
        submit(STREAM_KEY, broadcaster);
        vm.roll(endBlock);
        bytes32 second = post();
        vm.assertEq(second, keccak256(abi.encode(streamId, 1)));
        vm.assertEq(jobs.latestJob(streamId), second);
        vm.assertEq(jobs.jobCount(streamId), 2);
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, 2 * reserveOf(PRICE));
    }

    function test_endJob_byWalletEndsAtOnce() public {
        bytes32 jobId = post();
        mine(5);
        vm.expectEmit(address(jobs));
        emit IJobsManager.JobEnded(jobId, streamId, vm.getBlockNumber());
        finish(jobId);
        vm.assertEq(jobs.getJob(jobId).endBlock, vm.getBlockNumber());
        vm.assertFalse(jobs.getStream(streamId).closed);
        post();
    }

    function test_endJob_rejectsStrangersAndEndedJobs() public {
        bytes32 jobId = post();
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NotBroadcaster.selector, stranger, broadcaster));
        vm.prank(stranger);
        jobs.endJob(jobId);
        finish(jobId);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.JobOver.selector, jobId, vm.getBlockNumber()));
        finish(jobId);
    }

    function test_endJob_byStreamEndClosesStream() public {
        bytes32 jobId = post();
        mine(5);
        bytes memory word = streamEnd(STREAM_KEY, LAST);
        vm.expectEmit(address(jobs));
        emit IJobsManager.JobEnded(jobId, streamId, vm.getBlockNumber());
        vm.expectEmit(address(jobs));
        emit IJobsManager.StreamEnded(streamId, LAST);
        vm.prank(stranger);
        jobs.endJob(jobId, LAST, word);
        IJobsManager.Stream memory stream = jobs.getStream(streamId);
        vm.assertTrue(stream.closed);
        vm.assertEq(stream.lastSequenceNumber, LAST);
        vm.assertEq(stream.broadcaster, broadcaster);
        vm.assertEq(stream.jobCount, 1);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.StreamClosed.selector, streamId, LAST));
        submit(STREAM_KEY, broadcaster);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.JobOver.selector, jobId, vm.getBlockNumber()));
        jobs.endJob(jobId, LAST, word);
    }

    function test_fuzz_endJob_rejectsForeignWord(uint256 key, uint64 last) public {
        key = bound(key, 1, type(uint128).max);
        vm.assume(key != STREAM_KEY);
        bytes32 jobId = post();
        bytes memory word = signed(key, StreamEnd(streamId, last).hash(domainSeparator()));
        bytes4 selector = IJobsManager.WrongSigner.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, streamId.origin(), vm.addr(key)));
        jobs.endJob(jobId, last, word);
    }

    function test_releaseReserve_afterClaimDeadline() public {
        bytes32 jobId = post();
        mine(10);
        finish(jobId);
        uint256 atBlock = vm.getBlockNumber() + CLAIM_DEADLINE_BLOCKS;
        vm.roll(atBlock - 1);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.ReserveLocked.selector, jobId, atBlock));
        jobs.releaseReserve(jobId);
        vm.roll(atBlock);
        vm.expectEmit(address(jobs));
        emit IJobsManager.ReserveReleased(jobId, broadcaster, reserveOf(PRICE));
        jobs.releaseReserve(jobId);
        vm.assertEq(jobs.getBroadcaster(broadcaster).deposit, reserveOf(PRICE));
        vm.assertEq(jobs.getBroadcaster(broadcaster).reserved, 0);
        vm.expectRevert(abi.encodeWithSelector(IJobsManager.NothingReserved.selector, jobId));
        jobs.releaseReserve(jobId);
        vm.prank(broadcaster);
        jobs.withdraw(reserveOf(PRICE));
        vm.assertEq(address(jobs).balance, 0);
    }

    function test_unknownJobsAndStreams() public {
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

    function test_parameters_areBoundedAgainstEachOther() public {
        IJobsManager.Parameters memory values = parameters();
        // The seat reaches 256 blocks back; stake stays four rounds of 30.
        values.claimDeadlineBlocks = 121;
        refuse(values, "claimDeadlineBlocks", 121, 10, 120);
        values = parameters();
        values.claimIntervalSeconds = 9;
        refuse(values, "claimIntervalSeconds", 9, 10, 7 days);
        values = parameters();
        values.maxJobBlocks = 9;
        refuse(values, "maxJobBlocks", 9, 10, 10_000_000);
        values = parameters();
        values.candidateCount = 6;
        refuse(values, "candidateCount", 6, 1, 5);
        values = parameters();
        values.equivocationSlashAmount = 1_000_001;
        refuse(values, "equivocationSlashAmount", 1_000_001, 0, 1_000_000);
        vm.assertEq(keccak256(abi.encode(jobs.parameters())), keccak256(abi.encode(parameters())));
    }

    function test_setParameters_leavesJobsTheirs() public {
        bytes32 jobId = post();
        IJobsManager.Parameters memory values = IJobsManager.Parameters(20, 40, 50, 1, 7);
        vm.prank(broadcaster);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, broadcaster));
        jobs.setParameters(values);
        vm.expectEmit(address(jobs));
        emit IJobsManager.ParametersUpdate(values);
        jobs.setParameters(values);
        vm.assertEq(keccak256(abi.encode(jobs.parameters())), keccak256(abi.encode(values)));
        IJobsManager.Job memory job = jobs.getJob(jobId);
        vm.assertEq(job.claimDeadline, job.endBlock + CLAIM_DEADLINE_BLOCKS);
        vm.assertEq(job.reserve, reserveOf(PRICE));
        (uint256 endBlock, uint256 latest) = (vm.getBlockNumber() + 51, vm.getBlockNumber() + 50);
        bytes memory signature = binding(0xB0B, broadcaster);
        vm.expectRevert(
            abi.encodeWithSelector(IJobsManager.EndBlockOutOfBounds.selector, endBlock, latest - 49, latest)
        );
        vm.prank(broadcaster);
        jobs.job(streamOf(0xB0B), ladder(), PRICE, endBlock, signature);
    }

    function test_setParameters_leavesTimeToSlash() public {
        IJobsManager.Parameters memory values = parameters();
        // Stake stays for 120 blocks, of which verification and verdicts take 60.
        values.claimDeadlineBlocks = 61;
        vm.expectRevert(
            abi.encodeWithSelector(
                IParameters.ParameterOutOfBounds.selector, "minUnbondingBlocks", 120, 121, type(uint256).max
            )
        );
        jobs.setParameters(values);
    }

    function submit(uint256 streamKey, address wallet) private {
        TranscodingOptions memory options = ladder();
        bytes memory signature = binding(streamKey, wallet);
        vm.prank(wallet);
        jobs.job(streamOf(streamKey), options, PRICE, vm.getBlockNumber() + 1_000, signature);
    }

    function finish(bytes32 jobId) private {
        vm.prank(broadcaster);
        jobs.endJob(jobId);
    }

    function refuse(IJobsManager.Parameters memory values, string memory name, uint256 value, uint256 min, uint256 max)
        private
    {
        vm.expectRevert(abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, name, value, min, max));
        new JobsManager(bonding, randomness, address(claims), values);
    }
}
