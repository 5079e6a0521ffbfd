import { TranscodingOptions } from '@lp/contracts/protocol'
import { type EncoderSpeed, isFastEnough } from './capture/encoderSpeed'
import { encodedSize, type Size } from './capture/picture'
import { type Picture, usualPicture } from './capture/trackPicture'
import type { Preset } from './Quality'

/** The sizes of the qualities, largest first. The bitrates are for `usualRate`. */
const sizes = [
  { id: '1080p', width: 1920, height: 1080, bitrate: 4_000_000 },
  { id: '720p', width: 1280, height: 720, bitrate: 2_000_000 },
  { id: '480p', width: 854, height: 480, bitrate: 1_200_000 },
  { id: '360p', width: 640, height: 360, bitrate: 800_000 },
] as const
type Named = (typeof sizes)[number]

/** The offered frame rates, highest first. */
const frameRates = [60, 30, 20] as const
/** If the encoder was not measured, the page offers at most this frame rate, and pictures of at most this size. */
const usualRate = 20
const usualPixels = 1280 * 720

export type BroadcastPreset = Preset & {
  options: TranscodingOptions.TranscodingOptions
  videoBitrate: number
}

/** The limits of the qualities. */
export type Abilities = {
  /** The largest picture and frame rate of the camera or screen. Undefined while no device is open. */
  picture: (Size & { fps?: number | undefined }) | undefined
  /** The speed of the encoder. Undefined until it was measured. */
  speedOf?: EncoderSpeed | undefined
  /** The pixels per second of the largest stream that a transcoder at the price takes. Undefined until the page knows it. */
  capacity?: number | undefined
}

/**
 * The qualities, highest first; at least one. The page never enlarges a picture, so a quality has at most the lines and the frame rate of
 * the device. Leaves out a quality whose picture has the same size as the picture of the next lower quality, and a quality that the encoder
 * or the transcoders cannot do in real time. Each quality has its highest frame rate that is not above `frameRate`.
 */
export function presetsFor({ picture, speedOf, capacity }: Abilities, frameRate: number): readonly BroadcastPreset[] {
  const encoded = sizes.map((size) => (picture ? encodedSize(picture, size) : size))
  const rates = ratesOf(picture?.fps)
  return sizes.flatMap((named, index) => {
    const [size, lower] = [encoded[index] as Size, encoded[index + 1]]
    if (size.width === lower?.width && size.height === lower.height) return []
    const speed = speedOf?.(size)
    const canEncode = (fps: number) =>
      speed === undefined ? fps <= usualRate && size.width * size.height <= usualPixels : isFastEnough(speed, fps)
    const possible = rates.filter(
      (fps) =>
        canEncode(fps) &&
        TranscodingOptions.pixelsPerSecond(presetAt(named, fps).options) <= (capacity ?? Number.POSITIVE_INFINITY),
    )
    // The lowest quality is always offered. If the computer is too slow for it, the capture lowers the frame rate.
    const offered = possible.length > 0 || lower ? possible : rates.slice(-1)
    const chosen = offered.find((fps) => fps <= frameRate) ?? offered.at(-1)
    if (chosen === undefined) return []
    const preset = presetAt(named, chosen)
    return { ...preset, frameRates: offered, source: { ...preset.source, height: Math.min(size.width, size.height) } }
  })
}

export const presetOf = (id: string, frameRate: number = usualRate): BroadcastPreset =>
  presetAt(sizes.find((size) => size.id === id) ?? sizes[1], frameRate)

/** The picture that the camera is asked for, for a quality. The device is opened with the usual picture, and is asked only for more. */
export function pictureFor(id: string, frameRate: number): Picture {
  const { width, height } = presetOf(id).options
  const usual = usualPicture
  return {
    width: Math.max(width, usual.width),
    height: Math.max(height, usual.height),
    fps: Math.max(frameRate, usual.fps),
  }
}

/** The pictures that the encoder makes in the qualities for a device, at the highest offered frame rate. */
export function shapesFor(picture: Size & { fps?: number | undefined }) {
  const fps = ratesOf(picture.fps)[0] as number
  const shapes = sizes.map((size) => ({
    ...encodedSize(picture, size),
    fps,
    bitrate: presetAt(size, fps).videoBitrate,
  }))
  return shapes.filter(({ width }, index) => width !== shapes[index + 1]?.width)
}

/** The offered rates that a device can give. For example, a device with 25 pictures a second can give 25 and 20. */
function ratesOf(fps: number = usualRate): number[] {
  const most = Math.max(1, Math.round(fps))
  return [...new Set(frameRates.map((rate) => Math.min(rate, most)))]
}

function presetAt({ id, width, height, bitrate }: Named, frameRate: number): BroadcastPreset {
  const videoBitrate = bitrateAt(frameRate, bitrate)
  const ladder = ladderBelow({ width, height }).map((rendition) => ({
    ...rendition,
    bitrate: bitrateAt(frameRate, rendition.bitrate),
  }))
  return {
    id,
    source: { height, bitrate: videoBitrate, frameRate },
    ladder,
    frameRates: [frameRate],
    options: { width, height, fps: frameRate, renditions: ladder },
    videoBitrate,
  }
}

/** The renditions below the source. A source without lower renditions gets the whole ladder. */
function ladderBelow(source: TranscodingOptions.Size) {
  const lower = TranscodingOptions.ladder(source).filter(({ height }) => height < source.height)
  return lower.length > 0 ? lower : TranscodingOptions.ladder(source)
}

/** With more pictures a second, each picture differs less from the picture before it, so it needs fewer bits. In steps of 50 kbit/s. */
const bitrateAt = (frameRate: number, bitrate: number): number =>
  50_000 * Math.round((bitrate * Math.sqrt(Math.max(1, frameRate / usualRate))) / 50_000)
