import { TranscodingOptions } from '@lp/contracts/protocol'
import type { Preset } from './Quality'

const sources = [
  { id: '720p', width: 1280, height: 720, frameRate: 20, bitrate: 2_000_000 },
  { id: '480p', width: 854, height: 480, frameRate: 20, bitrate: 1_200_000 },
  { id: '360p', width: 640, height: 360, frameRate: 20, bitrate: 800_000 },
] as const

/** The renditions below the source. A source without lower renditions gets the whole ladder. */
const ladderBelow = (source: TranscodingOptions.Size) => {
  const lower = TranscodingOptions.ladder(source).filter(({ height }) => height < source.height)
  return lower.length > 0 ? lower : TranscodingOptions.ladder(source)
}

export type BroadcastPreset = Preset & { options: TranscodingOptions.TranscodingOptions; videoBitrate: number }

export const presets: readonly BroadcastPreset[] = sources.map(({ id, width, height, frameRate, bitrate }) => {
  const renditions = ladderBelow({ width, height })
  return {
    id,
    source: { height, bitrate, frameRate },
    ladder: renditions,
    options: { width, height, fps: frameRate, renditions },
    videoBitrate: bitrate,
  }
})

export const presetOf = (id: string): BroadcastPreset =>
  presets.find((preset) => preset.id === id) ?? (presets[0] as BroadcastPreset)
