export type Rendition = {
  /** In pixels. */
  height: number
  /** In bits per second. */
  bitrate: number
}

/** What the camera is encoded to, and what the transcoder makes of it. */
export type Preset = {
  id: string
  source: Rendition & { frameRate: number }
  /** Lower renditions, highest first. */
  ladder: readonly Rendition[]
}

export type Quality = {
  presets: readonly Preset[]
  presetId: string
  /** Undefined while it is being read from the chain. `missingWei` is what the wallet adds to what is deposited already. */
  price: { perHourWei: bigint; depositWei: bigint; missingWei: bigint } | undefined
  onPreset(id: string): void
}
