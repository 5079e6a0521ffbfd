import { offloadOf, type Reason, type Sample } from './Counters'
import type { Scenario } from './Scenario'
import type { Run } from './simulate'

/** The figures of one run, in the form in which `bench/mesh/simulation.json` stores them. All figures except `cpuSeconds` are simulated. */
export type Outcome = {
  name: string
  viewers: number
  seed: number
  offload: number
  /** From the 10th second on. */
  steadyOffload: number
  /** The offload before, during and after the disturbances of a large room. */
  phases: readonly { readonly name: string; readonly offload: number }[]
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
  /** The bytes from the relays by reason, divided by the useful bytes, from the 10th second on. */
  relay: Record<Reason, number>
  /** The measured figures of the same room. */
  measured: Scenario['measured']
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
    ...{ offload: run.offload, steadyOffload: run.steadyOffload, phases: phasesOf(scenario, samples) },
    fromViewers: counters.peerBytes / counters.usefulBytes,
    duplicates: counters.duplicateBytes / counters.usefulBytes,
    stalls: good.reduce((sum, { player }) => sum + player.stalls, 0),
    stallMs: good.reduce((sum, { player }) => sum + player.stallMs, 0),
    latencyMs: spread(good.filter(({ isGone }) => !isGone).map(({ player }) => player.latencyMs)),
    startUpMs: spread(good.flatMap(({ player }) => player.startUpMs ?? [])),
    uploadRatio: isEqual ? Math.max(...uploads) / Math.min(...uploads) : undefined,
    relay: run.relay,
    measured: scenario.measured,
    bans: counters.bans,
    plansPerSecond: counters.plans / viewerSeconds,
    ...{ cpuSeconds: run.cpuSeconds, samples },
  }
}

/** A disturbance counts for this time after its end. */
const settleS = 10

function phasesOf({ flashCrowd, massLeave, seconds }: Scenario, samples: readonly Sample[]): Outcome['phases'] {
  if (!flashCrowd || !massLeave) return []
  const crowdS = flashCrowd.fromMs / 1_000
  const calmS = crowdS + flashCrowd.overMs / 1_000 + settleS
  const leaveS = massLeave.atMs / 1_000
  const phase = (name: string, fromS: number, untilS: number) => {
    const during = samples.filter(({ seconds }) => seconds > fromS && seconds <= untilS)
    const sum = (key: 'originBytes' | 'usefulBytes') => during.reduce((total, sample) => total + sample[key], 0)
    return { name, offload: offloadOf({ originBytes: sum('originBytes'), usefulBytes: sum('usefulBytes') }) }
  }
  return [
    phase('before', settleS, crowdS),
    phase('crowd', crowdS, calmS),
    phase('calm', calmS, leaveS),
    phase('leave', leaveS, leaveS + settleS),
    phase('after', leaveS + settleS, seconds),
  ]
}

function spread(values: readonly number[]): { median: number; p95: number } {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0)
  return { median: at(0.5), p95: at(0.95) }
}
