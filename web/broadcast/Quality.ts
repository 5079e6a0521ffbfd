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
   * Undefined until it was read from the chain. `missingWei` is `depositWei` less the existing deposit: the wallet pays
   * it.
   */
  price: { perHourWei: bigint; depositWei: bigint; missingWei: bigint } | undefined
  onPreset(id: string): void
}
