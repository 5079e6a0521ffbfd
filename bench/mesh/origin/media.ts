import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { clock, frameRate } from '../clock'

export const segmentMs = 2_000
/** The duration of the recording, in seconds. It is enough for the longest row and for the time in which its viewers join. */
const recordedS = 480

/** The source has about the bitrate of the page at 480p: 1.5 Mbit/s with the sound. The rendition is for viewers with a slow connection. */
export const qualities = {
  source: { width: 854, height: 480, bitrate: 1_500_000 },
  rendition: { width: 426, height: 240, bitrate: 400_000 },
} as const

export type Quality = keyof typeof qualities

export type Media = {
  /** Number of segments. */
  count: number
  read(quality: Quality, number: number): Promise<Buffer>
}

const soundBitrate = 96_000
/** The bitrate of the file, divided by the bitrate of the pictures and the sound. The container needs the rest. */
const overhead = 1.06

/** Moving pictures with the picture clock in the top left corner. Noise makes the encoder need the whole bitrate. */
const picture = [
  `[0:v]noise=alls=14:allf=t[noisy]`,
  `[1:v]format=gray,geq=lum='255*mod(floor(N/pow(2\\,X))\\,2)',scale=${clock.width}:${clock.height}:flags=neighbor,format=yuv420p[clock]`,
  `[noisy][clock]overlay=0:0,split[source][copy]`,
  `[copy]scale=${qualities.rendition.width}:${qualities.rendition.height}[rendition]`,
].join(';')

const { width, height } = qualities.source
const inputs = [
  ...['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=${frameRate}`],
  ...['-f', 'lavfi', '-i', `nullsrc=size=${clock.bits}x2:rate=${frameRate}`],
  ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
]

function output(quality: Quality): string[] {
  const videoBitrate = Math.round(qualities[quality].bitrate / overhead - soundBitrate)
  const pictures = (segmentMs / 1_000) * frameRate
  return [
    ...['-map', `[${quality}]`, '-map', '2:a', '-t', `${recordedS}`, '-c:v', 'libx264', '-preset', 'veryfast'],
    ...['-profile:v', 'main', '-pix_fmt', 'yuv420p', '-bf', '0', '-g', `${pictures}`, '-sc_threshold', '0'],
    ...['-b:v', `${videoBitrate}`, '-maxrate', `${videoBitrate}`, '-bufsize', `${videoBitrate / 2}`],
    ...['-c:a', 'aac', '-b:a', `${soundBitrate}`, '-muxdelay', '0', '-muxpreload', '0'],
    ...['-f', 'segment', '-segment_time', `${segmentMs / 1_000}`, '-segment_format', 'mpegts', `${quality}-%d.ts`],
  ]
}

const args = [...inputs, '-filter_complex', picture, ...output('source'), ...output('rendition')]

/** The media of all rows. ffmpeg records them once, which takes a minute. After that, they are read from the cache. */
export async function openMedia(): Promise<Media> {
  const version = createHash('sha256').update(args.join(' ')).digest('hex').slice(0, 12)
  const directory = join('node_modules/.cache/mesh-media', version)
  if (!existsSync(directory)) await record(directory)
  return {
    count: (recordedS * 1_000) / segmentMs,
    read: (quality, number) => readFile(join(directory, `${quality}-${number}.ts`)),
  }
}

async function record(directory: string): Promise<void> {
  await mkdir(dirname(directory), { recursive: true })
  const draft = await mkdtemp(`${directory}-`)
  try {
    await promisify(execFile)('ffmpeg', ['-nostdin', '-v', 'error', ...args], { cwd: draft })
    await rename(draft, directory)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}
