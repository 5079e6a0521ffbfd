import { type AccessUnit, createMpegTsMuxer } from './mpegTs'
import { TICKS_PER_MS } from './ticks'

/**
 * An output of the segmenter. The `end` of segment n always comes before the `begin` of segment n + 1. An `end` also ends the last part of
 * its segment.
 */
export type SegmentEvent =
  | { type: 'begin'; index: number; startTimeMs: number }
  | { type: 'bytes'; index: number; data: Uint8Array<ArrayBuffer> }
  /** A part ends after the bytes so far. `durationMs` and `byteLength` count from the start of the segment, not of the part. */
  | { type: 'part'; index: number; durationMs: number; byteLength: number }
  | { type: 'end'; index: number; durationMs: number; byteLength: number }

export type Segmenter = {
  /** Adds a picture or a sound frame. The units of a kind come in decoding order. */
  add(unit: AccessUnit): void
  /** Ends the last segment. `add` must not be called afterwards. */
  finish(): void
}

// When pictures are rare or absent, sound is emitted in chunks of this length.
const AUDIO_CHUNK_TICKS = 100 * TICKS_PER_MS

/**
 * Cuts access units into segments of `segmentTicks` on a grid that begins at `startTicks`, and into parts of about `partTicks`. All times
 * are presentation times.
 *
 * - A segment begins at the first keyframe at or after its grid line; without video, at the first sound frame. Browsers add other
 *   keyframes. The segmenter does not cut at these keyframes.
 * - A keyframe of a new format cuts immediately, because a segment has one format.
 * - A keyframe is an IDR picture, so no B-frame refers to a picture beyond a cut.
 * - A part ends with a picture; without video, with a sound frame.
 * - Sound belongs to the segment in which it starts. So a segment ends when the sound up to the cut has arrived. Until then, the
 *   pictures of the next segment wait.
 */
export function createSegmenter({
  hasVideo,
  hasAudio,
  startTicks,
  segmentTicks,
  partTicks,
  onEvent,
}: {
  hasVideo: boolean
  hasAudio: boolean
  startTicks: number
  segmentTicks: number
  partTicks: number
  onEvent: (event: SegmentEvent) => void
}): Segmenter {
  const muxer = createMpegTsMuxer({ hasVideo, hasAudio })
  /** `partMs`: the duration up to the end of the last part. */
  let open: { index: number; startTimeMs: number; byteLength: number; partMs: number } | null = null
  let nextIndex = 0
  let gridTicks = startTicks
  let format: string | undefined
  /** The end of the open segment; `null` until the first keyframe of the next segment has arrived. */
  let cutTicks: number | null = null
  let waitingVideo: AccessUnit[] = []
  let waitingAudio: AccessUnit[] = []
  let chunk: Uint8Array[] = []
  let chunkStartTicks = 0
  let endTicks = startTicks
  let heardTicks = startTicks

  return {
    add(unit) {
      if (unit.kind === 'video') addVideo(unit)
      else addAudio(unit)
    },

    finish() {
      if (cutTicks !== null) cut(cutTicks)
      for (const unit of waitingAudio) if (open) write(unit)
      waitingAudio = []
      close(endTicks)
    },
  }

  function addVideo(unit: AccessUnit) {
    if (!open) {
      if (!unit.isKey) return
      begin(unit.ticks)
      write(unit)
      return replayAudio()
    }
    const isCut = cutTicks === null && unit.isKey && (unit.ticks >= gridTicks || unit.format !== format)
    if (cutTicks === null && !isCut) return write(unit)
    waitingVideo.push(unit)
    if (isCut) {
      cutTicks = unit.ticks
      replayAudio()
      cutWhenHeard()
    }
  }

  function addAudio(unit: AccessUnit) {
    if (unit.ticks < startTicks) return
    heardTicks = Math.max(heardTicks, unit.ticks + unit.durationTicks)
    if (!hasVideo) {
      if (open && unit.ticks >= gridTicks) close(unit.ticks)
      if (!open) begin(unit.ticks)
      return write(unit)
    }
    place(unit)
    cutWhenHeard()
  }

  function place(sound: AccessUnit) {
    // After the grid line, the next keyframe decides to which segment the sound belongs.
    if (!open || sound.ticks >= (cutTicks ?? gridTicks)) waitingAudio.push(sound)
    else write(sound)
  }

  /** Writes the waiting sound whose segment is known now. */
  function replayAudio() {
    const waited = waitingAudio
    waitingAudio = []
    for (const sound of waited) place(sound)
  }

  function cutWhenHeard() {
    if (cutTicks === null || (hasAudio && heardTicks < cutTicks)) return
    cut(cutTicks)
  }

  /** Ends the open segment, and begins the next segment with the waiting pictures and sound. */
  function cut(ticks: number) {
    close(ticks)
    begin(ticks)
    cutTicks = null
    const [keyframe, ...pictures] = waitingVideo
    waitingVideo = []
    if (keyframe) write(keyframe)
    for (const unit of pictures) addVideo(unit)
    replayAudio()
  }

  function begin(ticks: number) {
    while (gridTicks <= ticks) gridTicks += segmentTicks
    open = { index: nextIndex++, startTimeMs: Math.round(ticks / TICKS_PER_MS), byteLength: 0, partMs: 0 }
    onEvent({ type: 'begin', index: open.index, startTimeMs: open.startTimeMs })
    chunk = [muxer.tables()]
    chunkStartTicks = ticks
  }

  function write(unit: AccessUnit) {
    chunk.push(muxer.packets(unit))
    format = unit.format ?? format
    const unitEndTicks = unit.ticks + unit.durationTicks
    endTicks = Math.max(endTicks, unitEndTicks)
    // A chunk ends with a picture, or when its sound is at least `AUDIO_CHUNK_TICKS` long.
    if (unit.kind === 'video' || unitEndTicks - chunkStartTicks >= AUDIO_CHUNK_TICKS) {
      flush()
      chunkStartTicks = unitEndTicks
      endPart(unit.durationTicks)
    }
  }

  /**
   * Ends a part if the part would be too long with one more unit of this duration. The segment ends soon after its grid line, so no part
   * ends shortly before this line.
   */
  function endPart(durationTicks: number) {
    if (!open || gridTicks - endTicks < partTicks / 2) return
    const { index, startTimeMs, byteLength, partMs } = open
    const durationMs = Math.round(endTicks / TICKS_PER_MS) - startTimeMs
    if ((durationMs - partMs) * TICKS_PER_MS + durationTicks <= partTicks) return
    open.partMs = durationMs
    onEvent({ type: 'part', index, durationMs, byteLength })
  }

  function flush() {
    if (!open || chunk.length === 0) return
    const data = new Uint8Array(chunk.reduce((length, part) => length + part.length, 0))
    let offset = 0
    for (const part of chunk) {
      data.set(part, offset)
      offset += part.length
    }
    chunk = []
    open.byteLength += data.length
    onEvent({ type: 'bytes', index: open.index, data })
  }

  function close(ticks: number) {
    if (!open) return
    flush()
    const durationMs = Math.round(ticks / TICKS_PER_MS) - open.startTimeMs
    onEvent({ type: 'end', index: open.index, durationMs, byteLength: open.byteLength })
    open = null
  }
}
