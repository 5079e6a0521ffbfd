import * as Adts from './Adts'
import * as H264 from './H264'
import { concat, createDemuxer, type Kind, MalformedError, type Pes } from './MpegTsDemuxer'

/**
 * The numbers of pictures and of AAC frames in the bytes of a segment that have arrived. `durationMs` is the longer of two times:
 * from the first to the last timestamp of the pictures, and from the first to the last timestamp of the AAC frames.
 */
export type Counts = { pictures: number; sounds: number; durationMs: number }

type Track = { frames: number; firstTicks: number; lastTicks: number }

const ticksPerMs = 90
const wrap = 2 ** 33
/** An unfinished picture is checked when this number of its bytes has arrived, and again each time that the number doubles. */
const firstLookBytes = 32 * 1024

/**
 * Counts the content of a segment while the segment arrives, so that a segment with too much content can be refused before its
 * end. `push` throws the errors of the demuxer, and `MalformedError` or `Adts.MalformedError` where `probe` also throws them.
 */
export function createCounter(): { push(chunk: Uint8Array): Counts } {
  const tracks: Record<Kind, Track> = { video: newTrack(), audio: newTrack() }
  let lookAtBytes = firstLookBytes
  let arrivedBytes = 0
  const demuxer = createDemuxer({
    arriving(kind, parts) {
      if (kind === 'audio') return
      arrivedBytes = parts.length === 1 ? 0 : arrivedBytes
      arrivedBytes += parts.at(-1)?.length ?? 0
      if (arrivedBytes < lookAtBytes) return
      lookAtBytes *= 2
      assertOnePicture(concat(parts), { isWhole: false })
    },
    pes(kind, pes) {
      if (kind === 'video') {
        lookAtBytes = firstLookBytes
        assertOnePicture(pes.bytes, { isWhole: true })
      }
      count(tracks[kind], { ticks: pes.dts, frames: kind === 'video' ? 1 : soundsIn(pes) })
    },
  })
  return {
    push(chunk) {
      demuxer.push(chunk)
      const { video, audio } = tracks
      const ticks = Math.max(video.lastTicks - video.firstTicks, audio.lastTicks - audio.firstTicks)
      return { pictures: video.frames, sounds: audio.frames, durationMs: ticks / ticksPerMs }
    },
  }
}

const newTrack = (): Track => ({ frames: 0, firstTicks: 0, lastTicks: 0 })

function count(track: Track, { ticks, frames }: { ticks: number; frames: number }) {
  if (track.frames === 0) {
    track.firstTicks = ticks
    track.lastTicks = ticks
  } else {
    const sinceLast = (((ticks - track.lastTicks) % wrap) + wrap) % wrap
    if (sinceLast === 0 || sinceLast >= wrap / 2) throw new MalformedError({ rule: 'timestamps increase' })
    track.lastTicks += sinceLast
  }
  track.frames += frames
}

function assertOnePicture(bytes: Uint8Array, { isWhole }: { isWhole: boolean }) {
  const pictures = H264.nalUnits(bytes).filter(H264.startsPicture).length
  if (pictures > 1 || (isWhole && pictures === 0))
    throw new MalformedError({ rule: 'a video packet holds one picture' })
}

const soundsIn = ({ bytes }: Pes): number => [...Adts.frames(bytes)].length
