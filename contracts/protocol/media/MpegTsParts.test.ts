import { describe, expect, it } from 'vitest'
import { generate } from '../../../relay/testbeds/corpus'
import * as MpegTs from './MpegTs'

const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=20']
const sound = ['-f', 'lavfi', '-i', 'sine=440:r=48000']
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '600', '-bf', '0']
const aac = ['-c:a', 'aac', '-b:a', '32k']
const plain = generate([...picture, ...sound, '-t', '2', ...h264, ...aac])

/** Cuts the segment into parts of at most 400 ms, and returns the end of each part. The reader gets chunks of `step` bytes. */
function partEnds(data: Uint8Array, step = data.length): MpegTs.PartEnd[] {
  const reader = MpegTs.createPartReader(400)
  const ends: MpegTs.PartEnd[] = []
  for (let at = 0; at < data.length; at += step) ends.push(...reader.push(data.subarray(at, at + step)))
  return ends
}

describe('createPartReader', () => {
  it('ends each part where a picture begins', () => {
    const ends = partEnds(plain)
    expect(ends.map(({ durationMs }) => durationMs)).toEqual([400, 800, 1_200, 1_600])
    for (const { byteLength, durationMs } of ends)
      expect(MpegTs.probe(plain.subarray(0, byteLength)).video).toMatchObject({
        durationMs,
        frameCount: durationMs / 50,
      })
  })

  it.each([1, 187, 188, 5_000])('finds the same ends in chunks of %i bytes', (step) => {
    expect(partEnds(plain, step)).toEqual(partEnds(plain))
  })

  it('finds the correct ends if the timestamps wrap', () => {
    const wrapping = generate([...picture, '-t', '2', ...h264, '-output_ts_offset', '95442.7'])
    expect(partEnds(wrapping).map(({ durationMs }) => durationMs)).toEqual([400, 800, 1_200, 1_600])
  })

  it('in a segment without video, ends each part where a sound frame begins', () => {
    const ends = partEnds(generate([...sound, '-t', '2', ...aac, '-pes_payload_size', '0']))
    expect(ends.length).toBeGreaterThan(3)
    for (const [index, { durationMs }] of ends.entries()) {
      const lengthMs = durationMs - (ends[index - 1]?.durationMs ?? 0)
      expect([lengthMs > 340, lengthMs <= 400]).toEqual([true, true])
    }
  })

  it('refuses a stream that is not MPEG-TS', () => {
    expect(() => partEnds(new Uint8Array(400))).toThrow(MpegTs.MalformedError)
  })
})
