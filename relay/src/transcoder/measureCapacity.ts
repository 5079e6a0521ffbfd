import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { MpegTs, ProtocolError, Recipe, TranscodingOptions } from '@lp/contracts/protocol'
import { selfTest } from '../check/selfTest'
import { createMpegTsMuxer } from '../media/mpegTs'
import type { Ffmpeg } from './Ffmpeg'
import { confine, defaultLimits, environment } from './sandbox'
import { usableCores } from './usableCores'

/** The segment of the self-test is repeated this many times, so that the time is long enough to be measured. */
const repetitions = 40
const options = { ...selfTest.options, renditions: selfTest.options.renditions.slice(0, 1) }

/**
 * ffmpeg 5.1 transcodes a segment in one thread, so one stream can use one core. The pictures of the self-test are small, and ffmpeg needs
 * about twice as much time for a pixel of a small picture. So a stream can have twice as many pixels as the measurement finds for one core.
 */
const smallPictureFactor = 2

/** In pixels per second, as `TranscodingOptions.pixelsPerSecond` counts them. */
export type Capacity = { pixelsPerSecond: number; streamPixelsPerSecond: number }

/** The keys are the path and the version of ffmpeg. */
const measured = new Map<string, Promise<Capacity>>()

/**
 * The number of pixels that this machine can transcode by the recipe with the CPU time that this process can use in one second: for all
 * streams together, and for one stream. Measures CPU time, so that other programs which run at the same time do not change the result.
 * Takes less than a second, once for each ffmpeg.
 */
export function measureCapacity(ffmpeg: Ffmpeg): Promise<Capacity> {
  const key = `${ffmpeg.path} ${ffmpeg.version}`
  const known = measured.get(key) ?? measure(ffmpeg)
  measured.set(key, known)
  known.catch(() => measured.delete(key))
  return known
}

async function measure(ffmpeg: Ffmpeg): Promise<Capacity> {
  const { data, pictures } = repeated(selfTest.segment())
  const pixels = (TranscodingOptions.pixelsPerSecond(options) / options.fps) * pictures
  const ofOneCore = pixels / (await cpuSeconds(ffmpeg, data))
  const pixelsPerSecond = (await usableCores()) * ofOneCore
  return { pixelsPerSecond, streamPixelsPerSecond: Math.min(pixelsPerSecond, smallPictureFactor * ofOneCore) }
}

/** The CPU time in which ffmpeg transcodes the segment. */
async function cpuSeconds({ path, dialect, sandbox }: Ffmpeg, data: Uint8Array): Promise<number> {
  const recipe = Recipe.ffmpegArguments({
    ...{ options, source: MpegTs.probe(data), qps: selfTest.qps.slice(0, 1), dialect },
    engine: process.arch === 'x64' ? 'x64' : 'portable',
    ...{ input: 'pipe:0', outputs: ['pipe:1'] },
  })
  const quiet = ['-nostdin', '-hide_banner', '-nostats', '-benchmark', '-protocol_whitelist', 'pipe']
  const limits = { ...defaultLimits, timeoutMs: 60_000 }
  const { command, args } = confine({ sandbox, limits, program: path, args: [...quiet, ...recipe] })
  const child = spawn(command, args, { env: environment, stdio: 'pipe', timeout: limits.timeoutMs })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  child.stdout.resume()
  // If ffmpeg ends early, its exit code shows this.
  child.stdin.on('error', () => undefined)
  child.stdin.end(data)
  const [code] = await once(child, 'close')
  const [, user, system] = /^bench: utime=([\d.]+)s stime=([\d.]+)s/m.exec(said) ?? []
  if (code !== 0 || user === undefined) throw new UnmeasuredError({ path, code, said: said.slice(-2_000) })
  return Number(user) + Number(system)
}

/** Repeats the pictures of a segment `repetitions` times, with continuous timestamps. */
function repeated(segment: Uint8Array): { data: Uint8Array; pictures: number } {
  const found: MpegTs.Pes[] = []
  const demuxer = MpegTs.createDemuxer({ pes: (kind, pes) => kind === 'video' && found.push(pes) })
  demuxer.push(segment)
  demuxer.end()
  const muxer = createMpegTsMuxer({ hasVideo: true, hasAudio: false })
  const [first, last] = [found[0] as MpegTs.Pes, found.at(-1) as MpegTs.Pes]
  const durationTicks = (last.dts - first.dts) / (found.length - 1)
  const pieces = [muxer.tables()]
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const shiftTicks = repetition * Math.round(last.dts - first.dts + durationTicks)
    for (const { pts, dts, bytes } of found) {
      const [ticks, decodingTicks] = [pts + shiftTicks, dts + shiftTicks]
      pieces.push(
        muxer.packets({ kind: 'video', ticks, decodingTicks, durationTicks, isKey: dts === first.dts, data: bytes }),
      )
    }
  }
  return { data: Buffer.concat(pieces), pictures: repetitions * found.length }
}

export class UnmeasuredError extends ProtocolError {
  override readonly name = 'Ffmpeg.UnmeasuredError'
  constructor({ path, code, said }: { path: string; code: number | null; said: string }) {
    super('The speed of this ffmpeg could not be measured.', {
      details: [`Path: ${path}`, `Exit code: ${code}`, `ffmpeg wrote: ${said.trim() || 'nothing'}`],
    })
  }
}
