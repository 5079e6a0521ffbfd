import { SAMPLE_RATE, type StereoBlock, TICKS_PER_MS, TICKS_PER_SECOND } from 'lp-relay/media'
import type { MediaClock } from './MediaClock'

const TICKS_PER_SAMPLE = TICKS_PER_SECOND / SAMPLE_RATE

// If the start of a block differs from the end of the previous sound by more than this, the sound was interrupted. A smaller difference is
// drift between the clock of the microphone and the clock of the capture.
const INTERRUPTION_TICKS = 100 * TICKS_PER_MS
// After this time without sound, silence is written, because the segment cannot end without sound.
const STALL_TICKS = 400 * TICKS_PER_MS
const SILENCE_BLOCK_SAMPLES = 4_800

/** Joins blocks of sound without a gap, beginning at the start of the capture. Silence fills the times without sound. */
export type AudioTimeline = {
  /** Adds a block whose first sample was captured at `capturedAtMs`. */
  add(block: StereoBlock, capturedAtMs: number): void
  /** Writes silence up to `nowMs` if no sound has arrived for `STALL_TICKS`, or if the device is lost. */
  fill(nowMs: number, options: { isLost: boolean }): void
}

export function createAudioTimeline({
  clock,
  startTicks,
  onSound,
}: {
  clock: MediaClock
  startTicks: number
  /** Receives each block with the number of its first sample. */
  onSound: (block: StereoBlock, firstSample: number) => void
}): AudioTimeline {
  let nextSample = 0

  return {
    add(block, capturedAtMs) {
      const length = block.left.length
      const aheadTicks = endTicks() - clock.ticksAt(capturedAtMs)
      if (aheadTicks < -INTERRUPTION_TICKS || (nextSample === 0 && aheadTicks < 0)) {
        emitSilence(Math.round(-aheadTicks / TICKS_PER_SAMPLE))
        return emit(block)
      }
      if (aheadTicks > INTERRUPTION_TICKS || nextSample === 0) {
        const surplus = Math.min(Math.round(aheadTicks / TICKS_PER_SAMPLE), length)
        return emit({ left: block.left.slice(surplus), right: block.right.slice(surplus) })
      }
      clock.steer(aheadTicks, length * TICKS_PER_SAMPLE)
      emit(block)
    },

    fill(nowMs, { isLost }) {
      const missingTicks = clock.ticksAt(nowMs) - endTicks()
      if (missingTicks > (isLost ? 0 : STALL_TICKS)) emitSilence(Math.floor(missingTicks / TICKS_PER_SAMPLE))
    },
  }

  function endTicks() {
    return startTicks + nextSample * TICKS_PER_SAMPLE
  }

  function emit(block: StereoBlock) {
    if (block.left.length === 0) return
    const firstSample = nextSample
    nextSample += block.left.length
    onSound(block, firstSample)
  }

  function emitSilence(samples: number) {
    for (let left = samples; left > 0; left -= SILENCE_BLOCK_SAMPLES) {
      const length = Math.min(left, SILENCE_BLOCK_SAMPLES)
      emit({ left: new Float32Array(length), right: new Float32Array(length) })
    }
  }
}
