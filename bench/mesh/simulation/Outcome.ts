import type { Sample } from './Counters'
import type { Run } from './simulate'

/** The figures of one run, in the form in which `bench/mesh/simulation.json` stores them. All figures except `cpuSeconds` are simulated. */
export type Outcome = {
  name: string
  viewers: number
  seed: number
  offload: number
  steadyOffload: number
  /** The part of the useful bytes that came from other viewers. */
  fromViewers: number
  /** Bytes that arrived twice, divided by the useful bytes. */
  duplicates: number
  stalls: number
  stallMs: number
  latencyMs: { median: number; p95: number }
  startUpMs: { median: number; p95: number }
  /**
   * The largest upload of a viewer divided by the smallest, if all uplinks are equal. Only the viewers that stayed from the start
   * to the end count.
   */
  uploadRatio: number | undefined
  /** Pieces that viewers fetched from a relay more than 100 ms after they learned of the piece, for example second copies. */
  lateRelayPieces: number
  bans: number
  plansPerSecond: number
  cpuSeconds: number
  samples: readonly Sample[]
}

/** Stalls, latency and uploads are those of honest viewers and free-riders. The waits and stalls of attackers do not matter. */
export function outcomeOf({ scenario, counters, viewers, samples, ...run }: Run): Outcome {
  const good = viewers.filter(({ isGood }) => isGood)
  const viewerSeconds = samples.reduce((sum, sample) => sum + sample.viewers, 0)
  const stayed = good.filter(({ joinedMs, isGone }) => joinedMs <= 5_000 && !isGone)
  const uploads = stayed.map(({ sentBytes }) => sentBytes)
  const isEqual = 'fixed' in scenario.uplink && stayed.length > 1
  return {
    ...{ name: scenario.name, viewers: scenario.viewers, seed: scenario.seed },
    ...{ offload: run.offload, steadyOffload: run.steadyOffload },
    fromViewers: counters.peerBytes / counters.usefulBytes,
    duplicates: counters.duplicateBytes / counters.usefulBytes,
    stalls: good.reduce((sum, { player }) => sum + player.stalls, 0),
    stallMs: good.reduce((sum, { player }) => sum + player.stallMs, 0),
    latencyMs: spread(good.filter(({ isGone }) => !isGone).map(({ player }) => player.latencyMs)),
    startUpMs: spread(good.flatMap(({ player }) => player.startUpMs ?? [])),
    uploadRatio: isEqual ? Math.max(...uploads) / Math.min(...uploads) : undefined,
    ...{ lateRelayPieces: counters.lateRelayPieces, bans: counters.bans },
    plansPerSecond: counters.plans / viewerSeconds,
    ...{ cpuSeconds: run.cpuSeconds, samples },
  }
}

function spread(values: readonly number[]): { median: number; p95: number } {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0)
  return { median: at(0.5), p95: at(0.95) }
}
