import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { MpegTs, Recipe, Segment, type TranscodingOptions } from '@lp/contracts/protocol'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { collect } from './collect'
import type { Ffmpeg } from './Ffmpeg'
import { findFfmpeg } from './findFfmpeg'
import { KilledError, RefusedError, type SegmentRun, startSegment, TimeoutError } from './SegmentRun'
import { defaultLimits } from './sandbox'

const options: TranscodingOptions.TranscodingOptions = {
  width: 640,
  height: 360,
  fps: 30,
  renditions: [
    { height: 240, bitrate: 300_000 },
    { height: 120, bitrate: 100_000 },
  ],
}
const qps = [28, 28]

const segment = (size: string, seconds = 1) =>
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=${size}:r=20`, '-f', 'lavfi', '-i', 'sine', '-t', `${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '600'],
    ...['-c:a', 'aac', '-muxdelay', '0', '-muxpreload', '0', '-f', 'mpegts', 'pipe:1'],
  ])

let ffmpeg: Ffmpeg
let data: Uint8Array

beforeAll(async () => {
  ffmpeg = await findFfmpeg()
  data = segment('640x360')
})

const collectAll = ({ outputs }: SegmentRun) => Promise.all(outputs.map(collect))

async function feed(run: SegmentRun, bytes: Uint8Array, step = bytes.length) {
  for (let offset = 0; offset < bytes.length; offset += step) await run.write(bytes.subarray(offset, offset + step))
}

/** The processes whose command line contains `mark`. */
const running = (mark: string) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(mark)
    } catch {
      return false
    }
  })

describe('startSegment', () => {
  it('outputs the same renditions for large and for small chunks', async () => {
    const results = await Promise.all(
      [data.length, 1_000, 187].map(async (step) => {
        const run = startSegment(ffmpeg, { options, qps })
        const [datas] = await Promise.all([collectAll(run), feed(run, data, step).then(() => run.end())])
        const { head, lagMs } = await run.done
        expect(head).toMatchObject({ video: { width: 640, height: 360 }, audio: { channels: 1 } })
        expect(lagMs).toBeGreaterThanOrEqual(0)
        return Promise.all(datas.map((output, index) => Recipe.measure({ data: output, qp: qps[index] as number })))
      }),
    )
    expect(results[1]).toEqual(results[0])
    expect(results[2]).toEqual(results[0])
  })

  it('outputs bytes of the renditions before the segment has ended', async () => {
    const run = startSegment(ffmpeg, { options, qps })
    const iterators = run.outputs.map((output) => output[Symbol.asyncIterator]())
    const firsts = Promise.all(iterators.map((iterator) => iterator.next()))
    await feed(run, data.subarray(0, 188 * Math.floor((data.length * 0.7) / 188)), 5_000)
    for (const first of await firsts) expect(first).toMatchObject({ done: false })
    run.kill()
    await expect(run.done).rejects.toThrow(KilledError)
  })

  it('transcodes segments of different picture sizes', async () => {
    for (const [size, expected] of [
      ['640x360', [426, 240]],
      ['360x640', [136, 240]],
      ['320x180', [320, 180]],
    ] as const) {
      const run = startSegment(ffmpeg, { options, qps })
      const datas = collectAll(run)
      await run.write(segment(size, 0.2))
      await run.end()
      const video = MpegTs.probe((await datas)[0] as Uint8Array).video
      expect([video?.width, video?.height]).toEqual(expected)
    }
  })

  it('refuses a source whose pictures are too large, as soon as the head of the segment is written', async () => {
    const run = startSegment(ffmpeg, { options, qps })
    const datas = collectAll(run)
    datas.catch(() => undefined)
    await expect(run.write(segment('800x600', 0.1))).rejects.toThrow(Recipe.SourceError)
    await expect(datas).rejects.toThrow(Recipe.SourceError)
    await expect(run.done).rejects.toThrow(Recipe.SourceError)
    await expect(run.write(data)).rejects.toThrow(Recipe.SourceError)
    await expect(run.end()).rejects.toThrow(Recipe.SourceError)
  })

  it('refuses data that is not a segment, and a segment that has too many bytes', async () => {
    const noise = startSegment(ffmpeg, { options, qps })
    await expect(noise.write(new Uint8Array(188))).rejects.toThrow(MpegTs.MalformedError)
    const empty = startSegment(ffmpeg, { options, qps })
    await expect(empty.end()).rejects.toThrow(MpegTs.MalformedError)
    const endless = startSegment(ffmpeg, { options, qps })
    const filler = new Uint8Array(188 * 6_000)
    for (let offset = 0; offset < filler.length; offset += 188) filler.set([0x47, 0x1f, 0xff, 0x10], offset)
    await expect(
      (async () => {
        for (;;) await endless.write(filler)
      })(),
    ).rejects.toThrow(Segment.PayloadTooLargeError)
  })

  it('rejects every output when ffmpeg fails, and reports the error output of ffmpeg', async () => {
    const damaged = data.slice()
    damaged.fill(0xff, 188 * 60 + 60, 188 * 60 + 150)
    const run = startSegment(ffmpeg, { options, qps })
    const outputs = run.outputs.map(collect)
    for (const output of outputs) output.catch(() => undefined)
    await feed(run, damaged, 10_000).then(
      () => run.end(),
      () => undefined,
    )
    for (const output of outputs) await expect(output).rejects.toThrow(RefusedError)
    await expect(run.done).rejects.toThrow(/Exit code: 1\nffmpeg wrote: .*h264/)
  })

  it('accepts no more bytes while the outputs are not read, and continues when they are read', async () => {
    const long = segment('640x360', 4)
    const run = startSegment(ffmpeg, { options: { ...options, renditions: options.renditions.slice(0, 1) }, qps: [10] })
    const writing = feed(run, long, 2_000).then(() => run.end())
    // No event shows that the run accepts no more bytes, so the test waits 500 ms. On a slow machine, the test can miss a
    // fault, but it never reports a false fault.
    expect(await Promise.race([writing, setTimeout(500, 'waiting')])).toBe('waiting')
    const output = collect(run.outputs[0] as AsyncIterable<Uint8Array>)
    await writing
    expect(MpegTs.probe(await output).video?.frameCount).toBe(80)
  })

  it('stops the run after the time limit', async () => {
    const run = startSegment(ffmpeg, { options, qps, limits: { ...defaultLimits, timeoutMs: 200 } })
    await run.write(data.subarray(0, 188 * 100))
    await expect(run.done).rejects.toThrow(TimeoutError)
    await expect(collect(run.outputs[0] as AsyncIterable<Uint8Array>)).rejects.toThrow(TimeoutError)
  })

  it('leaves no process behind when the run is killed, even while the sandbox is being set up', async () => {
    // Most of these kills come while the sandbox is being set up, because a kill at that time once left a process behind.
    for (const share of [0, ...Array<number>(30).fill(0.1), 0.5, 1]) {
      // The quantiser 47 occurs only in the command line of this run.
      const mark = '-qp\u000047\u0000'
      const run = startSegment(ffmpeg, { options, qps: [47, 47] })
      const outputs = run.outputs.map(collect)
      for (const output of outputs) output.catch(() => undefined)
      await run.write(data.subarray(0, Math.floor(data.length * share)))
      // When half of the segment has been written, the run has started ffmpeg. The mark must find this process.
      if (share >= 0.5)
        await Promise.race([vi.waitUntil(() => running(mark).length > 0, { timeout: 60_000 }), run.done])
      run.kill()
      run.kill()
      await expect(run.done).rejects.toThrow(KilledError)
      for (const output of outputs) await expect(output).rejects.toThrow(KilledError)
      expect(running(mark)).toEqual([])
    }
  })

  it('fails when the program does not exist', async () => {
    const run = startSegment({ ...ffmpeg, path: '/nowhere/ffmpeg' }, { options, qps })
    const datas = collectAll(run)
    datas.catch(() => undefined)
    await run.write(data).catch(() => undefined)
    await expect(run.done).rejects.toThrow(RefusedError)
    await expect(datas).rejects.toThrow(RefusedError)
  })
})
