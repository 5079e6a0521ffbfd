import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { StreamId } from '@lp/contracts/protocol'
import type { Measured, Request, Task } from '../nodes/pollers'
import { startOrigin } from '../origin/startOrigin'
import type { Row } from './Row'

/** The numbers of clients that are measured one after the other, until the machine is at its limit. */
const steps = [0, 250, 500, 1_000, 2_000, 4_000, 6_000, 8_000, 10_000]
/** The gateway is one process, so it can use one core. Above this part of the core, its answers wait. The same holds for the clients. */
const mostCores = 0.85
/** A viewer 1.5 s behind the camera needs the header of a segment within this time. */
const mostDelayMs = 1_000
const wanted = 10_000

/** What one step measured. `cores` and `megabytes` are those of the gateway’s process. */
export type Step = { clients: number; cores: number; megabytes: number; answersPerS: number; slowMs: number }

/** Clients that ask one gateway process for the headers of one stream. No media is sent. */
export const headers: Row = {
  title: 'one gateway process that serves headers',
  async measure(player, seconds = 15) {
    if (player.name !== 'lp') return { note: 'not measured: only lp has signed headers' }
    const origin = await startOrigin('signed')
    const streamId = StreamId.parse(origin.link.match(/0x[\da-f]{64}/)?.[0] ?? '')
    const { processId, playlist } = origin
    const pollers = startPollers({ gateway: new URL(playlist).origin, processId, streamId })
    const measured: Step[] = []
    let reason = ''
    try {
      for (const clients of steps) {
        const { answers, delayMs, failures, clientCores, ...gateway } = await pollers.measure({ clients, seconds })
        const step = { clients, answersPerS: answers / seconds, slowMs: delayMs.slow, ...gateway }
        measured.push(step)
        reason = limitOf({ ...step, failures, clientCores })
        if (reason) break
      }
      return { note: textOf(measured, reason) }
    } finally {
      await pollers.stop()
      await origin.stop()
    }
  },
}

/** Why more clients cannot be measured. Empty: they can. */
const limitOf = ({
  cores,
  clientCores,
  failures,
  slowMs,
}: Step & { clientCores: number; failures: number }): string => {
  if (failures > 0) return `${failures} requests failed`
  if (cores > mostCores) return 'the gateway uses its whole core'
  if (clientCores > mostCores) return 'the clients use a whole core'
  return slowMs > mostDelayMs ? 'headers come too late' : ''
}

/**
 * The text of the row. The CPU time and the memory of a larger number of viewers are computed from a straight line through the first and the
 * last step.
 */
export function textOf(measured: readonly Step[], reason: string): string {
  const [none, last] = [measured[0], measured.at(-1)]
  const text = measured.map(
    ({ clients, cores, answersPerS, slowMs, megabytes }) =>
      `${clients} clients: ${cores.toFixed(2)} cores, ${megabytes.toFixed(0)} MB, ${answersPerS.toFixed(0)} answers per second${clients > 0 ? `, 99 % of the headers within ${slowMs.toFixed(0)} ms` : ''}`,
  )
  if (!none || !last || last.clients === 0) return text.join('; ')
  if (last.clients >= wanted && !reason) return `measured: ${text.join('; ')}`
  const each = (last.cores - none.cores) / last.clients
  const cores = none.cores + wanted * each
  const megabytes = none.megabytes + (wanted * (last.megabytes - none.megabytes)) / last.clients
  const most = Math.floor((1 - none.cores) / each)
  return [
    `measured: ${text.join('; ')} (stopped: ${reason})`,
    `extrapolated, not measured: ${wanted} viewers need ${cores.toFixed(2)} cores and ${megabytes.toFixed(0)} MB, and one core serves ${most} viewers`,
  ].join('; ')
}

function startPollers(task: Task) {
  const child = spawn(process.execPath, ['scripts/ts.mjs', 'bench/mesh/nodes/pollers.ts', JSON.stringify(task)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const ended = exited.then(([code]) => Promise.reject(new PollersError({ code })))
  ended.catch(() => undefined)
  return {
    async measure(request: Request): Promise<Measured> {
      child.send(request)
      return (await Promise.race([once(child, 'message'), ended]))[0] as Measured
    },
    async stop() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}

class PollersError extends Error {
  override readonly name = 'PollersError'
  constructor({ code }: { code: number | null }) {
    super(`The clients ended with code ${code}. Their output is above.`)
  }
}
