import { MpegTs, ProtocolError } from '@lp/contracts/protocol'
import type { Code } from './Finding'

export type Difference = { code: Code; sentence: string }

/** The content of `MpegTs.canonical` bytes. Timestamps are 90 kHz ticks. */
type Content = { pictures: Sample[]; sound: Sample[] }
type Sample = { pts: bigint; dts: bigint; bytes: Uint8Array }

const ticksPerSecond = 90_000

/** The first difference of each kind between a payload and the recipe's output. */
export function compare(payload: Uint8Array, expected: Uint8Array): Difference[] {
  let bytes: Uint8Array
  try {
    bytes = MpegTs.canonical(payload).bytes
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return [{ code: 'malformed', sentence: `The payload is not a segment: ${error.shortMessage}` }]
  }
  const [actual, due] = [read(bytes), read(MpegTs.canonical(expected).bytes)]
  return [size(payload, expected), timestamps(actual, due), picture(actual, due), sound(actual, due)].filter(
    (difference) => difference !== undefined,
  )
}

function size(payload: Uint8Array, expected: Uint8Array): Difference | undefined {
  const [actual, due] = [sizeOf(payload), sizeOf(expected)]
  if (actual === due) return undefined
  return { code: 'size', sentence: `The pictures are ${actual} instead of ${due}.` }
}

function sizeOf(data: Uint8Array): string {
  try {
    const { video } = MpegTs.probe(data)
    return video ? `${video.width} × ${video.height}` : 'missing'
  } catch (error) {
    // `MpegTs.canonical` could read the payload, so the error is in the sequence parameters.
    if (error instanceof ProtocolError) return 'of unknown size'
    throw error
  }
}

function timestamps({ pictures: actual }: Content, { pictures: due }: Content): Difference | undefined {
  if (actual.length !== due.length)
    return { code: 'timestamps', sentence: `There are ${actual.length} pictures instead of ${due.length}.` }
  const index = actual.findIndex(({ pts, dts }, at) => pts !== due[at]?.pts || dts !== due[at]?.dts)
  if (index < 0) return undefined
  const [at, dueAt] = [place(actual, index), place(due, index)]
  // The text has milliseconds, and the times can differ by less.
  const sentence =
    at === dueAt
      ? `The timestamps of picture ${index + 1}, at ${dueAt}, differ.`
      : `Picture ${index + 1} is shown at ${at} instead of ${dueAt}.`
  return { code: 'timestamps', sentence }
}

function picture({ pictures: actual }: Content, { pictures: due }: Content): Difference | undefined {
  const index = firstDifference(actual, due)
  if (index === undefined) return undefined
  const sentence = `The picture differs at ${place(due, index)} (picture ${index + 1} of ${due.length}).`
  return { code: 'picture', sentence }
}

function sound({ sound: actual }: Content, { sound: due }: Content): Difference | undefined {
  if (actual.length !== due.length)
    return { code: 'sound', sentence: `There are ${actual.length} packets of sound instead of ${due.length}.` }
  const index = firstDifference(actual, due) ?? actual.findIndex(({ pts }, at) => pts !== due[at]?.pts)
  if (index < 0) return undefined
  return { code: 'sound', sentence: `The sound differs from packet ${index + 1} of ${due.length} on.` }
}

function firstDifference(actual: readonly Sample[], due: readonly Sample[]): number | undefined {
  const index = due.findIndex(({ bytes }, at) => {
    const other = actual[at]
    return other !== undefined && !isSame(bytes, other.bytes)
  })
  return index < 0 ? undefined : index
}

const isSame = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, index) => byte === b[index])

/** The presentation time of a sample in seconds, on the clock of the segment. */
const place = (samples: readonly Sample[], index: number) =>
  `${(Number(samples[index]?.pts ?? 0n) / ticksPerSecond).toFixed(3)} s`

/** Reads the bytes of `MpegTs.canonical`. */
function read(canonical: Uint8Array): Content {
  const view = new DataView(canonical.buffer, canonical.byteOffset, canonical.byteLength)
  let offset = 0
  const uint32 = () => {
    offset += 4
    return view.getUint32(offset - 4)
  }
  const uint64 = () => {
    offset += 8
    return view.getBigUint64(offset - 8)
  }
  const bytes = (length: number) => {
    offset += length
    return canonical.subarray(offset - length, offset)
  }
  const list = <T>(item: () => T) => Array.from({ length: uint32() }, item)
  const pictures = list(() => {
    const [pts, dts, from] = [uint64(), uint64(), offset]
    list(() => bytes(uint32()))
    return { pts, dts, bytes: canonical.subarray(from, offset) }
  })
  const sound = list(() => {
    const pts = uint64()
    return { pts, dts: pts, bytes: bytes(uint32()) }
  })
  return { pictures, sound }
}
