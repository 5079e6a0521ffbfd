import { describe, expect, it } from 'vitest'
import { BrokenDownError, RefusedError } from '../check/Runner'
import { CrashedError, runFfmpegCore, TimeoutError } from './ffmpegCore'

const input = { name: 'in.ts', data: new Uint8Array(188) }
const tone = ['-f', 'lavfi', '-i', 'sine=440:d=0.1', '-f', 'data', '-map', '0', '-c', 'pcm_s16le']

describe('runFfmpegCore', () => {
  it('resolves with the outputs of ffmpeg, and a second run gives the same outputs', async () => {
    const run = () => runFfmpegCore({ args: [...tone, 'out0'], input, outputs: ['out0'] })
    const [first, second] = [await run(), await run()]
    expect(first.map(({ length }) => length)).toEqual([44_100 * 2 * 0.1])
    expect(second).toEqual(first)
  })

  it('throws an error with the message of ffmpeg when ffmpeg refuses the input', async () => {
    const refused = runFfmpegCore({ args: ['-f', 'mpegts', '-i', 'in.ts', 'out0.ts'], input, outputs: ['out0.ts'] })
    await expect(refused).rejects.toThrow(RefusedError)
    await expect(refused).rejects.toThrow(/Exit code: 1\nffmpeg said: Output file/)
  })

  it.each([
    ['ffmpeg gets no memory', ['-max_alloc', '50000', ...tone, 'out0']],
    [
      'x264 gets no memory',
      ['-f', 'lavfi', '-i', 'color=s=12000x12000:d=0.1', '-c:v', 'libx264', '-f', 'h264', 'out0'],
    ],
  ])('throws `BrokenDownError`, which does not blame the segment, when %s', async (_, args) => {
    await expect(runFfmpegCore({ args, input, outputs: ['out0'] })).rejects.toThrow(BrokenDownError)
  })

  it('throws `TimeoutError` after the time limit', async () => {
    const endless = ['-f', 'lavfi', '-i', 'testsrc2', '-f', 'null', '-']
    await expect(runFfmpegCore({ args: endless, input, outputs: [], timeoutMs: 300 })).rejects.toThrow(TimeoutError)
  })

  it('throws `CrashedError` when the worker ends before it has answered', async () => {
    await expect(runFfmpegCore({ args: [...tone, 'out0'], input, outputs: ['missing'] })).rejects.toThrow(CrashedError)
  })
})
