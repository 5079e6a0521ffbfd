/** What the work is counted by. The gateway's metrics are one. */
export type Counters = {
  segmentAccepted(): void
  segmentRefused(code: string): void
  renditionPublished(): void
  transcoded(seconds: number): void
}
