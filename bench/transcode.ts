import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Recipe, type TranscodingOptions } from '../contracts/protocol'
import type { Ffmpeg } from '../relay/src/transcoder/Ffmpeg'
import { findFfmpeg } from '../relay/src/transcoder/findFfmpeg'
import { startSegment } from '../relay/src/transcoder/SegmentRun'

const seconds = 30
const segmentSeconds = 2
const rounds = 5
const options: TranscodingOptions.TranscodingOptions = {
  width: 1280,
  height: 720,
  fps: 20,
  renditions: [
    { height: 480, bitrate: 1_000_000 },
    { height: 360, bitrate: 600_000 },
    { height: 240, bitrate: 300_000 },
  ],
}
const qps = options.renditions.map((_, index) => Recipe.qp0(options, index))

/**
 * Compares the CPU time of the relay's transcoding (one ffmpeg process per segment) with the CPU time of one ffmpeg process over the whole
 * file. Then measures the delay of the renditions. Repeats both measurements with the static ffmpeg that npm installs, if the relay would
 * choose another ffmpeg.
 */
export default async function transcode(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'lp-bench-'))
  try {
    const source = await makeSource(directory)
    console.log(`${seconds} s of 1280 × 720 at 20 fps → 480p, 360p, 240p at constant QP`)
    const { path }: { path: string } = createRequire(import.meta.url)('@ffmpeg-installer/ffmpeg')
    const found = await Promise.all([findFfmpeg(), findFfmpeg({ LP_FFMPEG: path })])
    const builds = new Map(found.map((ffmpeg) => [ffmpeg.path, ffmpeg]))
    for (const ffmpeg of builds.values()) await measure(ffmpeg, { ...source, directory })
  } finally {
    await rm(directory, { recursive: true })
  }
}

type Source = { whole: string; segments: readonly Uint8Array[]; directory: string }

async function measure(ffmpeg: Ffmpeg, { whole, segments, directory }: Source) {
  console.log(`\n${ffmpeg.path} ${ffmpeg.version}`)
  // The CPU time is measured without the sandbox, because this process does not receive the CPU time inside the sandbox. The lags below
  // are measured with the sandbox and include its start.
  const bare: Ffmpeg = { ...ffmpeg, sandbox: { kind: 'none', reason: 'bench' } }
  const starts: number[] = []
  const ours: number[] = []
  const plain: number[] = []
  for (let round = 0; round < rounds; round++) {
    starts.push(
      cpuSeconds(() => {
        for (const _ of segments) spawnSync(ffmpeg.path, ['-version'])
      }),
    )
    plain.push(cpuSeconds(() => plainRun(ffmpeg, { whole, directory })))
    ours.push(
      await cpuSecondsOf(async () => {
        for (const segment of segments) await run(bare, { segment, overMs: 0 })
      }),
    )
  }
  const ratios = ours.map((value, index) => value / (plain[index] as number))
  console.log(
    `CPU seconds, one process for all: ${spread(plain)}; one process per segment: ${spread(ours)}; ratio ${spread(ratios)}`,
  )
  console.log(
    `A part of the second number is the cost of starting ffmpeg ${segments.length} times: ${spread(starts)} s`,
  )
  const lags: number[] = []
  for (const segment of segments) lags.push((await run(ffmpeg, { segment, overMs: segmentSeconds * 1_000 })) / 1_000)
  console.log(`Last byte in → last byte out, input in real time (sandbox: ${ffmpeg.sandbox.kind}): ${spread(lags)} s`)
}

/** Makes a moving picture with noise, like the picture of a camera, and cuts it into segments. Each segment can be decoded alone. */
async function makeSource(directory: string) {
  const whole = join(directory, 'whole.ts')
  const input = [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=1280x720:rate=20,noise=alls=8:allf=t',
    '-f',
    'lavfi',
    '-i',
    'sine=sample_rate=48000',
  ]
  const encode = [
    '-t',
    `${seconds}`,
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-bf',
    '0',
    '-b:v',
    '2M',
    '-maxrate',
    '2.5M',
    '-bufsize',
    '4M',
  ]
  const keys = [
    '-force_key_frames',
    `expr:gte(t,n_forced*${segmentSeconds})`,
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    '-b:a',
    '128k',
  ]
  execFileSync('ffmpeg', ['-v', 'error', ...input, ...encode, ...keys, '-f', 'mpegts', whole])
  const cut = ['-c', 'copy', '-f', 'segment', '-segment_time', `${segmentSeconds}`, '-segment_format', 'mpegts']
  execFileSync('ffmpeg', ['-v', 'error', '-i', whole, ...cut, join(directory, 's%03d.ts')])
  const names = (await readdir(directory)).filter((name) => /^s\d+\.ts$/.test(name)).sort()
  return { whole, segments: names.map((name) => readFileSync(join(directory, name))) }
}

/** Runs one ffmpeg process over the whole file, with the options of the recipe. */
function plainRun({ path, dialect }: Ffmpeg, { whole, directory }: { whole: string; directory: string }) {
  const outputs = options.renditions.map((_, index) => join(directory, `plain${index}.ts`))
  const source = {
    video: {
      codec: 'avc1.64001f',
      width: 1280,
      height: 720,
      fullRange: false,
      colour: { primaries: 2, transfer: 2, matrix: 2 },
    },
    audio: { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 1 },
  }
  const args = Recipe.ffmpegArguments({ options, source, qps, engine: 'x64', dialect, input: whole, outputs })
  const { status, stderr } = spawnSync(path, ['-y', '-v', 'error', ...args])
  if (status !== 0) throw new BenchError(`${stderr}`)
}

/**
 * Passes a segment to ffmpeg in steps over `overMs` milliseconds, and reads all renditions. Resolves to the milliseconds between the last
 * byte of the input and the last byte of the output.
 */
async function run(ffmpeg: Ffmpeg, { segment, overMs }: { segment: Uint8Array; overMs: number }): Promise<number> {
  const job = startSegment(ffmpeg, { options, qps })
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

/** CPU time in seconds of all child processes that have ended, as Linux counts it. */
function childCpuSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}

function cpuSeconds(work: () => void): number {
  const before = childCpuSeconds()
  work()
  return childCpuSeconds() - before
}

async function cpuSecondsOf(work: () => Promise<void>): Promise<number> {
  const before = childCpuSeconds()
  await work()
  return childCpuSeconds() - before
}

/** A text with the median, the minimum and the maximum. */
function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] as number).toFixed(2)
  return `${at(0.5)} (${at(0)} to ${at(1)})`
}

class BenchError extends Error {
  override readonly name = 'BenchError'
}
