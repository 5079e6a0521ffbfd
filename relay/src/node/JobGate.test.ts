import type { Hex } from 'viem'
import { beforeEach, expect, it } from 'vitest'
import type { DrawnJob } from '../records/DrawnJob'
import { JobGate } from './JobGate'

let calls: string[]
let blocked: Set<Hex>
let gate: JobGate
beforeEach(() => {
  calls = []
  blocked = new Set()
  const worker = {
    join: ({ job }: DrawnJob, options?: { isOnly: boolean }) => void calls.push(`join ${job.jobId} ${options?.isOnly}`),
    leave: (jobId: Hex) => void calls.push(`leave ${jobId}`),
    finish: (jobId: Hex) => void calls.push(`finish ${jobId}`),
  }
  gate = new JobGate(worker, ({ jobId }) => !blocked.has(jobId))
})

const drawn = (jobId: Hex) => ({ job: { jobId } }) as DrawnJob

it('gives the worker a job only if the operator allows it', () => {
  blocked.add('0x02')
  gate.join(drawn('0x01'), { isOnly: true })
  gate.join(drawn('0x02'))
  expect(calls).toEqual(['join 0x01 true'])
})

it('leaves a job that is blocked now, and joins a job that is allowed now, as it was drawn', () => {
  blocked.add('0x02')
  gate.join(drawn('0x01'))
  gate.join(drawn('0x02'), { isOnly: true })
  gate.join(drawn('0x03'))
  blocked = new Set(['0x01'])
  calls = []
  gate.look()
  gate.look()
  expect(calls).toEqual(['leave 0x01', 'join 0x02 true'])
})

it('joins no job that is over or drawn no more', () => {
  blocked = new Set(['0x01', '0x02'])
  for (const jobId of ['0x01', '0x02'] as const) gate.join(drawn(jobId))
  gate.finish('0x01')
  gate.leave('0x02')
  blocked.clear()
  calls = []
  gate.look()
  expect(calls).toEqual([])
})
