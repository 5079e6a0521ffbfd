import { bitrate } from './Stream'
import type { Kind } from './Viewer'

/** The inputs of one simulated run. Rates are multiples of the bitrate of the stream. */
export type Scenario = {
  name: string
  seed: number
  viewers: number
  seconds: number
  /** How far behind live the players play. */
  targetMs: number
  /** A fixed uplink, or a lognormal distribution with this median and this deviation of the logarithm. */
  uplink: { fixed: number } | { median: number; sigma: number; most: number }
  /** The share of the pairs of viewers that cannot connect. */
  natFailure: number
  /** The share of the viewers that say that they hold pieces, and decline each request. */
  freeRiders: number
  /** The share of the viewers that have chosen “Don’t upload”. */
  silent: number
  /** The share of the viewers that send wrong bytes. */
  polluters: number
  /** The share of the viewers that say that they hold every piece, and never answer a request. */
  liars: number
  /** The part `share` of the viewers arrives in the time `overMs` after `fromMs`. All other viewers arrive in the first 5 s. */
  flashCrowd?: { share: number; fromMs: number; overMs: number }
  massLeave?: { share: number; atMs: number }
  /** In each period of this length, one viewer leaves without a message, and one viewer joins. */
  churnEveryMs?: number
  /** Each viewer gets a time between these bounds, and leaves at a random moment within this time. Then a new viewer replaces it. */
  sessionMs?: readonly [least: number, most: number]
  /** All viewers get processor time only once in `everyMs`. */
  starvation?: { fromMs: number; untilMs: number; everyMs: number }
  /** The figures of the measured row that this scenario repeats. */
  measured?: { offload: number; behindS: number }
  isPush: boolean
  /** Whether members tell their neighbours their other neighbours (decision 046). */
  isCircle: boolean
}

const equal = {
  uplink: { fixed: 4 },
  natFailure: 0,
  freeRiders: 0,
  silent: 0,
  polluters: 0,
  liars: 0,
  isPush: true,
  isCircle: true,
} as const
const mixed = {
  uplink: { median: 1.5, sigma: 2.39, most: 40 },
  natFailure: 0.15,
  freeRiders: 0.1,
  silent: 0.1,
  polluters: 0.05,
  liars: 0,
  sessionMs: [300_000, 1_200_000],
  isPush: true,
  isCircle: true,
} as const

/** Small meshes, like those that the benchmark measures in real browsers: equal viewers on one machine. */
export const small: readonly Scenario[] = [
  {
    ...equal,
    ...{ name: '4 viewers, as measured', seed: 11, viewers: 4, seconds: 60, targetMs: 1_400 },
    measured: { offload: 0.745, behindS: 1.4 },
  },
  {
    ...equal,
    ...{ name: '8 viewers, as measured', seed: 12, viewers: 8, seconds: 60, targetMs: 1_400 },
    measured: { offload: 0.782, behindS: 2.3 },
  },
  { ...equal, name: '8 viewers', seed: 1, viewers: 8, seconds: 180, targetMs: 3_000 },
  {
    ...equal,
    name: '8 viewers, uplink 1.5',
    seed: 1,
    viewers: 8,
    seconds: 180,
    targetMs: 3_000,
    uplink: { fixed: 1.5 },
  },
  {
    ...equal,
    name: '6 viewers, churn 1 in 15 s',
    seed: 2,
    viewers: 6,
    seconds: 300,
    targetMs: 3_000,
    churnEveryMs: 15_000,
  },
  { ...equal, name: '20 viewers', seed: 3, viewers: 20, seconds: 120, targetMs: 1_500 },
  {
    ...equal,
    name: '20 viewers, churn 1 in 4 s',
    seed: 3,
    viewers: 20,
    seconds: 180,
    targetMs: 1_500,
    churnEveryMs: 4_000,
  },
  { ...equal, name: '40 viewers', seed: 4, viewers: 40, seconds: 120, targetMs: 1_500 },
  { ...equal, name: '8 viewers, one lies', seed: 5, viewers: 8, seconds: 120, targetMs: 2_000, liars: 1 / 8 },
  { ...equal, name: '8 viewers, one pollutes', seed: 6, viewers: 8, seconds: 120, targetMs: 2_000, polluters: 1 / 8 },
  {
    ...equal,
    name: '8 viewers, churn 1 in 10 s, target 2 s',
    seed: 7,
    viewers: 8,
    seconds: 120,
    targetMs: 2_000,
    churnEveryMs: 10_000,
  },
  {
    ...equal,
    ...{ name: '8 viewers, 20 s of starvation', seed: 8, viewers: 8, seconds: 120, targetMs: 3_000 },
    starvation: { fromMs: 50_000, untilMs: 70_000, everyMs: 1_500 },
  },
]

/** Half of the viewers arrive within 30 s; later, 40 % leave at the same moment. */
export const large = (viewers: number): Scenario => ({
  ...mixed,
  ...{ name: `${viewers.toLocaleString('en')} viewers`, seed: viewers, viewers, seconds: 120, targetMs: 1_500 },
  flashCrowd: { share: 0.5, fromMs: 20_000, overMs: 30_000 },
  massLeave: { share: 0.4, atMs: 85_000 },
})

/** Draws the uplink of a new viewer, in bytes per millisecond. */
export function drawUplink({ uplink }: Scenario, { kind, random }: { kind: Kind; random: () => number }): number {
  if ('fixed' in uplink) return uplink.fixed * bitrate
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const drawn = uplink.median * Math.exp(uplink.sigma * normal)
  return kind === 'freeRider' || kind === 'silent' ? 1e-9 : Math.min(uplink.most, Math.max(0.05, drawn)) * bitrate
}
