import { MpegTs } from '@lp/contracts/protocol'
import type { AccessUnit } from '../src/media'

const wrap = 2 ** 33
const startCode = Uint8Array.of(0, 0, 0, 1)
const keyframeSlice = 5

/**
 * The access units of a transport stream: first all pictures in decoding order, then all sound frames. When the 33-bit timestamps
 * of the stream wrap, the returned timestamps continue without a wrap. The access units are read from the canonical bytes of the
 * stream, which contain no access unit delimiters.
 */
export function accessUnitsOf(data: Uint8Array): AccessUnit[] {
  const { bytes } = MpegTs.canonical(data)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let offset = 0
  let origin: number | undefined
  const skip = (length: number) => {
    offset += length
    return offset - length
  }
  const uint32 = () => view.getUint32(skip(4))
  const ticks = () => {
    const value = Number(view.getBigUint64(skip(8)))
    origin ??= value
    return value - origin > wrap / 2 ? value - wrap : origin - value > wrap / 2 ? value + wrap : value
  }
  const blob = () => {
    const length = uint32()
    return bytes.subarray(skip(length), offset)
  }
  const times = <T>(count: number, item: () => T) => Array.from({ length: count }, item)
  const pictures = times(uint32(), () => ({ ticks: ticks(), decodingTicks: ticks(), nalUnits: times(uint32(), blob) }))
  const frames = times(uint32(), () => ({ ticks: ticks(), data: blob() }))
  const shown = pictures.map((picture) => picture.ticks).sort((a, b) => a - b)
  const pictureTicks = (shown[1] ?? 0) - (shown[0] ?? 0)
  return [
    ...pictures.map(
      ({ nalUnits, ...times }): AccessUnit => ({
        ...{ kind: 'video', durationTicks: pictureTicks, ...times },
        isKey: nalUnits.some(([type = 0]) => (type & 31) === keyframeSlice),
        data: Buffer.concat(nalUnits.flatMap((unit) => [startCode, unit])),
      }),
    ),
    ...frames.map((frame): AccessUnit => ({ kind: 'audio', durationTicks: 1_920, isKey: false, ...frame })),
  ]
}

/** The access units in order of decoding time, as an encoder outputs them. */
export const interleaved = (units: readonly AccessUnit[]): AccessUnit[] =>
  [...units].sort((a, b) => (a.decodingTicks ?? a.ticks) - (b.decodingTicks ?? b.ticks))
