import { AdtsOutputFormat, AudioSample, AudioSampleSource, NullTarget, Output, Quality } from 'mediabunny'
import { CHANNELS, hasNativeAac, SAMPLE_RATE } from './audioCodec'
import type { AccessUnit } from './mpegTs'
import type { StereoBlock } from './resampler'
import { TICKS_PER_SECOND } from './ticks'

export type AacEncoder = {
  /** Encodes the next block. Blocks follow each other without a gap. `firstSample`: number of samples before this block. */
  encode(block: StereoBlock, firstSample: number): void
  /** Encodes the remaining sound, and emits the last frames. */
  finish(): Promise<void>
}

const FRAME_SAMPLES = 1024
const FRAME_TICKS = (FRAME_SAMPLES * TICKS_PER_SECOND) / SAMPLE_RATE
// FFmpeg's encoder writes one extra frame before the first sound.
const WASM_PRIMING_SAMPLES = FRAME_SAMPLES

/**
 * Encodes stereo sound as AAC-LC in ADTS frames. Uses the browser's encoder. Where there is none (Chromium on Linux, Firefox,
 * Node), uses FFmpeg's encoder in WASM. The WASM encoder has a size of one megabyte, and is loaded only when it is needed.
 */
export async function createAacEncoder({
  bitrate,
  startTicks,
  onUnit,
  onFailure,
}: {
  bitrate: number
  startTicks: number
  onUnit: (unit: AccessUnit) => void
  onFailure: (cause: unknown) => void
}): Promise<AacEncoder> {
  const hasNative = await hasNativeAac(bitrate)
  if (!hasNative) {
    const { registerAacEncoder } = await import('@mediabunny/aac-encoder')
    registerAacEncoder()
  }
  const primingSamples = hasNative ? 0 : WASM_PRIMING_SAMPLES
  let firstTimestamp: number | null = null
  let frames = 0
  let hasSound = false
  const source = new AudioSampleSource({
    codec: 'aac',
    quality: new Quality({ bitrate }),
    onEncodedPacket: (packet) => {
      firstTimestamp ??= packet.timestamp
    },
  })
  const output = new Output({ format: new AdtsOutputFormat({ onFrame }), target: new NullTarget() })
  output.addAudioTrack(source)
  await output.start()
  // The calls run one after another: each call waits until mediabunny can accept the next sample.
  let last: Promise<void> = Promise.resolve()

  return {
    encode(block, firstSample) {
      last = last.then(() => add(block, firstSample)).catch(onFailure)
    },
    async finish() {
      await last
      // An output without sound cannot be finalized. Sound that is shorter than a frame waits in the encoder until the end.
      if (!hasSound) await output.cancel()
      else await output.finalize()
    },
  }

  async function add({ left, right }: StereoBlock, firstSample: number) {
    const data = new Float32Array(left.length + right.length)
    data.set(left)
    data.set(right, left.length)
    const sample = new AudioSample({
      data,
      format: 'f32-planar',
      numberOfChannels: CHANNELS,
      sampleRate: SAMPLE_RATE,
      timestamp: firstSample / SAMPLE_RATE,
    })
    await source.add(sample)
    hasSound = true
    sample.close()
  }

  function onFrame(data: Uint8Array) {
    // The position follows from the number of frames, not from timestamps: all AAC frames have the same length, and a rounding error
    // would be heard as a click.
    const firstSample = Math.round((firstTimestamp ?? 0) * SAMPLE_RATE) - primingSamples + frames++ * FRAME_SAMPLES
    const ticks = startTicks + Math.round((firstSample * TICKS_PER_SECOND) / SAMPLE_RATE)
    onUnit({ kind: 'audio', ticks, durationTicks: FRAME_TICKS, isKey: false, data })
  }
}
