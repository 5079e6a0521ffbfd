import { logOf } from 'lp-relay/log'
import { type Hex, isHex } from 'viem'

const log = logOf('broadcast')
const tab = 'lp.broadcast'
const prefixOfJob = `${tab} `

/** `admitted`: no other tab of this browser broadcasts. `unknown`: the browser has no locks, or forbids them. */
export type Admission = 'admitted' | 'busy' | 'unknown'

/** Admits one tab of this browser at a time to broadcast, until `signal` aborts or the tab closes. */
export const admitTab = (signal: AbortSignal): Promise<Admission> => hold(tab, signal)

/** Tells the other tabs that this tab broadcasts this job, until `signal` aborts or the tab closes. */
export const showJob = (jobId: Hex, signal: AbortSignal): void => void hold(prefixOfJob + jobId, signal)

/** Whether a tab of this browser broadcasts, and its job if the job is posted. */
export async function findLive(): Promise<{ isBusy: boolean; jobIds: readonly Hex[] }> {
  // A browser that forbids storage can also forbid locks.
  const { held = [] } = (await globalThis.navigator?.locks?.query().catch(() => undefined)) ?? {}
  const names = held.flatMap(({ name }) => name ?? [])
  const jobIds = names.flatMap((name) => (name.startsWith(prefixOfJob) ? [name.slice(prefixOfJob.length)] : []))
  return { isBusy: names.includes(tab), jobIds: jobIds.filter((id) => isHex(id)) }
}

async function hold(name: string, signal: AbortSignal): Promise<Admission> {
  if (!globalThis.navigator?.locks) return 'unknown'
  return new Promise<Admission>((resolve) => {
    const run = (lock: Lock | null) => {
      resolve(lock ? 'admitted' : 'busy')
      if (lock && !signal.aborted)
        return new Promise<void>((release) => signal.addEventListener('abort', () => release(), { once: true }))
    }
    navigator.locks.request(name, { ifAvailable: true }, run).catch((error: unknown) => {
      log.debug('no lock', () => ({ name, error }))
      resolve('unknown')
    })
  })
}
