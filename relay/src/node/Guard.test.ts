import type { ProtocolError } from '@lp/contracts/protocol'
import { describe, expect, it } from 'vitest'
import { failOnFault } from '../../testbeds/faults'
import { DiskFullError } from './DiskWatch'
import { Guard } from './Guard'

/** A guard over values that the test sets. `calls`: the actions of the guard. */
function started() {
  const state = { ms: 0, isBehind: false, isFull: false, full: undefined as DiskFullError | undefined }
  const calls: string[] = []
  const guard = new Guard({
    disk: {
      get full() {
        return state.full
      },
      failed() {
        state.full ??= new DiskFullError()
        return state.full
      },
      check: async () => undefined,
    },
    places: {
      get isFull() {
        return state.isFull
      },
      close: () => undefined,
    },
    jobs: {
      get isBehind() {
        return state.isBehind
      },
      handOver: (reason: ProtocolError) => calls.push(`hands over: ${reason.shortMessage}`),
    },
    acceptJobs: (accepts) => calls.push(accepts ? 'opens' : 'closes'),
    onFault: failOnFault,
    now: () => state.ms,
  })
  return { state, calls, guard }
}

describe('Guard', () => {
  it('sends no transaction when nothing is wrong', async () => {
    const { calls, guard } = started()
    await guard.check()
    expect(calls).toEqual([])
  })

  it.each(['isBehind', 'isFull'] as const)('closes when %s, and opens a minute after the cause ends', async (cause) => {
    const { state, calls, guard } = started()
    state[cause] = true
    await guard.check()
    await guard.check()
    expect(calls).toEqual(['closes'])
    state[cause] = false
    state.ms = 59_999
    await guard.check()
    expect(calls).toEqual(['closes'])
    state.ms = 60_000
    await guard.check()
    expect(calls).toEqual(['closes', 'opens'])
  })

  it('closes and hands all streams over once, as soon as a write fails because the disk is full', async () => {
    const { calls, guard } = started()
    guard.diskFull()
    guard.diskFull()
    await guard.check()
    expect(calls).toEqual(['hands over: The disk of the transcoder is full.', 'closes'])
  })

  it('stays closed when the operator has closed it, until the operator opens it', async () => {
    const { state, calls, guard } = started()
    guard.acceptJobs(false)
    state.isFull = true
    await guard.check()
    state.isFull = false
    state.ms = 60_000
    await guard.check()
    expect(calls).toEqual(['closes'])
    guard.acceptJobs(true)
    expect(calls).toEqual(['closes', 'opens'])
  })
})
