import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hex } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { assignmentFrom, workAfter } from '../../testbeds/history'
import { type Chain, postJob, startChain } from '../../testbeds/startNode'
import { createStream } from '../../testbeds/stream'
import { readOptions } from '../chain/readOptions'
import { readJob } from '../chain/StreamDirectory'
import type { StreamRecord } from '../records/StreamRecord'
import type { JobLog } from './JobLog'
import { JobLogs } from './JobLogs'
import { restoreLogs } from './restoreLogs'

let chain: Chain
let jobId: Hex
let directory: string
let faults: Error[]
beforeAll(async () => {
  chain = await startChain()
  jobId = (await postJob(chain)).jobId
})
afterAll(() => chain.stop())
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lp-restore-'))
  faults = []
})
afterEach(() => rm(directory, { recursive: true }))

const onFault = (fault: Error) => faults.push(fault)
const work = () => workAfter(undefined, { sequenceNumber: 0n, jobId })
const drawn = async () => {
  const job = await readJob(chain.client, jobId)
  return { job, options: await readOptions(chain.client, job), priority: 0 }
}

/** Writes a log, damages one of its lines, and opens the log again. */
async function damaged(line: number): Promise<{ logs: JobLogs; log: JobLog }> {
  const before = await JobLogs.open({ directory, onFault })
  const log = await before.open(jobId)
  await log.recordDraw(await drawn())
  await log.recordAssignment(assignmentFrom(0n, jobId))
  await log.recordWork(work(), 0n)
  await before.close()
  const path = join(directory, `${jobId}.jsonl`)
  const lines = (await readFile(path, 'utf8')).split('\n')
  await writeFile(path, lines.with(line, 'damaged').join('\n'))
  const logs = await JobLogs.open({ directory, onFault })
  faults = []
  return { logs, log: logs.get(jobId) as JobLog }
}

/** A catalogue with this record, or with no record. */
const streams = (record?: StreamRecord) => ({
  records: () => (record ? [record] : []),
  history: () => (record ? [record] : []),
})

it('restoreLogs reads a lost draw from the chain', async () => {
  const { logs, log } = await damaged(0)
  expect(log.drawn).toBeUndefined()
  await restoreLogs({ client: chain.client, logs, streams: streams(), onFault })
  const { job, ...rest } = await drawn()
  const { jobId, streamId, broadcaster, optionsHash, pricePerUnit, unitsPerSecond, jobBlock, endBlock } = job
  expect(log.drawn).toMatchObject({
    job: { jobId, streamId, broadcaster, optionsHash, pricePerUnit, unitsPerSecond, jobBlock, endBlock },
    ...rest,
  })
  expect(faults).toEqual([])
  await logs.close()
})

it('restoreLogs restores a lost Assignment from the records of the stream, and with it the receipts under this Assignment', async () => {
  const { logs, log } = await damaged(1)
  expect(log).toMatchObject({ assignments: [], work: [], lostAssignments: [0n] })
  const { record } = await createStream().assign({ fromSequence: 0n })
  const found = { ...record, jobId, ...assignmentFrom(0n, jobId) }
  await restoreLogs({ client: chain.client, logs, streams: streams(found), onFault })
  expect(log).toMatchObject({ assignments: [assignmentFrom(0n, jobId)], work: [work()], lostAssignments: [] })
  expect(faults).toEqual([])
  await logs.close()
})

it('restoreLogs reports a draw that is not on chain, and does not restore an Assignment that no record of a stream contains', async () => {
  const { logs, log } = await damaged(1)
  const other = await logs.open(`0x${'77'.repeat(32)}`)
  await other.recordAssignment(assignmentFrom(0n))
  await restoreLogs({ client: chain.client, logs, streams: streams(), onFault })
  expect([log.lostAssignments, other.drawn]).toEqual([[0n], undefined])
  expect(faults).toHaveLength(1)
  await logs.close()
})

it('restoreLogs restores nothing in an empty log', async () => {
  const logs = await JobLogs.open({ directory, onFault })
  await logs.open(jobId)
  await restoreLogs({ client: chain.client, logs, streams: streams(), onFault })
  expect(logs.get(jobId)?.drawn).toBeUndefined()
  expect(faults).toEqual([])
  await logs.close()
})
