import { ProtocolError } from '../errors'

/**
 * The size of a picture, in pixels. Reads only the markers of the file (ITU-T T.81, annex B) and not the pixels. Accepts only baseline JPEG
 * with one frame, so that a picture of a few bytes cannot cost a decoder much memory or time. Throws `FormError`.
 */
export function sizeOf(bytes: Uint8Array): { width: number; height: number } {
  const u16 = (at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  if (u16(0) !== startOfImage || u16(bytes.length - 2) !== endOfImage) throw new FormError({ fact: 'not a whole JPEG' })
  let size: { width: number; height: number } | undefined
  let scans = 0
  for (let at = 2; at < bytes.length - 2; ) {
    if (bytes[at] !== 0xff) throw new FormError({ fact: `no marker at byte ${at}` })
    const marker = bytes[at + 1] ?? 0
    const length = u16(at + 2)
    const isSegment = length >= 2 && at + 2 + length <= bytes.length - 2
    if (!segments.has(marker) || !isSegment)
      throw new FormError({ fact: `marker ${marker.toString(16)} at byte ${at}` })
    if (marker === baselineFrame) {
      if (size || bytes[at + 4] !== 8 || length < 8) throw new FormError({ fact: 'more than one frame, or not 8 bits' })
      size = { height: u16(at + 5), width: u16(at + 7) }
    }
    at += 2 + length
    if (marker !== startOfScan) continue
    if (!size || ++scans > maxScans) throw new FormError({ fact: 'a scan without a frame, or too many scans' })
    at = endOfScan(bytes, at)
  }
  if (!size || scans === 0 || size.width === 0 || size.height === 0) throw new FormError({ fact: 'no picture' })
  return size
}

/** The next marker after the data of a scan. In the data, `ff 00` is a byte, and `ff d0` to `ff d7` begin again after a fault. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length - 1; at++) {
    const next = bytes[at + 1] ?? 0
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at
  }
  return bytes.length
}

const startOfImage = 0xffd8
const endOfImage = 0xffd9
const baselineFrame = 0xc0
const startOfScan = 0xda
/** Baseline frames have at most one scan for each component. */
const maxScans = 4
/** Tables of Huffman codes, of quantisers and of restarts; frame; scan; application data; comment. */
const segments = new Set([
  ...[0xc4, 0xdb, 0xdd, baselineFrame, startOfScan, 0xfe],
  ...Array.from({ length: 16 }, (_, index) => 0xe0 + index),
])

export class FormError extends ProtocolError {
  override readonly name = 'Jpeg.FormError'
  constructor({ fact }: { fact: string }) {
    super('This is not a baseline JPEG picture.', { details: [fact] })
  }
}
