import { type AacEncoder, createResampler, type Resampler, SAMPLE_RATE } from 'lp-relay/media'
import { createAudioTimeline } from './AudioTimeline'
import type { MediaClock } from './MediaClock'
import type { Sound } from './Sound'

/** The path of sound from a source to the encoder. */
export type AudioLane = {
  /** Encodes a block of sound whose first sample was captured at `capturedAtMs`. */
  add(sound: Sound, capturedAtMs: number): void
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
    add({ sampleRate, left, right }, capturedAtMs) {
      if (resampler?.fromRate !== sampleRate) {
        const rates = { fromRate: sampleRate, toRate: SAMPLE_RATE }
        resampler = { fromRate: sampleRate, run: createResampler(rates) }
      }
      timeline.add(resampler.run.process({ left, right }), capturedAtMs)
    },
    fill: timeline.fill,
  }
}
