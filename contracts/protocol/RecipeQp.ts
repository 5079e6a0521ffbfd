import { renditionWidth, type TranscodingOptions } from './TranscodingOptions'

// The quantiser is no choice of the transcoder: it follows from the options and from the preceding receipt. Integers
// only, so that every machine agrees.

/** Below this nobody sees a difference, and the first frame after a cut would flood the viewers. */
export const lowestQp = 16
export const highestQp = 51

/**
 * `65536 · 2^((k − ½) / 5.4)`: from entry k on, the quantiser moves by at least k. That rounds 6 · 0.9 · log2(bits /
 * target): six steps halve the bits, and a tenth is held back so that the control does not swing.
 */
const ratios = [69880, 79451, 90333, 102705, 116772, 132765, 150949, 171624, 195130, 221855, 252241, 286789]
const ratioScale = 65_536
/** A still picture must not lower the quantiser so far that the next movement floods the viewers. */
const largestFall = 4

/** Bits in 100,000 pixels: from entry k on, the first quantiser is 18 + k. 27 stands for a tenth of a bit a pixel. */
const densities = [
  29774, 26188, 23033, 20258, 17818, 15672, 13784, 12123, 10663, 9378, 8249, 7255, 6381, 5612, 4936, 4342, 3819, 3359,
  2954, 2598, 2285, 2010,
]

/** The quantiser of rendition `index` in a job's first segment, and in the first after a handover. */
export function qp0(options: TranscodingOptions, index: number): number {
  const { height, bitrate } = options.renditions[index] as TranscodingOptions['renditions'][number]
  const pixels = renditionWidth(height, options) * height * options.fps
  const density = Math.floor((bitrate * 100_000) / pixels)
  return 18 + densities.filter((from) => density < from).length
}

/** The quantiser of the next segment, from that of the preceding one, its video's bits and what they should have been. */
export function nextQp({ qp, bits, targetBits }: { qp: number; bits: number; targetBits: number }): number {
  // A segment of sound alone says nothing about the pictures.
  if (bits === 0) return qp
  const rise = ratios.filter((ratio) => bits * ratioScale >= targetBits * ratio).length
  const fall = ratios.slice(0, largestFall).filter((ratio) => targetBits * ratioScale >= bits * ratio).length
  return Math.min(highestQp, Math.max(lowestQp, qp + rise - fall))
}

/** Bits that a rendition's video should take. */
export const targetBits = (bitrate: number, durationMs: number): number => Math.floor((bitrate * durationMs) / 1000)

/** The receipt before a segment's, under the same Assignment: its outputs from the highest rendition down. */
export type Preceding = { outputs: readonly { qp: number; bits: number }[]; durationMs: number }

/** The quantiser of each rendition of a segment; `'none'` for the first segment under an Assignment. */
export const quantisersAfter = (preceding: Preceding | 'none', options: TranscodingOptions): number[] =>
  options.renditions.map(({ bitrate }, index) => {
    if (preceding === 'none') return qp0(options, index)
    const { qp, bits } = preceding.outputs[index] as Preceding['outputs'][number]
    return nextQp({ qp, bits, targetBits: targetBits(bitrate, preceding.durationMs) })
  })
