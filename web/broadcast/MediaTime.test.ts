import { expect, it, vi } from 'vitest'
import { MediaTime } from './MediaTime'

it('the media time of a new stream starts at 1 s; after a reload, media time goes on with the clock', () => {
  vi.useFakeTimers({ now: 50_000 })
  try {
    const time = new MediaTime(undefined)
    expect(time.startMs).toBe(1_000)
    time.started({ startedAtMs: 50_400 })
    expect(time.zeroMs).toBe(49_400)
    vi.setSystemTime(60_000)
    expect(new MediaTime(time.zeroMs).startMs).toBe(10_600)
    // The clock of the computer was set back.
    vi.setSystemTime(10_000)
    expect(new MediaTime(time.zeroMs).startMs).toBe(1_000)
  } finally {
    vi.useRealTimers()
  }
})
