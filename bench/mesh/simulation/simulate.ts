import { type Counters, offloadOf, type Reason, type Sample } from './Counters'
import type { Scenario } from './Scenario'
import { partMs } from './Stream'
import { Swarm } from './Swarm'
import type { Viewer } from './Viewer'

/** The outcome of one run. */
export type Run = {
  readonly scenario: Scenario
  readonly samples: readonly Sample[]
  readonly counters: Counters
  /** The offload over the whole run, and over its steady part. */
  readonly offload: number
  readonly steadyOffload: number
  /** The bytes from the relays by reason, divided by the useful bytes, in the steady part. */
  readonly relay: Record<Reason, number>
  readonly viewers: readonly Viewer[]
  readonly cpuSeconds: number
}

/** All viewers except those of a flash crowd arrive within this time. */
const arriveMs = 5_000
/** The steady part of a run begins at this time. */
const warmUpMs = 10_000

/** Runs one scenario with `schedule`, the function that the product uses. Equal scenarios give equal runs. */
export function simulate(scenario: Scenario): Run {
  const startedAt = process.cpuUsage()
  const swarm = new Swarm(scenario)
  const { agenda, counters } = swarm
  const endMs = scenario.seconds * 1_000
  arrive(swarm, scenario)
  every(swarm, { fromMs: partMs, everyMs: partMs, endMs }, (turn) => swarm.release(turn))
  every(swarm, { fromMs: 2_000, everyMs: 2_000, endMs }, () => swarm.keepDegree())
  every(swarm, { fromMs: 10_000, everyMs: 10_000, endMs }, () => swarm.chooseSlots())
  const samples: Sample[] = []
  let last = { ...counters }
  let warm = copyOf(counters)
  every(swarm, { fromMs: 1_000, everyMs: 1_000, endMs: endMs + 1 }, () => {
    samples.push(sample(swarm, last))
    last = { ...counters }
    if (agenda.nowMs === warmUpMs) warm = copyOf(counters)
  })
  agenda.run(endMs + 1)
  const used = process.cpuUsage(startedAt)
  const usefulBytes = counters.usefulBytes - warm.usefulBytes
  const share = (reason: Reason) => (counters.relayBytes[reason] - warm.relayBytes[reason]) / Math.max(1, usefulBytes)
  return {
    ...{ scenario, samples, counters, offload: offloadOf(counters), viewers: swarm.all },
    steadyOffload: offloadOf({ originBytes: counters.originBytes - warm.originBytes, usefulBytes }),
    relay: { owned: share('owned'), turn: share('turn'), late: share('late'), first: share('first') },
    cpuSeconds: (used.user + used.system) / 1e6,
  }
}

const copyOf = ({ originBytes, usefulBytes, relayBytes }: Counters) => ({
  ...{ originBytes, usefulBytes, relayBytes: { ...relayBytes } },
})

function arrive(swarm: Swarm, { viewers, flashCrowd, massLeave, churnEveryMs, seconds }: Scenario): void {
  const late = Math.round(viewers * (flashCrowd?.share ?? 0))
  for (let index = 0; index < viewers - late; index++)
    swarm.agenda.at((index / (viewers - late)) * arriveMs, () => void swarm.join())
  if (flashCrowd)
    for (let index = 0; index < late; index++)
      swarm.agenda.at(flashCrowd.fromMs + (index / late) * flashCrowd.overMs, () => void swarm.join())
  if (massLeave)
    swarm.agenda.at(massLeave.atMs, () => {
      for (let left = Math.round(viewers * massLeave.share); left > 0; left--) {
        const viewer = swarm.randomViewer()
        if (viewer) swarm.leave(viewer)
      }
    })
  if (!churnEveryMs) return
  every(swarm, { fromMs: warmUpMs, everyMs: churnEveryMs, endMs: seconds * 1_000 }, () => {
    const viewer = swarm.randomViewer()
    if (viewer) swarm.leave(viewer)
    swarm.join()
  })
}

function every(
  { agenda }: Swarm,
  { fromMs, everyMs, endMs }: { fromMs: number; everyMs: number; endMs: number },
  action: (turn: number) => void,
): void {
  const next = (turn: number) => {
    const atMs = fromMs + turn * everyMs
    if (atMs >= endMs) return
    agenda.at(atMs, () => {
      action(turn)
      next(turn + 1)
    })
  }
  next(0)
}

function sample(
  { agenda, counters, viewers }: Swarm,
  last: Pick<Counters, 'originBytes' | 'peerBytes' | 'usefulBytes'>,
): Sample {
  const { nowMs } = agenda
  const latencies: number[] = []
  let stalled = 0
  for (const { player } of viewers) {
    if (!player.isPlaying) continue
    const waitingMs = player.waitingMs(nowMs)
    if (waitingMs > 0) stalled++
    latencies.push(player.latencyMs + waitingMs)
  }
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] ?? 0
  return {
    ...{ seconds: Math.round(nowMs / 1_000), viewers: viewers.size, medianMs: at(0.5), p95Ms: at(0.95) },
    stalled: stalled / Math.max(1, latencies.length),
    originBytes: counters.originBytes - last.originBytes,
    peerBytes: counters.peerBytes - last.peerBytes,
    usefulBytes: counters.usefulBytes - last.usefulBytes,
  }
}
