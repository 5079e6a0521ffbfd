import { createDemuxer, type Kind } from './MpegTsDemuxer'

/** The end of a part. Both values count from the start of the segment. */
export type PartEnd = { byteLength: number; durationMs: number }

const ticksPerMs = 90
/** Timestamps have 33 bits. */
const wrapTicks = 2 ** 33

/**
 * Finds where parts of a segment can end, while the segment arrives: before the first picture that starts `targetMs` or more after the
 * start of the part; without video, before a sound frame. `push` returns the ends that the chunk contains. The segment must have no
 * B-frames. `push` throws `MalformedError` or `UnsupportedStreamError`.
 */
export function createPartReader(targetMs: number): { push(chunk: Uint8Array): PartEnd[] } {
  let cutKind: Kind | undefined
  let firstPts: number | undefined
  let lastMs = 0
  let ends: PartEnd[] = []
  const demuxer = createDemuxer({
    program: (kinds) => {
      cutKind = kinds.has('video') ? 'video' : 'audio'
    },
    begins: (kind, { pts, offset }) => {
      if (kind !== cutKind) return
      firstPts ??= pts
      const durationMs = Math.round(((pts - firstPts + wrapTicks) % wrapTicks) / ticksPerMs)
      if (durationMs - lastMs < targetMs) return
      lastMs = durationMs
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
