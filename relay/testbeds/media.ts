import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
export const fps = 20

/** Real MPEG-TS segments of 2 s with H.264, AAC and continuous timestamps: a list of consecutive segments for each height. */
export async function record({ heights, segments }: { heights: readonly number[]; segments: number }) {
  const directory = await mkdtemp(join(tmpdir(), 'lp-media-'))
  const outputs = heights.flatMap((height) => [
    ...['-map', '0:v', '-map', '1:a', '-vf', `scale=-2:${height}`, '-c:v', 'libx264', '-preset', 'ultrafast'],
    ...['-bf', '0', '-g', `${2 * fps}`, '-c:a', 'aac', '-t', `${2 * segments}`],
    ...['-f', 'segment', '-segment_time', '2', '-segment_format', 'mpegts', join(directory, `${height}-%03d.ts`)],
  ])
  const inputs = [
    ...['-f', 'lavfi', '-i', `testsrc2=size=640x360:rate=${fps}`],
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
  ]
  try {
    await run('ffmpeg', ['-v', 'error', ...inputs, ...outputs])
    const names = (await readdir(directory)).sort()
    const read = (height: number) =>
      Promise.all(
        names
          .filter((name) => name.startsWith(`${height}-`))
          .map(async (name) => new Uint8Array(await readFile(join(directory, name)))),
      )
    return await Promise.all(heights.map(read))
  } finally {
    await rm(directory, { recursive: true })
  }
}

type Probe = {
  streams: readonly { codec_name: string; height?: number; nb_read_packets: string }[]
  complaints: string
}

/** The streams that ffprobe finds in a whole playlist, and the errors that ffprobe prints. */
export async function ffprobe(url: string): Promise<Probe> {
  const entries = ['-count_packets', '-show_entries', 'stream=codec_name,height,nb_read_packets']
  const { stdout, stderr } = await run('ffprobe', ['-v', 'error', ...entries, '-of', 'json', url])
  return { streams: (JSON.parse(stdout) as Pick<Probe, 'streams'>).streams, complaints: stderr }
}
