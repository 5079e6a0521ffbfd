/** Two planes of sound samples, −1 … 1, of equal length. */
export type StereoBlock = { left: Float32Array<ArrayBuffer>; right: Float32Array<ArrayBuffer> }

export type Resampler = {
  /**
   * Resamples the next block. The last samples of the block are returned with the next block, because the filter needs the samples
   * of both blocks.
   */
  process(block: StereoBlock): StereoBlock
}

const ZERO_CROSSINGS = 16

/** Changes the sample rate of continuous sound with a windowed-sinc polyphase filter, by an exact ratio (160/147 for 44.1 kHz). */
export function createResampler({ fromRate, toRate }: { fromRate: number; toRate: number }): Resampler {
  if (fromRate === toRate) return { process: (block) => block }
  const divisor = greatestCommonDivisor(fromRate, toRate)
  const phases = toRate / divisor
  const step = fromRate / divisor
  const filter = createFilter(phases, Math.min(1, toRate / fromRate))
  const { halfLength } = filter

  // Both channels begin with silence before the first sample, because the filter needs samples on both sides of the first output.
  let left: Float32Array<ArrayBuffer> = new Float32Array(halfLength - 1)
  let right: Float32Array<ArrayBuffer> = new Float32Array(halfLength - 1)
  /** Position of the next output sample, relative to `left[halfLength − 1]`, in units of 1/phases of an input sample. */
  let position = 0

  return {
    process(block) {
      left = joined(left, block.left)
      right = joined(right, block.right)
      const available = (left.length - 2 * halfLength + 1) * phases
      const count = Math.max(0, Math.ceil((available - position) / step))
      const output = { left: new Float32Array(count), right: new Float32Array(count) }
      for (let index = 0; index < count; index++, position += step) {
        const first = Math.floor(position / phases)
        const taps = filter.taps(position % phases)
        output.left[index] = convolve(left, first, taps)
        output.right[index] = convolve(right, first, taps)
      }
      const consumed = Math.min(Math.floor(position / phases), left.length)
      position -= consumed * phases
      left = left.slice(consumed)
      right = right.slice(consumed)
      return output
    },
  }
}

function createFilter(phases: number, cutoff: number) {
  const halfLength = Math.ceil(ZERO_CROSSINGS / cutoff)
  const known = new Map<number, Float32Array>()
  return {
    halfLength,
    taps(phase: number): Float32Array {
      const made = known.get(phase) ?? makeTaps(phase / phases)
      known.set(phase, made)
      return made
    },
  }

  function makeTaps(fraction: number): Float32Array {
    const taps = Float32Array.from({ length: 2 * halfLength }, (_, index) => {
      const distance = index - (halfLength - 1) - fraction
      return sinc(distance * cutoff) * hann(distance / halfLength)
    })
    const sum = taps.reduce((total, tap) => total + tap, 0)
    return taps.map((tap) => tap / sum)
  }
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))
const hann = (x: number) => (Math.abs(x) >= 1 ? 0 : 0.5 + 0.5 * Math.cos(Math.PI * x))

function convolve(samples: Float32Array, first: number, taps: Float32Array): number {
  let sum = 0
  for (let index = 0; index < taps.length; index++) sum += (samples[first + index] ?? 0) * (taps[index] ?? 0)
  return sum
}

function joined(head: Float32Array, tail: Float32Array): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(head.length + tail.length)
  whole.set(head)
  whole.set(tail, head.length)
  return whole
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
