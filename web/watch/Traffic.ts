import type { Snapshot } from 'lp-relay'

/** Byte counts at one moment. A neighbour that has left is missing. If it comes back, its counts start at 0 again. */
export type Totals = Pick<Snapshot, 'bytesFromRelays' | 'neighbours'> & { atMs: number }

/** The traffic with one viewer, or with all relays together, in bit/s. */
export type Flow = { readonly fromBitrate: number; readonly toBitrate: number }

export type Traffic = {
  /** All relays together. */
  readonly relays: Flow
  readonly viewers: readonly (Flow & { readonly id: string })[]
}

/** The traffic between two moments. A neighbour that connected after the first moment started with 0 bytes. */
export function trafficBetween(before: Totals, now: Totals): Traffic {
  const seconds = Math.max(1, now.atMs - before.atMs) / 1_000
  const bitrate = (bytes: number) => (8 * Math.max(0, bytes)) / seconds
  const flows = now.neighbours.map((neighbour) => {
    const { id, isRelay, bytesFrom, bytesTo } = neighbour
    const earlier = before.neighbours.find((other) => other.id === id)
    const fromBitrate = bitrate(bytesFrom - (earlier?.bytesFrom ?? 0))
    return { id, isRelay, fromBitrate, toBitrate: bitrate(bytesTo - (earlier?.bytesTo ?? 0)) }
  })
  const toRelays = flows.reduce((sum, { isRelay, toBitrate }) => sum + (isRelay ? toBitrate : 0), 0)
  return {
    relays: { fromBitrate: bitrate(now.bytesFromRelays - before.bytesFromRelays), toBitrate: toRelays },
    viewers: flows.filter(({ isRelay }) => !isRelay),
  }
}

/** The connected viewers and the traffic, in two sentences. */
export function sentenceOf({ relays, viewers }: Traffic, format: (bitrate: number) => string): string {
  const sum = (key: keyof Flow) => viewers.reduce((total, flow) => total + flow[key], 0)
  const count = (key: keyof Flow) => viewers.filter((flow) => flow[key] > 0).length
  const people = (number: number) => (number === 1 ? '1 viewer' : `${number} viewers`)
  const receives = [
    ...(relays.fromBitrate > 0 ? [`${format(relays.fromBitrate)} from relays`] : []),
    ...(count('fromBitrate') > 0 ? [`${format(sum('fromBitrate'))} from ${people(count('fromBitrate'))}`] : []),
  ]
  const sends = count('toBitrate') > 0 ? `${format(sum('toBitrate'))} to ${people(count('toBitrate'))}` : 'nothing'
  const connected = viewers.length === 0 ? 'no other viewer' : people(viewers.length)
  return `Connected to ${connected}. Now you receive ${receives.join(' and ') || 'nothing'}, and send ${sends}.`
}
