import type { Recording } from './Recording'

/** The positions of the payloads in the file of a recording. The payloads follow each other without a gap. */
export type Layout = {
  /** The offset of each segment's first byte, and the length of the file. */
  offsets: Float64Array
}

/** A range of the bytes of one segment's payload. `end` is not included. */
export type Slice = { segment: number; start: number; end: number }

export function create({ segments }: Recording): Layout {
  const offsets = new Float64Array(segments.length + 1)
  for (const [index, { byteLength }] of segments.entries()) offsets[index + 1] = (offsets[index] ?? 0) + byteLength
  return { offsets }
}

/** The length of the file in bytes. */
export const byteLength = ({ offsets }: Layout): number => offsets.at(-1) ?? 0

/** The range of the file that holds the payload of segment `index`. `end` is not included. */
export const rangeOf = ({ offsets }: Layout, index: number): { start: number; end: number } => ({
  start: offsets[index] ?? 0,
  end: offsets[index + 1] ?? 0,
})

/** The slices of the payloads that form a range of the file, in order. `end` is not included. */
export function slices({ offsets }: Layout, { start, end }: { start: number; end: number }): Slice[] {
  const found: Slice[] = []
  for (let segment = indexAt(offsets, start); segment < offsets.length - 1; segment++) {
    const offset = offsets[segment] as number
    if (offset >= end) break
    const next = offsets[segment + 1] as number
    found.push({ segment, start: Math.max(start, offset) - offset, end: Math.min(end, next) - offset })
  }
  return found
}

/** The index of the segment that contains the byte at `position`. */
function indexAt(offsets: Float64Array, position: number): number {
  let low = 0
  let high = offsets.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((offsets[middle + 1] as number) > position) high = middle
    else low = middle + 1
  }
  return low
}
