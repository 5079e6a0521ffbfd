import { type AacEncoder, createResampler, type Resampler, SAMPLE_RATE, type StereoBlock } from 'lp-relay/media'
import { createAudioTimeline } from './AudioTimeline'
import type { MediaClock } from './MediaClock'

/** The path of sound from a source to the encoder. */
export type AudioLane = {
  /** Encodes and closes a block of sound. The first sample of the block was captured at `capturedAtMs`. */
  add(data: AudioData, capturedAtMs: number): void
  /** Adds silence when the source gives no sound. */
  fill(nowMs: number, options: { isLost: boolean }): void
}

export function createAudioLane({
  clock,
  startTicks,
  encoder,
}: {
  clock: MediaClock
  startTicks: number
  encoder: AacEncoder
}): AudioLane {
  const timeline = createAudioTimeline({ clock, startTicks, onSound: encoder.encode })
  let resampler: { fromRate: number; run: Resampler } | null = null

  return {
    add(data, capturedAtMs) {
      const block = stereoOf(data)
      if (resampler?.fromRate !== data.sampleRate) {
        const rates = { fromRate: data.sampleRate, toRate: SAMPLE_RATE }
        resampler = { fromRate: data.sampleRate, run: createResampler(rates) }
      }
      data.close()
      timeline.add(resampler.run.process(block), capturedAtMs)
    },
    fill: timeline.fill,
  }
}

/** A mono channel becomes both stereo channels. If there are more than two channels, only the first two are used. */
function stereoOf(data: AudioData): StereoBlock {
  const plane = (planeIndex: number) => {
    const samples = new Float32Array(data.numberOfFrames)
    data.copyTo(samples, { planeIndex, format: 'f32-planar' })
    return samples
  }
  const left = plane(0)
  return { left, right: data.numberOfChannels > 1 ? plane(1) : left }
}
