import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Claim } from '@lp/contracts/protocol'
import { keccak256, zeroHash } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { entryAfter, givenFrom, jobId, options } from '../../testbeds/history'
import { JobLogs } from './JobLogs'
import type { DrawnJob } from './JobWatcher'

const first = entryAfter(undefined, { sequenceNumber: 4n })
const second = entryAfter(first, { sequenceNumber: 5n })
const { streamId } = first.segment
const drawn = (jobBlock: bigint): DrawnJob => ({
  job: {
    ...{ jobId, streamId, broadcaster: '0x1111111111111111111111111111111111111111', optionsHash: zeroHash },
    ...{ pricePerUnit: 100n, unitsPerSecond: 7n, jobBlock, endBlock: 900n, over: false },
  },
  ...{ options, priority: 0 },
})
const { claim: plan } = Claim.create({
  ...{ assignment: givenFrom(4n).assignment, work: [first, second] },
  domain: { chainId: 31337, jobsManager: '0x5555555555555555555555555555555555555555' },
})
const end = { streamId, lastSequenceNumber: 5n, signature: first.segment.signature }

let directory: string
let logs: JobLogs
let opened: JobLogs[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lp-jobs-'))
  await reopened()
})
afterEach(async () => {
  for (const one of opened) await one.close()
  opened = []
  await rm(directory, { recursive: true })
})

/** As after a kill: nothing is closed before it is opened again. */
const reopened = async () => {
  logs = await JobLogs.open(directory)
  opened.push(logs)
  return logs
}

describe('the log of a job', () => {
  it('holds all that a claim needs, also after a crash', async () => {
    const log = await logs.open(jobId)
    await log.draw(drawn(10n))
    await log.give(givenFrom(4n))
    for (const entry of [first, second]) await log.append(entry)
    await log.plan(plan)
    await log.finish(end)
    const again = (await reopened()).get(jobId)
    expect(again).toMatchObject({ drawn: drawn(10n), given: [givenFrom(4n)], plans: [plan], end })
    expect(again?.entries).toEqual([first, second])
    expect(again?.last).toEqual(second)
  })

  it('knows nothing of a line that was not finished', async () => {
    const log = await logs.open(jobId)
    await log.append(first)
    await appendFile(join(directory, `${jobId}.jsonl`), '{"plan":{"fromSequence":"4","ran')
    const again = (await reopened()).get(jobId)
    expect(again).toMatchObject({ entries: [first], plans: [] })
    await again?.plan(plan)
    expect((await reopened()).get(jobId)?.plans).toEqual([plan])
  })

  it('tells under which Assignment a segment was transcoded', async () => {
    const log = await logs.open(jobId)
    for (const from of [4n, 9n]) await log.give(givenFrom(from))
    expect(log.givenFor(3n)).toBeUndefined()
    expect(log.givenFor(8n)).toEqual(givenFrom(4n))
    expect(log.givenFor(9n)).toEqual(givenFrom(9n))
  })
})

describe('the logs of all jobs', () => {
  it('find the receipt for a segment of a stream in its newest job', async () => {
    const later = keccak256('0x02')
    for (const [id, block] of [
      [jobId, 10n],
      [later, 20n],
    ] as const) {
      const log = await logs.open(id)
      await log.draw(drawn(block))
      await log.give(givenFrom(4n))
      await log.append(first)
    }
    await logs.get(jobId)?.append(second)
    expect(logs.entry(streamId, 4n)).toEqual({ jobId: later, given: givenFrom(4n), entry: first })
    expect(logs.entry(streamId, 5n)).toMatchObject({ jobId, entry: second })
    expect(logs.entry(streamId, 6n)).toBeUndefined()
  })

  it('forget a job on disk too', async () => {
    await logs.open(jobId)
    await logs.remove(jobId)
    expect(logs.all()).toEqual([])
    expect(await readdir(directory)).toEqual([])
  })
})
