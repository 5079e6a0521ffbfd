import type { Offer } from './offer'

export type Rendition = {
  /** In pixels. */
  height: number
  /** In bits per second. */
  bitrate: number
}

/** The format of the source, and the renditions that the transcoder makes. */
export type Preset = {
  id: string
  source: Rendition & { frameRate: number }
  /** Lower renditions, highest first. */
  ladder: readonly Rendition[]
  /** The frame rates that the camera, the encoder and the transcoders can do, highest first. At least one. */
  frameRates: readonly number[]
}

export type Quality = {
  presets: readonly Preset[]
  presetId: string
  /** The page measures how fast this computer encodes. */
  isMeasuring: boolean
  /**
   * Undefined until the page has read the price from the chain. `missingWei` is `depositWei` minus the existing deposit. The wallet
   * pays `missingWei`. The other fields are those of `Offer`.
   */
  price:
    | (Pick<Offer, 'perHourWei' | 'depositWei' | 'networkWei' | 'inputFinePercent' | 'unreachable' | 'away'> & {
        missingWei: bigint
      })
    | undefined
  onPreset(id: string): void
  onFrameRate(frameRate: number): void
}
