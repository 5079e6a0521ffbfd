import { encodeAbiParameters, type Hex, keccak256 } from 'viem'
import { ProtocolError } from './errors'

/** The limits of a job's source, and the renditions that the job asks for. Whitepaper, "The Job". */
export type TranscodingOptions = {
  /**
   * A picture of the source has at most `width` × `height` pixels. The width and the height of the picture can be swapped, as on a
   * rotated phone.
   */
  width: number
  height: number
  /** The largest number of frames per second that the source may have. Renditions keep every frame. */
  fps: number
  renditions: readonly Rendition[]
}

export type Rendition = {
  /** Pixels. The width follows from the source's aspect ratio. */
  height: number
  /** Target for the video, in bits per second. */
  bitrate: number
}

export type Size = { width: number; height: number }

export const maxRenditions = 4

const defaultLadder: readonly Rendition[] = [
  { height: 480, bitrate: 1_000_000 },
  { height: 360, bitrate: 600_000 },
  { height: 240, bitrate: 300_000 },
]

const parameters = [
  {
    type: 'tuple',
    components: [
      { name: 'width', type: 'uint16' },
      { name: 'height', type: 'uint16' },
      { name: 'fps', type: 'uint8' },
      {
        name: 'renditions',
        type: 'tuple[]',
        components: [
          { name: 'height', type: 'uint16' },
          { name: 'bitrate', type: 'uint32' },
        ],
      },
    ],
  },
] as const

/** Throws `OutOfRangeError`, `OddSizeError` or `LadderOrderError`. */
export function validate({ width, height, fps, renditions }: TranscodingOptions): void {
  assertSide('width', width, 4096)
  assertSide('height', height, 4096)
  assertRange('fps', fps, { minimum: 1, maximum: 60 })
  assertRange('renditions', renditions.length, { minimum: 1, maximum: maxRenditions })
  for (const [index, rendition] of renditions.entries()) {
    assertSide(`renditions[${index}].height`, rendition.height, height)
    assertRange(`renditions[${index}].bitrate`, rendition.bitrate, { minimum: 50_000, maximum: 20_000_000 })
    const above = renditions[index - 1]
    if (above && rendition.height >= above.height) throw new LadderOrderError({ above, below: rendition })
  }
}

/** `keccak256(abi.encode(TranscodingOptions))`. This hash is a field of the job on chain. */
export const hash = (options: TranscodingOptions): Hex => keccak256(encodeAbiParameters(parameters, [options]))

/**
 * Width of a rendition that is `height` pixels high and has the aspect ratio of the source. The width is rounded to an even number,
 * and is at least 2.
 */
export const renditionWidth = (height: number, source: Size): number =>
  Math.max(2, 2 * Math.floor((height * source.width + source.height) / (2 * source.height)))

/** The units of work in one second: the sum of the pixels and the bits of all renditions. Whitepaper, note on price. */
export const unitsPerSecond = (options: TranscodingOptions): bigint =>
  options.renditions.reduce((units, { height, bitrate }) => {
    const pixels = renditionWidth(height, options) * height
    return units + BigInt(pixels) * BigInt(options.fps) + BigInt(bitrate)
  }, 0n)

/** The pixels that a transcoder decodes and encodes in one second, at the highest frame rate that the options permit. */
export const pixelsPerSecond = (options: TranscodingOptions): number =>
  options.renditions.reduce(
    (pixels, { height }) => pixels + renditionWidth(height, options) * height,
    options.width * options.height,
  ) * options.fps

/** The default renditions for a source: at least one rendition. No rendition is larger than the source. */
export function ladder(source: Size): Rendition[] {
  const fitting = defaultLadder.filter(({ height }) => height <= source.height)
  if (fitting.length > 0) return fitting
  const height = source.height - (source.height % 2)
  return [{ height, bitrate: Math.max(50_000, Math.floor((300_000 * height * height) / (240 * 240))) }]
}

function assertSide(field: string, value: number, maximum: number) {
  assertRange(field, value, { minimum: 64, maximum })
  if (value % 2 !== 0) throw new OddSizeError({ field, value })
}

function assertRange(field: string, value: number, { minimum, maximum }: { minimum: number; maximum: number }) {
  if (!Number.isInteger(value) || value < minimum || value > maximum)
    throw new OutOfRangeError({ field, value, minimum, maximum })
}

export class OutOfRangeError extends ProtocolError {
  override readonly name = 'TranscodingOptions.OutOfRangeError'
  constructor({
    field,
    value,
    minimum,
    maximum,
  }: {
    field: string
    value: number
    minimum: number
    maximum: number
  }) {
    super('A transcoding option is out of range.', {
      details: [`Option: ${field}`, `Value: ${value}`, `Allowed: ${minimum} to ${maximum}`],
    })
  }
}

export class OddSizeError extends ProtocolError {
  override readonly name = 'TranscodingOptions.OddSizeError'
  constructor({ field, value }: { field: string; value: number }) {
    super('Widths and heights must be even.', { details: [`Option: ${field}`, `Value: ${value}`] })
  }
}

export class LadderOrderError extends ProtocolError {
  override readonly name = 'TranscodingOptions.LadderOrderError'
  constructor({ above, below }: { above: Rendition; below: Rendition }) {
    super('Renditions must be ordered from the highest to the lowest.', {
      details: [`Height: ${below.height}`, `Preceding height: ${above.height}`],
    })
  }
}
