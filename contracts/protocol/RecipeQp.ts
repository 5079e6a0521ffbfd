import { renditionWidth, type TranscodingOptions } from './TranscodingOptions'

// The transcoder does not choose the quantiser. The options and the preceding receipt determine it. All arithmetic uses
// integers, so every machine gets the same result.

/** With a lower quantiser, pictures do not look better, and a frame after a scene cut is too large for viewers' networks. */
export const lowestQp = 16
export const highestQp = 51

/**
 * Threshold k, counted from 1, is `65536 · 2^((k − ½) / 5.4)`. If 65536 · bits / target is at least threshold k, the
 * quantiser changes by at least k. So the change is 5.4 · log2(bits / target), rounded. Six steps of the quantiser halve the
 * bits, so the exact change would be 6 · log2(bits / target). The smaller factor prevents oscillation.
 */
const ratios = [69880, 79451, 90333, 102705, 116772, 132765, 150949, 171624, 195130, 221855, 252241, 286789]
const ratioScale = 65_536
/**
 * From one segment to the next, the quantiser decreases by at most this number, also after a segment without movement. So the next movement
 * does not need too many bits.
 */
const largestFall = 4

/**
 * Bits per 100,000 pixels, descending. The first quantiser is 18 plus the number of entries that are larger than the
 * rendition's bits per 100,000 pixels. Example: a tenth of a bit per pixel gives the quantiser 27.
 */
const densities = [
  29774, 26188, 23033, 20258, 17818, 15672, 13784, 12123, 10663, 9378, 8249, 7255, 6381, 5612, 4936, 4342, 3819, 3359,
  2954, 2598, 2285, 2010,
]

/** The quantiser of rendition `index` in the first segment of a job, and in the first segment after a handover. */
export function qp0(options: TranscodingOptions, index: number): number {
  const { height, bitrate } = options.renditions[index] as TranscodingOptions['renditions'][number]
  const pixels = renditionWidth(height, options) * height * options.fps
  const density = Math.floor((bitrate * 100_000) / pixels)
  return 18 + densities.filter((threshold) => density < threshold).length
}

/** The quantiser of a segment, from the preceding segment's quantiser, video bits and target bits. */
export function nextQp({ qp, bits, targetBits }: { qp: number; bits: number; targetBits: number }): number {
  // After a segment that has only sound, the quantiser does not change.
  if (bits === 0) return qp
  const rise = ratios.filter((ratio) => bits * ratioScale >= targetBits * ratio).length
  const fall = ratios.slice(0, largestFall).filter((ratio) => targetBits * ratioScale >= bits * ratio).length
  return Math.min(highestQp, Math.max(lowestQp, qp + rise - fall))
}

/** The target for the number of video bits of one rendition of one segment. */
export const targetBits = (bitrate: number, durationMs: number): number => Math.floor((bitrate * durationMs) / 1000)

/** The preceding receipt under the same Assignment: its outputs, highest rendition first. */
export type Preceding = { outputs: readonly { qp: number; bits: number }[]; durationMs: number }

/** The quantiser of each rendition of a segment. `preceding` is `'none'` for the first segment under an Assignment. */
export const quantisersAfter = (preceding: Preceding | 'none', options: TranscodingOptions): number[] =>
  options.renditions.map(({ bitrate }, index) => {
    if (preceding === 'none') return qp0(options, index)
    const { qp, bits } = preceding.outputs[index] as Preceding['outputs'][number]
    return nextQp({ qp, bits, targetBits: targetBits(bitrate, preceding.durationMs) })
  })
