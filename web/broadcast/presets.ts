import { TranscodingOptions } from '@lp/contracts/protocol'
import { encodedSize, type Size } from './capture/picture'
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

/**
 * The presets for a camera or screen: with the lines and the frame rate that it gives, because the page never enlarges a picture. Leaves
 * out a preset whose picture has the same size as the picture of the next lower preset. `picture` is undefined while no device is open.
 */
export function presetsFor(picture: (Size & { frameRate?: number }) | undefined): readonly BroadcastPreset[] {
  if (!picture) return presets
  const sizes = presets.map(({ options }) => encodedSize(picture, options))
  return presets.flatMap((preset, index) => {
    const [size, lower] = [sizes[index] as Size, sizes[index + 1]]
    if (size.width === lower?.width && size.height === lower.height) return []
    const frameRate = Math.min(preset.source.frameRate, Math.round(picture.frameRate || preset.source.frameRate))
    return { ...preset, source: { ...preset.source, frameRate, height: Math.min(size.width, size.height) } }
  })
}
