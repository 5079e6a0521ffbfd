import { createDemuxer, type Kind } from './MpegTsDemuxer'

/** The end of a part. Both values are measured from the start of the segment. */
export type PartEnd = { byteLength: number; durationMs: number }

const ticksPerMs = 90
/** Timestamps have 33 bits. */
const wrapTicks = 2 ** 33

/**
 * Finds where parts of a segment can end, while the segment arrives. A part is as long as possible, and usually at most `longestMs`: it
 * is longer only if a picture is longer than the picture before it, or longer than `longestMs`. Each part ends where a picture begins.
 * If the segment has no video, each part ends where a sound frame begins. `push` returns the ends that the chunk contains. The segment must
 * have no B-frames. `push` throws `MalformedError` or `UnsupportedStreamError`.
 */
export function createPartReader(longestMs: number): { push(chunk: Uint8Array): PartEnd[] } {
  let cutKind: Kind | undefined
  let firstPts: number | undefined
  let partMs = 0
  let unitMs = 0
  let ends: PartEnd[] = []
  const demuxer = createDemuxer({
    program: (kinds) => {
      cutKind = kinds.has('video') ? 'video' : 'audio'
    },
    begins: (kind, { pts, offset }) => {
      if (kind !== cutKind) return
      firstPts ??= pts
      const durationMs = Math.round(((pts - firstPts + wrapTicks) % wrapTicks) / ticksPerMs)
      // The next picture or sound frame is probably as long as the picture or sound frame that ends here.
      const nextMs = durationMs + (durationMs - unitMs)
      unitMs = durationMs
      if (durationMs === partMs || nextMs - partMs <= longestMs) return
      partMs = durationMs
      ends.push({ byteLength: offset, durationMs })
    },
    pes: () => {},
  })
  return {
    push(chunk) {
      ends = []
      demuxer.push(chunk)
      return ends
    },
  }
}
