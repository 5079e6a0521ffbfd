/** Port: the counters of the transcoder. The gateway's metrics implement this port. */
export type SegmentMetrics = {
  segmentAccepted(): void
  /** `code`: the name of the error. */
  segmentRefused(code: string): void
  renditionPublished(): void
  /** A segment was transcoded. `seconds`: from the start of its run to the end of ffmpeg. */
  transcoded(seconds: number): void
  /** `seconds`: how long the oldest segment without a receipt has been late. */
  late(seconds: number): void
}
