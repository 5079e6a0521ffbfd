import { contractsOn } from '@lp/contracts/deployments'
import {
  Acceptance,
  Assignment,
  Claim,
  Lottery,
  StreamBinding,
  StreamId,
  TranscodingOptions,
} from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { presets } from '@lp/contracts/script/presets'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import { createTestClient, encodeAbiParameters, type Hex, http, keccak256, parseEther, zeroHash } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { followSettlement } from './followSettlement'
import * as Settlement from './Settlement'

const { bondingManager, claimsManager, jobsManager } = contractsOn(localChainId)
const domain = { chainId: localChainId, jobsManager: jobsManager.address }
const options = { width: 1280, height: 720, fps: 30, renditions: [{ height: 240, bitrate: 300_000 }] }
const unitsPerSecond = TranscodingOptions.unitsPerSecond(options)
const pricePerUnit = 10n

let local: LocalChain
const transcoder = () => local.user(1)
const broadcaster = () => local.user(2)

beforeAll(async () => {
  local = await startLocalChain()
  const owner = local.user(0)
  const stake = parseEther('100')
  await local.mined(owner.livepeerToken.write.transfer([transcoder().address, stake]))
  await local.mined(transcoder().livepeerToken.write.approve([bondingManager.address, stake]))
  await local.mined(transcoder().bondingManager.write.bond([stake, transcoder().address]))
  await local.mined(transcoder().bondingManager.write.transcoder([pricePerUnit, 0n, 0n]))
  await local.mined(transcoder().bondingManager.write.transcodeAvailability([true]))
})
afterAll(() => local.stop())

/** A job with an Assignment to the transcoder, and the facts that the first claim needs. */
async function assignedJob() {
  const streamKey = privateKeyToAccount(generatePrivateKey())
  const streamId = StreamId.random(streamKey.address)
  const jobId = keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256' }], [streamId, 0n]))
  const binding = await StreamBinding.sign({ streamId, broadcaster: broadcaster().address }, streamKey, domain)
  const endBlock = (await local.chain.getBlockNumber()) + 1_000n
  const { claimIntervalSeconds, candidateCount, inputFinePercent } = presets.local
  const value =
    (pricePerUnit * unitsPerSecond * claimIntervalSeconds * candidateCount * (100n + inputFinePercent)) / 100n
  const args = [streamId, options, pricePerUnit, endBlock, binding] as const
  await local.mined(broadcaster().jobsManager.write.job(args, { value }))
  await local.mine(2)
  const renditionKey = privateKeyToAccount(generatePrivateKey()).address
  const task = { jobId, streamId, renditionKey, fromSequence: 0n }
  const acceptance = await Acceptance.sign(task, transcoder().account, domain)
  const assignment = await Assignment.sign({ ...task, transcoder: transcoder().address }, streamKey, domain)
  return { jobId, renditionKey, acceptance, assignment }
}

type Job = Awaited<ReturnType<typeof assignedJob>>

/** The claim's Merkle root is invented: the chain checks only the receipts that the lottery draws. */
async function claim(
  { jobId, renditionKey, acceptance, assignment }: Job,
  { first, previousClaimId, drawn }: { first: bigint; previousClaimId: Hex; drawn: number },
) {
  const claim = {
    ...{ jobId, renditionKey, previousClaimId, transcoder: transcoder().address, fromSequence: 0n },
    ...{ ranges: [{ first, last: first + 1n }], durationMs: 4_000n, merkleRoot: keccak256(jobId) },
  }
  const { claimsManager } = transcoder()
  await local.mined(claimsManager.write.claimWork([claim, 0n, acceptance.signature, assignment.signature]))
  await mineDraw(claim, drawn)
  await local.mined(claimsManager.write.sealChallenges([claim]))
  return claim
}

/** Mines the block that decides the lottery of a claim. Replaces the block until the lottery draws this number of segments. */
async function mineDraw(claim: Claim.Claim, drawn: number) {
  const test = createTestClient({ mode: 'anvil', transport: http(local.rpcUrl) })
  for (let attempt = 1; ; attempt++) {
    const id = await test.snapshot()
    await test.increaseTime({ seconds: attempt })
    await local.mine(1)
    const { hash } = await local.chain.getBlock()
    if (Lottery.challenged(claim, { blockHash: hash, verificationRate: 2n }).length === drawn) return
    await test.revert({ id })
  }
}

async function setRate(verificationRate: bigint) {
  const parameters = await local.user(0).claimsManager.read.parameters()
  await local.callAsOwner({
    ...claimsManager,
    functionName: 'setParameters',
    args: [{ ...parameters, verificationRate }],
  })
}

test('followSettlement follows a job from its first claim to its last payment', async () => {
  await setRate(2n)
  const job = await assignedJob()
  const seen: Settlement.Settlement[] = []
  const waiting = new Set<() => void>()
  const stop = followSettlement(local.chain, {
    jobId: job.jobId,
    onChange(settlement) {
      seen.push(settlement)
      for (const look of waiting) look()
    },
  })
  const until = (isMet: (settlement: Settlement.Settlement) => boolean) =>
    new Promise<Settlement.Settlement>((resolve) => {
      const look = () => {
        const last = seen.at(-1)
        if (!last || !isMet(last)) return
        waiting.delete(look)
        resolve(last)
      }
      waiting.add(look)
      look()
    })

  // In the first claim no segment is drawn. In the second claim all segments are drawn, and the transcoder discloses none of
  // them.
  const first = await claim(job, { first: 0n, previousClaimId: zeroHash, drawn: 0 })
  const second = await claim(job, { first: 2n, previousClaimId: Claim.id(first), drawn: 2 })
  const fees = Claim.fees({ pricePerUnit, unitsPerSecond, durationMs: 4_000n })

  const open = await until(({ claims }) => claims[1]?.drawn !== undefined)
  expect(open.claims.map(({ claimId }) => claimId)).toEqual([Claim.id(first), Claim.id(second)])
  expect(open.claims.map(({ drawn }) => drawn?.sequenceNumbers)).toEqual([[], [2n, 3n]])
  expect(open.claims[0]?.claim).toEqual(first)
  expect(Settlement.bill(open)).toMatchObject({ feesWei: 0n, pendingWei: 2n * fees })
  expect(Settlement.heldFineWei(open)).toBe(2n * (fees / 10n))

  await local.mined(transcoder().claimsManager.write.distributeFees([first]))
  // The new parameter does not change the claim deadline of a job that is already posted.
  const parameters = { ...(await local.user(0).jobsManager.read.parameters()), claimDeadlineBlocks: 50n }
  await local.callAsOwner({ ...jobsManager, functionName: 'setParameters', args: [parameters] })
  const { transactionHash } = await local.mined(broadcaster().jobsManager.write.endJob([job.jobId]))
  const ended = await until((settlement) => settlement.ended !== undefined)
  expect(ended.ended?.transactionHash).toBe(transactionHash)
  expect(ended.job.claimDeadline - ended.job.endBlock).toBe(60n)
  expect(Settlement.isSettled(ended, 4)).toBe(false)
  expect(Settlement.expired(ended)).toEqual([])

  await local.mine(40)
  const [late] = Settlement.expired(await until((settlement) => Settlement.expired(settlement).length > 0))
  await local.mined(broadcaster().claimsManager.write.expire([(late as Settlement.Progress).claim]))
  const settled = await until((settlement) => Settlement.isSettled(settlement, 4))
  stop()
  expect(settled.claims.map(({ outcome }) => outcome?.isPaid || outcome?.reason)).toEqual([true, 'Missed'])
  expect(Settlement.bill(settled)).toEqual({
    ...{ segments: 2, durationMs: 4_000n, feesWei: fees, refundedWei: fees, fineWei: 0n, pendingWei: 0n },
  })
  expect(Settlement.heldFineWei(settled)).toBe(0n)
})
