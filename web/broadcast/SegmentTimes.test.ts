import type { Progress } from 'lp-relay'
import { describe, expect, it } from 'vitest'
import { SegmentTimes } from './SegmentTimes'

function started() {
  let nowMs = 0
  const times = new SegmentTimes(() => nowMs)
  const progress = { sent: 0, acknowledged: 0, refused: 0, unsettled: 1 }
  return {
    times,
    /** The segment that is recorded ends, and the next segment begins. */
    end(atMs: number) {
      nowMs = atMs
      progress.unsettled++
      times.ended()
    },
    tell(atMs: number, change: Partial<typeof progress>) {
      nowMs = atMs
      times.progress(Object.assign(progress, change) as unknown as Progress)
      return [times.uploadMs, times.answerMs]
    },
  }
}

describe('SegmentTimes', () => {
  it('measures the upload and the answer of the transcoder', () => {
    const { end, tell } = started()
    end(2_000)
    expect(tell(2_100, { sent: 1 })).toEqual([100, 0])
    expect(tell(2_500, { acknowledged: 1, unsettled: 1 })).toEqual([100, 400])
    end(4_000)
    expect(tell(4_300, { sent: 2 })).toEqual([300, 400])
    expect(tell(5_300, {})).toEqual([300, 1_000])
    expect(tell(5_400, { refused: 1, unsettled: 1 })).toEqual([300, 1_100])
  })

  it('counts a segment that still waits for its upload', () => {
    const { end, tell } = started()
    end(2_000)
    end(4_000)
    expect(tell(7_000, {})[0]).toBe(5_000)
    expect(tell(7_500, { sent: 1 })[0]).toBe(5_500)
    expect(tell(7_600, { sent: 2, acknowledged: 2, unsettled: 1 })[0]).toBe(3_600)
  })

  it('forgets a segment that the publisher has dropped', () => {
    const { end, tell } = started()
    end(2_000)
    end(4_000)
    expect(tell(30_000, { unsettled: 2 })[0]).toBe(26_000)
    expect(tell(40_000, { unsettled: 1 })[0]).toBeUndefined()
  })
})
