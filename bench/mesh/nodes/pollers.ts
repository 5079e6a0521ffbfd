import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { readProcess } from '../cpu'

/** `gateway`: the URL of the gateway, and `processId`: its process. */
export type Task = { gateway: string; processId: number; streamId: string }
/** Raises the number of clients to this number, then measures for this time. */
export type Request = { clients: number; seconds: number }
export type Measured = {
  answers: number
  failures: number
  /** The time from the end of a segment at the camera until a client has its header: the median and the 99th percentile. */
  delayMs: { median: number; slow: number }
  /** The CPU time of the clients and of the gateway, in cores, and the memory of the gateway. */
  clientCores: number
  cores: number
  megabytes: number
}

/** A viewer holds each request for this time, as `Follower` does. */
const longPollMs = 4_000
/** Of the members of a full neighbourhood, this number asks for parts, and tells them to the others (decision 047). */
const partAskers = 2
const neighbourhood = 17
/** The number of clients that begin in each step of 100 ms, because viewers do not come all at the same moment. */
const beginTogether = 40
/** After the last client has begun, all clients wait for their first new segment. */
const settleMs = 5_000
const retryMs = 1_000

type Header = { sequenceNumber: string; startTimeMs: string; durationMs: number }
type List = { segments: Header[]; parts: { sequenceNumber: string; index: number }[] }

/** Clients that ask one gateway for headers, with the requests of real viewers. They check no signatures. `rows/headers.ts` starts this process. */
export default async function main([json = '']: readonly string[]): Promise<void> {
  const task = JSON.parse(json) as Task
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  const counts = { answers: 0, failures: 0, delaysMs: [] as number[] }
  let clients = 0
  process.on('message', async ({ clients: wanted, seconds }: Request) => {
    for (; clients < wanted; clients++) {
      void follow({ ...task, agent, counts, asksForParts: clients % neighbourhood < partAskers })
      if (clients % beginTogether === 0) await wait(100)
    }
    await wait(settleMs)
    Object.assign(counts, { answers: 0, failures: 0, delaysMs: [] })
    const state = () => ({
      ms: performance.now(),
      clients: readProcess(process.pid).cpuMs,
      gateway: readProcess(task.processId),
    })
    const before = state()
    await wait(seconds * 1_000)
    const after = state()
    const elapsedMs = after.ms - before.ms
    const sorted = [...counts.delaysMs].sort((one, other) => one - other)
    const at = (part: number) => sorted[Math.floor(part * sorted.length)] ?? Number.NaN
    process.send?.({
      ...{ answers: counts.answers, failures: counts.failures, delayMs: { median: at(0.5), slow: at(0.99) } },
      clientCores: (after.clients - before.clients) / elapsedMs,
      cores: (after.gateway.cpuMs - before.gateway.cpuMs) / elapsedMs,
      megabytes: after.gateway.megabytes,
    } satisfies Measured)
  })
  await once(process, 'disconnect')
  process.exit()
}

async function follow({
  gateway,
  streamId,
  agent,
  counts,
  asksForParts,
}: Task & { agent: Agent; counts: { answers: number; failures: number; delaysMs: number[] }; asksForParts: boolean }) {
  let after: string | undefined
  let part = 'none'
  for (;;) {
    const query = new URLSearchParams({
      ...(after !== undefined && { after }),
      ...(asksForParts && { part }),
      waitMs: `${after === undefined ? 0 : longPollMs}`,
    })
    try {
      const { segments, parts } = await ask(`${gateway}/segments/${streamId}?${query}`, agent)
      counts.answers++
      const [newest, open] = [segments.at(-1), parts.at(-1)]
      if (newest && after !== undefined)
        counts.delaysMs.push(Date.now() - Number(newest.startTimeMs) - newest.durationMs)
      if (newest) after = newest.sequenceNumber
      if (open) part = `${open.sequenceNumber}.${open.index}`
    } catch {
      counts.failures++
      await wait(retryMs)
    }
  }
}

function ask(url: string, agent: Agent): Promise<List> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        try {
          if (response.statusCode !== 200) throw new StatusError({ status: response.statusCode })
          resolve(JSON.parse(Buffer.concat(chunks).toString()) as List)
        } catch (error) {
          reject(error)
        }
      })
    }).on('error', reject)
  })
}

class StatusError extends Error {
  override readonly name = 'StatusError'
  constructor({ status }: { status: number | undefined }) {
    super(`The gateway answered with status ${status}.`)
  }
}
