import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Claim } from '@lp/contracts/protocol'
import { keccak256, zeroHash } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assignmentFrom, jobId, options, workAfter } from '../../testbeds/history'
import type { DrawnJob } from '../records/DrawnJob'
import { JobLogs, OtherTermsError } from './JobLogs'

const first = workAfter(undefined, { sequenceNumber: 4n })
const second = workAfter(first, { sequenceNumber: 5n })
const { streamId } = first.segment
const drawn = (jobBlock: bigint): DrawnJob => ({
  job: {
    ...{ jobId, streamId, broadcaster: '0x1111111111111111111111111111111111111111', optionsHash: zeroHash },
    ...{ pricePerUnit: 100n, unitsPerSecond: 7n, jobBlock, endBlock: 900n, over: false },
  },
  ...{ options, priority: 0 },
})
const { claim: plan } = Claim.create({
  ...{ assignment: assignmentFrom(4n).assignment, work: [first, second] },
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

/** As after a kill: the files are opened again before they are closed. */
const reopened = async () => {
  logs = await JobLogs.open(directory)
  opened.push(logs)
  return logs
}

describe('the log of a job', () => {
  it('holds all that a claim needs, also after a crash', async () => {
    const log = await logs.open(jobId)
    await log.recordDraw(drawn(10n))
    await log.recordAssignment(assignmentFrom(4n))
    for (const work of [first, second]) await log.recordWork(work)
    await log.recordPlan(plan)
    await log.recordEnd(end)
    const again = (await reopened()).get(jobId)
    expect(again).toMatchObject({
      ...{ drawn: drawn(10n), assignments: [assignmentFrom(4n)], plannedClaims: [plan], end },
    })
    expect(again?.work).toEqual([first, second])
    expect(again?.lastWork).toEqual(second)
  })

  it('ignores a line that was not finished', async () => {
    const log = await logs.open(jobId)
    await log.recordWork(first)
    await appendFile(join(directory, `${jobId}.jsonl`), '{"plan":{"fromSequence":"4","ran')
    const again = (await reopened()).get(jobId)
    expect(again).toMatchObject({ work: [first], plannedClaims: [] })
    await again?.recordPlan(plan)
    expect((await reopened()).get(jobId)?.plannedClaims).toEqual([plan])
  })

  it('tells under which Assignment a segment was transcoded', async () => {
    const log = await logs.open(jobId)
    for (const from of [4n, 9n]) await log.recordAssignment(assignmentFrom(from))
    expect(log.assignmentOf(3n)).toBeUndefined()
    expect(log.assignmentOf(8n)).toEqual(assignmentFrom(4n))
    expect(log.assignmentOf(9n)).toEqual(assignmentFrom(9n))
  })
})

describe('the logs of all jobs', () => {
  it('find the receipt for a segment of a stream in its newest job', async () => {
    const later = keccak256('0x02')
    const redone = workAfter(undefined, { sequenceNumber: 4n, bits: 500_000 })
    for (const [id, block, work] of [
      [jobId, 10n, first],
      [later, 20n, redone],
    ] as const) {
      const log = await logs.open(id)
      await log.recordDraw(drawn(block))
      await log.recordAssignment(assignmentFrom(4n))
      await log.recordWork(work)
    }
    await logs.get(jobId)?.recordWork(second)
    const { assignment } = assignmentFrom(4n)
    expect(logs.evidence(streamId, 4n)).toEqual({ options, assignment, work: redone, preceding: undefined })
    expect(logs.evidence(streamId, 5n)).toEqual({ options, assignment, work: second, preceding: first })
    expect(logs.evidence(streamId, 6n)).toBeUndefined()
  })

  it('keep the first draw of a job, and refuse another price under its id', async () => {
    await logs.openDrawn(drawn(10n))
    const { job, ...rest } = drawn(11n)
    expect((await logs.openDrawn({ job, ...rest })).drawn).toEqual(drawn(10n))
    const dearer = { job: { ...job, pricePerUnit: 101n }, ...rest }
    await expect(logs.openDrawn(dearer)).rejects.toThrow(OtherTermsError)
  })

  it('delete the file of a job, unless it was assigned where only unassigned jobs are meant', async () => {
    const log = await logs.open(jobId)
    await log.recordAssignment(assignmentFrom(4n))
    await logs.removeUnassigned(jobId)
    expect(logs.all()).toEqual([log])
    await logs.remove(jobId)
    expect(logs.all()).toEqual([])
    expect(await readdir(directory)).toEqual([])
    await logs.open(jobId)
    await logs.removeUnassigned(jobId)
    expect(await readdir(directory)).toEqual([])
  })
})
