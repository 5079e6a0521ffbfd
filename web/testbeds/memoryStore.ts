import type { BroadcastStore } from '../broadcast/resume/BroadcastStore'
import type { StoredBroadcast } from '../broadcast/resume/StoredBroadcast'

/** The store of a browser, in memory. It survives the reload of a page. */
export function memoryStore(): BroadcastStore {
  const stored = new Map<string, StoredBroadcast>()
  return {
    readAll: async () => [...stored.values()],
    async add(broadcast) {
      stored.set(broadcast.jobId, broadcast)
    },
    async change(jobId, checkpoint) {
      const known = stored.get(jobId)
      if (known) stored.set(jobId, { ...known, ...checkpoint })
      return known !== undefined
    },
    async remove(jobId) {
      stored.delete(jobId)
    },
  }
}
