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
}

export type Quality = {
  presets: readonly Preset[]
  presetId: string
  /**
   * Undefined until the page has read the price from the chain. `missingWei` is `depositWei` minus the existing deposit. The wallet
   * pays `missingWei`. `inputFinePercent` is the fine for a broken source segment, in percent of the fees of its claim. `unreachable` is
   * the number of transcoders that can be drawn, but that this page cannot reach.
   */
  price:
    | { perHourWei: bigint; depositWei: bigint; missingWei: bigint; inputFinePercent: bigint; unreachable: number }
    | undefined
  onPreset(id: string): void
}
