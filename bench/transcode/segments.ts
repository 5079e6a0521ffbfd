import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Recipe, type TranscodingOptions } from '../../contracts/protocol'
import type { Ffmpeg } from '../../relay/src/transcoder/Ffmpeg'
import { startSegment } from '../../relay/src/transcoder/SegmentRun'

export const segmentSeconds = 2

export const qpsOf = (options: TranscodingOptions.TranscodingOptions): number[] =>
  options.renditions.map((_, index) => Recipe.qp0(options, index))

export type Source = { whole: string; segments: readonly Uint8Array[] }

/** Makes a moving picture with noise, like the picture of a camera, and cuts it into segments. Each segment can be decoded alone. */
export async function makeSource(
  { width, height, fps }: TranscodingOptions.TranscodingOptions,
  { directory, seconds }: { directory: string; seconds: number },
): Promise<Source> {
  const whole = join(directory, 'whole.ts')
  const picture = `testsrc2=size=${width}x${height}:rate=${fps},noise=alls=8:allf=t`
  const input = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'sine=sample_rate=48000']
  // At 720p, this is the bitrate of the page. For smaller pictures, the bitrate is in proportion to the number of pixels.
  const kilobits = Math.round((2_000 * width * height) / (1_280 * 720))
  const rate = ['-b:v', `${kilobits}k`, '-maxrate', `${1.25 * kilobits}k`, '-bufsize', `${2 * kilobits}k`]
  const encode = ['-t', `${seconds}`, '-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0', ...rate]
  const keys = ['-force_key_frames', `expr:gte(t,n_forced*${segmentSeconds})`, '-pix_fmt', 'yuv420p']
  const sound = ['-c:a', 'aac', '-b:a', '128k']
  execFileSync('ffmpeg', ['-v', 'error', ...input, ...encode, ...keys, ...sound, '-f', 'mpegts', whole])
  const cut = ['-c', 'copy', '-f', 'segment', '-segment_time', `${segmentSeconds}`, '-segment_format', 'mpegts']
  execFileSync('ffmpeg', ['-v', 'error', '-i', whole, ...cut, join(directory, 's%03d.ts')])
  const names = (await readdir(directory)).filter((name) => /^s\d+\.ts$/.test(name)).sort()
  return { whole, segments: names.map((name) => readFileSync(join(directory, name))) }
}

/**
 * Passes a segment to ffmpeg in steps over `overMs` milliseconds, and reads all renditions. Resolves to the milliseconds between the last
 * byte of the input and the last byte of the output.
 */
export async function runSegment(
  ffmpeg: Ffmpeg,
  { options, segment, overMs }: { options: TranscodingOptions.TranscodingOptions; segment: Uint8Array; overMs: number },
): Promise<number> {
  const job = startSegment(ffmpeg, { options, qps: qpsOf(options) })
  const read = Promise.all(
    job.outputs.map(async (output) => {
      for await (const _ of output);
    }),
  )
  const pieces = 40
  const step = Math.ceil(segment.length / pieces)
  const startedAt = performance.now()
  for (let piece = 0; piece < pieces; piece++) {
    await pause(Math.max(0, startedAt + (piece * overMs) / pieces - performance.now()))
    await job.write(segment.subarray(piece * step, (piece + 1) * step))
  }
  await job.end()
  await read
  return (await job.done).lagMs
}

/** The smallest of the values that at least `share` of the values do not exceed: 0.5 is the median, 0.95 the 95th percentile. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

/** A text with the median, the 95th percentile, the minimum and the maximum. */
export function spread(values: readonly number[]): string {
  const at = (share: number) => quantile(values, share).toFixed(2)
  return `${at(0.5)} (p95 ${at(0.95)}; ${at(0)} to ${at(1)})`
}

/** A text that says whether the quantiles of the values keep their limits. */
export const verdictOn = (values: readonly number[], limits: readonly { share: number; limit: number }[]): string =>
  limits
    .map(({ share, limit }) => {
      const name = share === 0.5 ? 'median' : share === 1 ? 'maximum' : `p${share * 100}`
      return `${name} ${quantile(values, share) <= limit ? 'within' : 'ABOVE'} the limit of ${limit}`
    })
    .join(', ')
