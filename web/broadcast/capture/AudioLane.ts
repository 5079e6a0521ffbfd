import { type AacEncoder, createResampler, type Resampler, SAMPLE_RATE, type StereoBlock } from 'lp-relay/media'
import { createAudioTimeline } from './AudioTimeline'
import type { MediaClock } from './MediaClock'

/** Sound on its way from a source to the encoder. */
export type AudioLane = {
  /** Takes a block of the source, whose first sample was captured at `capturedAtMs`, and closes it. */
  take(data: AudioData, capturedAtMs: number): void
  /** Keeps the sound going with silence when the source gives none. */
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
    take(data, capturedAtMs) {
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

/** Mono sounds from both sides; of more than two channels the front pair is heard. */
function stereoOf(data: AudioData): StereoBlock {
  const plane = (planeIndex: number) => {
    const samples = new Float32Array(data.numberOfFrames)
    data.copyTo(samples, { planeIndex, format: 'f32-planar' })
    return samples
  }
  const left = plane(0)
  return { left, right: data.numberOfChannels > 1 ? plane(1) : left }
}
