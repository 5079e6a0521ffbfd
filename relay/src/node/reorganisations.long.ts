import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { connect } from '@lp/contracts/testbeds/localChain'
import { type Hex, isAddressEqual } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimedNumbers, claimsOf, reached, record, setVerificationRate, startVerifier } from '../../testbeds/claims'
import {
  drawnNext,
  mineUntil,
  rawOf,
  replaceBlocks,
  seatStrangers,
  stake,
  startPage,
  whileMining,
} from '../../testbeds/reorganisations'
import {
  type Chain,
  domain,
  makeSegments,
  nextBlock,
  prepareJob,
  publish,
  startChain,
  startRelay,
} from '../../testbeds/startNode'
import { readCandidates } from '../chain/StreamDirectory'
import type { Publisher } from '../ingest/Publisher'
import { chainDirectory } from '../watch/chainDirectory'
import { sourceName } from '../watch/Feed'
import { Viewer } from '../watch/Viewer'

const { claimsManager, jobsManager } = contractsOn(localChainId)

type Name = 'one' | 'other'
type Relay = Awaited<ReturnType<typeof startRelay>>
type Job = Awaited<ReturnType<typeof prepareJob>>

let chain: Chain
let segments: Uint8Array[]
let verifier: Awaited<ReturnType<typeof startVerifier>>
const relays = {} as Record<Name, Relay>

/**
 * Starts seven transcoders with the same stake. Two of them are our relays. A draw selects four of the seven, so it can select
 * none, one or both of our relays.
 */
beforeAll(async () => {
  chain = await startChain()
  segments = makeSegments(6)
  await seatStrangers(chain, [1, 2, 6, 7, 8])
  for (const name of ['one', 'other'] as const) relays[name] = await startRelay(chain, { stake })
  verifier = await startVerifier(chain)
  await chain.test.setAutomine(false)
})
afterAll(async () => {
  verifier.stop()
  await whileMining(chain, Promise.all(Object.values(relays).map((relay) => relay.close())))
  await chain.stop()
})

const mine = (blocks = 1) => chain.test.mine({ blocks })
const head = () => chain.client.getBlockNumber({ cacheTime: 0 })
const blockOf = async ({ jobId }: Job) =>
  (await chain.client.readContract({ ...jobsManager, functionName: 'getJob', args: [jobId] })).jobBlock
const nameOf = (address: string | undefined) =>
  (['one', 'other'] as const).find((name) => address && isAddressEqual(relays[name].address, address as Hex))

/** Posts a job. The newest block then contains the job. */
async function post(): Promise<Job & { raw: Hex }> {
  const job = await prepareJob(chain)
  const hash = await job.send()
  await mine()
  return { ...job, raw: await rawOf(chain, hash) }
}

/** Posts jobs until the draw of a job selects exactly one of our relays. The draw can be read in the newest block. */
async function postDrawn() {
  for (;;) {
    const job = await post()
    await mine()
    const [first, ...others] = await drawnNext(chain, job.jobId, relays)
    await mine()
    if (first && others.length === 0) return { job, first, second: first === 'one' ? 'other' : 'one' } as const
  }
}

/** Records the draw from an unrelated account, because every account can record a draw. */
async function recordDraw({ jobId }: Job) {
  const { jobsManager } = connect(chain.rpcUrl).user(4)
  await jobsManager.write.drawCandidates([jobId], { gas: 1_000_000n })
  await mine()
  expect((await jobsManager.read.getJob([jobId])).drawn).toBe(true)
}

/**
 * Replaces blocks until `is` returns `true` for the draw that the next block would give. The relays see only the last replacement,
 * because they read the chain only when the next block is mined.
 */
async function replaceUntil(job: Job, is: (drawn: readonly Name[]) => boolean, replace: () => Promise<void>) {
  do await replace()
  while (!is(await drawnNext(chain, job.jobId, relays)))
}

const served = async (name: Name, { streamId }: Job): Promise<number[]> => {
  const response = await fetch(`${relays[name].url}/segments/${streamId}?after=-1`)
  const { segments } = (await response.json()) as { segments: { sequenceNumber: string }[] }
  return segments.map(({ sequenceNumber }) => Number(sequenceNumber))
}

/** Waits until `count` segments of the job are claimed. */
async function claimed(job: Job, count: number) {
  for (;;) {
    const claims = await claimsOf(chain, job.jobId)
    const numbers = claimedNumbers(claims).map(Number)
    if (numbers.length >= count) return { numbers, by: claims.map(({ claim }) => nameOf(claim.transcoder)) }
    await nextBlock(chain)
  }
}

const inJob = ({ jobId }: Job) => ({ ...claimsManager, args: { jobId }, fromBlock: 0n, strict: true }) as const

const verdicts = (job: Job) => chain.client.getContractEvents({ ...inJob(job), eventName: 'VerdictReported' })

async function payment(job: Job) {
  const [paid] = await chain.client.getContractEvents({ ...inJob(job), eventName: 'FeesDistributed' })
  return paid
}

const assignedTo = (publisher: Publisher, name: Name) =>
  reached(publisher, ({ phase, transcoder }) => phase === 'assigned' && nameOf(transcoder) === name)

/** Publishes these segments and waits until they are acknowledged. */
async function publishOn(publisher: Publisher, from: number, to: number) {
  record(publisher, segments.slice(from, to))
  return reached(publisher, ({ acknowledged }) => acknowledged === to)
}

const only = (name: Name) => (drawn: readonly Name[]) => String(drawn) === name
const all = [0, 1, 2, 3, 4, 5]

describe('a reorganisation', () => {
  it.each([
    ['2 blocks, after the draw', 2, false],
    ['3 blocks, with the draw recorded', 3, true],
    ['3 blocks, which moves the job to a later block', 3, false],
  ])('of %s: the stream continues with the transcoder of the new draw', async (_, depth, isRecorded) => {
    const { job, first, second } = await postDrawn()
    const page = startPage(chain, job)
    const publisher = await page.opened
    await assignedTo(publisher, first)
    await publishOn(publisher, 0, 2)
    if (isRecorded) await recordDraw(job)
    const before = await blockOf(job)
    const isUndone = (await head()) - BigInt(depth) < before
    // This segment is being sent when the blocks are replaced.
    record(publisher, segments.slice(2, 3))
    await replaceUntil(job, only(second), () =>
      replaceBlocks(chain, depth, isUndone ? { at: 1, transactions: [job.raw] } : {}),
    )
    expect(await blockOf(job)).toBe(isUndone ? before + 1n : before)
    await mine()
    await assignedTo(publisher, second)
    const { orphaned, ...progress } = await publishOn(publisher, 3, 6)
    expect(progress).toMatchObject({ sent: 6, refused: 0, dropped: 0 })
    expect([2, 3]).toContain(orphaned)
    expect((await served(first, job)).slice(0, orphaned)).toEqual(all.slice(0, orphaned))
    expect(await served(second, job)).toEqual(all.slice(orphaned))
    await whileMining(chain, publisher.stop())
    const claims = await whileMining(chain, claimed(job, 6 - orphaned))
    expect(claims).toEqual({ numbers: all.slice(orphaned), by: [second] })
    page.close()
  })

  it('makes viewers follow the stream to the new transcoder without a missing segment', async () => {
    const { job, second } = await postDrawn()
    const page = startPage(chain, job)
    const publisher = await page.opened
    await publishOn(publisher, 0, 2)
    const { streamId } = job
    const viewer = new Viewer({ streamId, directory: chainDirectory(chain.client), domain })
    const states = new Set<string>()
    const seen = (count: number) =>
      new Promise<void>((resolve) =>
        viewer.subscribe(() => {
          states.add(viewer.getSnapshot().state)
          if (viewer.entries(sourceName).length === count) resolve()
        }),
      )
    await seen(2)
    await replaceUntil(job, only(second), () => replaceBlocks(chain, 2))
    await mine()
    await assignedTo(publisher, second)
    const whole = seen(6)
    await publishOn(publisher, 2, 6)
    await whole
    const numbers = viewer.entries(sourceName).map(({ publication }) => Number(publication.sequenceNumber))
    expect(numbers).toEqual(all)
    expect(viewer.getSnapshot().refused).toEqual({})
    // A viewer that sees an ended stream stops looking for the next relay.
    expect(states).not.toContain('ended')
    viewer.close()
    page.close()
  })

  it('of the block that held the job, before any work: the transcoder of the new draw starts the stream', async () => {
    const job = await post()
    const page = startPage(chain, job)
    const before = await blockOf(job)
    await replaceBlocks(chain, 1)
    await mine()
    await chain.client.sendRawTransaction({ serializedTransaction: job.raw })
    await mine()
    expect(await blockOf(job)).toBe(before + 2n)
    await mine()
    await replaceUntil(job, only('one'), () => replaceBlocks(chain, 1))
    await mine()
    const publisher = await page.opened
    expect(await publishOn(publisher, 0, 6)).toMatchObject({ sent: 6, refused: 0, dropped: 0, orphaned: 0 })
    expect(await served('one', job)).toEqual(all)
    page.close()
  })

  it('of 1 block changes no draw that a relay has seen', async () => {
    const { job, first } = await postDrawn()
    const page = startPage(chain, job)
    const publisher = await page.opened
    await publishOn(publisher, 0, 2)
    await replaceBlocks(chain, 1)
    expect(await drawnNext(chain, job.jobId, relays)).toEqual([first])
    await mine()
    expect(await publishOn(publisher, 2, 6)).toMatchObject({ sent: 6, refused: 0, dropped: 0, orphaned: 0 })
    expect(await served(first, job)).toEqual(all)
    page.close()
  })

  it('that removes the job: the page posts the job again, under the same id', async () => {
    const { job, second } = await postDrawn()
    let postedAgain = () => {}
    const again = new Promise<void>((resolve) => {
      postedAgain = resolve
    })
    const page = startPage(chain, job, (blocks) => {
      if (blocks === 3) void job.send().then(postedAgain)
    })
    const publisher = await page.opened
    await publishOn(publisher, 0, 2)
    await replaceBlocks(chain, 3)
    await whileMining(chain, again)
    await mine(2)
    const depth = Number((await head()) - (await blockOf(job)))
    await replaceUntil(job, only(second), () => replaceBlocks(chain, depth))
    await mine()
    await assignedTo(publisher, second)
    expect(await publishOn(publisher, 2, 6)).toMatchObject({ sent: 6, refused: 0, dropped: 0, orphaned: 2 })
    expect(await served(second, job)).toEqual(all.slice(2))
    page.close()
  })
})

describe('a relay', () => {
  it('leaves a job when a new draw selects other transcoders, and joins it again when a later draw selects this relay', async () => {
    const { job, first, second } = await postDrawn()
    const candidates = (await readCandidates(chain.client, job.jobId)) ?? []
    // This publisher does not read the chain again.
    const { publisher, leave } = publish({ ...job, candidates }, { patienceMs: 200 })
    await publishOn(publisher, 0, 2)
    await replaceUntil(job, only(second), () => replaceBlocks(chain, 2))
    await mine()
    await reached(publisher, ({ phase }) => phase === 'interrupted')
    record(publisher, segments.slice(2, 4))
    await replaceUntil(job, only(first), () => replaceBlocks(chain, 3))
    await mine()
    expect(await publishOn(publisher, 4, 6)).toMatchObject({ sent: 6, refused: 0, dropped: 0, orphaned: 0 })
    expect(await served(first, job)).toEqual(all)
    leave()
  })

  it('is paid by the same transaction if the block with the payment is replaced', async () => {
    const { job, first } = await postDrawn()
    const page = startPage(chain, job)
    const publisher = await page.opened
    await publishOn(publisher, 0, 2)
    await whileMining(chain, publisher.stop())
    const paid = await mineUntil(chain, () => payment(job))
    await replaceBlocks(chain, 1)
    expect(await payment(job)).toBeUndefined()
    const again = await mineUntil(chain, () => payment(job))
    expect(again.transactionHash).toBe(paid.transactionHash)
    expect(nameOf(again.args.transcoder)).toBe(first)
    page.close()
  })

  it('is paid even if the blocks with the verdicts and the payment are replaced', async () => {
    await whileMining(chain, setVerificationRate(chain, 1n))
    const { job, first } = await postDrawn()
    const page = startPage(chain, job)
    const publisher = await page.opened
    await publishOn(publisher, 0, 2)
    await whileMining(chain, publisher.stop())
    await mineUntil(chain, () => payment(job))
    const [verdict] = await verdicts(job)
    expect(verdict).toBeDefined()
    await replaceBlocks(chain, Number((await head()) - (verdict?.blockNumber ?? 0n) + 1n))
    expect(await verdicts(job)).toEqual([])
    const paid = await mineUntil(chain, () => payment(job))
    expect(nameOf(paid.args.transcoder)).toBe(first)
    page.close()
  })
})
