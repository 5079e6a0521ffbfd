import { logOf } from 'lp-relay/log'
import type { Size } from './picture'

const log = logOf('capture')

// H.264, table A-1: the limits of each level. Macroblocks per second, macroblocks per picture.
const LEVELS = [
  { hex: '1f', macroblocksPerSecond: 108_000, macroblocks: 3_600 },
  { hex: '28', macroblocksPerSecond: 245_760, macroblocks: 8_192 },
  { hex: '2a', macroblocksPerSecond: 522_240, macroblocks: 8_704 },
  { hex: '33', macroblocksPerSecond: 983_040, macroblocks: 36_864 },
  { hex: '34', macroblocksPerSecond: 2_073_600, macroblocks: 36_864 },
] as const

// Main profile first, as in the recipe. Some encoders support only constrained baseline.
const PROFILES = ['4d40', '6400', '42e0'] as const

/** The first H.264 configuration that this browser can encode in real time, or null. */
export async function findVideoConfig({
  width,
  height,
  fps,
  bitrate,
}: Size & { fps: number; bitrate: number }): Promise<VideoEncoderConfig | null> {
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16)
  const level = LEVELS.find((one) => macroblocks <= one.macroblocks && macroblocks * fps <= one.macroblocksPerSecond)
  for (const profile of PROFILES) {
    const config: VideoEncoderConfig = {
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
