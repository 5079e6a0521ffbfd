import { execFileSync } from 'node:child_process'
import { zeroHash } from 'viem'
import { Recipe, type TranscodingOptions } from '../../contracts/protocol'
import { judgedImage } from '../../contracts/script/judgedImage'
import {
  disputedSteps,
  Execution,
  moveFrom,
  opening,
  Program,
  pageBytes,
  State,
  Task,
  WasmMachine,
  witness,
} from '../../relay/src/judge'
import { collect } from '../../relay/src/transcoder/collect'
import { findFfmpeg } from '../../relay/src/transcoder/findFfmpeg'
import { startSegment } from '../../relay/src/transcoder/SegmentRun'
import { qpsOf, segmentSeconds } from '../transcode/segments'

const sources = {
  '720p, 20 pictures a second': { width: 1280, height: 720, fps: 20, profile: 'baseline' },
  '1080p, 30 pictures a second': { width: 1920, height: 1080, fps: 30, profile: 'high' },
}
const maxSteps = 2 ** 37

/** Measures what a party of a dispute needs about real segments and a rendition of 360p. `words`: choose sources by name. */
export async function measureProgram(words: readonly string[]): Promise<void> {
  const image = await judgedImage(Program.imageHash)
  for (const [name, size] of Object.entries(sources)) {
    if (!words.some((word) => name.includes(word))) continue
    const first = await firstState(image, size)
    console.log(`\nThe judged program, ${segmentSeconds} s of ${name} to 360p, seconds`)
    const began = process.cpuUsage()
    const machine = new WasmMachine(first)
    const execution = timed('It records the execution', () => Execution.record(first, { machine, maxSteps }))
    const { user, system } = process.cpuUsage(began)
    console.log(`CPU time of this: ${((user + system) / 1e6).toFixed(1)}`)
    console.log(
      `Steps: ${(execution.length / 1e9).toFixed(2)} · 10⁹; result: ${Program.resultOf(execution.stateAt(execution.length)).verdict}`,
    )
    const { ends } = await awaited('It opens a game', () => opening(execution))
    // The other party lies about the second half of the execution.
    const honest = Math.floor(execution.length / 2 / (disputedSteps / ends.length))
    const last = {
      start: await State.hash(first),
      ends: ends.map((end, part) => (part < honest ? end : zeroHash)),
    }
    await awaited('It makes its first move', () => moveFrom({ level: 1, firstStep: 0, last }, execution))
    const middle = Math.floor(execution.length / 2)
    await awaited('It gives the witness of a step', () => witness(execution.stateAt(middle)))
    const used = execution.stateAt(execution.length).pages.size * pageBytes
    console.log(`Memory that the program used, with its inputs: ${Math.round(used / 2 ** 20)} MiB`)
    console.log(`Memory of this process: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`)
  }
}

type Size = { width: number; height: number; fps: number; profile: string }

async function firstState(image: Uint8Array, { width, height, fps, profile }: Size): Promise<State.State> {
  const options: TranscodingOptions.TranscodingOptions = {
    width,
    height,
    fps,
    renditions: [{ height: 360, bitrate: 600_000 }],
  }
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=${fps},noise=alls=8:allf=t:all_seed=1`]
  const encode = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-profile:v',
    profile,
    '-b:v',
    '2M',
    '-g',
    '600',
    '-bf',
    '0',
  ]
  const input = [
    ...picture,
    '-f',
    'lavfi',
    '-i',
    'sine=sample_rate=48000',
    '-t',
    `${segmentSeconds}`,
    '-pix_fmt',
    'yuv420p',
  ]
  const source = execFileSync('ffmpeg', ['-v', 'error', ...input, ...encode, '-c:a', 'aac', '-f', 'mpegts', 'pipe:1'], {
    maxBuffer: 2 ** 26,
  })
  const [qp] = qpsOf(options) as [number]
  const run = startSegment(await findFfmpeg(), { options, qps: [qp] })
  const collected = Promise.all(run.outputs.map(collect))
  await run.write(source)
  await run.end()
  const [rendition] = (await collected) as [Uint8Array]
  const facts = {
    durationMs: 1_000 * segmentSeconds,
    ...{ options: { width, height, fps, renditionHeight: 360 }, output: await Recipe.measure({ data: rendition, qp }) },
  }
  return Task.firstState(Program.task({ image, source, rendition, facts }))
}

async function awaited<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
  const started = performance.now()
  const value = await work()
  console.log(`${name}: ${since(started)}`)
  return value
}

function timed<Value>(name: string, work: () => Value): Value {
  const started = performance.now()
  const value = work()
  console.log(`${name}: ${since(started)}`)
  return value
}

const since = (started: number) => ((performance.now() - started) / 1_000).toFixed(2)
