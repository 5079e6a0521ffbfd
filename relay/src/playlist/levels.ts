import type { StreamId } from '@lp/contracts/protocol'
import { sourceIdOf } from '../records/Sale'
import type { StreamRecord } from '../records/StreamRecord'

/** One quality of a stream, which a viewer can choose. */
export type Level = {
  /** `source`, or the height, for example `480p`. URLs contain this name. */
  name: string
  /** In a paid stream, the StreamId of the sealed level. */
  streamId: StreamId.StreamId
  /** In a paid stream, the StreamId of the level before its encryption. The cipher of each segment depends on this StreamId. */
  plainId?: StreamId.StreamId
  /** In pixels; 0 when the stream has no video. */
  width: number
  height: number
  /** In the form of RFC 6381; `''` when unknown. */
  codecs: string
  /** Bits per second; 0 for the source, which has no target. */
  targetBitrate: number
}

/** The levels of a stream, best first: its source, then its renditions. Empty before the first source segment. */
export function levels({ source, options, renditions, ...record }: StreamRecord): Level[] {
  if (!source) return []
  const streamId = sourceIdOf(record)
  const { width, height, codecs } = source
  const best = { name: 'source', streamId, width, height, codecs, targetBitrate: 0 }
  // Renditions copy the sound of the source. Without video, they would equal the source.
  if (!source.hasVideo) return [best]
  return [
    best,
    ...renditions.map((rendition) => ({
      name: renditionName(rendition.height),
      streamId: rendition.streamId,
      width: rendition.width,
      height: rendition.height,
      codecs: [videoCodec(rendition, options.fps), ...audioCodecs(codecs)].join(),
      targetBitrate: rendition.bitrate,
    })),
  ]
}

export const renditionName = (height: number) => `${height}p`

const audioCodecs = (codecs: string) => codecs.split(',').filter((codec) => /^(mp4a|opus|ac-3|ec-3)/i.test(codec))

/** H.264 Annex A, table A-1: level_idc, macroblocks per second, macroblocks per frame. */
const h264Levels = [
  { idc: 30, perSecond: 40_500, perFrame: 1_620 },
  { idc: 31, perSecond: 108_000, perFrame: 3_600 },
  { idc: 32, perSecond: 216_000, perFrame: 5_120 },
  { idc: 40, perSecond: 245_760, perFrame: 8_192 },
  { idc: 42, perSecond: 522_240, perFrame: 8_704 },
  { idc: 51, perSecond: 983_040, perFrame: 36_864 },
]

/**
 * The recipe writes the Main profile, with the lowest H.264 level that is at least 3.0 and allows the size and the job's frame
 * rate.
 */
function videoCodec({ width, height }: { width: number; height: number }, fps: number): string {
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16)
  const level = h264Levels.find(({ perSecond, perFrame }) => macroblocks <= perFrame && macroblocks * fps <= perSecond)
  return `avc1.4d40${(level?.idc ?? 52).toString(16)}`
}
