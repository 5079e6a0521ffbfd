import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Recipe, type TranscodingOptions } from '../contracts/protocol'
import { buildFfmpeg } from '../relay/src/ffmpeg/buildFfmpeg'
import { buildsDirectory, readBuild } from '../relay/src/ffmpeg/OwnBuild'
import type { Ffmpeg } from '../relay/src/transcoder/Ffmpeg'
import { findFfmpeg, proveFfmpeg } from '../relay/src/transcoder/findFfmpeg'
import { makeSource, qpsOf, runSegment, type Source, segmentSeconds, spread, verdictOn } from './transcode/segments'
import { measureTogether, options as together } from './transcode/together'

const seconds = 30
/** In each round, each measured ffmpeg transcodes all segments once, and a plain run over the whole file goes on at the same time. */
const rounds = 10
/** The number of times that all segments are sent in real time, to measure the lag. */
const liveRounds = 3
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
/** CPU time of the segments divided by the CPU time of the plain run. */
const ratioLimits = [{ share: 0.5, limit: 1.08 }]
/** Seconds from the last input byte of a segment to its last output byte. */
const lagLimits = [
  { share: 0.5, limit: 0.05 },
  { share: 0.95, limit: 0.1 },
]
/** The cache directory of the build that this benchmark measures. The benchmark does not change the build of the user. */
const cache = 'node_modules/.cache'

/**
 * Compares the CPU time of the relay's transcoding (one ffmpeg process per segment) with the CPU time of one process of the system's
 * ffmpeg over the whole file, and measures the delay of the renditions. It measures the transcoding with the system's ffmpeg and, if this
 * machine can build ffmpeg, also with a build that the benchmark makes in `cache`. Then the benchmark offers four streams to the relay's
 * `Places`, and transcodes the accepted streams at the same time.
 */
export default async function transcode(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'lp-bench-'))
  try {
    const system = await findFfmpeg({ PATH: process.env.PATH })
    const own = await findOwn()
    const source = { ...(await makeSource(options, { directory, seconds })), directory }
    console.log(`${seconds} s of 1280 × 720 at 20 fps → 480p, 360p, 240p at constant QP, ${rounds} rounds`)
    await measure(system, own ? [system, own] : [system], source)
    const small = join(directory, 'small')
    await mkdir(small)
    await measureTogether(own ?? system, (await makeSource(together, { directory: small, seconds })).segments)
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** Resolves to `undefined` on a machine that cannot build ffmpeg. */
async function findOwn(): Promise<Ffmpeg | undefined> {
  const env = { PATH: process.env.PATH, XDG_CACHE_HOME: resolve(cache) }
  const builds = buildsDirectory(env) as string
  try {
    if (!(await readBuild(builds)))
      await buildFfmpeg({ directory: builds, path: env.PATH ?? '', prove: proveFfmpeg, say: console.error })
    return await findFfmpeg(env)
  } catch (error) {
    console.error(`The benchmark measures only the system’s ffmpeg. ${(error as Error).message}`)
    return undefined
  }
}

async function measure(
  system: Ffmpeg,
  programs: readonly Ffmpeg[],
  { whole, segments, directory }: Source & { directory: string },
) {
  const figures = programs.map((ffmpeg) => ({
    ffmpeg,
    starts: [] as number[],
    plain: [] as number[],
    ours: [] as number[],
  }))
  for (let round = 0; round < rounds; round++) {
    for (const { ffmpeg, starts, plain, ours } of figures) {
      // The CPU time is measured without the sandbox, because this process does not receive the CPU time inside the sandbox. The lags below
      // are measured with the sandbox. Its start is not in a lag, because ffmpeg starts with the first bytes of the segment.
      const bare: Ffmpeg = { ...ffmpeg, sandbox: { kind: 'none', reason: 'bench' } }
      starts.push(
        cpuSeconds(() => {
          for (const _ of segments) spawnSync(ffmpeg.path, ['-version'])
        }),
      )
      // The two runs of a pair go on at the same time. So another program on the machine slows down both runs, and the ratio stays the same.
      const before = childCpuSeconds()
      const [plainSeconds] = await Promise.all([
        plainRun(system, { whole, directory }),
        (async () => {
          for (const segment of segments) await runSegment(bare, { options, segment, overMs: 0 })
        })(),
      ])
      plain.push(plainSeconds)
      ours.push(childCpuSeconds() - before - plainSeconds)
    }
  }
  for (const { ffmpeg, starts, plain, ours } of figures) {
    const ratios = ours.map((value, index) => value / (plain[index] as number))
    console.log(`\n${ffmpeg.path} ${ffmpeg.version}`)
    console.log(`One plain run of ${system.path} ${system.version}, CPU seconds: ${spread(plain)}`)
    console.log(`Segments, CPU seconds: ${spread(ours)}; ratio to the plain run: ${spread(ratios)}`)
    console.log(`Ratio of ${ratios.length} pairs of runs: ${verdictOn(ratios, ratioLimits)}`)
    console.log(`Of these, CPU seconds for loading the program ${segments.length} times: ${spread(starts)}`)
    const lags: number[] = []
    for (let round = 0; round < liveRounds; round++)
      for (const segment of segments)
        lags.push((await runSegment(ffmpeg, { options, segment, overMs: segmentSeconds * 1_000 })) / 1_000)
    console.log(
      `Time from a segment's last input byte to its last output byte, ${lags.length} segments in real time (sandbox: ${ffmpeg.sandbox.kind}): ${spread(lags)} s`,
    )
    console.log(`This time: ${verdictOn(lags, lagLimits)} s`)
  }
}

/** Runs one ffmpeg process over the whole file, with the options of the recipe. Resolves to its CPU time in seconds. */
async function plainRun({ path, dialect }: Ffmpeg, { whole, directory }: { whole: string; directory: string }) {
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
  const args = Recipe.ffmpegArguments({
    options,
    source,
    qps: qpsOf(options),
    engine: 'x64',
    dialect,
    input: whole,
    outputs,
  })
  // The last line of the shell's `times` has the CPU time of the processes that the shell has started, for example `0m9.610s 0m0.120s`.
  const command = ['-c', '"$@" && times', 'sh', path, '-y', '-v', 'error', ...args]
  const { stdout } = await promisify(execFile)('/bin/sh', command)
  const [user, system] = [...(stdout.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
  if (!user || !system) throw new BenchError(`The shell printed no CPU times: ${stdout}`)
  return [user, system].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0)
}

/** CPU time in seconds of all child processes that have ended. Linux counts it in hundredths of a second. */
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

class BenchError extends Error {
  override readonly name = 'BenchError'
}
