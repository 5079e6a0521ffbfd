import type { StereoBlock } from 'lp-relay/media'

/** A block of sound from a source. */
export type Sound = StereoBlock & {
  sampleRate: number
  /** The time of the first sample, by the clock of the source. */
  timestampUs: number
}

/**
 * Reads sound from WebCodecs, and closes `data`. A mono channel becomes both stereo channels; of more than two channels, only the first two
 * are used.
 */
export function fromAudioData(data: AudioData): Sound {
  const plane = (planeIndex: number) => {
    const samples = new Float32Array(data.numberOfFrames)
    data.copyTo(samples, { planeIndex, format: 'f32-planar' })
    return samples
  }
  const left = plane(0)
  const right = data.numberOfChannels > 1 ? plane(1) : left
  const { sampleRate, timestamp: timestampUs } = data
  data.close()
  return { left, right, sampleRate, timestampUs }
}
