import { logOf } from 'lp-relay/log'
import { blackPicture, type Size } from './picture'

const log = logOf('capture')

// H.264, table A-1: the numbers of macroblocks per second and per picture that each level allows.
const LEVELS = [
  { hex: '1f', macroblocksPerSecond: 108_000, macroblocks: 3_600 },
  { hex: '28', macroblocksPerSecond: 245_760, macroblocks: 8_192 },
  { hex: '2a', macroblocksPerSecond: 522_240, macroblocks: 8_704 },
  { hex: '33', macroblocksPerSecond: 983_040, macroblocks: 36_864 },
  { hex: '34', macroblocksPerSecond: 2_073_600, macroblocks: 36_864 },
] as const

// The main profile is first, as in the recipe. Some encoders support only constrained baseline.
const PROFILES = ['4d40', '6400', '42e0']
const BASELINE = ['42e0']

/** A hardware encoder can hold a few pictures. An encoder that holds this number of pictures or more looks ahead. */
const PROBE_PICTURES = 8
const PROBE_MS = 1_000

type Shape = Size & { fps: number; bitrate: number }

export type VideoCodec = {
  config: VideoEncoderConfig & Size
  /**
   * True: the encoder gives each picture after a short time. False: the encoder looks ahead, and gives its pictures only when it is
   * flushed. The encoder of Firefox on Linux looks ahead, even with the latency mode `realtime`.
   */
  isPrompt: boolean
}

/** The first H.264 configuration that this browser can encode, and whether its encoder is prompt. Null if there is none. */
export async function findVideoCodec(shape: Shape): Promise<VideoCodec | null> {
  const config = await findVideoConfig(shape)
  if (!config || (await isPrompt(config))) return config && { config, isPrompt: true }
  // An encoder that looks ahead also uses B-frames, which come out of order. The baseline profile has no B-frames.
  return { config: (await findVideoConfig(shape, BASELINE)) ?? config, isPrompt: false }
}

/** The first H.264 configuration that this browser can encode in real time, or null. */
export async function findVideoConfig(
  { width, height, fps, bitrate }: Shape,
  profiles: readonly string[] = PROFILES,
): Promise<(VideoEncoderConfig & Size) | null> {
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16)
  const level = LEVELS.find((one) => macroblocks <= one.macroblocks && macroblocks * fps <= one.macroblocksPerSecond)
  for (const profile of profiles) {
    const config: VideoEncoderConfig & Size = {
      codec: `avc1.${profile}${(level ?? LEVELS[4]).hex}`,
      width,
      height,
      bitrate,
      framerate: fps,
      latencyMode: 'realtime',
      avc: { format: 'annexb' },
    }
    if (await isSupported(config)) return config
  }
  return null
}

async function isSupported(config: VideoEncoderConfig): Promise<boolean> {
  try {
    return (await VideoEncoder.isConfigSupported(config)).supported === true
  } catch (error) {
    // Browsers throw for an unknown codec string.
    log.debug('codec refused', () => ({ codec: config.codec, error }))
    return false
  }
}

/**
 * Whether an encoder that has `PROBE_PICTURES` pictures gives the first of them without a flush. An encoder that fails counts
 * as prompt, because the recorder reports its error later.
 */
async function isPrompt(config: VideoEncoderConfig & Size): Promise<boolean> {
  const answered = Promise.withResolvers<boolean>()
  const answer = () => answered.resolve(true)
  const encoder = new VideoEncoder({ output: answer, error: answer })
  encoder.configure(config)
  for (let picture = 0; picture < PROBE_PICTURES; picture++) {
    const frame = blackPicture(config, (picture * 1e6) / (config.framerate ?? 30))
    encoder.encode(frame)
    frame.close()
  }
  const timer = setTimeout(() => answered.resolve(false), PROBE_MS)
  const isPrompt = await answered.promise
  clearTimeout(timer)
  if (encoder.state !== 'closed') encoder.close()
  log.debug('encoder', () => ({ codec: config.codec, isPrompt }))
  return isPrompt
}
