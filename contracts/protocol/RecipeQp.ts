import { renditionWidth, type TranscodingOptions } from './TranscodingOptions'

// The transcoder does not choose the quantiser. The options and the preceding receipt determine it. All arithmetic uses
// integers, so every machine gets the same result.

/** A lower quantiser is not visibly better, and makes the frame after a scene cut too large for viewers' networks. */
export const lowestQp = 16
export const highestQp = 51

/**
 * Thresholds of bits / target, for k from 1: `65536 · 2^((k − ½) / 5.4)`. At threshold k or above, the quantiser moves by at
 * least k. This rounds 6 · 0.9 · log2(bits / target): six steps halve the bits, and the factor 0.9 damps the control.
 */
const ratios = [69880, 79451, 90333, 102705, 116772, 132765, 150949, 171624, 195130, 221855, 252241, 286789]
const ratioScale = 65_536
/** Limits the fall after a still picture, so that the next movement does not need too many bits. */
const largestFall = 4

/**
 * Bits per 100,000 pixels, descending. The first quantiser is 18 plus the number of entries that exceed the rendition's
 * density. A tenth of a bit per pixel gives 27.
 */
const densities = [
  29774, 26188, 23033, 20258, 17818, 15672, 13784, 12123, 10663, 9378, 8249, 7255, 6381, 5612, 4936, 4342, 3819, 3359,
  2954, 2598, 2285, 2010,
]

/** The quantiser of rendition `index` in a job's first segment, and in the first segment after a handover. */
export function qp0(options: TranscodingOptions, index: number): number {
  const { height, bitrate } = options.renditions[index] as TranscodingOptions['renditions'][number]
  const pixels = renditionWidth(height, options) * height * options.fps
  const density = Math.floor((bitrate * 100_000) / pixels)
  return 18 + densities.filter((threshold) => density < threshold).length
}

/** The quantiser of the next segment, from the preceding segment's quantiser, its video bits, and the target bits. */
export function nextQp({ qp, bits, targetBits }: { qp: number; bits: number; targetBits: number }): number {
  // A segment that has only sound does not change the quantiser.
  if (bits === 0) return qp
  const rise = ratios.filter((ratio) => bits * ratioScale >= targetBits * ratio).length
  const fall = ratios.slice(0, largestFall).filter((ratio) => targetBits * ratioScale >= bits * ratio).length
  return Math.min(highestQp, Math.max(lowestQp, qp + rise - fall))
}

/** The target for the video bits of one rendition of one segment. */
export const targetBits = (bitrate: number, durationMs: number): number => Math.floor((bitrate * durationMs) / 1000)

/** The preceding receipt under the same Assignment: its outputs, highest rendition first. */
export type Preceding = { outputs: readonly { qp: number; bits: number }[]; durationMs: number }

/** The quantiser of each rendition of a segment; `'none'` for the first segment under an Assignment. */
export const quantisersAfter = (preceding: Preceding | 'none', options: TranscodingOptions): number[] =>
  options.renditions.map(({ bitrate }, index) => {
    if (preceding === 'none') return qp0(options, index)
    const { qp, bits } = preceding.outputs[index] as Preceding['outputs'][number]
    return nextQp({ qp, bits, targetBits: targetBits(bitrate, preceding.durationMs) })
  })
