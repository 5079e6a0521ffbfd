import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { LivePause, type TimeShift } from './LivePause'

const usual = { liveSyncDuration: 2.9, liveMaxLatencyDuration: 4.4 }

/** The fields of a video element that `LivePause` reads. The buffer ends 1.2 s after the picture. */
class Video extends EventTarget {
  ended = false
  playbackRate = 1
  currentTime = 50
  readonly buffered = { length: 1, start: () => 0, end: () => this.currentTime + 1.2 }
  pause = () => this.dispatchEvent(new Event('pause'))
  play = async () => void this.dispatchEvent(new Event('play'))
}

/** A player whose picture was captured at second 1,000, and is 2.9 s behind live. */
function playerOf() {
  const video = new Video()
  const closing = new AbortController()
  const seen = {
    shift: 'none' as TimeShift,
    loads: true,
    seeks: 0,
    oldestMs: 980_000,
    reloads: false,
    edge: 52.9,
    gone: [] as number[],
    hasPast: false,
  }
  const playlists: (() => void)[] = []
  const pause = new LivePause({
    video: video as unknown as HTMLVideoElement,
    hls: {
      startLoad: () => void Object.assign(seen, { loads: true }),
      stopLoad: () => void Object.assign(seen, { loads: false }),
      config: usual as never,
      get latestLevelDetails() {
        return { edge: seen.edge, age: 0 } as never
      },
    },
    signal: closing.signal,
    shownMs: () => 1_000_000,
    oldestMs: () => seen.oldestMs,
    onGone: (timeMs) => {
      seen.gone.push(timeMs)
      return seen.hasPast
    },
    reload: () => seen.reloads,
    oncePlaylist: (listener) => playlists.push(listener),
    seekToLive: () => void seen.seeks++,
    onChange: (shift) => void Object.assign(seen, { shift }),
  })
  const onPlaylist = () => {
    for (const listener of playlists.splice(0)) listener()
  }
  return { video, seen, pause, onPlaylist }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the pause of a live stream', () => {
  test('loads nothing, and never moves the picture to the live edge', () => {
    const { video, seen, pause } = playerOf()
    expect(pause.sync(usual)).toEqual(usual)
    video.pause()
    seen.edge = 70
    expect(seen.loads).toBe(false)
    expect(pause.isHeld).toBe(true)
    expect(pause.sync(usual)).toEqual({ ...usual, liveMaxLatencyDuration: Number.POSITIVE_INFINITY })
  })

  test('lets the picture go on if its next segment exists; the picture is `behind` until its latency is near the usual latency', async () => {
    const { video, seen, pause, onPlaylist } = playerOf()
    video.pause()
    seen.oldestMs = 1_000_900
    await video.play()
    // The edge of the old playlist says nothing about the latency.
    expect(pause.sync(usual).liveMaxLatencyDuration).toBe(Number.POSITIVE_INFINITY)
    seen.edge = 70
    onPlaylist()
    expect(seen).toMatchObject({ loads: true, seeks: 0, shift: 'behind' })
    expect(pause.sync(usual).liveMaxLatencyDuration).toBe(Number.POSITIVE_INFINITY)
    video.currentTime = 66
    expect(pause.sync(usual)).toEqual(usual)
    expect(seen.shift).toBe('none')
  })

  test('moves the picture to the live edge with the next playlist if its next segment is gone, and reports `jumped` for some seconds', async () => {
    const { video, seen, pause, onPlaylist } = playerOf()
    video.pause()
    Object.assign(seen, { edge: 90, oldestMs: 1_001_100 })
    await video.play()
    expect(seen).toMatchObject({ loads: true, seeks: 0, shift: 'jumped' })
    onPlaylist()
    expect(seen.seeks).toBe(1)
    expect(pause.sync(usual)).toEqual(usual)
    vi.runAllTimers()
    expect(seen.shift).toBe('none')
  })

  test('lets another player go on with the picture if its next segment is among the stored segments', async () => {
    const { video, seen, pause, onPlaylist } = playerOf()
    video.pause()
    Object.assign(seen, { edge: 90, oldestMs: 1_001_100, hasPast: true })
    await video.play()
    onPlaylist()
    expect(seen).toMatchObject({ gone: [1_000_000], loads: false, seeks: 0, shift: 'none' })
    expect(pause.isHeld).toBe(true)
  })

  test('reports `jumped` for some seconds if the player had to load the stream again', async () => {
    const { video, seen, onPlaylist } = playerOf()
    video.pause()
    seen.reloads = true
    await video.play()
    video.dispatchEvent(new Event('emptied'))
    onPlaylist()
    expect(seen).toMatchObject({ seeks: 0, shift: 'jumped' })
    vi.runAllTimers()
    expect(seen.shift).toBe('none')
  })

  test('ends, without a notice, when the person goes to live', async () => {
    const { video, seen, pause, onPlaylist } = playerOf()
    video.pause()
    seen.edge = 70
    pause.goToLive()
    onPlaylist()
    expect(seen).toMatchObject({ loads: true, seeks: 1, shift: 'none' })
    video.pause()
    await video.play()
    onPlaylist()
    expect(seen.shift).toBe('behind')
    pause.goToLive()
    expect(seen).toMatchObject({ seeks: 2, shift: 'none' })
    expect(pause.sync(usual)).toEqual(usual)
  })

  test('does not begin at the end of the stream, and ends when the player removes the picture', () => {
    const { video, seen, pause } = playerOf()
    video.ended = true
    video.pause()
    expect(seen.loads).toBe(true)
    video.ended = false
    video.pause()
    video.dispatchEvent(new Event('emptied'))
    expect(pause.isHeld).toBe(false)
  })
})

describe('a person who seeks back in the buffer', () => {
  test('stays as far behind live as they chose: the picture neither jumps nor plays faster', () => {
    const { video, seen, pause } = playerOf()
    expect(pause.seek(45)).toBe(true)
    expect([video.currentTime, seen.shift]).toEqual([45, 'behind'])
    const kept = { liveSyncDuration: 52.9 - 45, liveMaxLatencyDuration: Number.POSITIVE_INFINITY }
    expect(pause.sync(usual)).toEqual(kept)
    Object.assign(seen, { edge: 62.9 })
    video.currentTime = 55
    expect(pause.sync(usual)).toEqual(kept)
    pause.goToLive()
    expect([seen.seeks, seen.shift, pause.sync(usual)]).toEqual([1, 'none', usual])
  })

  test('is live again after seeking forward to the live edge', () => {
    const { video, seen, pause } = playerOf()
    pause.seek(45)
    video.currentTime = 48.6
    pause.seek(49.5)
    expect(pause.sync(usual)).toEqual(usual)
    expect(seen.shift).toBe('none')
  })

  test('moves nothing if the buffer does not have this moment', () => {
    const { video, seen, pause } = playerOf()
    expect(pause.seek(-1)).toBe(false)
    expect(pause.seek(60)).toBe(false)
    expect([video.currentTime, seen.shift]).toEqual([50, 'none'])
  })

  test('stays paused if the picture is paused', async () => {
    const { video, seen, pause, onPlaylist } = playerOf()
    video.pause()
    expect(pause.seek(45)).toBe(true)
    expect([pause.isHeld, seen.shift]).toEqual([true, 'none'])
    await video.play()
    onPlaylist()
    expect(seen).toMatchObject({ seeks: 0, shift: 'behind' })
    expect(pause.sync(usual).liveSyncDuration).toBeCloseTo(7.9)
  })
})
