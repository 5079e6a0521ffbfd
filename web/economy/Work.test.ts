import { toHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { segmentsPerJob, type WorkEvent, workOf } from './Work'

const [anna, ben] = [toHex(1, { size: 20 }), toHex(2, { size: 20 })]
const event = (transcoder: typeof anna, job: number, values: Partial<WorkEvent> = {}): WorkEvent => ({
  ...{ transcoder, jobId: toHex(job, { size: 32 }), segments: 0n, feesWei: 0n, ...values },
})

describe('workOf', () => {
  it('counts each job once, although a job has several events and several transcoders', () => {
    const work = workOf([
      event(anna, 1),
      event(anna, 1, { segments: 10n }),
      event(anna, 1, { segments: 5n }),
      event(anna, 1, { feesWei: 7n }),
      event(ben, 1, { segments: 30n }),
      event(anna, 2),
    ])
    expect(work).toEqual({
      ...{ jobs: 2, segments: 45n, feesWei: 7n },
      transcoders: [
        { transcoder: ben, jobs: 1, segments: 30n, feesWei: 0n },
        { transcoder: anna, jobs: 2, segments: 15n, feesWei: 7n },
      ],
    })
    expect(work.transcoders.map(segmentsPerJob)).toEqual([30, 7.5])
  })

  it('is empty without events', () => {
    expect(workOf([])).toEqual({ jobs: 0, segments: 0n, feesWei: 0n, transcoders: [] })
    expect(segmentsPerJob({ jobs: 0, segments: 0n })).toBe(0)
  })
})
