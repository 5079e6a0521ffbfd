import { encodeAbiParameters, type Hex, keccak256, parseEther, parseEventLogs, toHex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { claimsManagerAbi, jobsManagerAbi } from '../abi'
import { contractsOn } from '../deployments'
import {
  Acceptance,
  Assignment,
  Claim,
  ClaimState,
  Disclosure,
  Lottery,
  Recipe,
  Segment,
  StreamBinding,
  StreamEnd,
  StreamId,
  TranscodeReceipt,
  TranscodingOptions,
  Verdict,
} from '../protocol'
import { type LocalChain, startLocalChain } from '../testbeds/localChain'
import { localChainId, localVerifier } from './deploy'
import { presets } from './presets'

const { bondingManager, claimsManager, jobsManager } = contractsOn(localChainId)
const domain = { chainId: localChainId, jobsManager: jobsManager.address }
const renditions = [
  { height: 480, bitrate: 1_000_000 },
  { height: 240, bitrate: 300_000 },
]
const options = { width: 1280, height: 720, fps: 30, renditions }
const unitsPerSecond = TranscodingOptions.unitsPerSecond(options)
const pricePerUnit = 10n
const withFine = (fees: bigint) => fees + (fees * presets.local.inputFinePercent) / 100n
const reserve =
  withFine(pricePerUnit * unitsPerSecond * presets.local.claimIntervalSeconds) * presets.local.candidateCount
const stake = parseEther('100')
const renditionKey = privateKeyToAccount(generatePrivateKey())
const numberOf = (status: ClaimState.Status) => ClaimState.statusNames.indexOf(status)

const people = { owner: 0, transcoder: 1, broadcaster: 2, verifier: localVerifier, stranger: 4 } as const
const by = (who: keyof typeof people) => local.user(people[who])

let local: LocalChain
beforeAll(async () => {
  local = await startLocalChain()
  for (const who of ['transcoder', 'verifier'] as const) {
    await local.mined(by('owner').livepeerToken.write.transfer([by(who).address, stake]))
    await local.mined(by(who).livepeerToken.write.approve([bondingManager.address, stake]))
    await local.mined(by(who).bondingManager.write.bond([stake, by(who).address]))
  }
  await local.mined(by('transcoder').bondingManager.write.transcoder([pricePerUnit, 0n, 0n]))
  await local.mined(by('transcoder').bondingManager.write.transcodeAvailability([true]))
  const parameters = await by('owner').claimsManager.read.parameters()
  await local.callAsOwner({
    ...claimsManager,
    functionName: 'setParameters',
    args: [{ ...parameters, verificationRate: 1n }],
  })
  // The tests end before the round ends, also if the deployment has used more blocks or fewer.
  await local.mineToNextRound()
  await local.mined(by('owner').roundsManager.write.initializeRound())
})
afterAll(() => local.stop())

/** Posts a job for which the transcoder is drawn. Returns the job with a signed Acceptance and a signed Assignment. */
async function assignedJob() {
  const streamKey = privateKeyToAccount(generatePrivateKey())
  const streamId = StreamId.random(streamKey.address)
  const jobId = keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256' }], [streamId, 0n]))
  const { address, jobsManager } = by('broadcaster')
  const binding = await StreamBinding.sign({ streamId, broadcaster: address }, streamKey, domain)
  const endBlock = (await local.chain.getBlockNumber()) + 1_000n
  const value = await missingDeposit(reserve)
  await local.mined(jobsManager.write.job([streamId, options, pricePerUnit, endBlock, binding], { value }))
  await local.mine(2)
  await local.mined(by('transcoder').jobsManager.write.drawCandidates([jobId]))
  const terms = { jobId, streamId, renditionKey: renditionKey.address, fromSequence: 0n }
  const { account } = by('transcoder')
  return {
    ...{ jobId, streamId, streamKey },
    acceptance: await Acceptance.sign(terms, account, domain),
    assignment: await Assignment.sign({ ...terms, transcoder: account.address }, streamKey, domain),
  }
}

type Job = Awaited<ReturnType<typeof assignedJob>>

/** The wei that the broadcaster must send so that its deposit is at least `amount`. */
async function missingDeposit(amount: bigint) {
  const { deposit } = await by('broadcaster').jobsManager.read.getBroadcaster([by('broadcaster').address])
  return deposit < amount ? amount - deposit : 0n
}

/** Makes receipts for segments of 2 s. The preceding receipt determines the quantisers of a segment. */
async function work(job: Job, sequenceNumbers: readonly bigint[], preceding?: Claim.Work): Promise<Claim.Work[]> {
  const done: Claim.Work[] = []
  for (const sequenceNumber of sequenceNumbers) {
    const before = done.at(-1) ?? preceding
    const header = { streamId: job.streamId, sequenceNumber, startTimeMs: 2_000n * sequenceNumber, durationMs: 2_000 }
    const dataHash = keccak256(toHex(sequenceNumber))
    const segment = await Segment.sign({ ...header, dataHash }, job.streamKey, domain)
    const outputs = renditions.map(({ bitrate }, index): Recipe.Output => {
      const last = before?.outputs[index]
      const targetBits = Recipe.targetBits(bitrate, 2_000)
      const qp = last ? Recipe.nextQp({ ...last, targetBits }) : Recipe.qp0(options, index)
      const bits = targetBits + (Number(sequenceNumber) % 4) * bitrate
      return { dataHash: keccak256(dataHash), canonicalHash: keccak256(toHex(index)), qp, bits }
    })
    const receipt = {
      ...{ jobId: job.jobId, streamId: job.streamId, sequenceNumber, dataHash },
      transcodedDataHash: Recipe.transcodedDataHash(outputs),
      broadcasterSignature: segment.signature,
    }
    done.push({ segment, outputs, receipt: await TranscodeReceipt.sign(receipt, renditionKey, domain) })
  }
  return done
}

/** Claims the work, seals the challenges, and discloses every challenged segment. */
async function claimAndVerify(job: Job, committed: Claim.Committed, previous?: Claim.Committed) {
  const { claim } = committed
  const { claimsManager } = by('transcoder')
  const signatures = previous
    ? (['0x', '0x'] as const)
    : ([job.acceptance.signature, job.assignment.signature] as const)
  const { blockNumber } = await local.mined(claimsManager.write.claimWork([claim, 0n, ...signatures]))
  await local.mine(1)
  const sealing = await local.mined(by('stranger').claimsManager.write.sealChallenges([claim]))
  const [event] = parseEventLogs({ abi: claimsManagerAbi, eventName: 'ChallengesSealed', logs: sealing.logs })
  const block = await local.chain.getBlock({ blockNumber: blockNumber + 1n })
  const drawn = Lottery.challenged(claim, { blockHash: block.hash, verificationRate: 1n })
  expect(event?.args).toEqual({
    ...{ claimId: Claim.id(claim), jobId: job.jobId, blockHash: block.hash, sequenceNumbers: drawn },
  })
  for (const sequenceNumber of drawn) {
    const disclosure = Disclosure.create({ options, committed, previous, sequenceNumber })
    await local.mined(claimsManager.write.verify([claim, disclosure]))
  }
  return drawn
}

const report = (claimId: Hex, sequenceNumber: bigint, verdict: Verdict.Verdict) =>
  local.mined(by('verifier').verifier.write.report([claimId, sequenceNumber, Verdict.toNumber(verdict)]))

describe('work on the deployed contracts', () => {
  test('is claimed in two claims; every segment is verified, and the work is paid to the wei', async () => {
    const job = await assignedJob()
    const { assignment } = job
    const first = Claim.create({ assignment, work: await work(job, [0n, 1n, 2n, 5n]), domain })
    const rest = await work(job, [6n, 7n], first.work.at(-1))
    const second = Claim.create({ assignment, previousClaimId: Claim.id(first.claim), work: rest, domain })
    expect(await claimAndVerify(job, first)).toEqual([0n, 1n, 2n, 5n])
    expect(await claimAndVerify(job, second, first)).toEqual([6n, 7n])
    for (const { claim } of [first, second]) {
      for (const sequenceNumber of Claim.sequenceNumbers(claim)) await report(Claim.id(claim), sequenceNumber, 'Valid')
      await local.mined(by('stranger').claimsManager.write.distributeFees([claim]))
      const paid = {
        state: numberOf('Paid'),
        fees: Claim.fees({ pricePerUnit, unitsPerSecond, durationMs: claim.durationMs }),
      }
      expect(await by('stranger').claimsManager.read.getClaim([Claim.id(claim)])).toMatchObject(paid)
    }
    const fees = pricePerUnit * unitsPerSecond * 12n
    expect(await by('stranger').jobsManager.read.earnings([by('transcoder').address])).toBe(fees)
    const before = await local.chain.getBalance({ address: by('transcoder').address })
    const { gasUsed, effectiveGasPrice } = await local.mined(by('transcoder').jobsManager.write.withdrawFees())
    const after = await local.chain.getBalance({ address: by('transcoder').address })
    expect(after - before + gasUsed * effectiveGasPrice).toBe(fees)

    const { signature } = await StreamEnd.sign({ ...job, lastSequenceNumber: 7n }, job.streamKey, domain)
    await local.mined(by('transcoder').jobsManager.write.endJob([job.jobId, 7n, signature]))
    await local.mine(60)
    await local.mined(by('stranger').jobsManager.write.releaseReserve([job.jobId]))
    const deposit = { deposit: reserve - fees, reserved: 0n }
    expect(await by('stranger').jobsManager.read.getBroadcaster([by('broadcaster').address])).toEqual(deposit)
    expect(await local.chain.getBalance({ address: jobsManager.address })).toBe(reserve - fees)
  })

  test('is not paid if the verdict is Invalid: the fees are refunded, and the transcoder is slashed', async () => {
    const job = await assignedJob()
    const committed = Claim.create({ assignment: job.assignment, work: await work(job, [0n, 1n]), domain })
    const claimId = Claim.id(committed.claim)
    await claimAndVerify(job, committed)
    const account = [by('broadcaster').address] as const
    const before = await by('broadcaster').jobsManager.read.getBroadcaster(account)
    const { logs } = await report(claimId, 1n, 'Invalid')
    const [returned] = parseEventLogs({ abi: jobsManagerAbi, eventName: 'EscrowReturned', logs })
    expect(returned?.args.amount).toBe(withFine(pricePerUnit * unitsPerSecond * 4n))
    const after = await by('broadcaster').jobsManager.read.getBroadcaster(account)
    expect(after.deposit - before.deposit).toBe(withFine(pricePerUnit * unitsPerSecond * 4n))
    const slashed = (stake * 5n) / 100n
    const { stake: left } = await by('stranger').bondingManager.read.getTranscoder([by('transcoder').address])
    expect(left).toBe(stake - slashed)
    expect(await by('stranger').bondingManager.read.commonPool()).toBe(slashed)
    expect(await by('stranger').claimsManager.read.getClaim([claimId])).toMatchObject({
      ...{ state: numberOf('Refunded'), slashed: true },
    })
    const { claimsManager, address } = by('stranger')
    const distribution = claimsManager.simulate.distributeFees([committed.claim], { account: address })
    await expect(distribution).rejects.toThrow('WrongState')
  })

  test('is not paid if the transcoder discloses no segment in time: the fees are refunded, and the transcoder is slashed', async () => {
    const job = await assignedJob()
    const { acceptance, assignment } = job
    const { claim } = Claim.create({ assignment, work: await work(job, [0n]), domain })
    const { claimsManager } = by('transcoder')
    await local.mined(claimsManager.write.claimWork([claim, 0n, acceptance.signature, assignment.signature]))
    const status = await claimsManager.read.getClaim([Claim.id(claim)])
    expect(status.verificationDeadline - status.claimBlock).toBe(40n)
    await local.mine(40)
    await local.mined(by('stranger').claimsManager.write.expire([claim]))
    expect(await claimsManager.read.getClaim([Claim.id(claim)])).toMatchObject({
      state: numberOf('Refunded'),
      slashed: true,
    })
  })
})
