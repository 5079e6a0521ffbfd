import { TranscodingOptions } from '@lp/contracts/protocol'
import { describe, expect, it } from 'vitest'
import { BusyError, IdleError, Places } from './Places'

const options = { width: 854, height: 480, fps: 30, renditions: [{ height: 480, bitrate: 1_000_000 }] }
const load = TranscodingOptions.pixelsPerSecond(options)

/** Places with a clock that the test sets. `dismissed`: the jobs that have lost their place, with the reason. */
function started({ maxStreams, streams = 100 }: { maxStreams?: number; streams?: number } = {}) {
  const clock = { ms: 0 }
  const dismissed: [string, Error][] = []
  const places = new Places({ maxStreams, pixelsPerSecond: (streams * load) / 0.7, now: () => clock.ms })
  const take = (jobId: `0x${string}`) =>
    places.take(jobId, { options, leave: (reason) => dismissed.push([jobId, reason]) })
  return { clock, dismissed, places, take }
}

describe('Places', () => {
  it('has places for as many streams as the measured capacity permits', () => {
    const { places, take } = started({ streams: 2 })
    take('0x1')
    expect(places.isFull).toBe(false)
    take('0x2')
    expect(places.isFull).toBe(true)
    expect(() => take('0x3')).toThrow(BusyError)
    places.release('0x1')
    take('0x3')
  })

  it('has at most as many places as `maxStreams` allows', () => {
    const { take } = started({ maxStreams: 1 })
    take('0x1')
    expect(() => take('0x2')).toThrow(BusyError)
  })

  it('refuses a single stream that is too large for the whole machine', () => {
    const { take } = started({ streams: 0.69 })
    expect(() => take('0x1')).toThrow(BusyError)
  })

  it('refuses a stream that is too large for one thread of ffmpeg, although the machine has room for many streams', () => {
    const places = new Places({ maxStreams: undefined, pixelsPerSecond: 9 * load, streamPixelsPerSecond: 0.9 * load })
    expect(places.room).toBe(0.9 * load)
    expect(() => places.take('0x1', { options, leave() {} })).toThrow(BusyError)
  })

  it('says how large the next stream can be', () => {
    const { clock, places, take } = started({ streams: 3 })
    expect(places.room).toBeCloseTo((3 * load) / 0.7)
    take('0x1')
    expect(places.room).toBeCloseTo(2 * load)
    take('0x2')
    take('0x3')
    expect(places.room).toBeLessThan(load)
    // The stream that has sent nothing for the longest time gives its place to the next stream.
    clock.ms = 15_000
    expect(places.room).toBeCloseTo(load)
    places.close(new BusyError({ streams: 3 }))
    expect(places.room).toBe(0)
    expect(new Places({ maxStreams: 0, pixelsPerSecond: load }).room).toBe(0)
  })

  it('keeps the place of a job when the broadcaster of the job connects again', () => {
    const { take } = started({ maxStreams: 1 })
    take('0x1')
    take('0x1')
  })

  it('when a stream needs a place, takes the place away from a stream that sends nothing', () => {
    const { clock, dismissed, places, take } = started({ maxStreams: 2 })
    take('0x1')
    take('0x2')
    clock.ms = 14_000
    places.active('0x2')
    expect(() => take('0x3')).toThrow(BusyError)
    clock.ms = 15_000
    take('0x3')
    expect(dismissed).toEqual([['0x1', expect.any(IdleError)]])
  })

  it('keeps the place of a job for 15 s after the connection to its broadcaster is lost', () => {
    const { clock, places, take } = started({ maxStreams: 1 })
    take('0x1')
    places.disconnected('0x1')
    clock.ms = 14_999
    expect(places.size).toBe(1)
    clock.ms = 15_000
    expect(places.size).toBe(0)
  })

  it('gives no new places while it is closed, and takes none away', () => {
    const { places, take } = started()
    take('0x1')
    const reason = new BusyError({ streams: 1 })
    places.close(reason)
    expect(() => take('0x2')).toThrow(reason)
    take('0x1')
    places.close(undefined)
    take('0x2')
  })
})
