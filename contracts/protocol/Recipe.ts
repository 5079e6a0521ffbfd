import { encodeAbiParameters, type Hex, keccak256 } from 'viem'
import type { H264 } from './media/H264'
import * as MpegTs from './media/MpegTs'
import * as PayloadTree from './PayloadTree'
import { renditionWidth, type Size, type TranscodingOptions } from './TranscodingOptions'

export * from './RecipeLimits'
export * from './RecipeQp'

/** One rendition of one segment, as a receipt describes it. */
export type Output = {
  /** `PayloadTree.hash` of the bytes that the transcoder serves. */
  dataHash: Hex
  /** `MpegTs.canonicalHash`. All correct encoders give the same hash. */
  canonicalHash: Hex
  qp: number
  /** Number of video bits in the canonical bytes. */
  bits: number
}

/**
 * The kind of x264 build. The output of x264 depends on the assembly code that it uses. x86 assembly up to SSE2 (`x64`)
 * gives the same bits as C code without assembly (`portable`: the WASM core, and ARM).
 */
export type Engine = 'x64' | 'portable'

const assembly: Record<Engine, string> = { x64: 'MMX2,SSE,SSE2,SSE2Fast', portable: '0' }

/** The name of the option that keeps every frame. FFmpeg 5.1 renamed the option, and FFmpeg 9 removed the old name. */
export type Dialect = 'vsync' | 'fps_mode'

const everyFrame: Record<Dialect, string[]> = { vsync: ['-vsync', '0'], fps_mode: ['-fps_mode', 'passthrough'] }

/**
 * The definition of correct work: the arguments with which one ffmpeg process makes all renditions of one segment. The
 * program's name and its logging options are not included. The transcoder chooses none of the values that change the canonical bytes. The
 * arguments set every value whose default differs between builds: the level, the frame rate, the time base and the colours.
 *
 * - `source`: head or probe of this segment. If the source has no video, or no audio, the options for the missing
 * stream are left out.
 * - `qps`: one quantiser for each rendition, from `qp0` or `nextQp`.
 * - `dialect`: `fps_mode` for the WASM core and for ffmpeg 5.1 and newer; `vsync` for older builds.
 * - `input`, `outputs`: `pipe:0`, `pipe:3`… for native ffmpeg, file names in the WASM core.
 */
export function ffmpegArguments({
  options,
  source,
  qps,
  engine,
  dialect = 'fps_mode',
  input,
  outputs,
}: {
  options: TranscodingOptions
  source: MpegTs.Head
  qps: readonly number[]
  engine: Engine
  dialect?: Dialect
  input: string
  outputs: readonly string[]
}): string[] {
  const { video } = source
  return [
    ...decoding(video),
    ...['-f', 'mpegts', '-i', input],
    ...options.renditions.flatMap(({ height }, index) => [
      ...(video ? encoding({ video, height, qp: qps[index] as number, fps: options.fps, engine, dialect }) : []),
      // The sound is copied. An encoder would add 21 ms of silence (priming) at the start of every segment.
      ...(source.audio ? ['-map', '0:a:0', '-c:a', 'copy'] : []),
      // Timestamps have 33 bits. Without this option, ffmpeg moves a segment to time 0 if the segment starts just before 2^33.
      ...['-avoid_negative_ts', 'disabled', '-muxdelay', '0', '-muxpreload', '0'],
      ...['-flush_packets', '1', '-f', 'mpegts', outputs[index] as string],
    ]),
  ]
}

/** Size of a rendition: even sides, the aspect ratio of the source, and at most the size of the source. */
export function renditionSize(height: number, source: Size): Size {
  const fitting = Math.max(2, Math.min(height, source.height - (source.height % 2)))
  return { width: renditionWidth(fitting, source), height: fitting }
}

/**
 * The number of pixels that ffmpeg may add to the width and to the height of a frame as padding. `-max_pixels` also counts
 * this padding, and the size of the padding differs between builds.
 */
const padding = 256

const decoding = (video: H264 | undefined): string[] => [
  // Different builds repair a damaged picture in different ways. So every build must refuse a damaged source.
  ...['-xerror', '-err_detect', 'explode'],
  ...(video ? ['-max_pixels', `${(video.width + padding) * (video.height + padding)}`] : []),
  // Without these options, ffmpeg searches for more programs and for a frame rate, until the whole segment has arrived.
  ...['-scan_all_pmts', '0', '-fpsprobesize', '0'],
  // With these limits, ffmpeg finds streams that begin late in the segment.
  ...['-probesize', '33554432', '-analyzeduration', '60000000'],
  ...['-copyts', '-threads', '1'],
]

function encoding({
  video,
  height,
  qp,
  fps,
  engine,
  dialect,
}: {
  video: H264
  height: number
  qp: number
  fps: number
  engine: Engine
  dialect: Dialect
}): string[] {
  const size = renditionSize(height, video)
  const range = video.fullRange ? 'pc' : 'tv'
  const scale = `scale=${size.width}:${size.height}:flags=bicubic+bitexact+accurate_rnd+full_chroma_int`
  const x264 = {
    scenecut: 0,
    threads: 1,
    'sliced-threads': 0,
    fps: `${fps}/1`,
    level: level(size, fps),
    fullrange: 'off',
    ...colour(video),
    asm: assembly[engine],
  }
  const encoder = Object.entries(x264).map(([name, value]) => `${name}=${value}`)
  return [
    // The frame rate of a camera varies. Without this option, ffmpeg repeats and drops frames.
    ...['-map', '0:v:0', ...everyFrame[dialect], '-enc_time_base', '1:90000'],
    ...['-vf', `${scale}:in_range=${range}:out_range=tv`, '-pix_fmt', 'yuv420p'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-profile:v', 'main'],
    // x264's rate control uses floating point, which differs between builds, so each segment has one QP.
    ...['-bf', '0', '-g', '600', '-threads', '1', '-qp', `${qp}`, '-x264-params', encoder.join(':')],
  ]
}

const primaries: Record<number, string> = { 1: 'bt709', 5: 'bt470bg', 6: 'smpte170m' }
const transfers: Record<number, string> = { 1: 'bt709', 6: 'smpte170m', 13: 'iec61966-2-1' }
const matrices: Record<number, string> = { 1: 'bt709', 5: 'bt470bg', 6: 'smpte170m' }

const colour = ({ colour }: H264) => ({
  colorprim: primaries[colour.primaries] ?? 'undef',
  transfer: transfers[colour.transfer] ?? 'undef',
  colormatrix: matrices[colour.matrix] ?? 'undef',
})

/** ITU-T H.264, table A-1: level × 10, macroblocks per picture, macroblocks per second. */
const levels = [
  [30, 1_620, 40_500],
  [31, 3_600, 108_000],
  [32, 5_120, 216_000],
  [40, 8_192, 245_760],
  [42, 8_704, 522_240],
  [50, 22_080, 589_824],
  [51, 36_864, 983_040],
] as const

function level({ width, height }: Size, fps: number): number {
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16)
  const fitting = levels.find(([, picture, second]) => macroblocks <= picture && macroblocks * fps <= second)
  return fitting?.[0] ?? 52
}

/** Computes the `Output` of one rendition from its bytes. Throws the errors of `MpegTs.canonicalHash`. */
export async function measure({ data, qp }: { data: Uint8Array; qp: number }): Promise<Output> {
  const { hash, videoBytes } = await MpegTs.canonicalHash(data)
  return { dataHash: await PayloadTree.hash(data), canonicalHash: hash, qp, bits: videoBytes * 8 }
}

const outputs = [
  {
    type: 'tuple[]',
    components: [
      { name: 'dataHash', type: 'bytes32' },
      { name: 'canonicalHash', type: 'bytes32' },
      { name: 'qp', type: 'uint8' },
      { name: 'bits', type: 'uint32' },
    ],
  },
] as const

/** `keccak256(abi.encode(Output[]))`. This hash is a field of the `TranscodeReceipt`. */
export const transcodedDataHash = (renditions: readonly Output[]): Hex =>
  keccak256(encodeAbiParameters(outputs, [renditions]))
